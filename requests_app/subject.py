"""Who a case is about, as told and as proved: sealed in the case, opened only where it is needed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from identity import sealing
from requests_app.models import Case

PURPOSE = "subject"


@dataclass
class Subject:
    """What we were told of the person the information is about, and the identifiers that were proved.

    Whoever asks for another is the ``representative``: they are written to, and are not the person.
    """

    name: str = ""
    email: str = ""
    details: dict[str, str] = field(default_factory=dict)
    link: str = ""
    """Token of the private link, so that later letters can carry it."""
    proved: list[tuple[str, str]] = field(default_factory=list)
    """Identifiers as the systems hold them: ``("email", …)``, ``("customer_id", …)``."""
    candidates: list[tuple[str, str]] = field(default_factory=list)
    """Identifiers a code was sent to; they become proved when it is typed."""
    representative: dict[str, str] = field(default_factory=dict)
    """``name``, ``email`` and ``age`` (an age group's code, of a minor acted for); empty where one asks for oneself."""
    answer_to: str = ""
    """Where the answer goes by a mandate that was accepted; empty: to the person, at an address on record."""
    declaration: str = ""
    """The signed declaration under penalty of perjury, kept with the case (11 CCR 7062(c))."""

    @property
    def masked_email(self) -> str:
        """``d***@example.org``: enough to recognise one's own, too little to learn another's."""
        return masked(self.email)

    @property
    def writes_from(self) -> str:
        """The address of whoever asked."""
        return self.representative.get("email", "") or self.email

    @property
    def written_by(self) -> str:
        """The name of whoever asked."""
        return self.representative.get("name", "") or self.name


def masked(address: str) -> str:
    """An address with all but its first sign hidden; empty for none."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain}" if domain else ""


def read(case: Case) -> Subject:
    """Open it; raises ``KeyDestroyed`` after the purge."""
    kept = json.loads(sealing.unseal(case.key, case.sealed_subject, PURPOSE))
    for name in ("proved", "candidates"):
        kept[name] = [tuple(pair) for pair in kept.get(name, [])]
    return Subject(**kept)


def seal(case: Case, subject: Subject) -> bytes:
    """The sealed form, to be written with the next move or record."""
    return sealing.seal(case.key, json.dumps(asdict(subject), ensure_ascii=False).encode(), PURPOSE)
