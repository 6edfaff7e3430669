"""The question, for staff, whether all of a right is asked for or one part of it alone; the requester's rules hold."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.staff import words
from portal.staff.doors import Place
from requests_app import subject
from requests_app.intake import named

NOT_CHOSEN = later("Choose which consent is withdrawn.")


def field(place: Place, value: str, error: str = "") -> dict[str, object] | None:
    """Nothing is chosen beforehand; ``None`` where no right of this controller has parts."""
    parts = named.parts_of(place.controller, [right.code for right in place.controller.rights])
    lang = words.page_language()
    return {
        "name": "part",
        "kind": "radio",
        "label": _("If consent is withdrawn: which one?"),
        "value": value,
        "errors": error,
        "choices": [
            (subject.WHOLE, _("Every consent they gave")),
            *((part.code, place.controller.text(part.title, lang)) for part in parts),
        ],
    } if parts else None  # fmt: skip


def suggested(place: Place, text: str) -> list[dict[str, str]]:
    """The part that a letter's own words name alone."""
    codes = [right.code for right in place.controller.rights]
    asked = named.details_of(place.controller, codes, text)
    lang = words.page_language()
    return [
        {"title": place.controller.text(part.title, lang), "words": ""}
        for part in named.parts_of(place.controller, codes)
        if part.code in asked.values()
    ]


def is_answered(place: Place, rights: Iterable[str], answer: str) -> bool:
    """Whether nothing need be asked, or it was answered."""
    return named.is_answered(place.controller, rights, answer)
