"""Answering in words: a complaint, an appeal or a question gets an outcome and a letter that a person writes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.front import LANGUAGE_NAMES
from portal.staff import casefile, head
from portal.staff.doors import Place, page, to_case
from requests_app import finding, subject
from requests_app.decision import determine, in_words
from requests_app.decision.determine import NotAllowed
from requests_app.journal import IllegalMove
from requests_app.letters import conversation
from requests_app.lifecycle import Outcome
from requests_app.models import Case, Message
from requests_app.response import compose

OUTCOMES = {
    Outcome.GRANTED: later("They are right, or the question is answered"),
    Outcome.GRANTED_IN_PART: later("They are right in part"),
    Outcome.REFUSED: later("We stay with what we did"),
}
MESSAGES = {
    "no_words": later("Write the answer."),
    "too_long": later("Shorten the answer to 10,000 characters."),
    "bad_choice": later("Say what you found."),
    "not_your_move": later("This step needs another person or another role."),
    "changed": later("The case moved on since you opened this page. Read it again."),
}


def answer(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The page of one such case; ``act`` says which button was pressed."""
    if request.method != "POST":
        return _render(request, place, case)
    typed = {name: request.POST.get(name, "") for name in ("outcome", "text")}
    try:
        in_words.write(case, by=place.desk.user, **typed)
        if request.POST.get("act") != "propose":
            messages.success(request, _("The draft is saved."))
            return redirect(place.url("decide", case.reference))
        determine.propose(case, by=place.desk.user)
    except NotAllowed as refusal:
        return _render(request, place, case, refusal.problems, typed)
    except IllegalMove:
        return _render(request, place, case, [("", "not_your_move")], typed)
    messages.success(request, _("The proposal waits for a second person."))
    return to_case(place, case)


def _render(
    request: HttpRequest,
    place: Place,
    case: Case,
    found: list[tuple[str, str]] | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    kept = finding.read(case)
    errors = {field: str(MESSAGES[key]) for field, key in found or []}
    old = case.answers_to
    said = [
        text for message, text in conversation.exchanged(case) if message.kind == Message.Kind.FROM_REQUESTER
    ]
    context = head.head(request, place, case, _("Answer")) | {
        "tools": [
            {"words": _("Send for approval"), "form": "answer", "value": "propose", "primary": True},
            {"words": _("Save draft"), "form": "answer", "value": "save"},
        ],
        "problems": [
            {"text": errors[field], "href": f"#id_{field}{'_0' if field == 'outcome' else ''}" if field else ""}
            for field, _key in found or []
        ],
        "clock": casefile.clock_panel(case, place)["clock"],
        "said": said,
        "original_url": "" if said else place.url("original", case.reference),
        "old": {"reference": old.reference, "url": place.url("case", old.reference)} if old else None,
        "proved": subject.read(case).delivered_to[1],
        "outcome_field": {
            "name": "outcome", "kind": "radio", "label": _("What did you find?"),
            "choices": [(key.value, words) for key, words in OUTCOMES.items()],
            "value": (typed or {}).get("outcome", kept.outcome), "errors": errors.get("outcome", ""),
        },
        "text_field": {
            "name": "text", "kind": "textarea", "label": _("The answer, in words"),
            "hint": _("It goes into the letter as it stands. Say what was looked at, what follows and, where you stay with it, why."),
            "value": (typed or {}).get("text", kept.text), "errors": errors.get("text", ""),
            "attrs": {"rows": "12"},
        },
        "letter": compose.preview(case),
        "letter_side": LANGUAGE_NAMES.get(case.language, case.language),
    }  # fmt: skip
    return page(request, place, "answer", context, status=400 if found else 200)
