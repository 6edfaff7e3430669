"""What narrows a view of the queue, as the address says it: nothing but known values, so that it can be kept and shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from identity.models import User
from portal.front import LANGUAGE_NAMES
from portal.staff import assigning, views, words
from portal.staff.doors import Place
from requests_app import law
from requests_app.lifecycle import OPEN, State
from requests_app.models import Channel

NAMES = ("right", "via", "language", "who", "state")
ME, NOBODY = "me", "nobody"
LONGEST = 300


def read(given: Mapping[str, str], place: Place, people: Sequence[User] | None = None) -> dict[str, str]:
    """The filters of an address; what is not known there is left out. ``people`` saves asking for them again."""
    offered = {
        field["name"]: {value for value, _title in field["choices"]} for field in fields(place, {}, people)
    }  # type: ignore[attr-defined]
    chosen = {name: given.get(name, "") for name in NAMES}
    return {name: value for name, value in chosen.items() if value in offered[name]}


def query(view: str, chosen: Mapping[str, str]) -> str:
    """The address's part after the question mark."""
    return urlencode({"view": view, **chosen})


def as_given(text: str) -> dict[str, str]:
    """A query as pairs, whatever they are worth."""
    return dict(parse_qsl(text[:LONGEST]))


def cleaned(text: str, place: Place) -> str:
    """A query that somebody wants to keep, made of known values alone; empty when it says nothing."""
    given = as_given(text)
    view, chosen = given.get("view", ""), read(given, place)
    return query(view if view in views.BY_KEY else "open", chosen) if view or chosen else ""


def condition(chosen: Mapping[str, str], place: Place) -> Q:
    """The rows they leave."""
    found = Q()
    for name, column in (
        ("right", "right"),
        ("via", "channel"),
        ("language", "language"),
        ("state", "state"),
    ):
        if name in chosen:
            found &= Q(**{column: chosen[name]})
    if who := chosen.get("who", ""):
        one = {ME: place.desk.user.pk, NOBODY: None}
        found &= Q(assignee=one[who] if who in one else int(who))
    return found


def fields(
    place: Place, chosen: Mapping[str, str], people: Sequence[User] | None = None
) -> list[dict[str, object]]:
    """Each as a control with what may be chosen there; one query, for the colleagues."""
    people = assigning.colleagues(place) if people is None else people
    lang = words.page_language()
    rights = [
        (right.code, law.regime(right.regime, place.today).right(right.code).title.in_(lang))
        for right in place.controller.rights
    ]
    whom = [(ME, _("Me")), (NOBODY, _("Nobody"))] + [(str(one.pk), str(one)) for one in people]
    offered: dict[str, tuple[str, list[tuple[str, object]]]] = {
        "right": (_("Right"), [*rights]),
        "via": (_("Via"), [(str(code), words.CHANNELS[code]) for code in Channel]),
        "language": (_("Language"), [(c, LANGUAGE_NAMES.get(c, c)) for c in place.controller.languages]),
        "who": (_("Assigned to"), [*whom]),
        "state": (_("Stage"), [(str(s), words.STATES[s]) for s in State if s in OPEN]),
    }
    return [
        {"name": name, "label": label, "choices": choices, "value": chosen.get(name, "")}
        for name, (label, choices) in offered.items()
    ]
