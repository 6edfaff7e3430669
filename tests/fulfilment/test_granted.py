"""What was refused is approved and carried out too: in the systems it changes nothing."""

from __future__ import annotations

import pytest

from requests_app import law
from requests_app.fulfilment import rounds
from requests_app.models import Work
from tests.build import build_case, found

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("right", ["CN_RESTRICT", "CN_CANCEL"])
@pytest.mark.parametrize(("choice", "is_set"), [("grant", True), ("withhold", False), ("retain", False)])
def test_only_what_was_granted_is_set(right: str, choice: str, is_set: bool) -> None:
    case = build_case({"accounts.contact": found(1, choice)}, controller="mipmap", right=right)
    asked = rounds.asked_of(case, law.regime(case.regime, case.received_on).right(case.right))
    assert bool(asked.get(Work.Operation.SET)) is is_set
