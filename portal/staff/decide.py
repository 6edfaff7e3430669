"""Decide holding by holding: the form asks exactly what the statute asks, and the server refuses what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from portal.front import LANGUAGE_NAMES
from portal.staff import (
    casefile,
    head,
    in_words,
    ledger,
    own_motion_words,
    presence,
    reading,
    restriction_words,
    stale,
    words,
)
from portal.staff.doors import Place, page, refused, staff_page, to_case
from requests_app import finding, restriction, windows
from requests_app.decision import determine, evidence, restricting, suggest
from requests_app.decision.advice import Advice, advise, left_register
from requests_app.decision.determine import NotAllowed
from requests_app.journal import IllegalMove
from requests_app.lifecycle import PROPOSE
from requests_app.models import Case
from requests_app.response import compose

MESSAGES = {
    "undecided": later("Decide this holding: nobody has yet."),
    "no_exemption": later("Choose the exemption that allows this."),
    "not_an_exemption": later("This exemption does not apply to this right."),
    "unanswered": later("Answer this question: the exemption needs it."),
    "defeated": later("With this answer the exemption does not apply."),
    "no_evidence": later("Attach the evidence, or say what it is and where it is kept."),
    "paper_too_large": later("The file is too large: at most 10 MB."),
    "paper_type": later("Attach a PDF, a PNG or JPEG picture, or plain text."),
    "too_many_papers": later("This case has as many papers as it may have; remove one first."),
    "bad_date": later("Give the date as year-month-day, 2027-01-31."),
    "bad_choice": later("Choose one of the answers offered."),
    "changed": later(
        "The preview or a decision changed since you opened this page. Read it again, then approve."
    ),
    "reference": later("Type the case’s reference exactly as shown above."),
    "not_your_move": later("This step needs another person or another role."),
    "no_words": later("Write the answer."),
    "too_long": later("Shorten the answer to 10,000 characters."),
    "not_searched": later("The systems have not all answered yet."),
    "why_restricted": later("Say why it is kept and not used: the letter gives the reason."),
    "end_past": later("Give a day after today, or leave it empty."),
    "too_long_terms": later("Shorten this to 500 characters."),
    "doubt": later("A doubt about who is asking is still open: settle it first."),
    determine.LEFT_REGISTER: later(
        "The inventory no longer describes something that was found. Have it described again, or search the systems again."
    ),
}
"""The page's words for every key that :mod:`requests_app.decision` may give it."""


@staff_page("GET", "POST", works=True)
def decide(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The ledger; ``act`` says which button was pressed."""
    if not place.may(case, PROPOSE):
        return refused(request, place) if request.method == "POST" else to_case(place, case)
    if finding.calls_for_words(case):
        return in_words.answer(request, place, case)
    if request.method != "POST":
        return _render(request, place, case)
    typed = {name: value for name, value in request.POST.items() if "." in name}
    act = request.POST.get("act", "save")
    here = place.url("decide", case.reference)
    both = stale.conflicts(place, case, advise(case), typed)
    if both := both + restriction_words.conflicts(case, typed):
        # Nothing is saved; the form keeps what was typed, and saving again means it.
        kept = {name: value for name, value in typed.items() if not name.startswith(stale.SEEN)}
        return _render(request, place, case, typed=kept, both=both)
    try:
        _save(place, case, typed)
        _save_terms(place, case, typed)
        _attach(request, place, case)
        if act.startswith("drop:"):
            _drop(place, case, act.removeprefix("drop:"))
        if act.startswith("use:"):
            _use(place, case, act.removeprefix("use:"))
        elif act == "search_again":
            determine.search_again(case, by=place.desk.user)
        count = suggest.follow(case, by=place.desk.user) if act == "set_rest" else 0
    except NotAllowed as refusal:
        return _render(request, place, case, refusal.problems, typed)
    if act == "set_rest":
        told = ngettext("%(n)s holding decided as suggested.", "%(n)s holdings decided as suggested.", count)
        messages.success(request, told % {"n": count})
        return redirect(here)
    if act == "search_again":
        messages.success(request, _("The systems are searched again."))
        return redirect(here)
    if act.startswith("drop:"):
        messages.success(request, _("The paper is removed."))
        return redirect(here)
    if act.startswith("use:"):
        return redirect(f"{here}#holding-{act.removeprefix('use:').partition('|')[0]}")
    if act != "propose":
        messages.success(request, _("The draft is saved."))
        return redirect(here)
    try:
        determine.propose(case, by=place.desk.user)
    except NotAllowed as refusal:
        return _render(request, place, case, refusal.problems)
    except IllegalMove:
        return _render(request, place, case, [("", "not_your_move")])
    messages.success(request, _("The proposal waits for a second person."))
    return to_case(place, case)


def _render(
    request: HttpRequest,
    place: Place,
    case: Case,
    found: list[tuple[str, str]] | None = None,
    typed: Mapping[str, str] | None = None,
    both: list[dict[str, object]] | None = None,
) -> HttpResponse:
    advice = advise(case)
    errors = {field: str(MESSAGES[key]) for field, key in found or []}
    filled = [a for a in advice if a.holding.found]
    undecided, settled = suggest.undecided(advice), suggest.settled(advice)
    questions = sum(len(a.assessment.open_questions) for a in undecided)
    _regime, right = words.rules_of(case)
    tools = [
        {"words": _("Send for approval"), "form": "ledger", "value": "propose", "primary": True, "key": "p"},
        {"words": _("Save draft"), "form": "ledger", "value": "save"},
    ]
    context = head.head(request, place, case, _("Decide")) | {
        "tools": tools,
        "problems": problems_of(place, advice, found or []),
        "clock": casefile.clock_panel(case, place)["clock"],
        "summary": _("%(holdings)s holdings · %(decided)s decided · %(questions)s open questions")
        % {"holdings": len(filled), "decided": len(filled) - len(undecided), "questions": questions},
        "rest_words": _("Set the rest to “%(grant)s”") % {"grant": words.granting(right)} if settled else "",
        "holdings": ledger.rows(place, case, advice, typed=typed, errors=errors),
        "nothing_in": ledger.empty(place, advice),
        "searched": bool(case.preview_digest),
        "asked_before": ledger.asked_before(windows.used_up(case)),
        "left_register": (lost := left_register(case)),
        "letter": None if case.own_motion or lost else compose.preview(case),
        "own": own_motion_words.panel(request, place, case),
        "stamps": stale.stamps(advice) + restriction_words.stamps(case),
        "restriction": restriction_words.form(case, typed, errors),
        "both": both,
        "here": presence.others(place, case, "decides"),
        "letter_side": LANGUAGE_NAMES.get(case.language, case.language),
        "key_rows": [
            ("s", _("the rest as suggested")),
            ("p", _("send for approval")),
            ("/", _("search")),
            ("?", _("keys")),
        ],
    }
    return page(request, place, "decide", context, status=409 if both else 400 if found else 200)


def problems_of(place: Place, advice: list[Advice], found: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Each problem in the words shown at its field, with a link that leads there."""
    by_key = {one.holding.holding_key: one for one in advice}
    rows = []
    for field, key in found:
        text = str(MESSAGES[key])
        holding = next((k for k in by_key if field == k or field.startswith(f"{k}.")), "")
        if holding:
            text = _("%(holding)s: %(problem)s") % {
                "holding": ledger.title(place, by_key[holding]),
                "problem": text,
            }
        rows.append({"text": text, "href": f"#{_anchor(by_key.get(holding), field)}" if field else ""})
    return rows


def _anchor(advice: Advice | None, field: str) -> str:
    if advice is None:
        return field
    key = advice.holding.holding_key
    if field == f"{key}.exemption":
        return f"{key}.choice"
    for _exemption, facts, _evidence in ledger.asked_of(advice):
        for fact in facts:
            # A group of radios has no element of its own name: its first choice stands for it.
            if field == f"{key}.{fact.key}" and fact.kind in {"yes_no", "choice"}:
                return f"{field}_0"
    return field


def _save(place: Place, case: Case, typed: Mapping[str, str]) -> None:
    """Keep what was typed where it differs from what stands; every malformed field is named at once."""
    wrong: list[tuple[str, str]] = []
    for advice in advise(case):
        key = advice.holding.holding_key
        if not advice.holding.found or f"{key}.choice" not in typed:
            continue
        if stale.is_stale(advice, typed) and stale.is_untouched(advice, typed):
            # A colleague changed what this form only showed: theirs stands.
            continue
        answers = dict(advice.answers)
        for name in ledger.fields_of(advice):
            answers[name] = typed.get(f"{key}.{name}", answers.get(name, "")).strip()
        answers = {name: value for name, value in answers.items() if value}
        if typed[f"{key}.choice"] == ledger.chosen(advice) and answers == advice.answers:
            continue
        choice, _colon, exemption = typed[f"{key}.choice"].partition(":")
        try:
            determine.decide(
                case, advice.holding, by=place.desk.user, choice=choice, exemption=exemption, answers=answers
            )
        except NotAllowed as refusal:
            wrong += refusal.problems
    if wrong:
        raise NotAllowed(wrong)


def _save_terms(place: Place, case: Case, typed: Mapping[str, str]) -> None:
    """Why data is kept and not used, and until when, where the form asked for it."""
    if not restriction.is_one(case) or f"{restricting.FIELD}.reason" not in typed:
        return
    if restriction_words.is_untouched(typed):
        # A colleague may have changed what this form only showed: theirs stands.
        return
    reason, condition, day = (
        typed.get(f"{restricting.FIELD}.{name}", "").strip() for name in ("reason", "condition", "ends_on")
    )
    ends_on = reading.day(day) if day else None
    if day and ends_on is None:
        raise NotAllowed([(f"{restricting.FIELD}.ends_on", "bad_date")])
    if restriction.Terms(reason, condition, ends_on) != restriction.read(case):
        restricting.write(case, by=place.desk.user, reason=reason, condition=condition, ends_on=ends_on)


def _attach(request: HttpRequest, place: Place, case: Case) -> None:
    """Each file sent with the form, under the evidence whose field it was put into."""
    wrong: list[tuple[str, str]] = []
    for name, file in request.FILES.items():
        field = name.removesuffix(ledger.PAPER)
        key = next(
            (
                p.key
                for a in advise(case)
                for p in ledger.proofs_of(a)
                if field == f"{a.holding.holding_key}.{p.key}"
            ),
            "",
        )
        try:
            if file.size > evidence.LARGEST:
                raise NotAllowed([(key, "paper_too_large")])
            evidence.attach(case, key, by=place.desk.user, name=file.name or "", content=file.read())
        except NotAllowed as refusal:
            wrong += [(field, code) for _field, code in refusal.problems]
    if wrong:
        raise NotAllowed(wrong)


def _drop(place: Place, case: Case, number: str) -> None:
    paper = case.papers.filter(pk=int(number)).first() if number.isdigit() else None
    if paper is not None:
        evidence.remove(case, paper, by=place.desk.user)


def _use(place: Place, case: Case, which: str) -> None:
    """Take over one suggested answer; it becomes the answer of whoever pressed."""
    key, _bar, question_key = which.partition("|")
    for advice in advise(case):
        if advice.holding.holding_key != key:
            continue
        for question in (*advice.assessment.open_questions, *advice.granting):
            if question.key != question_key or question.suggested in (None, ""):
                continue
            value = question.suggested
            choice, _colon, exemption = ledger.chosen(advice).partition(":")
            answer = value.isoformat() if isinstance(value, date) else value
            determine.decide(
                case, advice.holding, by=place.desk.user, choice=choice, exemption=exemption,
                answers=advice.answers | {question_key: answer},
            )  # fmt: skip
