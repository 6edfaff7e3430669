"""A restriction of processing on the desk: the form for its terms, the panel of the case file, the act that lifts it."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from identity.sealing import KeyDestroyed, SealBroken
from portal.look.days import in_words
from portal.staff import stale
from portal.staff.contents import Contents
from portal.staff.doors import Place, refused, staff_page, to_case
from requests_app import permits, restriction
from requests_app.decision.restricting import FIELD
from requests_app.fulfilment import lifting
from requests_app.letters import correspond
from requests_app.lifecycle import State
from requests_app.models import Case, Work

Row = dict[str, object]
REASONS = {
    "ended": later("Its day has come"),
    "condition": later("What ends it has happened"),
    "asked": later("The requester asked for it"),
    "mistaken": later("It was set by mistake"),
    "erased": later("The data has been erased: nothing is left"),
}
"""Why it is lifted, by :data:`requests_app.fulfilment.lifting.REASONS`."""


def form(case: Case, typed: Mapping[str, str] | None, errors: Mapping[str, str]) -> list[Row]:
    """Three fields beside the determinations; none for any other right."""
    if not restriction.is_one(case):
        return []
    standing = _shown(case)
    asked = {
        "reason": (_("Why is it kept and not used?"), _("The letter gives this reason to the requester.")),
        "ends_on": (
            _("On which day does it end?"),
            _(
                "As year-month-day; leave it empty where no day is fixed. Nothing ends by itself: you are told."
            ),
        ),
        "condition": (_("What else ends it?"), _("In words, if anything does; the letter says so.")),
    }
    drawn = {"kind": "textarea", "rows": 2, "maxlength": restriction.LONGEST}
    day = {"inputmode": "numeric", "placeholder": _("YYYY-MM-DD"), "brief": True}
    return [
        {
            "name": (name := f"{FIELD}.{key}"),
            "id": name,
            "label": label,
            "hint": hint,
            "value": (typed or {}).get(name, standing[key]),
            "errors": errors.get(name, ""),
            "required": key == "reason",
        }
        | (day if key == "ends_on" else drawn)
        for key, (label, hint) in asked.items()
    ]


def stamps(case: Case) -> list[tuple[str, str]]:
    """The hidden field that says what the form showed; none for any other right."""
    if not restriction.is_one(case):
        return []
    return [(f"{stale.SEEN}{FIELD}", stale.stamp_of(_shown(case)))]


def is_untouched(typed: Mapping[str, str]) -> bool:
    """Whether the form says of the terms what it showed when it was opened."""
    return typed.get(f"{stale.SEEN}{FIELD}", "") == stale.stamp_of(_typed(typed))


def conflicts(case: Case, typed: Mapping[str, str]) -> list[Row]:
    """Both texts where two people changed the terms."""
    seen = typed.get(f"{stale.SEEN}{FIELD}", "")
    if not seen or not restriction.is_one(case) or f"{FIELD}.reason" not in typed or is_untouched(typed):
        return []
    now, row = _shown(case), restriction.of(case)
    if seen == stale.stamp_of(now):
        return []
    return [
        {
            "title": _("Kept and not used"),
            "key": FIELD,
            "who": str(row.by) if row else "",
            "at": None,
            "theirs": [value for value in now.values() if value],
            "mine": [value for value in _typed(typed).values() if value],
        }
    ]


def _shown(case: Case) -> dict[str, str]:
    terms = restriction.read(case)
    day = terms.ends_on.isoformat() if terms.ends_on else ""
    return {"reason": terms.reason, "ends_on": day, "condition": terms.condition}


def _typed(typed: Mapping[str, str]) -> dict[str, str]:
    return {key: typed.get(f"{FIELD}.{key}", "").strip() for key in ("reason", "ends_on", "condition")}


def checks(case: Case) -> list[Row]:
    """What the second person signs for, beside the holdings."""
    if not restriction.is_one(case):
        return []
    terms = restriction.read(case)
    until = in_words(terms.ends_on) if terms.ends_on else terms.condition or _("no fixed end")
    if terms.ends_on and terms.condition:
        until = f"{until} · {terms.condition}"
    return [
        {"title": _("Restricted because"), "detail": terms.reason or "–", "state": "done"},
        {"title": _("Restricted until"), "detail": until, "state": "done"},
    ]


def panel(place: Place, case: Case, held: Contents) -> Row | None:
    """How the restriction of this case stands; ``None`` where there is none yet."""
    row = held.restriction
    if row is None or row.begun_at is None:
        return None
    try:
        terms = restriction.standing(case, row)
        reached = case.own_motion or correspond.is_reached(case)
    except (KeyDestroyed, SealBroken):
        terms, reached = restriction.Terms(), True
    said = held.newest(lifting.ASKED, lifting.UNTOLD)
    lifts = [one for one in held.works if one.operation == Work.Operation.LIFT]
    handed_out = [one for one in lifts if one.status != Work.Status.CONFIRMED]
    return {
        "untold": row.lift_asked_at is None and said is not None and said.name == lifting.UNTOLD,
        "erased": said is not None and said.reason == lifting.ERASED,
        "elsewhere": said is not None and said.references.get("told") == "elsewhere",
        "handed_out": bool(handed_out),
        "stuck": any(one.next_try_at is None for one in handed_out),
        "unreached": not reached,
        "told_at": timezone.localdate(row.told_at) if row.told_at and not row.lifted_at else None,
        "reason": terms.reason if place.may_do(permits.READ_PAPERS) else "",
        "condition": terms.condition if place.may_do(permits.READ_PAPERS) else "",
        "begun_at": timezone.localdate(row.begun_at),
        "ends_on": row.ends_on,
        "over": row.lift_asked_at is None and row.ends_on is not None and row.ends_on <= place.today,
        "lift_asked_at": row.lift_asked_at,
        "lifted_at": timezone.localdate(row.lifted_at) if row.lifted_at else None,
        "lifts": row.lift_asked_at is None
        and case.state == State.CLOSED
        and place.may_do(permits.LIFT_RESTRICTION)
        and not place.desk.is_about(case),
        "open": case.state != State.CLOSED,
        "reasons": list(REASONS.items()),
    }


DONE = {
    "mail": later("The requester is written to; once the letter has left, the systems set it back."),
    "post": later("A letter is laid ready to post; once it is posted, the systems set it back."),
    "told": later("Noted. No letter leaves; the systems set it back."),
    "nobody": later("Nobody asked for it, so nobody is written to; the systems set it back."),
    "elsewhere": later(
        "Ended here. Another case keeps the same data from being used, so nothing is set back."
    ),
    "erased": later("Ended: nothing is left of it. No letter leaves."),
}
"""What was done, by what :func:`requests_app.fulfilment.lifting.lift` gives."""
REFUSED = {
    "reason": later("Choose why the restriction is lifted."),
    "not_standing": later("It does not stand any more, or the case is not closed."),
    "underway": later(
        "Another case of this person is just having the same data restricted: lift it once that is settled."
    ),
    "no_address": later(
        "No letter can reach the requester: tell them another way, say so here, and lift it then."
    ),
    "withheld": later(
        "The letter would not leave: too many have gone to this unproved address today. Lift it tomorrow."
    ),
}


@staff_page("POST", act=permits.LIFT_RESTRICTION)
def lift(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The requester is told, and the systems set it back."""
    if restriction.of(case) is None:
        raise Http404
    # Only where no letter can leave is a person's word enough.
    told = request.POST.get("told") == "yes" and not correspond.is_reached(case)
    try:
        done = lifting.lift(case, by=place.desk.user, reason=request.POST.get("reason", ""), told=told)
    except lifting.NotLifted as refusal:
        if refusal.why == "not_your_move":
            return refused(request, place)
        messages.warning(request, REFUSED[refusal.why])
    else:
        messages.success(request, DONE[done])
    return to_case(place, case, "restriction")
