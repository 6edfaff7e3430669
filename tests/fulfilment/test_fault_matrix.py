"""TRUST 43, 44: eight failures of a system and a worker killed after each step, against every operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from identity.models import User
from requests_app import journal
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from requests_app.systems.connectors import registry
from requests_app.verification import steps as verification
from tests.people import (
    approved,
    code_in,
    decided,
    member,
    open_case,
    run_pipeline,
    tell_recipients,
    verified,
)

from . import troubled
from .test_correction import _answers, _contested
from .test_erasure import _shop

SYSTEM = "mimap_shop_db"


def _proved(olu: User, pia: User) -> Case:
    """Dana has shown who she is, and nobody has searched yet."""
    case = open_case("mimap", "KNOW_PCS")
    run_pipeline()
    verification.answer(case, code_in(case), declaration="Dana Whitfield")
    return case


def _granted(right: str) -> Callable[[User, User], Case]:
    return lambda olu, pia: approved(decided(verified(open_case("mimap", right)), olu), pia)


OPERATIONS: dict[str, Callable[[User, User], Case]] = {
    "search": _proved,
    "access": _granted("KNOW_PCS"),
    "set": lambda olu, pia: open_case("mimap", "OPT_OUT"),
    "correct": lambda olu, pia: approved(_contested(olu, _answers("corrected")), pia),
    "delete": _granted("DELETE"),
}
WRITES = {"set", "correct", "delete"}


@pytest.fixture
def people(furnished, monkeypatch) -> Iterator[tuple[User, User]]:
    """Olu works the case, Pia approves second; the shop's database can be made to fail."""
    monkeypatch.setitem(registry.CONNECTORS, "sql", troubled.Troubled)
    yield member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")
    troubled.wrong.clear()


def _outside() -> dict[str, Any]:
    """Every row of the shop."""
    with _shop() as shop:
        names = shop.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {n: sorted(shop.execute(f'SELECT t::text FROM "{n}" t').fetchall()) for (n,) in names}


def _sweep() -> None:
    """What the beat does when the time for another try has come; a fault that nobody foresaw is logged and left."""
    Work.objects.exclude(status=Work.Status.CONFIRMED).exclude(operation=Work.Operation.NOTIFY).update(
        next_try_at=timezone.now()
    )
    try:
        run_pipeline()
    except ValueError:
        Work.objects.filter(attempts__gt=0).update(next_try_at=None)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_system_that_fails_is_named_nothing_is_called_done_and_the_next_try_reaches_the_end(
    people, operation: str
) -> None:
    case, before = OPERATIONS[operation](*people), _outside()
    for failure in troubled.READING + (troubled.WRITING if operation in WRITES else ()):
        troubled.wrong.update({failure})
        _sweep()
        case = Case.objects.get(pk=case.pk)
        (work,) = case.works.filter(operation=operation)
        assert work.status != Work.Status.CONFIRMED, failure
        assert case.state in {State.ASSESSING, State.FULFILLING}, failure
        if failure != "falls over":
            assert case.waits_for == f"system:{SYSTEM}", failure
            assert "dana" not in work.trouble.lower()
        if failure != "commit lost":
            assert _outside() == before, failure
        assert not case.letters.filter(kind="answer").exists(), failure
        troubled.wrong.clear()
    # What only reads never meets a fault of writing.
    troubled.wrong.update(() if operation in WRITES else troubled.WRITING)
    _sweep()
    if operation == "search":
        assert Case.objects.get(pk=case.pk).waits_for == "decision"
        return
    tell_recipients(people[0])
    case = Case.objects.get(pk=case.pk)
    assert case.state == State.CLOSED and journal.verify(case) is None
    assert case.letters.filter(kind="answer").count() == 1
    assert (_outside() == before) == (operation not in WRITES)


class Killed(BaseException):
    """What no handler of ours catches, as a process that is gone."""


class _Life:
    """So many statements in the portal's database, and then no more."""

    def __init__(self, statements: int) -> None:
        self.left = statements

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.left <= 0:
            raise Killed
        self.left -= 1
        return execute(sql, params, many, context)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("operation", ["access", "correct", "delete"])
def test_workers_killed_after_one_two_three_steps_and_so_on_reach_the_end_together(
    people, operation: str
) -> None:
    case = OPERATIONS[operation](*people)
    deaths = 0
    while True:
        life = _Life(deaths + 1)
        try:
            with connection.execute_wrapper(life):
                _sweep()
            if life.left > 0:
                break
        except Killed:
            pass
        connection.close()  # a dead process holds no lock and no open transaction
        deaths += 1
        assert deaths < 2000, "it never comes to an end"
    # One for each statement that the longest stretch without a lasting result needs.
    assert deaths > 15
    tell_recipients(people[0])
    case = Case.objects.get(pk=case.pk)
    assert case.state == State.CLOSED and journal.verify(case) is None
    names = list(case.events.values_list("name", flat=True))
    assert names.count("system_confirmed") == case.works.filter(operation=operation).count() == 1
    assert names.count("fulfil") == names.count("answer") == 1
    assert case.letters.filter(kind="answer").count() == 1
    assert case.packages.count() == (1 if operation == "access" else 0)
    if operation == "delete":
        assert not any("dana@example.com" in row[0].lower() for row in _outside()["customers"])
