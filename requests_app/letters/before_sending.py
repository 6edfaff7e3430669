"""Looks at words before they leave: does somebody else's address or number, or another case, stand in them?"""

from __future__ import annotations

import hashlib
import re
from email.utils import parseaddr

from requests_app import register, subject
from requests_app.models import Case

_ADDRESS = re.compile(
    r"[^\s<>()\[\]\",;:，。；：、（）《》“”]+@[^\s<>()\[\]\",;:，。；：、（）《》“”]+\.[A-Za-z0-9-]+"
)
_NUMBER = re.compile(r"\+?\d[\d ().-]{7,}[\dXx]")
_REFERENCE = re.compile(r"\b([2-9A-HJ-NP-Z]{4}) ?([2-9A-HJ-NP-Z]{4})\b")
SHORTEST_NUMBER = 9
"""Digits: a date has eight, a telephone number or an identity number has more."""


def others_in(case: Case, text: str) -> list[str]:
    """What in a text is neither the requester's nor ours, in its order; at most twenty."""
    told = subject.read(case)
    controller = register.controller(case.controller)
    own = {told.email, told.phone, told.writes_from, told.answer_to, *told.on_record}
    own |= {value for _kind, value in told.proved}
    own |= {box.address for box in controller.mailboxes} | {parseaddr(controller.mail_from)[1]}
    known = {one.casefold() for one in own if one}
    digits = {found for one in known if (found := _digits(one))}
    found = [one for one in _ADDRESS.findall(text) if one.rstrip(".").casefold() not in known]
    for one in _NUMBER.findall(text):
        plain = _digits(one)
        if len(plain) >= SHORTEST_NUMBER and not any(
            mine.endswith(plain) or plain.endswith(mine) for mine in digits
        ):
            found.append(one.strip())
    named = {first + second for first, second in _REFERENCE.findall(text)} - {case.reference}
    there = Case.objects.filter(controller=case.controller, reference__in=sorted(named)[:50])
    found += sorted(there.exclude(subject_index=case.subject_index).values_list("reference", flat=True))
    return list(dict.fromkeys(found))[:20]


def mark_of(found: list[str]) -> str:
    """By which a person says that they have looked at exactly these."""
    return hashlib.sha256("\x1f".join(found).encode()).hexdigest()[:16]


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit()) if "@" not in text else ""
