"""Values that say nothing: what stands in a column that must not be empty after erasing."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from .connectors.base import ColumnFacts, Key

TEXT = "[erased]"
MAIL_DOMAIN = "erased.invalid"
"""RFC 2606: never anyone's address."""


class Unmaskable(Exception):
    """No neutral value fits the column."""


def neutral(facts: ColumnFacts, *, identity: str | None = None) -> Any:
    """A value of the column's type that tells nothing, the same for every row."""
    if facts.kind == "text":
        return _fitting(facts, f"erased@{MAIL_DOMAIN}" if identity == "email" else TEXT)
    values: dict[str, Any] = {
        "integer": 0,
        "number": 0,
        "boolean": False,
        "date": date(1900, 1, 1),
        "datetime": datetime(1900, 1, 1, tzinfo=UTC if facts.zoned else None),
        "time": time(0, 0),
        "uuid": UUID(int=0),
        "json": {},
        "binary": b"",
    }
    if facts.kind not in values:
        raise Unmaskable(facts.name)
    return values[facts.kind]


def unlike_any(facts: ColumnFacts, place: tuple[str, str], key: Key, *, identity: str | None = None) -> Any:
    """A neutral value of its own for each row, for a column whose values must differ.

    Made from the row's key, which stays in the row anyway, so that a second
    run and the confirmation arrive at the same one.
    """
    seed = json.dumps([*place, facts.name, *(str(part) for part in key)]).encode()
    digest = hashlib.sha256(seed).digest()
    if facts.kind == "uuid":
        return UUID(bytes=digest[:16])
    if facts.kind != "text":
        raise Unmaskable(facts.name)
    token = f"erased-{digest.hex()[:16]}"
    if identity == "email":
        token = f"{token}@{MAIL_DOMAIN}"
    if facts.max_length is not None and len(token) > facts.max_length:
        if facts.max_length < 16:
            raise Unmaskable(facts.name)
        token = digest.hex()[: facts.max_length]
    return token


def _fitting(facts: ColumnFacts, text: str) -> str:
    return text if facts.max_length is None or len(text) <= facts.max_length else "-"
