"""What the page of a private link tells whoever looks after a system: whom it is about, and what is to be done there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from requests_app import law, register, subject
from requests_app.fulfilment import checkpoint, tasks_by_hand
from requests_app.models import Case, Determination, Work
from requests_app.register import Controller

FIELD, HOW, WAS, TO = "correct.field", "correct.how", "correct.was", "correct.to"
CATEGORIES = "categories"
"""In place of the work's operation, where only the kinds of what is held are asked for and nothing of it."""


@dataclass(frozen=True)
class Correction:
    """One value that is wrong, and what is right; every part may be empty."""

    title: str
    how: str
    """``corrected``, ``annotated`` or ``deleted``; empty where nobody decided it, as the value was found nowhere."""
    was: str = field(repr=False)
    to: str = field(repr=False)


@dataclass(frozen=True)
class Asked:
    """In the reader's language."""

    doing: str
    """The work's operation, or ``categories``."""
    right: str
    system: str
    decided: tuple[tuple[str, str], ...]
    """Kinds of data by title, and what was decided of each."""
    settings: tuple[str, ...]
    """What shall hold there afterwards, as the inventory says it."""
    corrections: tuple[Correction, ...]


def what_is_asked(case: Case, work: Work, language: str) -> Asked:
    """Of a system that left the register meanwhile no more is said than its key."""
    controller = register.controller(case.controller)
    right = law.regime(case.regime, case.received_on).right(case.right)
    only_kinds, lifts = tasks_by_hand.asks_whether_held(case), work.operation == Work.Operation.LIFT
    decided = Determination.objects.filter(holding__case=case, holding__system=work.system)
    if lifts:
        decided = decided.filter(choice=Determination.Choice.GRANT)
    return Asked(
        doing=CATEGORIES if only_kinds else work.operation,
        right=right.title.in_(language),
        system=controller.system_title(work.system, language),
        decided=()
        if only_kinds
        else tuple(
            (controller.holding_title(one.holding.holding_key, language), "" if lifts else one.choice)
            for one in decided.select_related("holding").order_by("pk")
        ),
        settings=_settings(case, work, controller, language),
        corrections=tuple(_corrections(case, controller, language))
        if work.operation == Work.Operation.CORRECT
        else (),
    )


def _settings(case: Case, work: Work, controller: Controller, language: str) -> tuple[str, ...]:
    system = controller.inventory.systems.get(work.system)
    if system is None or work.operation != Work.Operation.SET:
        return ()
    try:
        asked = subject.operation_of(case)
    except LookupError:
        # A part that the inventory no longer knows: staff look at it.
        return ()
    return tuple(controller.text(one.title, language) for one in system.settings_for(asked))


def _corrections(case: Case, controller: Controller, language: str) -> Iterator[Correction]:
    """As it was decided wherever the value was found; where it was found nowhere, as the person put it."""
    titles = {
        f"{collection.name}.{path}": controller.text(part.title, language)
        for collection in controller.inventory.collections()
        for path, part in collection.parts()
    }
    granted = Determination.objects.filter(holding__case=case, choice=Determination.Choice.GRANT)
    collections = {one.key: one.collection for one in controller.inventory.holdings()}
    told = [
        answers | {FIELD: f"{collections.get(one.holding.holding_key)}.{answers[FIELD]}"}
        for one in granted.select_related("holding").order_by("pk")
        if (answers := checkpoint.answers(case, one)).get(FIELD)
    ]
    found = (
        Correction(
            titles.get(said.get(FIELD, ""), ""), said.get(HOW, ""), said.get(WAS, ""), said.get(TO, "")
        )
        for said in told or [subject.read(case).details]
    )
    yield from dict.fromkeys(one for one in found if one.was or one.to)
