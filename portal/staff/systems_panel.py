"""What each system did and said, for the panel of the case file."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.look.days import moment_in_words
from portal.staff import words
from portal.staff.contents import Contents
from portal.staff.doors import Place
from requests_app.models import Work
from requests_app.register.inventory import System
from requests_app.response import naming

Row = dict[str, object]
NO_INDEX = "no index on "
"""How a system says that it would have to read a large table from end to end."""


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
                "detail": _work_words(work) + _file_words(work, place.controller.inventory.systems[key]),
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


def _file_words(work: Work | None, system: System) -> str:
    """That nothing looked for other people in what was sent, where only a person can and none is asked to."""
    ending = str(work.result.get("ending", "")) if work and work.result.get("file") else None
    if ending is None or naming.is_text(ending) or system.redact_files:
        return ""
    return " · " + _("a file that cannot be searched for other people: look before it leaves")


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
        kind, _sign, why = work.trouble.partition(": ")
        told = trouble.get(kind, _("Failed"))
        if why.startswith(NO_INDEX):
            told = _("Refused: a large table has no index on %(column)s") % {
                "column": why.removeprefix(NO_INDEX)
            }
        if work.next_try_at:
            again = _("next try %(moment)s") % {"moment": moment_in_words(work.next_try_at, "short")}
            return f"{told} · {again}"
        return told
    if work.next_try_at is None:
        return _("A person was asked to do it")
    return _("Waiting for its turn")
