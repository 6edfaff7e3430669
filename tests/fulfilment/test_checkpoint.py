"""What a killed worker's successor finishes: the same rows again, of whatever types, however many."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from identity import sealing
from requests_app import register
from requests_app.fulfilment import checkpoint
from requests_app.lifecycle import State
from requests_app.systems import Found, FoundRows, SystemStatus
from requests_app.systems.marks import mark_of, sharing
from tests.build import build_case

SYSTEM = "mimap_shop_db"
NAMES = ("order_id", "customer_id", "ordered_on")
ODD = (UUID(int=7), Decimal("1.50"), datetime(2026, 1, 2, 3, tzinfo=UTC), b"\x00\xff", None, True)


@pytest.mark.django_db
def test_rows_come_back_as_they_were_from_this_version_and_from_the_one_before() -> None:
    case = build_case(state=State.ASSESSING)
    inventory = register.controller("mimap").inventory
    orders = inventory.systems[SYSTEM].collections["orders"]
    kind = mark_of(NAMES)
    marks = {(n,): kind((n, "MM1", date(2026, 1, 1 + n % 28))) for n in range(1_201)}
    marks |= {(odd,): kind((odd, "MM1", None)) for odd in ODD}
    rows = FoundRows(orders, marks, shared={(3,), (ODD[0],)}, anchors={(n,) for n in range(700)})
    found = Found({(SYSTEM, "orders"): rows}, {SYSTEM: SystemStatus("searched")})
    sealed = checkpoint.save(case, found, SYSTEM)
    assert len(sealed) < 60_000
    plain = [checkpoint.plain(part) for part in ODD]
    earlier = [{
        "collection": "orders",
        "marks": [[[one], {"order_id": one, "customer_id": "MM1", "ordered_on": None}] for one in plain],
        "shared": [[plain[0]]],
        "anchors": [],
    }]  # fmt: skip
    before = sealing.seal(case.key, json.dumps(earlier).encode(), checkpoint.PURPOSE)
    for content, keys, shared in (
        (sealed, list(marks), rows.shared),
        (before, [(odd,) for odd in ODD], {(ODD[0],)}),
    ):
        again = checkpoint.load(case, content, inventory, SYSTEM).rows[SYSTEM, "orders"]
        assert list(again.keys) == keys and again.shared == shared
        assert [dict(mark) for mark in again.marks.values()] == [dict(marks[key]) for key in keys]
    empty = Found({}, {SYSTEM: SystemStatus("searched")})
    assert checkpoint.load(case, checkpoint.save(case, empty, SYSTEM), inventory, SYSTEM).rows == {}


@pytest.mark.parametrize(
    "value",
    [{}, [], {"t": "text", "v": [1, {"at": datetime(2026, 1, 2, tzinfo=UTC)}]}, [Decimal("1.5"), None]],
)
def test_a_list_or_a_document_comes_back_as_one(value: object) -> None:
    assert checkpoint.typed(json.loads(json.dumps(checkpoint.plain(value)))) == value
    assert (
        checkpoint.typed({"t": "text", "v": "{}"}) == {} and checkpoint.typed(checkpoint.plain("{}")) == "{}"
    )


def test_a_mark_is_read_by_names_and_keeps_what_it_has_in_common_once() -> None:
    kind = mark_of(("id", "owner"))
    first = sharing(kind, [1, "MM" + "1"], None)
    second = sharing(kind, [True, "".join(["M", "M1"])], first)
    assert (second["owner"], second.get("owner"), second.get("else", 5)) == ("MM1", "MM1", 5)
    assert second["owner"] is first["owner"] and second["id"] is True
    assert "id" in second and 1 not in second and dict(second) == {"id": True, "owner": "MM1"}
    with pytest.raises(KeyError):
        second["else"]
