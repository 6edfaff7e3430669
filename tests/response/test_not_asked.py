"""A letter waits for nobody who was not asked."""

from __future__ import annotations

import pytest

from requests_app.response import ledger as ledgers
from tests.build import build_case
from tests.fulfilment.joined import ARCHIVE, OWNER, dataset, furnish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _place(tmp_path, settings, monkeypatch) -> None:
    furnish(tmp_path, settings, monkeypatch, dataset(ARCHIVE, "manual", owner=OWNER, identity="email"))


@pytest.mark.parametrize(
    ("right", "expected"), [("DELETE", True), ("KNOW_PCS", True), ("CONSENT_WITHDRAWAL", False)]
)
def test_what_is_still_to_come_is_what_was_asked(right: str, expected: bool) -> None:
    case = build_case({"customers.identity": {"found": 1, "choice": "grant"}}, right=right)
    case.works.filter(system=ARCHIVE).exclude(operation="search").delete()
    (archive,) = (one for one in ledgers.read(case).systems if one.system.key == ARCHIVE)
    assert archive.outstanding is expected
