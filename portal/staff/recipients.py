"""The recipients on a case file: who was told, who has answered what, and who is late."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.look.days import in_words, moment_in_words
from portal.staff import words
from portal.staff.doors import Place
from requests_app import worklist
from requests_app.fulfilment import execute, recipients
from requests_app.models import Case, Work

ANSWERS = {
    recipients.DONE: later("It has done the same"),
    recipients.NOTHING: later("It holds nothing any more"),
    recipients.REFUSED: later("It cannot, or will not"),
}


def rows(place: Place, case: Case, works: list[Work]) -> dict[str, object] | None:
    """Each recipient of the newest round and how far it is; ``None`` when nobody received anything."""
    notices = [work for work in works if work.operation == Work.Operation.NOTIFY]
    if not notices:
        return None
    newest = max(work.round for work in notices)
    language, today, each = words.page_language(), worklist.today_of(case), []
    for work in (work for work in notices if work.round == newest):
        # Before each had work of its own there was one for all of them.
        whom = [work.result["whom"]] if "whom" in work.result else execute.recipients(case)
        names = ("; " if language == "en" else "；").join(
            place.controller.text(one, language) for one in whom
        )
        told = work.status == Work.Status.CONFIRMED
        answer = str(work.result.get("answer", ""))
        each.append(
            {
                "number": work.pk,
                "names": names,
                "told": told,
                "state": "failed" if answer == recipients.REFUSED else "done" if answer else "waiting",
                "detail": _detail(work, answer) if told else _("Not told yet"),
                "late": recipients.is_late(work, today),
                "answered": bool(answer),
            }
        )
    return {
        "each": each,
        "open": sum(not row["told"] for row in each),
        "answers": list(ANSWERS.items()),
        "works": place.works(),
    }


def _detail(work: Work, answer: str) -> str:
    told = _("Told · %(day)s") % {
        "day": moment_in_words(work.confirmed_at, "short") if work.confirmed_at else ""
    }
    if answer:
        return f"{told} · {ANSWERS[answer]}"
    due_on = work.result.get("due_on")
    if not due_on:
        return told
    return f"{told} · " + _("answer expected by %(day)s") % {"day": in_words(date.fromisoformat(due_on))}
