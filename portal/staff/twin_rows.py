"""Other cases of the same person as lines, with what speaks for a duplicate."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from portal.staff import own_motion_words, words
from portal.staff.doors import Place
from requests_app import access
from requests_app.decision import duplicates
from requests_app.decision.duplicates import Twin
from requests_app.models import Case, CaseEvent

Row = dict[str, object]
WHY_NOT = {
    "other_person": later("The two do not come from the same proved or given address."),
    "nobody_asked": later(
        "One of the two was opened of our own motion: that is no request, so it is no duplicate of one."
    ),
    "other_right": later("The two ask for different things, or under different rules."),
    "too_far": later("One of the two is approved or answered already, or its proof would be lost."),
    "not_your_move": later("This step needs another role."),
    "not_a_duplicate": later("It was not closed as a duplicate."),
    "nothing_to_add_to": later("Only an answer given to somebody identified can be added to."),
    "reason": later("Say what is missing in the answer."),
}


def found(place: Place, case: Case, chain: list[CaseEvent] | None = None) -> list[Twin]:
    """The latest ten other cases of this person that this desk may read; ``chain`` as for :func:`duplicates.twins`."""
    if not case.subject_index:
        return []
    same = access.cases_for(place.desk, place.slug).filter(subject_index=case.subject_index)
    others = same.exclude(pk=case.pk).select_related("key").order_by("-received_at")
    return duplicates.twins(case, list(others[: duplicates.MOST]), chain)


def evidence(twin: Twin) -> str:
    """What speaks for it and against it, in words."""
    days = ngettext("%(n)s day apart", "%(n)s days apart", twin.days_apart) % {"n": twin.days_apart}
    return " · ".join(
        [
            _("same address by keyed hash"),
            _right(twin),
            _("the same day") if not twin.days_apart else days,
            *([_("staff said: no duplicate")] if twin.parted else []),
        ]
    )


def _right(twin: Twin) -> str:
    if not twin.asked:
        told = _("does the same, of our own motion") if twin.case.own_motion else _("asks for the same")
        return told if twin.same_deed else _("does something else")
    return _("same right") if twin.same_right else _("another right")


def line(place: Place, twin: Twin) -> Row:
    """For the case file's panel."""
    other = twin.case
    state = words.OUTCOMES.get(other.outcome) if other.closed_at else words.STATES.get(other.state)
    return {
        "reference": other.reference,
        "url": place.url("case", other.reference),
        "right": own_motion_words.title(words.rules_of(other)[1])
        if other.own_motion
        else words.rules_of(other)[1].title,
        "received_on": other.received_on,
        "state": str(state or other.state),
        "evidence": evidence(twin),
        "parted": twin.parted,
        "duplicate": twin.suspected and other.closed_at is None,
        "asked_for": twin.same_deed and not other.own_motion and other.closed_at is None,
    }
