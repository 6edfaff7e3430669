"""A processor that speaks OpenDSR 2.0: asked over the wire, answers when it is done, signs whatever it says.

What it says is believed only under a certificate that a known authority issued
for its own host name. Its operations lack ``search``: like a system looked
after by a person it is asked, whatever the other systems hold.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from requests_app.register.inventory import HttpSettings, ProcessorSettings, System

from .base import Identifier, SystemRefused
from .http_call import Answer, Caller
from .manual import ManualConnector
from .signed import NotSigned, verify

IDENTITIES = {"email": "email", "customer_id": "controller_customer_id"}
REGULATIONS = frozenset({"ccpa", "gdpr"})
TYPES = {"access": "access", "port": "portability", "delete": "erasure"}
"""Our operations in its words."""
SENT, PENDING, IN_PROGRESS, COMPLETED, CANCELLED = "sent", "pending", "in_progress", "completed", "cancelled"
ORDER = (SENT, PENDING, IN_PROGRESS, COMPLETED, CANCELLED)
"""What is asked only moves to the right; the last two are final."""
_HASHES = {"sha1": hashlib.sha1, "md5": hashlib.md5, "sha256": hashlib.sha256}


class OpenDsrConnector(ManualConnector):
    """What the registry knows of it: it cannot be walked, but it can be asked for a copy and for erasure."""

    operations = frozenset({"access", "delete"})


@dataclass(frozen=True)
class Standing:
    """How far the processor says it is."""

    status: str
    expected_at: datetime | None = None
    results_url: str = field(default="", repr=False)


class Processor:
    """Calls one processor; raises ``SystemUnreachable`` and ``SystemRefused`` as every connector does."""

    def __init__(self, system: System, secret: str) -> None:
        if system.http is None or system.processor is None:
            raise SystemRefused(system.key, "no calls described")
        self._key = system.key
        self._http: HttpSettings = system.http
        self._settings: ProcessorSettings = system.processor
        self.domain = (urlsplit(system.http.base).hostname or "").lower()
        self._caller = Caller(
            system.key, system.http.base, secret, hosts=system.http.hosts, networks=system.http.networks
        )

    def certificate(self, operation: str) -> str:
        """Ask what it can do and who it is; gives its certificate with the chain, in PEM.

        Refused when it does not do this, or does not know people by what we may send.
        """
        told = self._call("GET", "/discovery").content
        known = told.get("supported_identities") if isinstance(told, dict) else None
        pairs = {(one.get("identity_type"), one.get("identity_format")) for one in _objects(known)}
        wanted = {(IDENTITIES[kind], form) for kind, form in self._settings.identities.items()}
        if not isinstance(told, dict) or TYPES[operation] not in (
            told.get("supported_subject_request_types") or ()
        ):
            raise SystemRefused(self._key, "does not do this")
        if not wanted & pairs:
            raise SystemRefused(self._key, "knows people by nothing that we send")
        where = urlsplit(str(told.get("processor_certificate", "")))
        if (where.hostname or "").lower() != self.domain:
            raise SystemRefused(self._key, "its certificate lies elsewhere")
        raw = self._caller.call("GET", self._local(where.path), plain=True).body
        self._believe(raw, b"", None)
        return raw.decode("ascii", "replace")

    def send(
        self, number: str, operation: str, regulation: str, people: Iterable[Identifier], certificate: str,
        callback: str, now: datetime, keep: Sequence[Mapping[str, object]] = (),
    ) -> Standing:  # fmt: skip
        """Ask; ``number`` is a UUID of ours, so asking again with the same one is no second request.

        ``keep``: what an erasure leaves and on what ground, as an extension under the processor's domain.
        """
        identities = [
            {
                "identity_type": IDENTITIES[one.kind],
                "identity_value": _written(one, self._settings.identities[one.kind]),
                "identity_format": self._settings.identities[one.kind],
            }
            for one in people
            if one.kind in self._settings.identities
        ]
        if not identities:
            raise SystemRefused(self._key, "nothing to know the person by")
        body: dict[str, Any] = {
            "api_version": "2.0",
            "regulation": regulation,
            "subject_request_id": number,
            "subject_request_type": TYPES[operation],
            "submitted_time": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "subject_identities": identities,
            "status_callback_urls": [callback],
        }
        if keep:
            body["extensions"] = {self.domain: {"keep": [dict(one) for one in keep]}}
        answer = self._call("POST", "/requests", body=body, idempotency_key=number)
        self._believe(certificate.encode(), answer.body, answer.headers)
        told = answer.content if isinstance(answer.content, dict) else {}
        if told.get("subject_request_id") != number or _decoded(told.get("encoded_request")) != body:
            raise SystemRefused(self._key, "took something else than was asked")
        return Standing(PENDING, _moment(told.get("expected_completion_time")))

    def ask(self, number: str, certificate: str) -> Standing | None:
        """How far it is; ``None`` if it does not know the request."""
        answer = self._call("GET", f"/requests/{number}", accept=(404,))
        if answer.status == 404:
            return None
        self._believe(certificate.encode(), answer.body, answer.headers)
        standing = standing_of(answer.content, number)
        if standing is None:
            raise SystemRefused(self._key, "its status cannot be read")
        return standing

    def recall(self, number: str, certificate: str) -> Standing | None:
        """Take a request back, which it allows while nothing has begun; gives how things stand then.

        ``None``: it knows the request no more. What it says to the taking back itself is not
        believed, only what it says when asked afterwards.
        """
        self._call("DELETE", f"/requests/{number}", accept=(400, 403, 404, 405, 409, 410, 422))
        return self.ask(number, certificate)

    def results(self, url: str) -> bytes:
        """The file with the copy, from its own host only."""
        where = urlsplit(url)
        if (where.hostname or "").lower() != self.domain:
            raise SystemRefused(self._key, "its results lie elsewhere")
        path = self._local(where.path) + (f"?{where.query}" if where.query else "")
        return self._caller.call("GET", path, plain=True).body

    def _call(self, method: str, path: str, **more: Any) -> Answer:
        return self._caller.call(method, self._settings.path.rstrip("/") + path, **more)

    def _local(self, path: str) -> str:
        """A path as the caller wants it, below the base."""
        base = urlsplit(self._http.base).path.rstrip("/")
        if not path.startswith(base):
            raise SystemRefused(self._key, "lies outside its base")
        return path[len(base) :]

    def _believe(self, certificate: bytes, body: bytes, headers: Mapping[str, str] | None) -> None:
        said = headers.get("x-opendsr-processor-domain", "").lower() if headers is not None else self.domain
        signature = headers.get("x-opendsr-signature", "") if headers is not None else None
        reason = ""
        try:
            if said != self.domain:
                raise NotSigned("speaks for another domain")
            verify(certificate, self.domain, body, signature, datetime.now(UTC))
        except NotSigned as error:
            reason = str(error)
        if reason:
            raise SystemRefused(self._key, reason)


def standing_of(told: object, number: str) -> Standing | None:
    """The status fields of an answer or a callback about that request; ``None`` if they are not that."""
    if not isinstance(told, dict) or told.get("subject_request_id") != number:
        return None
    status = told.get("request_status")
    if status not in ORDER[1:]:
        return None
    return Standing(status, _moment(told.get("expected_completion_time")), str(told.get("results_url") or ""))


def _written(one: Identifier, form: str) -> str:
    value = one.value.strip().lower() if one.kind == "email" else one.value.strip()
    return value if form == "raw" else _HASHES[form](value.encode()).hexdigest()


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _decoded(text: object) -> object:
    try:
        return json.loads(base64.b64decode(str(text), validate=True))
    except (binascii.Error, ValueError):
        return None


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def opendsr(system: System, address: str) -> OpenDsrConnector:
    """The factory that the registry names."""
    return OpenDsrConnector(system)
