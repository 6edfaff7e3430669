"""What was refused is approved and carried out too: in the systems it changes nothing."""

from __future__ import annotations

import pytest

from requests_app import journal, law, lifecycle, register
from requests_app.fulfilment import rounds, steps
from requests_app.lifecycle import State
from requests_app.models import Case, Task, Work
from requests_app.register.inventory import RESTRICTS
from requests_app.response import ledger
from tests.build import build_case, found
from tests.people import run_pipeline

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("right", ["CN_RESTRICT", "CN_CANCEL"])
@pytest.mark.parametrize(("choice", "is_set"), [("grant", True), ("withhold", False), ("retain", False)])
def test_only_what_was_granted_is_set(right: str, choice: str, is_set: bool) -> None:
    case = build_case({"accounts.contact": found(1, choice)}, controller="mipmap", right=right)
    asked = rounds.asked_of(case, law.regime(case.regime, case.received_on).right(case.right))
    assert bool(asked.get(Work.Operation.SET)) is is_set


@pytest.mark.parametrize("right", ["CN_RESTRICT", "CN_CANCEL"])
def test_where_nothing_says_how_to_restrict_whoever_looks_after_the_system_is_asked(
    monkeypatch: pytest.MonkeyPatch, right: str
) -> None:
    system = register.controller("mipmap").inventory.systems["mipmap_platform_db"]
    for name, value in {
        "settings": tuple(one for one in system.settings if one.operation != RESTRICTS),
        "owner": "it@example.cn",
    }.items():
        monkeypatch.setitem(system.__dict__, name, value)
    case = build_case({"accounts.contact": found(1)}, controller="mipmap", right=right, state=State.APPROVING)
    asked = rounds.asked_of(case, law.regime(case.regime, case.received_on).right(case.right))
    assert asked[Work.Operation.SET] == [system.key]
    assert rounds.is_by_hand(case, system, Work.Operation.SET) is (right == "CN_RESTRICT")
    if right == "CN_CANCEL":
        return
    journal.advance(case, lifecycle.APPROVE, by=journal.PIPELINE)
    run_pipeline()
    (task,) = Task.objects.filter(work__case=case)
    assert task.mails == 1 and task.next_mail_at is not None
    case = Case.objects.select_related("key").get(pk=case.pk)
    assert [one.system.key for one in ledger.read(case, so_far=True).outstanding] == [system.key]
    assert steps.task_answered(task, Task.Answer.DONE, by=journal.By("system_owner"))
    case = Case.objects.select_related("key").get(pk=case.pk)
    assert case.state == State.RESPONDING and not ledger.read(case).outstanding
