"""Word to a worker that something is to be done: a task's name and a number, given once it is committed.

Whoever follows a case through may keep the word and do the thing itself, instead of sending it by the broker to be
fetched again. A word is never all that is known of a thing to be done: where it is lost, with a broker or with a worker
that is killed, the sweep finds what it was about.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from celery import current_app
from django.db import transaction
from django.db.models import Model

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Nudge:
    """That this task has something to do with this row, as it was when it was written."""

    task: str
    about: Model


@dataclass
class Kept:
    """What was kept so far, in the order in which it was committed."""

    nudges: list[Nudge] = field(default_factory=list)

    def take(self, task: str, fits: Callable[[Model], bool] = lambda _about: True) -> Model | None:
        """The first thing of this kind that fits, to be done by whoever takes it; ``None`` if there is none."""
        for nudge in self.nudges:
            if nudge.task == task and fits(nudge.about):
                self.nudges.remove(nudge)
                return nudge.about
        return None


_kept: ContextVar[Kept | None] = ContextVar("kept", default=None)


def after_commit(task: str, about: Model, *, wait_seconds: float = 0) -> None:
    """Give word after commit. Robust: a dead broker delays the thing until the sweep; it fails nothing."""

    def give() -> None:
        # A function with a name, by which Django tells of it where it fails.
        _give(Nudge(task, about), wait_seconds)

    transaction.on_commit(give, robust=True)


@contextmanager
def keep() -> Iterator[Kept]:
    """Word given within the block is kept for it; what it has not taken is sent at its end, however it ends."""
    kept = Kept()
    token = _kept.set(kept)
    try:
        yield kept
    finally:
        _kept.reset(token)
        for nudge in kept.nudges:
            try:
                _send(nudge)
            except Exception:
                log.exception(f"a word could not be sent, {nudge.task} %s", nudge.about.pk)


def take(task: str, fits: Callable[[Model], bool]) -> Model | None:
    """What the block around it keeps, if there is one: see :meth:`Kept.take`."""
    kept = _kept.get()
    return kept.take(task, fits) if kept else None


def _give(nudge: Nudge, wait_seconds: float) -> None:
    kept = _kept.get()
    if kept is None or wait_seconds:
        _send(nudge, wait_seconds)
    else:
        kept.nudges.append(nudge)


def _send(nudge: Nudge, wait_seconds: float = 0) -> None:
    current_app.send_task(nudge.task, [nudge.about.pk], countdown=wait_seconds or None)
