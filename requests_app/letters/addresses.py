"""Addresses that prove something: a case's secret address, a letter's own return path, the way out of notices."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from requests_app.models import Case, Letter

BOUNCE_LIFE = timedelta(days=14)
"""Servers give up after five days (RFC 5321, 4.5.4.1); what comes much later is no bounce of ours."""


def case_address(case: Case) -> str:
    """``case-<reference>-<mac>@domain``; nobody can make one without the installation's key."""
    return f"case-{case.reference.lower()}-{_mac('case-address', case.reference)}@{settings.MAIL_DOMAIN}"


def reference_in(address: str) -> str | None:
    """The case reference an address proves to know, or ``None``."""
    known = _read("case", address)
    if known is None:
        return None
    reference = known[0].upper()
    return reference if _fits(known[1], "case-address", reference) else None


def return_address(letter: Letter) -> str:
    """Where mail servers report that a letter did not arrive: one address for each letter (VERP)."""
    return f"bounce-{letter.pk}-{_mac('return-address', str(letter.pk))}@{settings.MAIL_DOMAIN}"


def letter_in(address: str) -> Letter | None:
    """The letter whose return path this is, while bounces of it may still come."""
    known = _read("bounce", address)
    if known is None or not known[0].isdecimal() or len(known[0]) > 15:
        return None
    if not _fits(known[1], "return-address", known[0]):
        return None
    sent = Letter.objects.filter(pk=int(known[0]), sent_at__gt=timezone.now() - BOUNCE_LIFE)
    return sent.select_related("case", "key").first()


def notices_token(letter: Letter) -> str:
    """What ends the notices about this letter's case, with one click and no code (RFC 8058)."""
    return f"{letter.pk}-{_mac('no-more-notices', str(letter.pk))}"


def notices_letter(token: str) -> Letter | None:
    """The letter whose token this is."""
    number, _, mac = token.partition("-")
    if not number.isdecimal() or len(number) > 15:
        return None
    if not _fits(mac, "no-more-notices", number):
        return None
    return Letter.objects.filter(pk=int(number)).select_related("case").first()


def _read(kind: str, address: str) -> tuple[str, str] | None:
    local, _, domain = address.strip().lower().partition("@")
    words = local.split("-")
    if domain != settings.MAIL_DOMAIN.lower() or len(words) != 3 or words[0] != kind:
        return None
    return words[1], words[2]


def _fits(mac: str, purpose: str, about: str) -> bool:
    return hmac.compare_digest(mac.encode(), _mac(purpose, about).encode())


def _mac(purpose: str, about: str) -> str:
    message = f"{purpose}:{about}".encode()
    return hmac.new(settings.INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()[:20]
