"""Whom a bulk letter is about: each line that names a person by address, for staff to open a case each."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

MOST_PEOPLE = 200
_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_BESIDE = re.compile(
    r"^[\s\-*•·–|>]*(?:\(?\d{1,3}[.)、：:]?)?\s*|(?:e-?mail|mail|name|consumer|邮箱|电子邮件|姓名)\s*[:：]|[<>()\[\]|;,，；:：\t\"“”]",
    re.IGNORECASE,
)
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Person:
    """As the letter names them."""

    name: str
    email: str


def people_in(text: str, *, but: Collection[str] = ()) -> tuple[Person, ...]:
    """At most two hundred, in the order of the letter; ``but`` are addresses of the writer and of ourselves."""
    leave_out = {address.lower() for address in but}
    found: dict[str, Person] = {}
    before = ""
    for line in text.split("\n"):
        addresses = _ADDRESS.findall(line[:500])
        for address in addresses:
            email = address.strip(".'").lower()
            if email in leave_out or email in found or len(found) == MOST_PEOPLE:
                continue
            # A name stands beside its address, or alone on the line above.
            name = _name(line.replace(address, " ")) or (_name(before) if len(addresses) == 1 else "")
            found[email] = Person(name, address.strip(".'"))
        before = line
    return tuple(found.values())


def _name(line: str) -> str:
    words = " ".join(_BESIDE.sub(" ", line).split()).strip(" .-–")
    return words if len(words) <= _LONGEST_NAME and not any(sign.isdigit() for sign in words) else ""
