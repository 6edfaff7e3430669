"""The clock's acts: more time with the notice drafted beside it, and why an answer is late."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.front import LANGUAGE_NAMES
from portal.look.days import in_words, page_language
from portal.staff import casefile, head, reading
from portal.staff.doors import Place, page, refused, staff_page, to_case
from portal.staff.late_words import WHY_NOT
from requests_app import law, permits
from requests_app.decision import more_time
from requests_app.decision.determine import NotAllowed
from requests_app.letters import before_sending
from requests_app.letters.more_time import REASONS, NoticeIncomplete
from requests_app.models import Case


@staff_page("GET", "POST", act=permits.CLOCK, asked=True)
def take_time(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The form with the notice as it would go out; sending it is what moves the dates."""
    typed = {name: request.POST.get(name, "").strip() for name in ("reason", "detail", "until")}
    if request.method != "POST" or request.POST.get("act") != "send":
        return _render(request, place, case, typed)
    until = reading.day(typed["until"])
    if typed["until"] and (until is None or not more_time.fits(case, until)):
        # The page says what is wrong with it.
        return _render(request, place, case, typed)
    others = before_sending.others_in(case, typed["detail"])
    if others and request.POST.get("looked") != before_sending.mark_of(others):
        return _render(request, place, case, typed, [("looked", "others")], others)
    try:
        letter = more_time.ask(
            case, by=place.desk.user, reason=typed["reason"], detail=typed["detail"], until=until
        )
    except NotAllowed as refusal:
        return _render(request, place, case, typed, refusal.problems)
    if letter.by_post:
        messages.success(
            request, _("The notice lies ready to be posted; the dates move once somebody has posted it.")
        )
    else:
        messages.success(request, _("The notice is in the outbox; the dates move once it has left."))
    return to_case(place, case)


@staff_page("POST", act=permits.CLOCK, asked=True)
def late(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Why it is late: a reason the figures can count, and a note for colleagues."""
    try:
        more_time.explain_lateness(
            case, by=place.desk.user, reason=request.POST.get("late_reason", ""),
            detail=request.POST.get("detail", ""),
        )  # fmt: skip
    except NotAllowed as refusal:
        if any(key == "not_your_move" for _field, key in refusal.problems):
            return refused(request, place)
        text = _("Choose why it is late.") if refusal.problems[0][0] else WHY_NOT[refusal.problems[0][1]]
        problem = {"text": text, "href": "#late"}
        return casefile.render_file(request, place, case, problems=[problem])
    messages.success(request, _("Noted: why it is late."))
    return to_case(place, case)


def _render(
    request: HttpRequest,
    place: Place,
    case: Case,
    typed: dict[str, str],
    found: list[tuple[str, str]] | None = None,
    others: list[str] | None = None,
) -> HttpResponse:
    why = more_time.why_not(case)
    letter = None
    reckoning = law.Reckoning.from_json(case.reckoning)
    if not why:
        until = reading.day(typed["until"])
        if typed["until"] and (until is None or not more_time.fits(case, until)):
            found, until = [*(found or []), ("until", "until")], None
        try:
            letter = more_time.draft(
                case, reason=typed["reason"] or next(iter(REASONS)), detail=typed["detail"], until=until
            )
        except NoticeIncomplete:
            found = [*(found or []), ("reason", "reason")]
    problems = [
        {"text": str(WHY_NOT[key]), "href": f"#id_{field}" if field else ""} for field, key in found or []
    ]
    duty = more_time.longer(case).reckoning.respond if not why else reckoning.extension
    context = head.head(request, place, case, _("More time")) | {
        "problems": problems,
        "why_not": WHY_NOT[why] if why else "",
        "typed": typed | ({"others": others, "mark": before_sending.mark_of(others)} if others else {}),
        "reasons": [(code, words.in_(page_language())) for code, words in REASONS.items()],
        "due_before": in_words(case.due_on),
        "due_after": in_words(duty.due_on) if duty else "",
        "latest": duty.due_on.isoformat() if duty else "",
        "notice_by": in_words(reckoning.extension_notice_by) if reckoning.extension_notice_by else "",
        "unconfirmed": bool(duty and not duty.confirmed),
        "letter": letter,
        "letter_side": LANGUAGE_NAMES.get(case.language, case.language),
    }
    return page(request, place, "more_time", context, status=400 if problems else 200)
