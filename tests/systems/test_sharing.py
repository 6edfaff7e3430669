"""What belongs to somebody else as well is not taken from them, and nothing of the person's is cut off unseen."""

from __future__ import annotations

from typing import Any

import pytest

from requests_app.register.inventory import System
from requests_app.systems import Identifier, Walk
from requests_app.systems.connectors.memory import MemoryConnector

from . import build
from .build import collection, column, holding

DANA = [Identifier("customer_id", "1")]
PEOPLE = collection(
    "people",
    [
        column("id", key=True, identity="customer_id", data_type="integer"),
        column("name"),
        column("home", "homes.id>"),
    ],
    holding("people.all", "id name home", "delete"),
)


def whole(key: str, *collections: Any) -> System:
    return System(key, build.words(key), "memory", "X", {c.name: c for c in collections})


@pytest.mark.parametrize(("strangers", "state"), [(9, "searched"), (20, "refused")])
def test_rows_of_others_never_crowd_out_the_persons_own(strangers: int, state: str) -> None:
    people = collection(
        "people", [column("id", key=True, identity="customer_id"), column("branch", "branches.id>")]
    )
    branches = collection("branches", [column("id", key=True)])
    visits = collection(
        "visits", [column("id", key=True), column("branch", "branches.id"), column("person", "people.id")]
    )
    others = [{"id": n, "branch": "b", "person": 2} for n in range(strangers)]
    tables = {
        "people": [{"id": 1, "branch": "b"}],
        "branches": [{"id": "b"}],
        "visits": [*others, {"id": 99, "branch": "b", "person": 1}],
    }
    system = whole("shop", people, branches, visits)
    walk = Walk([system], {"shop": MemoryConnector(system, tables)}, DANA, ceiling=10)
    list(walk.rows())
    status = walk.found.systems["shop"]
    assert status.state == state, status
    if state == "searched":
        assert walk.found.rows["shop", "visits"].keys == ((99,),)
    else:
        assert "a reference reaches too many rows" in status.detail and not walk.found.rows
