"""The case file: who, what, by when and why, what is missing, what happened, and where it stands."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.look import month
from portal.look.clock import Clock, Rail
from portal.look.days import in_words, moment_in_words
from portal.staff import (
    assigning,
    head,
    identity,
    identity_words,
    ledger,
    mandates,
    own_motion_words,
    papers,
    possible,
    posting,
    presence,
    progress,
    queue,
    recipients,
    reveal,
    story,
    texts,
    twin_rows,
    words,
)  # fmt: skip
from portal.staff.contents import Contents, contents_of
from portal.staff.doors import Place, page, staff_page
from requests_app import doubts, journal, law, owed, permits
from requests_app.decision import determine, hold, suggest
from requests_app.lifecycle import PROPOSE, SEND_LETTER_BACK, UNMARK_DUPLICATE
from requests_app.models import Case, CaseEvent, Doubt, LegalHold, Work
from requests_app.response.steps import waits_for_a_look
from requests_app.verification import acting

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
    works = held.works
    holds = hold.in_force(case) if "holds" in held.there else []
    standing = doubts.open_doubts(case) if "doubts" in held.there else []
    only = request.GET.get("show", "all")
    missing = _missing(place, case, held, holds, standing)
    context = head.head(request, place, case) | {
        "tools": head.tools(place, case),
        "problems": problems,
        "typed": typed or {},
        "missing": missing,
        "missing_words": _open_words(missing),
        "events": story.tell(place, case, held, told, shown, only),
        "event_filters": [
            {"title": title, "url": f"?show={key}#events", "current": key == only}
            for key, title in story.FILTERS.items()
        ],
        "systems": _systems(place, held),
        "names_others": place.works() and waits_for_a_look(case) is not None,
        "texts": texts.row(place, case) if "readings" in held.there else None,
        "may_take_back": place.may(case, SEND_LETTER_BACK),
        "recipients": recipients.rows(place, case, works),
        "system_states": progress.states(place.controller, case, map(_seen, works)),
        "here": presence.others(place, case),
        "own": own_motion_words.panel(request, place, case),
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
        "acts": possible.rows(place, case, held, doubted=bool(standing)),
        "late_reasons": possible.late(place, case),
        "leaving": [
            *papers.leaving(place, case, held.letters),
            *posting.leaving(place, case, held.letters),
            *_given(place, case, held.chain),
        ],
        "replies_by_post": told is not None and bool(told.post_to),
        "papers": papers.rows(place, case, held),
        "uses": papers.uses(place, case, held.holdings),
        "facts": _facts(place, case),
        "asked_before": ledger.asked_before(held.full) if case.closed_at is None else [],
        "holds": _holds(place, holds),
        "enforcement_days": hold.enforcement_days(case),
        "sisters": [twin_rows.line(place, twin) for twin in twin_rows.found(place, case)]
        if "sisters" in held.there
        else [],
        "duplicate_of": case.duplicate_of.reference if case.duplicate_of else "",
        "may_take_apart": bool(case.duplicate_of) and place.may(case, UNMARK_DUPLICATE),
        "may_supplement": possible.may_supplement(place, case),
        "people": held.people,
        "assignee": case.assignee_id,
        "reveal_reasons": [] if shown else list(reveal.REASONS.items()),
        "can_write": place.works() and case.closed_at is None and told is not None,
        "works_here": place.works() and told is not None,
        "lifts": place.may_do(permits.LIFT_HOLD),
        "reads_papers": place.may_do(permits.READ_PAPERS),
        "once": secrets.token_urlsafe(12),
        "proof": journal.verify(case, held.chain),
        "takes_evidence": place.may_do(permits.TAKE_EVIDENCE) and case.key.wrapped is not None,
    }
    context |= {"authority": mandates.panel(request, place, case)} | clock_panel(case, place)
    return page(request, place, "case", context, status=400 if problems else 200)


def _given(place: Place, case: Case, chain: list[CaseEvent] | None) -> list[Row]:
    """An assignment of a moment ago, which one press takes back."""
    if assigning.undoable(place, case, chain) is None:
        return []
    text = _("Assigned to %(who)s") % {"who": case.assignee.name if case.assignee else _("Nobody")}
    return [{"text": text, "url": place.url("assign_undo", case.reference)}]


def clock_panel(case: Case, place: Place) -> Row:
    """The badge, the rail and the reasons; a month of working days where the count goes by them."""
    reckoning = law.Reckoning.from_json(case.reckoning)
    respond, further = reckoning.respond, reckoning.extension
    clock: Clock = queue.clock_of(case, place.today)
    working = any(reason.step in {"day_off", "make_up"} for reason in respond.reasons)
    calendar = owed.calendars().get(reckoning.calendar.partition("@")[0]) if working else None
    first, last = case.received_on, case.due_on
    return {
        "clock": clock,
        "rail": Rail.of(
            first, place.today, last, case.last_on, further.last_on if further else None, state=clock.state
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


def _missing(
    place: Place, case: Case, held: Contents, holds: list[LegalHold], standing: list[Doubt]
) -> list[Row]:
    rows: list[Row] = []
    if place.may(case, PROPOSE):
        url = place.url("decide", case.reference)
        if not case.preview_digest:
            rows.append({"title": _("The systems have not all answered yet"), "state": "open"})
        undecided = suggest.undecided(determine.advise(case, held.holdings, held.full))
        spoken_against = [a for a in undecided if a.assessment.grounds or a.assessment.open_questions]
        if plain := len(undecided) - len(spoken_against):
            title = ngettext(
                "%(n)s holding that nothing speaks against",
                "%(n)s holdings that nothing speaks against",
                plain,
            ) % {"n": plain}
            rows.append({"title": title, "state": "open", "url": url, "link": _("Decide")})
        for advice in spoken_against:
            title = place.controller.text(advice.declared.title, words.page_language())
            anchor = f"{url}#holding-{advice.holding.holding_key}"
            if not advice.assessment.open_questions:
                detail = ledger.ground_line(advice.assessment.grounds[0], words.page_language())
                rows.append(
                    {"title": title, "detail": detail, "state": "open", "url": anchor, "link": _("Decide")}
                )
            for question in advice.assessment.open_questions:
                asked = question.words.in_(words.page_language())
                cited = law.cite_in(question.citation, words.page_language())
                detail = " · ".join(part for part in (title, cited) if part)
                rows.append(
                    {"title": asked, "detail": detail, "state": "open", "url": anchor, "link": _("Answer")}
                )
    came_back = (
        letter for letter in held.letters if letter.by_post and letter.bounced_at and not letter.seen_at
    )
    if back := next(came_back, None):
        rows.append(
            {
                "title": _("The post brought a letter back: correct the address"),
                "detail": papers.kind_words(back), "state": "open", "url": place.url("post", case.reference),
                "link": _("Correct"),
            }
        )  # fmt: skip
    rows += _conditions(place, held.works)
    if acting.acts(case):
        rows += mandates.need_rows(case)
    else:
        see = {"url": place.url("identity", case.reference), "link": _("See")}
        sees = place.may_do(permits.READ_PAPERS) and not case.own_motion
        rows.append(_identity(case) | (see if sees else {}))
    rows += identity.line(place, case, standing)
    if holds:
        rows.append(
            {
                "title": _("Legal hold: nothing may be erased"),
                "state": "failed",
                "url": "#hold",
                "link": _("See"),
            }
        )
    else:
        rows.append(
            {"title": _("No legal hold"), "detail": _("Checked again inside each erasure"), "state": "ok"}
        )
    return rows


def _holds(place: Place, holds: list[LegalHold]) -> list[Row]:
    lifts = place.desk.approves_for(place.slug)
    return [
        {
            "pk": one.pk,
            "reason": hold.reason_of(one),
            "owner": one.owner,
            "review_on": one.review_on,
            "lapses_on": one.lapses_on,
            "renews": lifts and one.lapses_on is not None,
        }
        for one in holds
    ]


def _conditions(place: Place, works: list[Work]) -> list[Row]:
    """What must hold before an account is closed, each with what the newest search found."""
    searches = [work for work in works if work.operation == Work.Operation.SEARCH]
    newest = min(searches, key=lambda work: (-work.round, work.pk), default=None)
    counts = newest.result.get("conditions", {}) if newest else {}
    lang, rows = words.page_language(), []
    for system in place.controller.inventory.systems.values():
        for condition in system.conditions:
            if condition.key in counts:
                n = counts[condition.key]
                told = ngettext("%(n)s record stands against it", "%(n)s records stand against it", n)
                rows.append(
                    {
                        "title": place.controller.text(condition.title, lang),
                        "detail": told % {"n": n} if n else _("Holds, as of the search"),
                        "state": "open" if n else "ok",
                    }
                )
    return rows


def _identity(case: Case) -> Row:
    if case.own_motion:
        return {"title": _("Identity: nobody asked, so nobody is verified"), "state": "ok"}
    standard = words.STANDARDS.get(case.standard, case.standard)
    methods = ", ".join(str(identity_words.METHODS.get(method, method)) for method in case.methods)
    if case.identified_at:
        title = _("Identity: %(standard)s, settled %(day)s") % {
            "standard": standard,
            "day": in_words(case.identified_at),
        }
        return {"title": title, "detail": methods, "state": "ok"}
    if case.standard == law.Level.NONE:
        return {"title": _("Identity: no proof may be asked"), "state": "ok"}
    title = _("Identity: %(standard)s is needed") % {"standard": standard or "–"}
    return {"title": title, "detail": methods or _("Nothing shown yet"), "state": "open"}


def _open_words(rows: list[Row]) -> str:
    waiting = sum(row["state"] == "open" for row in rows)
    return _("%(open)s of %(all)s open") % {"open": waiting, "all": len(rows)}


def _seen(work: Work) -> progress.Seen:
    return progress.Seen(work.case_id, work.system, work.operation, work.round, work.status)


def _systems(place: Place, held: Contents) -> list[Row]:
    found: dict[str, int] = {}
    for holding in held.holdings:
        found[holding.system] = found.get(holding.system, 0) + holding.found
    newest: dict[str, Work] = {}
    for work in held.works:
        newest[work.system] = work
    whole = newest.get("*")
    rows = []
    for key in place.controller.inventory.systems:
        work = newest.get(key) or whole
        rows.append(
            {
                "title": words.system_title(place.controller, key),
                "detail": _work_words(work),
                "state": _work_state(work),
                "side": ngettext("%(n)s row", "%(n)s rows", found[key]) % {"n": found[key]}
                if key in found
                else "",
                "task": work.pk if work and _is_task(work) and place.works() else None,
                "again": work.pk
                if work and work.status == Work.Status.FAILED and not _is_task(work) and place.works()
                else None,
            }
        )
    return rows


def _is_task(work: Work) -> bool:
    """Whether a person is to do it, and has not said that it is done."""
    return work.next_try_at is None and work.attempts == 0 and work.status != Work.Status.CONFIRMED


def _work_state(work: Work | None) -> str:
    if work is None:
        return "waiting"
    return {Work.Status.CONFIRMED: "done", Work.Status.FAILED: "failed"}.get(work.status, "waiting")


def _work_words(work: Work | None) -> str:
    if work is None:
        return _("Not asked yet")
    did = {
        Work.Operation.SEARCH: _("Searched"),
        Work.Operation.ACCESS: _("Read"),
        Work.Operation.DELETE: _("Erased and read back"),
        Work.Operation.CORRECT: _("Corrected and read back"),
        Work.Operation.SET: _("Set and read back"),
    }
    trouble = {
        "unreachable": _("Did not answer"),
        "refused": _("Refused"),
        "legal_hold": _("Stopped by legal hold"),
        "exception": _("Cannot be done, says whoever looks after it"),
    }
    if work.status == Work.Status.CONFIRMED and work.confirmed_at:
        return f"{did[work.operation]} · {moment_in_words(work.confirmed_at, 'short')}"
    if work.status == Work.Status.FAILED:
        told = trouble.get(work.trouble.partition(":")[0], _("Failed"))
        if work.next_try_at:
            again = _("next try %(moment)s") % {"moment": moment_in_words(work.next_try_at, "short")}
            return f"{told} · {again}"
        return told
    if work.next_try_at is None:
        return _("A person was asked to do it")
    return _("Waiting for its turn")


def _facts(place: Place, case: Case) -> list[tuple[str, object]]:
    lang = words.page_language()
    _regime, right = words.rules_of(case)
    asked: list[tuple[str, object]] = [
        (_("Asked"), right.plain.in_(lang)),
        (_("Received"), moment_in_words(case.received_at)),
        (_("Language"), {"en": "English", "zh-Hans": "中文"}.get(case.language, case.language)),
    ]
    rows: list[tuple[str, object]] = [
        *([(_("Opened"), moment_in_words(case.received_at))] if case.own_motion else asked),
        (_("Waits for"), _pair(*words.waiting(case, place))),
    ]
    rows += mandates.fact_rows(case)
    if case.after:
        rows.append(
            (_("After"), _("%(reference)s is answered first") % {"reference": case.after.spaced_reference})
        )
    if case.proposed_by_id:
        rows.append((_("Proposed by"), str(case.proposed_by)))
    if case.purge_on:
        rows.append((_("Content until"), in_words(case.purge_on)))
    if case.log_until:
        rows.append((_("Log until"), in_words(case.log_until)))
    return rows


def _pair(who: str, what: str) -> str:
    return _("%(who)s: %(what)s") % {"who": who, "what": what} if what else who
