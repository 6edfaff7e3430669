"""One case, for the one who asked: where it stands, messages both ways, and the way to stop it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.look.days import in_words
from portal.public import at_work, no_files, progress, sentences, whys
from portal.public.acting import gets_answer, turns_of
from portal.public.address import address_why
from portal.public.again import with_again
from portal.public.appeal import about_why, appeal_why
from portal.public.calendar_file import calendar_file
from portal.public.doors import acts_for_another, files_open, of_sender, of_visitor, visit_ends_at
from portal.public.enclose import NOT_TAKEN
from portal.public.forms_file import MessageForm
from portal.public.limits import WRITING, limited
from portal.public.page import keeps_calm, page
from portal.public.sent import lives_outside, weeks
from portal.public.summary import last_day
from requests_app import journal, law, lifecycle, subject
from requests_app.fulfilment import steps as fulfilment
from requests_app.intake import enclosed, web
from requests_app.letters import conversation
from requests_app.letters.text import counted_rows
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Message
from requests_app.response import shown
from requests_app.verification import acting, visit


@require_http_methods(["GET", "HEAD", "POST"])
@of_visitor
@limited(WRITING)
@keeps_calm
def case(request: HttpRequest, case: Case) -> HttpResponse:
    """The page itself; a message posted to it joins the case."""
    form = MessageForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    acts = acts_for_another(request, case)
    if request.method == "POST" and form.is_valid() and _write(case, form, acts):
        return HttpResponseRedirect(f"{_url(case)}#messages")
    regime = law.regime(case.regime, case.received_on)
    told = subject.read(case)
    events = list(journal.timeline(case))
    theirs = gets_answer(case, told, acts)
    # Whoever is not given the answer learns that it is out.
    packages, letters = progress.files_of(case) if theirs else ([], [])
    gone = no_files.gone(case) if theirs and case.answered_at and not packages else ""
    exchanged = conversation.exchanged(case) if any("message" in one.references for one in events) else []
    address = subject.masked(told.writes_from) if acts else told.masked_email
    steps = sentences.told(events, right=regime.right(case.right), capacity=case.capacity, acts=acts)
    steps += progress.still_to_come(case)
    reckoning = law.Reckoning.from_json(case.reckoning)
    # What was answered is counted no more, whatever days off were published since.
    under = {} if case.answered_at else progress.working_calendars([case])
    calendar = progress.working_calendar(case, under) if under else None
    opened = files_open(request, case) or visit.opens_answer(told, acting=acts)
    done = (
        None
        if acts and not told.answer_to
        else shown.of(case, request.language, theirs=opened, events=events)
    )
    may_withdraw = State(case.state) in lifecycle.WITHDRAW.sources or fulfilment.may_undo(case)
    withdraw_url = reverse("public:withdraw", args=[case.controller, case.reference]) if may_withdraw else ""
    with timezone.override(ZoneInfo(regime.zone)):
        return page(
            request,
            "follow",
            {
                "reference": case.reference,
                "title": regime.right(case.right).title.in_(request.language),
                "clock": progress.clock_of(case, timezone.now(), calendar),
                "under": progress.under(case),
                "turns": with_again(
                    request,
                    case,
                    turns_of(case, told, request.language, acts)
                    or progress.turns(case, address, packages, letters, gone),
                ),
                "shown": done,
                "state": case.state,
                "systems": at_work.systems(case, request.language, theirs=opened),
                "asks_again": at_work.pace(case, events),
                "steps": steps,
                "reasons": reckoning.respond.reasons,
                "calendar": weeks(case, calendar),
                "provisional": case.provisional,
                "messages": [
                    _shown(request, message, text, acts)
                    for message, text in exchanged
                    # What the person writes is not for whoever says that they act for them.
                    if not acts or _is_theirs(message)
                ],
                "form": form,
                "message_url": _url(case),
                "calendar_url": reverse("public:calendar", args=[case.controller, case.reference])
                if not case.answered_at and case.state != State.CLOSED
                else "",
                "close_url": reverse("public:close", args=[case.controller]),
                "open_until": (until := visit_ends_at(request, case)),
                "closes_in": str(int((until - timezone.now()).total_seconds())),
                "stay_url": reverse("public:stay", args=[case.controller, case.reference]),
                "whys": whys.of_case(
                    request.controller,
                    request.language,
                    withdraw_url=withdraw_url,
                    outside=lives_outside(told),
                )
                + appeal_why(case)
                + about_why(case)
                + address_why(case),
            },
        )


@require_http_methods(["GET", "HEAD", "POST"])
@of_visitor
@limited(WRITING)
@keeps_calm
def withdraw(request: HttpRequest, case: Case) -> HttpResponse:
    """Say what it means, then do it; too late is said as plainly."""
    undoes = fulfilment.may_undo(case)
    too_late = State(case.state) not in lifecycle.WITHDRAW.sources and not undoes
    if request.method == "POST" and not too_late:
        try:
            if undoes:
                fulfilment.undo(case)
            else:
                journal.advance(
                    case, lifecycle.WITHDRAW, by=journal.REQUESTER, outcome=Outcome.WITHDRAWN, waits_for=""
                )
        except journal.IllegalMove:
            too_late = True
        else:
            return HttpResponseRedirect(_url(case))
    right = law.regime(case.regime, case.received_on).right(case.right)
    return page(
        request,
        "withdraw",
        {
            "reference": case.reference,
            "asked": right.title.in_(request.language),
            "too_late": too_late,
            "back_url": _url(case),
        },
        status=409 if too_late and request.method == "POST" else 200,
    )


@require_safe
@of_sender
@keeps_calm
def calendar(request: HttpRequest, case: Case) -> HttpResponse:
    """The day of the answer for the reader's own calendar; it carries the reference and no name."""
    name = request.controller.text(request.controller.name, request.language)
    right = law.regime(case.regime, case.received_on).right(case.right)
    content = calendar_file(
        uid=f"{case.reference}@{request.get_host()}",
        day=case.due_on,
        made_at=timezone.now(),
        title=_("%(name)s answers request %(reference)s")
        % {"name": name, "reference": case.spaced_reference},
        text=_counted(case, request.language, last_day(right, in_words(case.last_on, "long"))),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{case.reference}.ics"'
    return response


def _counted(case: Case, language: str, last: str) -> str:
    """The law's last day, and how our own was counted: whoever opens the entry needs no other page."""
    rows = counted_rows(law.Reckoning.from_json(case.reckoning), language)
    between = law.COLON.in_(language)
    return "\n".join(
        [last, "", *(between.join(part for part in (row.day, row.words) if part) for row in rows)]
    )


def _write(case: Case, form: MessageForm, acts: bool) -> bool:
    """Put the message on the case; a file that is not taken is said at its field, and nothing is written."""
    chosen = form.cleaned_data.get("file")
    file = enclosed.File(chosen.name or "", chosen.read(enclosed.MAX_BYTES + 1)) if chosen else None
    try:
        web.write_message(case, form.cleaned_data["text"], by_ref=acting.WRITES if acts else "", file=file)
    except enclosed.NotKept as refusal:
        form.add_error("file", str(NOT_TAKEN[refusal.why]))
        return False
    return True


def _is_theirs(message: Message) -> bool:
    return message.kind == Message.Kind.REPLY or message.by_ref == acting.WRITES


def _shown(request: HttpRequest, message: Message, text: str, acts: bool) -> dict[str, object]:
    mine = message.kind == Message.Kind.FROM_REQUESTER and acts == (message.by_ref == acting.WRITES)
    theirs = message.kind == Message.Kind.FROM_REQUESTER and not mine
    name = request.controller.text(request.controller.name, request.language)
    return {
        "author": _("You")
        if mine
        else _("The one who acts for you")
        if theirs
        else _("%(name)s privacy team") % {"name": name},
        "at": message.written_at,
        "text": text,
        "mine": mine,
    }


def _url(case: Case) -> str:
    return reverse("public:case", args=[case.controller, case.reference])
