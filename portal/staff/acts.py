"""Acts on a case file that move nothing: look, assign, note, try again, hold. Each is on the journal."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.staff import assigning, casefile, head, mentioned, reading, reveal
from portal.staff.doors import Place, page, refused, staff_page, to_case
from requests_app import journal, permits, worklist
from requests_app.decision import determine, hold
from requests_app.decision.determine import NotAllowed
from requests_app.fulfilment import lifting, recipients
from requests_app.fulfilment import steps as fulfilment
from requests_app.fulfilment.tasks_by_hand import KindsNotNamed
from requests_app.journal import IllegalMove
from requests_app.letters import correspond
from requests_app.lifecycle import SEND_LETTER_BACK
from requests_app.models import Case, LegalHold, Task, Work
from requests_app.response import steps as response

HOLD_PROBLEMS = {
    "reason": later("Say why nothing may be erased."),
    "past": later("Give a day after today on which the hold is looked at again."),
    "bad_date": later("Give the date as year-month-day, 2027-01-31."),
    "kind": later("These rules know no law enforcement direction of fixed length."),
    "nobody_to_hold": later("This case names no address, so a hold would cover nobody."),
    "not_your_move": later("This step needs another role."),
}


@staff_page("POST", works=True)
def reveal_person(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Show name and address for a quarter of an hour, for a reason."""
    reason = request.POST.get("reason", "")
    if reason not in reveal.REASONS:
        problem = {"text": _("Choose why you need to see it."), "href": "#reveal"}
        context = head.head(request, place, case) | {
            "problems": [problem],
            "reveal_reasons": list(reveal.REASONS.items()),
        }
        return page(request, place, "reveal", context, status=403)
    reveal.show(request, place, case, reason)
    return to_case(place, case)


@staff_page("POST", works=True)
def assign(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Give the case to somebody who serves this controller, or to nobody."""
    wanted = request.POST.get("assignee", "")
    person = next((user for user in assigning.colleagues(place) if str(user.pk) == wanted), None)
    if wanted and person is None:
        raise Http404
    assigning.give_to(place, case, person)
    return to_case(place, case)


@staff_page("POST", works=True)
def unassign(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Take back an assignment of a moment ago."""
    if assigning.undo(place, case):
        messages.success(request, _("Taken back: it is assigned as before."))
    else:
        messages.warning(request, _("Too late: assign it anew."))
    return to_case(place, case)


@staff_page("POST", works=True)
def note(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """For colleagues only."""
    text = request.POST.get("note", "").strip()
    if not text:
        problem = {"text": _("Write the note first."), "href": "#id_note"}
        return casefile.render_file(request, place, case, problems=[problem])
    mentioned.write_note(request, place, case, text)
    return to_case(place, case, "events")


@staff_page("POST", works=True)
def undo_letter(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """Take back what has not left yet."""
    letter = case.letters.filter(pk=number, kind__in=correspond.UNDONE).first()
    if letter is None:
        raise Http404
    if correspond.take_back(case, letter, by=place.desk.user):
        messages.success(request, _("Taken back: it does not leave."))
    else:
        messages.warning(request, _("Too late: it has left."))
    return to_case(place, case, "events")


@staff_page("POST", works=True)
def try_again(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """Ask one system to try again now."""
    # Of what only waits, as while an account cools off, the time is not anybody's here to bring forward.
    work = case.works.filter(pk=number, status=Work.Status.FAILED).first()
    if work is None:
        raise Http404
    by = journal.staff(place.desk.user.pk)
    journal.record(case, "tried_again", by=by, references={"system": work.system})
    worklist.ask_anew(work)
    messages.success(request, _("It is being tried again."))
    return to_case(place, case, "systems")


@staff_page("POST", works=True)
def recipients_told(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Whoever received the data was told to delete it too; the answer may now say so. Or nobody received it."""
    if request.POST.get("said") == recipients.NOBODY:
        if recipients.nobody_received(case, by=place.desk.user):
            messages.success(request, _("Noted: nobody is to be told."))
    elif recipients.told(case, by=place.desk.user):
        messages.success(request, _("Noted: the recipients were told."))
    return to_case(place, case, "systems")


@staff_page("POST", works=True)
def recipient(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """One recipient was told, or has answered."""
    if not case.works.filter(pk=number, operation=Work.Operation.NOTIFY).exists():
        raise Http404
    said, by = request.POST.get("said", ""), place.desk.user
    if said == "told":
        done = recipients.told(case, by=by, only=number)
    else:
        done = recipients.answered(case, number, said, by=by)
    if done:
        messages.success(request, _("Noted."))
    return to_case(place, case, "systems")


@staff_page("POST", works=True)
def by_hand(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """A person without a connector has done it, and told a member of staff; of categories, what is held if anything."""
    answer = Task.Answer.NOT_FOUND if request.POST.get("answer") == "not_found" else Task.Answer.DONE
    by, kinds = journal.staff(place.desk.user.pk), request.POST.getlist("held")
    for task in Task.objects.filter(work__case=case, work=number):
        try:
            if fulfilment.task_answered(task, answer, by=by, held=kinds):
                messages.success(request, _("Noted: it was done by hand."))
        except KindsNotNamed:
            messages.warning(request, _("Choose what is held, or say that nothing is."))
    done = lifting.done_by_hand(case, number, by=place.desk.user)
    if done == "done":
        messages.success(request, _("Noted: it was done by hand."))
    elif done:
        messages.warning(
            request, _("It is to stay restricted: another decision keeps this data from being used.")
        )
    return to_case(place, case, "systems")


@staff_page("POST", works=True)
def clear_third_party(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """A person looked at where the copy names others or carries what is not seen, and lets it go."""
    if response.clear_third_party(case, by=place.desk.user):
        messages.success(request, _("Noted: it may leave as it is."))
    return to_case(place, case, "systems")


@staff_page("POST", act=permits.of_move(SEND_LETTER_BACK))
def take_back(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """An answer that has not gone out comes back to the desk."""
    try:
        determine.take_back(case, by=place.desk.user, reason="letter")
    except (NotAllowed, IllegalMove):
        return refused(request, place)
    messages.success(request, _("The answer is back on the desk; the systems are searched anew."))
    return to_case(place, case)


@staff_page("POST", act=permits.HOLD)
def place_hold(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """From now on nothing of this person's is erased."""
    typed = {name: request.POST.get(name, "") for name in ("hold_reason", "review_on", "kind")}
    kind = typed["kind"] or LegalHold.Kind.DUTY
    review_on = None
    if kind == LegalHold.Kind.DUTY:
        review_on = reading.day(typed["review_on"])
        if review_on is None:
            return _hold_problems(request, place, case, [("review_on", "bad_date")], typed)
    try:
        hold.place(case, by=place.desk.user, reason=typed["hold_reason"], review_on=review_on, kind=kind)
    except NotAllowed as refusal:
        return _hold_problems(request, place, case, refusal.problems, typed)
    return to_case(place, case, "hold")


@staff_page("POST", act=permits.LIFT_HOLD)
def lift_hold(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """End it; an approver's act."""
    return _on_hold(place, case, number, hold.lift)


@staff_page("POST", act=permits.LIFT_HOLD)
def renew_hold(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """The authority renewed its direction; an approver says so."""
    return _on_hold(place, case, number, hold.renew)


def _on_hold(place: Place, case: Case, number: int, act: Callable[..., None]) -> HttpResponse:
    found = next((one for one in hold.in_force(case) if one.pk == number), None)
    # What a matter covers ends with the matter, or is let go there.
    if found is None or found.matter_id is not None:
        raise Http404
    act(case, found, by=place.desk.user)
    return to_case(place, case, "hold")


def _hold_problems(
    request: HttpRequest, place: Place, case: Case, found: list[tuple[str, str]], typed: dict[str, str]
) -> HttpResponse:
    anchors = {"reason": "#id_hold_reason", "kind": "#id_kind", "review_on": "#id_review_on"}
    problems = [{"text": HOLD_PROBLEMS[key], "href": anchors.get(field, "#hold")} for field, key in found]
    errors = {f"hold.{field}": str(HOLD_PROBLEMS[key]) for field, key in found}
    return casefile.render_file(request, place, case, problems=problems, typed=typed | errors)
