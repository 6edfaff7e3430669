"""The recipients on a case file: who was told, who has answered what, and who is late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.look.days import in_words, moment_in_words
from portal.staff import words
from portal.staff.doors import Place
from requests_app import law, worklist
from requests_app.fulfilment import execute, recipients
from requests_app.models import Case, Work

ANSWERS = {
    recipients.DONE: later("It has done the same"),
    recipients.NOTHING: later("It holds nothing any more"),
    recipients.REFUSED: later("It cannot, or will not"),
}
STOPPED = {
    recipients.DONE: later("It has stopped, and passed it on"),
    recipients.NOTHING: later("It holds nothing any more"),
    recipients.REFUSED: later("It cannot, or will not"),
}
"""What one answers who was told of an opt-out."""


def rows(place: Place, case: Case, works: list[Work]) -> dict[str, object] | None:
    """Each recipient of the newest round and how far it is; ``None`` when nobody received anything."""
    notices = [work for work in works if work.operation == Work.Operation.NOTIFY]
    if not notices:
        return None
    newest = max(work.round for work in notices)
    language, today, each = words.page_language(), worklist.today_of(case), []
    apart = recipients.holds_nothing_up(case)
    answers = STOPPED if apart else ANSWERS
    for work in (work for work in notices if work.round == newest):
        # Before each had work of its own there was one for all of them.
        whom = [work.result["whom"]] if "whom" in work.result else execute.recipients(case)
        names = law.SEMICOLON.in_(language).join(place.controller.text(one, language) for one in whom)
        told = work.status == Work.Status.CONFIRMED
        answer = str(work.result.get("answer", ""))
        each.append(
            {
                "number": work.pk,
                "names": names,
                "told": told,
                "state": "failed" if answer == recipients.REFUSED else "done" if answer else "waiting",
                "detail": _detail(work, answer, answers) if told else _untold(case, apart),
                "late": recipients.is_late(work, today) or (apart and not told and today > case.due_on),
                "answered": bool(answer),
            }
        )
    return {
        "each": each,
        "open": sum(not row["told"] for row in each),
        "answers": list(answers.items()),
        "apart": _apart(case, works) if apart else None,
        "works": place.works(),
    }


def _untold(case: Case, apart: bool) -> str:
    if not apart:
        return _("Not told yet")
    return _("Not told yet · by %(day)s") % {"day": in_words(case.due_on)}


def _apart(case: Case, works: list[Work]) -> dict[str, object]:
    """Between which moments somebody may have received data, and by which rule they are told."""
    _regime, right = words.rules_of(case)
    carried = [one for one in works if one.operation == Work.Operation.SET]
    moments = [one.confirmed_at for one in carried if one.status == Work.Status.CONFIRMED]
    done_at = max((moment for moment in moments if moment), default=None)
    return {
        "since": moment_in_words(case.received_at, "short"),
        "until": moment_in_words(done_at, "short") if done_at else "",
        "rule": law.cite_in(right.tells_receivers, words.page_language()),
    }


def _detail(work: Work, answer: str, answers: Mapping[str, object]) -> str:
    if answer == recipients.NOBODY:
        return _("Received nothing in between · nobody to tell")
    told = _("Told · %(day)s") % {
        "day": moment_in_words(work.confirmed_at, "short") if work.confirmed_at else ""
    }
    if answer:
        return f"{told} · {answers[answer]}"
    due_on = work.result.get("due_on")
    if not due_on:
        return told
    return f"{told} · " + _("answer expected by %(day)s") % {"day": in_words(date.fromisoformat(due_on))}
