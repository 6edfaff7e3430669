"""How far the systems are with a request, for the one who asked, and how soon the page asks again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as later

from requests_app import law, register
from requests_app.lifecycle import State
from requests_app.models import Case, CaseEvent, Work

Row = dict[str, object]
OFTEN, SELDOM = 5, 30
"""Seconds until the page asks again: where something happened just now, and where nothing did for a while."""
JUST_NOW = timedelta(minutes=2)
OURS = frozenset({State.RECEIVED, State.ASSESSING, State.FULFILLING, State.RESPONDING})
WORKING = frozenset({"", "facts", "systems", "letter"})
"""What a case waits for while only machines are at work."""
BESIDE = (Work.Operation.SEARCH, Work.Operation.NOTIFY, Work.Operation.LIFT)
"""Work that is none of carrying out what was asked."""
SAID = {
    "done": later("Done, and read back"),
    "told": later("Done, says whoever looks after it"),
    "failed": later("It did not manage yet; we keep trying"),
    "person": later("A person looks into it"),
    "hand": later("A person does it"),
    "waiting": later("At work"),
}


def pace(case: Case, events: list[CaseEvent]) -> int | None:
    """After how many seconds the page may say something else; ``None`` where only people and the calendar move anything."""
    silent = case.waits_for.startswith("system:")
    if case.state == State.VERIFYING:
        machines = case.waits_for == "facts"
    else:
        machines = State(case.state) in OURS and (case.waits_for in WORKING or silent)
    if not machines:
        return None
    return OFTEN if events and not silent and timezone.now() - events[-1].at < JUST_NOW else SELDOM


def systems(case: Case, language: str, *, theirs: bool) -> list[Row]:
    """Each system that carries it out, and how it stands; nothing for whoever may not know where something was found."""
    at_once = law.regime(case.regime, case.received_on).right(case.right).at_once
    if case.state != State.FULFILLING or not (theirs or at_once):
        return []
    controller = register.controller(case.controller)
    works = list(case.works.exclude(operation__in=BESIDE).defer("sealed").order_by("round", "pk"))
    newest = {work.system: work for work in works if work.round == works[-1].round}
    rows = []
    for key, work in newest.items():
        if system := controller.inventory.systems.get(key):
            state, said = _stands(work)
            title = controller.text(system.title, language)
            rows.append({"key": key, "title": title, "state": state, "said": SAID[said]})
    return rows


def _stands(work: Work) -> tuple[str, str]:
    if work.status == Work.Status.CONFIRMED:
        return "done", "told" if work.result.get("by_hand") else "done"
    if work.status == Work.Status.FAILED:
        return "failed", "failed" if work.next_try_at else "person"
    return ("hand", "hand") if work.next_try_at is None and not work.attempts else ("waiting", "waiting")
