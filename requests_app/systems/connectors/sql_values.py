"""Values on their way into a comparison: in the column's own type, or not at all."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from .base import Kind


def as_kind(value: Any, kind: Kind) -> Any:
    """``value`` as a column of that kind would hold it; ``ValueError`` if it never could."""
    if kind == "text":
        text = value if isinstance(value, str) else str(value)
        if "\0" in text or (not text.isascii() and text.encode(errors="ignore").decode() != text):
            raise ValueError("not storable text")
        return text
    if not isinstance(value, str):
        return value
    if kind == "integer":
        number = int(value)
        if not -(2**63) <= number < 2**63:
            raise ValueError("out of range")
        return number
    if kind == "number":
        if not re.fullmatch(r"-?\d{1,40}(\.\d{1,40})?", value, re.ASCII):
            raise ValueError("not a number")
        return Decimal(value)
    if kind == "uuid":
        return UUID(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "datetime":
        return datetime.fromisoformat(value)
    return value


def lower_forms(value: str) -> tuple[str, str]:
    """As Unicode folds it and as SQLite does, which lowers ASCII letters alone."""
    return value.lower(), "".join(c.lower() if c.isascii() else c for c in value)
