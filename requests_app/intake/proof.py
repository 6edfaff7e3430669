"""Whether the sender's domain stands for a mail: as our own receiving host says, or as its signature proves.

No proof opens a door: a case by mail is always unverified. A failure keeps a mail out of a conversation.
"""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Callable

from django.conf import settings

from requests_app.intake.envelope import Envelope

log = logging.getLogger(__name__)

PASS, FAIL, NONE, NOT_ASKED = "pass", "fail", "none", ""
_RESULT = re.compile(r"(?:^|;)\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)([^;]*)", re.IGNORECASE)
_DOMAIN = re.compile(
    r"\b(header\.from|header\.d|header\.i|smtp\.mailfrom)\s*=\s*\"?(?:[^\s@;\"]*@)?([\w.-]+)", re.IGNORECASE
)
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_LIBRARY = "authheaders"

Resolver = Callable[..., str | None]
"""Takes a name as bytes or text and gives the joined TXT record, or ``None``."""


def proof_of(raw: bytes, envelope: Envelope, sender: str, *, resolver: Resolver | None = None) -> str:
    """``pass``, ``fail`` or ``none``; empty when no receiving host is configured and signatures are not checked."""
    said = NOT_ASKED
    if settings.MAIL_AUTH_HOSTS:
        said = _as_judged(envelope, sender)
    if said in {NOT_ASKED, NONE} and settings.MAIL_CHECK_SIGNATURES:
        return _as_signed(raw, sender, resolver)
    return said


def _as_judged(envelope: Envelope, sender: str) -> str:
    """Of all Authentication-Results (RFC 8601) only the topmost that bears our own host's name."""
    for value in envelope.all("authentication-results"):
        bare = _COMMENT.sub(" ", value[:10_000])
        host = bare.split(";")[0].split()
        if host and host[0].lower() in settings.MAIL_AUTH_HOSTS:
            return _read(bare, sender)
    return NONE


def _read(value: str, sender: str) -> str:
    domain = sender.rpartition("@")[2].lower()
    results = [(m[1].lower(), m[2].lower(), _domains(m[3])) for m in _RESULT.finditer(value)]
    for method, result, about in results:
        if method == "dmarc" and result in {PASS, FAIL}:
            named = about.get("header.from", domain)
            return result if named == domain or result == FAIL else NONE
    for method, result, about in results:
        keys = ("header.d", "header.i") if method == "dkim" else ("smtp.mailfrom",)
        if result == PASS and method != "dmarc" and any(_aligned(about.get(key, ""), domain) for key in keys):
            return PASS
    return NONE


def _domains(properties: str) -> dict[str, str]:
    return {name.lower(): domain.lower().rstrip(".") for name, domain in _DOMAIN.findall(properties)}


def _aligned(domain: str, wanted: str) -> bool:
    """The same, or one below the other. Without a list of public suffixes no wider than that."""
    if "." not in domain or "." not in wanted:
        return False
    return domain == wanted or wanted.endswith("." + domain) or domain.endswith("." + wanted)


def _as_signed(raw: bytes, sender: str, resolver: Resolver | None) -> str:
    """By DKIM and DMARC alignment; the library is an optional extra."""
    try:
        library = importlib.import_module(_LIBRARY)
    except ImportError:
        log.error("PORTAL_MAIL_CHECK_SIGNATURES is on, but the package %s is not installed", _LIBRARY)
        return NOT_ASKED
    asked = {"dnsfunc": resolver} if resolver else {}
    try:
        found = library.authenticate_message(
            raw, settings.MAIL_DOMAIN, spf=False, dkim=True, arc=False, dmarc=True, **asked
        )
    except Exception as trouble:
        # A stranger's signature can be anything, and a resolver can be down: nothing is proved then.
        log.warning("A mail's signature could not be checked: %s", type(trouble).__name__)
        return NONE
    return _read(_COMMENT.sub(" ", found.partition(":")[2]).replace("\n", " "), sender)
