"""The case file: who, what, by when and why, what is missing, what happened, and where it stands."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.front import LANGUAGE_NAMES
from portal.look import month
from portal.look.clock import Clock, Rail
from portal.look.days import in_words, moment_in_words
from portal.staff import (
    assigning,
    closing,
    head,
    ledger,
    mandates,
    matter_words,
    mentioned,
    missing,
    own_motion_words,
    papers,
    possible,
    posting,
    presence,
    queue,
    releasing,
    restriction_words,
    reveal,
    splitting,
    story,
    story_words,
    systems_panel,
    twin_rows,
    words,
)  # fmt: skip
from portal.staff.contents import Contents, contents_of
from portal.staff.doors import Place, page, staff_page
from requests_app import law, owed, permits
from requests_app.decision import hold
from requests_app.lifecycle import CONCLUDE, TELL, UNMARK_DUPLICATE
from requests_app.models import Case, CaseEvent, LegalHold
from requests_app.response.told import lacks_address

Row = dict[str, object]


@staff_page()
def show(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The file of one case."""
    return render_file(request, place, case)


def render_file(
    request: HttpRequest,
    place: Place,
    case: Case,
    *,
    problems: Iterable[Row] = (),
    typed: Mapping[str, object] | None = None,
) -> HttpResponse:
    """The page, perhaps with what was wrong about an act and what was typed for it."""
    problems = list(problems)
    shown, told = reveal.is_shown(request, case), reveal.told_of(case)
    held = contents_of(place, case)
    only = request.GET.get("show", "all")
    lacks = missing.rows(place, case, held)
    context = head.head(request, place, case) | {
        "tools": head.tools(place, case, held.letters),
        "problems": problems,
        "typed": typed or {},
        "waiting_replies": releasing.rows(place, case, held.replies),
        "missing": lacks,
        "missing_title": _("Still to see to") if case.closed_at else _("Missing before a decision"),
        "missing_words": missing.words_of(lacks),
        "events": story.tell(place, case, held, told, shown, only),
        "event_filters": [
            {"title": title, "url": f"?show={key}#events", "current": key == only}
            for key, title in story_words.FILTERS.items()
        ],
        "here": presence.others(place, case),
        "own": own_motion_words.panel(request, place, case, held.newest(CONCLUDE.name)),
        "set_aside": own_motion_words.set_aside(place, case),
        "key_rows": [
            ("d", _("decide or approve")),
            *([] if case.own_motion else [("r", _("reply"))]),
            ("n", _("note")),
            ("a", _("assign")),
            ("z", _("undo")),
            ("/", _("search")),
            ("?", _("keys")),
        ],
        "acts": possible.rows(place, case, held, doubted=bool(held.doubts)),
        "late_reasons": possible.late(place, case),
        "leaving": [
            *papers.leaving(place, case, held.letters),
            *posting.leaving(place, case, held.letters),
            *_given(place, case, held.chain),
            *closing.leaving(place, case, held.chain),
        ],
        "replies_by_post": told is not None and bool(told.post_to),
        "papers": papers.rows(place, case, held),
        "uses": papers.uses(place, case, held),
        "facts": _facts(place, case, held),
        "asked_before": ledger.asked_before(held.full) if case.closed_at is None else [],
        "holds": _holds(place, held.holds),
        "hold_form": _hold_form(typed or {}),
        "restriction": restriction_words.panel(place, case, held),
        "enforcement_days": hold.enforcement_days(case),
        "sisters": [twin_rows.line(place, twin) for twin in twin_rows.found(place, case, held.chain)]
        if held.sisters
        else [],
        **splitting.panel(place, case, held),
        "duplicate_of": held.linked[case.duplicate_of_id].reference if case.duplicate_of_id else "",
        "may_take_apart": bool(case.duplicate_of) and place.may(case, UNMARK_DUPLICATE),
        "may_supplement": possible.may_supplement(place, case),
        "tell_ways": list(words.TOLD.items()) if lacks_address(case) and place.may(case, TELL) else [],
        "people": held.people,
        "may_be_told": mentioned.offered(place, case, held.people)
        if place.works() and told is not None
        else [],
        "assignee": case.assignee_id,
        "reveal_reasons": [] if shown else list(reveal.REASONS.items()),
        "works_here": place.works() and told is not None,
        "lifts": place.may_do(permits.LIFT_HOLD),
        "reads_papers": place.may_do(permits.READ_PAPERS),
        "once": secrets.token_urlsafe(12),
        "proof": story_words.broken(held.proof),
        "takes_evidence": place.may_do(permits.TAKE_EVIDENCE) and case.key.wrapped is not None,
    }
    context |= systems_panel.panel(place, case, held.works, held.holdings, held.readings, held.chain)
    context |= {"authority": mandates.panel(request, place, case, held)} | clock_panel(
        case, place, held.calendars
    )
    return page(request, place, "case", context, status=400 if problems else 200)


def _given(place: Place, case: Case, chain: list[CaseEvent]) -> list[Row]:
    """An assignment of a moment ago, which one press takes back."""
    if assigning.undoable(place, case, chain) is None:
        return []
    text = _("Assigned to %(who)s") % {"who": case.assignee.name if case.assignee else _("Nobody")}
    return [{"text": text, "url": place.url("assign_undo", case.reference)}]


def clock_panel(case: Case, place: Place, under: owed.Calendars | None = None) -> Row:
    """The badge, the rail and the reasons; a month of working days where the count goes by them.

    ``under``: the calendars, where a page has read them anyway.
    """
    reckoning = law.Reckoning.from_json(case.reckoning)
    respond, further = reckoning.respond, reckoning.extension
    clock: Clock = queue.clock_of(case, place.today)
    working = any(reason.step in {"day_off", "make_up"} for reason in respond.reasons)
    calendar = None
    if working:
        calendar = (under or owed.calendars()).get(reckoning.calendar.partition("@")[0])
    first, last = case.received_on, case.due_on
    return {
        "clock": clock,
        "rail": Rail.of(
            first,
            place.today,
            last,
            case.last_on,
            further.last_on if further else None,
            state=clock.state,
            asked=not case.own_motion,
        ),
        "due_on": last,
        "reasons": respond.reasons,
        "provisional": case.provisional,
        "other_dates": _other_dates(case, reckoning),
        "calendar": month.weeks(first, last, calendar.is_working, calendar.make_up_days(first, last))
        if calendar
        else None,
    }


def _other_dates(case: Case, reckoning: law.Reckoning) -> list[Row]:
    """The dates beside our answer's, each opening its own reasons: the acknowledgement, and more time."""
    found: list[Row] = []
    if due := reckoning.acknowledge:
        done = in_words(case.acknowledged_at) if case.acknowledged_at else ""
        title = _("Acknowledge by %(day)s") % {"day": in_words(due.due_on)}
        title += _(" – done on %(day)s") % {"day": done} if done else ""
        found.append({"title": title, "reasons": due.reasons, "provisional": due.provisional})
    if due := reckoning.extension:
        title = _("With more time, by %(day)s") % {"day": in_words(due.due_on)}
        found.append({"title": title, "reasons": due.reasons, "provisional": due.provisional})
    return found


def _holds(place: Place, holds: list[LegalHold]) -> list[Row]:
    return [
        {
            "pk": one.pk,
            "reason": hold.reason_of(one),
            "matter_url": place.url("matter", one.matter_id) if one.matter_id else "",
            "what": matter_words.kind(place, one.system, one.holding_key) if one.system else "",
            "owner": one.owner,
            "review_on": one.review_on,
            "lapses_on": one.lapses_on,
            "renews": place.may_do(permits.LIFT_HOLD) and one.lapses_on is not None,
        }
        for one in holds
    ]


def _hold_form(typed: Mapping[str, object]) -> Row:
    """To place one; ``typed`` holds what was wrong with each field beside what was typed there."""
    said = {name: str(typed.get(name, "")) for name in ("hold_reason", "review_on", "kind")}
    errors = {name: str(typed.get(f"hold.{name}", "")) for name in ("reason", "review_on", "kind")}
    return {
        "open": any((*said.values(), *errors.values())),
        "reason": matter_words.reason_field(said["hold_reason"], errors["reason"]),
        "day": matter_words.day_field(said["review_on"], errors["review_on"]),
        "kind_error": errors["kind"],
    }


def _facts(place: Place, case: Case, held: Contents) -> list[tuple[str, object]]:
    lang = words.page_language()
    _regime, right = words.rules_of(case)
    asked: list[tuple[str, object]] = [
        (_("Asked"), right.plain.in_(lang)),
        (_("Received"), moment_in_words(case.received_at)),
        (_("Language"), LANGUAGE_NAMES.get(case.language, case.language)),
    ]
    rows: list[tuple[str, object]] = [
        *([(_("Opened"), moment_in_words(case.received_at))] if case.own_motion else asked),
        (_("Waits for"), _pair(*words.waiting(case, place))),
    ]
    rows += mandates.fact_rows(case)
    if case.after_id:
        first = held.linked[case.after_id].spaced_reference
        rows.append((_("After"), _("%(reference)s is answered first") % {"reference": first}))
    rows += [(_("Proposed by"), str(one)) for one in held.known if one.pk == case.proposed_by_id]
    if case.purge_on:
        rows.append((_("Content until"), in_words(case.purge_on)))
    if case.log_until:
        rows.append((_("Log until"), in_words(case.log_until)))
    return rows


def _pair(who: str, what: str) -> str:
    return _("%(who)s: %(what)s") % {"who": who, "what": what} if what else who
