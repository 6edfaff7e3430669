"""How a column writes down what we know in another form: phone numbers without their plus, their country or in groups."""

from __future__ import annotations

import re
from typing import Any

from requests_app.register.inventory import Field


def in_column(field: Field, value: str) -> str | None:
    """A number in E.164 form (``+14155550100``) as the column would hold it; ``None`` where it holds none such.

    Whatever else is known stands there as it is.
    """
    digits = value.removeprefix("+")
    if field.stored_as is None or digits == value or not (digits.isascii() and digits.isdigit()):
        return value
    if field.stored_as == "e164":
        return value
    if field.stored_as == "digits":
        return digits
    if not digits.startswith(field.country_code):
        return None
    national = digits.removeprefix(field.country_code)
    if field.stored_as == "national":
        return national
    if field.stored_as.count("#") != len(national):
        return None
    left = iter(national)
    return "".join(next(left) if sign == "#" else sign for sign in field.stored_as)


def as_known(field: Field, held: Any) -> str:
    """What the column holds, in the form in which it is known; what is not as declared stays as it is."""
    text = str(held).strip()
    if field.stored_as is None or field.stored_as == "e164":
        return text
    if field.stored_as in ("digits", "national"):
        code = field.country_code if field.stored_as == "national" else ""
        return f"+{code}{text}" if text.isascii() and text.isdigit() else text
    shape = "".join(r"([0-9])" if sign == "#" else re.escape(sign) for sign in field.stored_as)
    found = re.fullmatch(shape, text)
    return f"+{field.country_code}{''.join(found.groups())}" if found else text
