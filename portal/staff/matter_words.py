"""Matters and what they cover in words: names masked, reasons to those who may read papers."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from identity import sealing
from portal.look.days import in_words, moment_in_words, page_language
from portal.staff import words
from portal.staff.doors import Place
from requests_app import access, law, permits, subject
from requests_app.decision import hold, matter
from requests_app.decision.matter import Kind
from requests_app.models import LegalHold, Matter, MatterEvent

Row = dict[str, object]
LATEST = 100
SHOWS = {
    "matters": later("By matter"),
    "people": later("On one person"),
    "lifted": later("Lifted"),
}
PROBLEMS = {
    "name": later("Give the matter a name."),
    "reason": later("Say why nothing may be erased."),
    "past": later("Give a day after today on which the hold is looked at again."),
    "bad_date": later("Give the date as year-month-day, 2027-01-31."),
    "nothing": later("Name at least one person or one kind of data."),
    "too_many": later("Name at most 100 people at once; more can be added afterwards."),
    "unknown_kind": later("Choose among the kinds of data offered."),
    "unknown_line": later(
        "Each line is an e-mail address, a number, best with + and its country, or the reference of a case here."
    ),
    "why": later("Say why it no longer stands."),
    "lifted": later("It has been lifted already."),
    "not_your_move": later("This step needs another role, or another person: it may concern you."),
}
DONE = {
    matter.PLACED: later("%(who)s placed it"),
    matter.WIDENED: later("%(who)s let it cover more"),
    matter.LET_GO: later("%(who)s let something go"),
    matter.REVIEWED: later("%(who)s looked at it: it still stands"),
    matter.LIFTED: later("%(who)s lifted it"),
}


def name_of(place: Place, found: Matter) -> str:
    """Its name for those who may read papers, for it may name people; else its number."""
    if place.may_do(permits.READ_PAPERS):
        with suppress(sealing.KeyDestroyed, sealing.SealBroken):
            return hold.name_of(found)
    return _("Matter %(n)s") % {"n": found.pk}


def why(place: Place, found: Matter) -> str:
    """Its reason, likewise; empty for everybody else."""
    if not place.may_do(permits.READ_PAPERS):
        return ""
    try:
        return hold.why(found)
    except (sealing.KeyDestroyed, sealing.SealBroken):
        return _("Destroyed on its date")


def line(place: Place, found: Matter, covers: dict[str, int]) -> Row:
    """One matter in the list; ``covers``: how many people and kinds of data."""
    people, kinds = covers.get("people", 0), covers.get("kinds", 0)
    told = [ngettext("%(n)s person", "%(n)s people", people) % {"n": people}] if people else []
    if kinds:
        told.append(ngettext("%(n)s kind of data", "%(n)s kinds of data", kinds) % {"n": kinds})
    return {
        "number": found.pk,
        "name": name_of(place, found),
        "url": place.url("matter", found.pk),
        "covers": " · ".join(told) or "–",
        "citation": found.citation,
        "owner": found.owner,
        "review_on": found.review_on,
        "late": found.lifted_at is None and found.review_on <= place.today,
        "lifted_at": found.lifted_at,
    }


def person(place: Place, one: LegalHold) -> str:
    """How staff named them, masked; a case's reference as it is."""
    if not place.may_do(permits.READ_PAPERS):
        return "***"
    try:
        named = sealing.unseal(one.key, one.sealed_reason, hold.PURPOSE).decode()
    except (sealing.KeyDestroyed, sealing.SealBroken):
        return _("Destroyed on its date")
    return (
        _("Case %(reference)s") % {"reference": f"{named[:4]} {named[4:]}"}
        if named.isalnum()
        else subject.masked(named)
    )


def kind(place: Place, system: str, holding: str) -> str:
    """One kind of data in one system, or all of it."""
    title = words.system_title(place.controller, system)
    if not holding:
        return _("%(system)s: everything") % {"system": title}
    named = words.holding_title(place.controller, holding)
    return _("%(system)s: %(kind)s") % {"system": title, "kind": named}


def kinds(place: Place) -> list[tuple[str, str]]:
    """What may be chosen: each system as a whole, and each kind of data in it."""
    found = []
    for system in place.controller.inventory.systems.values():
        found.append((system.key, kind(place, system.key, "")))
        found += [
            (f"{system.key}/{one.key}", kind(place, system.key, one.key))
            for collection in system.collections.values()
            for one in collection.holdings
        ]
    return found


def kind_in(value: str) -> Kind:
    """What was chosen."""
    system, _slash, holding = value.partition("/")
    return Kind(system, holding)


def covered(place: Place, one: LegalHold) -> str:
    """A person, masked, or a kind of data."""
    return kind(place, one.system, one.holding_key) if one.system else person(place, one)


def reason(place: Place, one: LegalHold) -> str:
    """Why one person's data is held, to those who may read papers."""
    if not place.may_do(permits.READ_PAPERS):
        return _("Hold %(n)s") % {"n": one.pk}
    try:
        return hold.reason_of(one)
    except (sealing.KeyDestroyed, sealing.SealBroken):
        return _("Destroyed on its date")


def history(place: Place, found: Matter) -> list[Row]:
    """What was done with it, newest first."""
    events = list(found.events.select_related("by").order_by("-pk")[:LATEST])
    numbers = {n for event in events for n in event.references.get("holds", ())}
    touched = access.holds_for(place.desk, place.slug).filter(pk__in=numbers).select_related("key")
    names = {one.pk: covered(place, one) for one in touched[:LATEST]}
    return [_told(place, found, event, names) for event in events]


def _told(place: Place, found: Matter, event: MatterEvent, names: dict[int, str]) -> Row:
    parts = []
    if event.sealed_reason and place.may_do(permits.READ_PAPERS):
        with suppress(sealing.KeyDestroyed, sealing.SealBroken):
            parts.append(sealing.unseal(found.key, event.sealed_reason, hold.PURPOSE).decode())
    between = law.LISTING.in_(page_language())
    if named := [names[n] for n in event.references.get("holds", ()) if n in names]:
        parts.insert(0, between.join(named))
    if day := event.references.get("review_on"):
        parts.append(
            _("to be looked at again on %(day)s") % {"day": in_words(date.fromisoformat(day), "plain")}
        )
    return {
        "title": str(DONE[event.name]) % {"who": event.by},
        "detail": " · ".join([moment_in_words(event.at), *parts]),
        "state": "done",
    }


def fields(typed: dict[str, str], errors: dict[str, str]) -> list[Row]:
    """Name, reason, provision and day of a new matter."""
    asked: list[Row] = [
        {"name": "name", "label": _("What is the matter called?"), "hint": _("As a colleague would look for it: an audit, a proceeding."), "maxlength": matter.NAME_LENGTH},
        {"name": "reason", "label": _("Why must nothing be erased?"), "maxlength": hold.REASON_LENGTH},
        {"name": "citation", "label": _("On which provision does it rest?"), "hint": _("Leave it empty where none is known."), "required": False, "maxlength": matter.CITATION_LENGTH},
    ]  # fmt: skip
    lines = [
        {"kind": "text", "value": typed.get(str(one["name"]), ""), "errors": errors.get(str(one["name"]), "")}
        | one
        for one in asked
    ]
    return [*lines, day_field(typed.get("review_on", ""), errors.get("review_on", ""))]


def day_field(value: str = "", error: str = "", *, at: str = "id_review_on") -> Row:
    """The day on which a hold is looked at again; ``at`` is its place on the page."""
    return {
        "name": "review_on", "kind": "text", "id": at, "label": _("When is it looked at again?"),
        "hint": _("Year-month-day."), "placeholder": _("YYYY-MM-DD"), "inputmode": "numeric", "brief": True,
        "value": value, "errors": error,
    }  # fmt: skip


def over_field(at: str, value: str, error: str, hint: str = "") -> Row:
    """Why a hold no longer stands, of all or of one that it covers."""
    return {
        "name": "reason", "kind": "text", "id": at, "label": _("Why does it no longer stand?"), "hint": hint,
        "maxlength": hold.REASON_LENGTH, "value": value, "errors": error,
    }  # fmt: skip


def reason_field(value: str, error: str) -> Row:
    """Why nothing of one person's may be erased."""
    return {
        "name": "hold_reason", "kind": "text", "label": _("Why must nothing be erased?"),
        "hint": _("Name the proceeding, not the person."), "maxlength": hold.REASON_LENGTH, "value": value, "errors": error,
    }  # fmt: skip


def people_field(value: str, errors: dict[str, str]) -> Row:
    """Whom it covers."""
    return {
        "name": "people", "kind": "textarea", "rows": 4, "label": _("Which people does it cover?"), "required": False,
        "hint": _("One on each line: an e-mail address, a number, best with + and its country, or the reference of a case here."),
        "value": value, "errors": errors.get("people", ""), "attrs": {"autocomplete": "off", "spellcheck": "false"},
    }  # fmt: skip


def kinds_field(place: Place, chosen: list[str], errors: dict[str, str]) -> Row:
    """What it covers of everybody."""
    return {
        "name": "kinds", "kind": "checkboxes", "label": _("Which kinds of data does it cover, of everybody?"),
        "hint": _("Nobody’s is erased then, whatever case comes."), "required": False, "value": chosen,
        "choices": kinds(place), "errors": errors.get("kinds", ""),
    }  # fmt: skip


def anchor(name: str) -> str:
    """Where on the page a problem is."""
    return {"": "#main", "kinds": "#id_kinds_0"}.get(name, f"#id_{name}")
