"""One act on several cases: first what it would do to each, then each by itself, checked as the single act is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from portal.look.days import in_words, page_language
from portal.staff import assigning, filters, late_words, possible, twin_rows, views, words
from portal.staff.bulk_words import ALL_ACTS, CAP, CLOSINGS, NOT_SHOWN, TELLINGS
from portal.staff.doors import Place, page, staff_page
from portal.staff.identity_words import REFUSED
from requests_app import access, permits, subject, undoing
from requests_app.decision import duplicates, more_time
from requests_app.decision.determine import NotAllowed
from requests_app.decision.set_aside import set_aside
from requests_app.fulfilment import recipients
from requests_app.journal import IllegalMove
from requests_app.letters.more_time import REASONS
from requests_app.lifecycle import BEFORE_APPROVAL, MARK_DUPLICATE, NOT_IDENTIFIED, SET_ASIDE, State
from requests_app.models import Case, Letter
from requests_app.verification import acting, asking, failing, representative, sisters
from requests_app.verification import steps as verification


class Not(Exception):
    """This case is left as it is; the words say why."""


@dataclass(frozen=True)
class Wanted:
    """What was chosen for all of them."""

    act: str
    who: str
    reason: str
    """Why more time is taken."""
    why: str
    """Why they are closed."""
    answered: dict[int, str] = field(default_factory=dict)
    """By submission, the case whose mail says for all that was asked with it that we have it."""


@staff_page("POST", works=True)
def bulk(request: HttpRequest, place: Place) -> HttpResponse:
    """``step=do`` does it; anything else shows what would be done."""
    wanted = Wanted(*(request.POST.get(name, "") for name in ("act", "assignee", "reason", "why")))
    query = filters.cleaned(request.POST.get("query", ""), place)
    back = place.url("to_tell") if wanted.act in TELLINGS else f"{place.url('queue')}?{query}"
    cases, beyond = _chosen(request, place, wanted)
    if wanted.act not in ALL_ACTS or not cases:
        return redirect(back)
    does = request.POST.get("step") == "do"
    rows = [_row(place, case, wanted, does=does) for case in cases]
    context = {
        "title": ALL_ACTS[wanted.act],
        "detail": _detail(place, wanted),
        "wanted": wanted,
        "rows": rows,
        "ready": sum(1 for row in rows if row["ok"]),
        "refused": sum(1 for row in rows if not row["ok"]),
        "beyond": beyond,
        "cap": CAP,
        "done": does,
        "query": query,
        "back": back,
    }
    return page(request, place, "bulk", context)


def _chosen(request: HttpRequest, place: Place, wanted: Wanted) -> tuple[list[Case], bool]:
    """The ticked cases that this desk may read, or all that match the address; and whether there were more."""
    seen = access.cases_for(place.desk, place.slug).select_related("assignee", "key", "submission")
    if request.POST.get("all") == "yes" and wanted.act in TELLINGS:
        waiting = views.to_tell(place).select_related("assignee", "key", "submission")
        found = list(waiting.by_due_date()[: CAP + 1])
    elif request.POST.get("all") == "yes":
        given = filters.as_given(request.POST.get("query", ""))
        view = given.get("view", "")
        open_cases = seen.open().filter(
            views.condition(view if view in views.BY_KEY else "open", place),
            filters.condition(filters.read(given, place), place),
        )
        found = list(open_cases.by_due_date()[: CAP + 1])
    else:
        asked = list(dict.fromkeys(request.POST.getlist("case")))[: CAP + 1]
        found = list(seen.filter(reference__in=asked).by_due_date())
    return found[:CAP], len(found) > CAP


def _row(place: Place, case: Case, wanted: Wanted, *, does: bool) -> dict[str, object]:
    act: Callable[[Place, Case, Wanted, bool], str] = {
        "assign": _assign, "more_time": _more_time, "acknowledge": _acknowledge, "join": _join, "close": _close,
        "told": _tell, "nobody": _tell,
    }[wanted.act]  # fmt: skip
    told, ok = "", True
    try:
        if case.key.wrapped is None:
            raise Not(_("Its content is destroyed."))
        with transaction.atomic():
            told = act(place, case, wanted, does)
    except Not as refusal:
        told, ok = str(refusal), False
    except NotAllowed as refusal:
        key = refusal.problems[0][1]
        told, ok = str(late_words.WHY_NOT.get(key) or twin_rows.WHY_NOT.get(key) or key), False
    except asking.NotAllowed as refusal:
        told, ok = str(REFUSED.get(refusal.why, refusal.why)), False
    except (IllegalMove, representative.NotYours):
        told, ok = str(late_words.WHY_NOT["changed"]), False
    return {
        "reference": case.reference,
        "url": place.url("case", case.reference),
        "told": told,
        "ok": ok,
    }


def _assign(place: Place, case: Case, wanted: Wanted, does: bool) -> str:
    people = {str(one.pk): one for one in assigning.colleagues(place)}
    if wanted.who and wanted.who not in people:
        raise Not(_("This person does not work here."))
    person = people.get(wanted.who)
    if (case.assignee_id or None) == (person.pk if person else None):
        raise Not(_("It is theirs already."))
    before = case.assignee.name if case.assignee else _("Nobody")
    if does:
        assigning.give_to(place, case, person)
    return f"{before} → {person or _('Nobody')}"


def _more_time(place: Place, case: Case, wanted: Wanted, does: bool) -> str:
    if not place.may_do(permits.CLOCK):
        raise NotAllowed([("", "not_your_move")])
    if why := more_time.why_not(case):
        raise NotAllowed([("", why)])
    if wanted.reason not in REASONS:
        raise NotAllowed([("reason", "reason")])
    moved = f"{in_words(case.due_on)} → {in_words(more_time.longer(case).reckoning.respond.due_on)}"
    if does:
        more_time.ask(case, by=place.desk.user, reason=wanted.reason)
        return _("%(moved)s once the notice has left") % {"moved": moved}
    return moved


def _join(place: Place, case: Case, _wanted: Wanted, does: bool) -> str:
    if not place.may_do(permits.of_move(MARK_DUPLICATE)):
        raise NotAllowed([("", "not_your_move")])
    case.refresh_from_db()
    likely = [twin for twin in twin_rows.found(place, case) if twin.suspected and twin.case.closed_at is None]
    if case.closed_at is not None or not likely:
        raise Not(_("No likely duplicate is open."))
    if len(likely) > 1:
        raise Not(_("More than one could be meant: look at it by itself."))
    other = likely[0].case
    done = duplicates.merge(case, other, by=place.desk.user) if does else duplicates.plan(case, other)
    told = _("%(kept)s goes on; %(closed)s is closed as a duplicate.")
    return told % {"kept": done.kept.spaced_reference, "closed": done.closed.spaced_reference}


def _acknowledge(place: Place, case: Case, wanted: Wanted, does: bool) -> str:
    """What did not leave by itself: too many letters to one address that day, or no address was known then."""
    if case.own_motion:
        raise Not(_("Nobody asked."))
    if case.acknowledged_at is not None:
        raise Not(_("Acknowledged on %(day)s.") % {"day": in_words(case.acknowledged_at)})
    if case.state not in BEFORE_APPROVAL - {State.RECEIVED}:
        raise Not(_("Not while the case is here: %(state)s") % {"state": words.STATES[State(case.state)]})
    if first := wanted.answered.get(case.submission_id):
        raise Not(_("The letter for %(reference)s says it for this one too.") % {"reference": first})
    written = sisters.receipts_for(case)
    if written.exists():
        lying = written.filter(status=Letter.Status.TO_POST).exists()
        raise Not(
            _("It lies ready to be posted.")
            if lying
            else _("It was written already, for all that was asked with it.")
        )
    told = subject.read(case)
    if not (told.post_to or told.reached_at or told.delivered_to[0]):
        raise Not(_("No address is known."))
    wanted.answered[case.submission_id] = case.spaced_reference
    if does:
        verification.acknowledge_anew(case)
        case.refresh_from_db()
        if case.acknowledged_at is None and not written.exists():
            raise Not(_("It cannot leave today: too many letters went to this unproved address."))
    return _("by post: it is laid ready") if told.post_to else _("by mail")


def _tell(place: Place, case: Case, wanted: Wanted, does: bool) -> str:
    """Of an opt-out that was carried out and answered: whoever got the data in between was told, or nobody got any."""
    if not views.to_tell(place).filter(pk=case.pk).exists():
        raise Not(_("No third party is to be told."))
    by, nobody = place.desk.user, wanted.act == recipients.NOBODY
    if does and not (recipients.nobody_received(case, by=by) if nobody else recipients.told(case, by=by)):
        raise Not(str(late_words.WHY_NOT["changed"]))
    return _("nobody is to be told") if nobody else _("all of them were told")


def _close(place: Place, case: Case, wanted: Wanted, does: bool) -> str:
    """As not identified where somebody asked, and set aside where nobody did: no other end is without a decision."""
    if wanted.why not in CLOSINGS:
        raise Not(_("Choose why it is closed."))
    if case.own_motion != (wanted.why != NOT_SHOWN):
        raise Not(_("Nobody asked.") if case.own_motion else _("Somebody asked: it gets an answer."))
    if undoing.waiting(case) is not None:
        raise Not(_("It is being closed already."))
    move = SET_ASIDE if case.own_motion else NOT_IDENTIFIED
    if not place.may(case, move):
        raise Not(possible.why_not(place, case, move))
    if case.own_motion:
        if does:
            set_aside(case, by=place.desk.user, reason=wanted.why)
        return _("set aside: nothing is done")
    rule = failing.rule_of(case)
    if failing.must_cure_first(case):
        raise Not(str(REFUSED["cure_first"]))
    if acting.acts(case):
        # Nobody doubts the person concerned: what is missing is the authority.
        if does:
            representative.give_up(case, by=place.desk.user)
        return _("the answer says that the authority was not shown")
    if does:
        # Colleagues read it in whatever language they work in, so it is kept in the house's own.
        with translation.override(place.controller.languages[0].lower()):
            reason = str(CLOSINGS[NOT_SHOWN])
        asking.refuse(case, by=place.desk.user, reason=reason)
    if rule is not None and rule.fallback:
        return _("the answer says that identity was not shown; a lesser right comes in its place")
    return _("the answer says that identity was not shown")


def _detail(place: Place, wanted: Wanted) -> str:
    if wanted.act == "assign":
        people = {str(one.pk): str(one) for one in assigning.colleagues(place)}
        return people.get(wanted.who, _("Nobody"))
    if wanted.act == "more_time" and wanted.reason in REASONS:
        return REASONS[wanted.reason].in_(page_language())
    return str(CLOSINGS.get(wanted.why, "")) if wanted.act == "close" else ""
