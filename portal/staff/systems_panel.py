"""What each system did and said, for the panel of the case file."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.look.days import moment_in_words
from portal.staff import words
from portal.staff.contents import Contents
from portal.staff.doors import Place
from requests_app import worklist
from requests_app.models import Work

Row = dict[str, object]


def lines(place: Place, held: Contents) -> list[Row]:
    """One for each system of the inventory, by the newest work for it."""
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
                "detail": _work_words(place, work),
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


def _work_words(place: Place, work: Work | None) -> str:
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
        "doubt": _("Stopped by a doubt about who is asking"),
        "exception": _("Cannot be done, says whoever looks after it"),
        "done_while_stopped": _("Done after it was stopped: look at it, then note it as done"),
    }
    if work.status == Work.Status.CONFIRMED and work.confirmed_at:
        told = f"{did[work.operation]} · {moment_in_words(work.confirmed_at, 'short')}"
        if since := work.result.get("came_since"):
            rows = ngettext("%(n)s row came since the approval", "%(n)s rows came since the approval", since)
            return f"{told} · {rows % {'n': since}}"
        return told
    if work.status == Work.Status.FAILED:
        kind, _colon, why = work.trouble.partition(": ")
        told = trouble.get(kind, _("Failed"))
        told = f"{told} · {why}" if why else told
        if work.next_try_at:
            again = _("next try %(moment)s") % {"moment": moment_in_words(work.next_try_at, "short")}
            return f"{told} · {again}"
        return told
    if whom := work.result.get(worklist.WAITS_FOR):
        titles = (str(words.system_title(place.controller, key)) for key in whom)
        between = ", " if get_language() == "en" else "、"
        return _("Waits until these are done: %(systems)s") % {"systems": between.join(titles)}
    if work.next_try_at is None:
        return _("A person was asked to do it")
    return _("Waiting for its turn")
