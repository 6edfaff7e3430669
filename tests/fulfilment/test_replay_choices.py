"""Replaying choices after a restore: the newest alone, never over what is stricter now, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from requests_app import systems
from requests_app.fulfilment import suppression
from requests_app.fulfilment.put_again import Overtaken
from requests_app.fulfilment.replay import Outcome, replay
from requests_app.register.inventory import Inventory, Setting, System
from requests_app.systems.connectors import memory
from tests.fulfilment.ledger import left_of, moved, noted
from tests.systems.build import DANA, collection, column, holding, words


def _setting(operation: str, name: str, values: dict[str, Any], **more: Any) -> Setting:
    return Setting(operation, name, words(operation), values, **more)


PEOPLE = moved(
    collection(
        "people",
        [column("id", key=True, identity="customer_id"), column("email", identity="email"), column("sells")],
        holding("people.all", "id email sells", "delete", system="till"),
    ),
    "till",
)
REFUSALS = moved(
    collection(
        "refusals",
        [column("id", key=True), column("email", identity="email"), column("what")],
        holding("refusals.all", "id email what", "keep", system="till"),
    ),
    "till",
)
TILL = System(
    "till", words("Till"), "memory", "TILL_URL", {"people": PEOPLE, "refusals": REFUSALS},
    settings=(
        _setting("opt_out", "people", {"sells": False}),
        _setting("opt_out", "refusals", {"what": "sale"}, listed_by="email"),
        _setting("opt_in", "people", {"sells": True}),
        _setting("opt_in", "refusals", {"what": "sale"}, listed_by="email", unlists=True),
    ),
)  # fmt: skip
REGISTER = System(
    "desk", words("Desk"), "sql", "DESK_URL",
    {"known": moved(collection("known", [column("no", key=True, identity="customer_id"),
                                       column("email", identity="email")]), "desk")},
)  # fmt: skip


class Till:
    """A system that keeps what people chose."""

    def __init__(self) -> None:
        self.inventory = Inventory({"till": TILL})
        self.tables = memory.STORES["till"] = {
            "people": [{"id": 7, "email": DANA, "sells": True}],
            "refusals": [],
        }

    def chose(self, *operations: str, known: tuple[tuple[str, str], ...] = (("email", DANA),)) -> None:
        for operation in operations:
            content = {"operation": operation, "identifiers": [list(one) for one in known]}
            suppression.note(*noted("till"), "set", content)

    def replay(self, *, kept: bool = False) -> list[Outcome]:
        entries = list(suppression.entries())
        overtaken = Overtaken(entries, lambda slug: self.inventory)
        return [replay(entry, self.inventory, overtaken, kept=kept) for entry in entries]

    @property
    def sells(self) -> list[Any]:
        return [row["sells"] for row in self.tables["people"]]


@pytest.fixture
def till(db: None, monkeypatch) -> Till:
    monkeypatch.setenv("TILL_URL", "memory://till")
    return Till()


def test_an_opt_in_is_never_put_over_what_is_stricter_now(till) -> None:
    till.chose("opt_in")
    # Since then Dana chose otherwise in the shop's own settings.
    till.tables["people"][0]["sells"] = False
    till.tables["refusals"].append({"id": 1, "email": DANA, "what": "sale"})
    (outcome,) = till.replay()
    assert till.sells == [False] and len(till.tables["refusals"]) == 1
    assert outcome.state == "still"
    assert left_of(outcome) == {("people", "stricter"): 1, ("refusals", "stricter"): 1}


@pytest.mark.parametrize(
    ("chosen", "sold"),
    [(("opt_out",), False), (("opt_out", "opt_in"), True), (("opt_in", "opt_out"), False)],
)
def test_of_several_choices_the_newest_alone_is_set_again(till, chosen, sold) -> None:
    till.chose(*chosen)
    till.replay(kept=True)
    assert till.sells == [True] and till.tables["refusals"] == []
    till.replay()
    assert till.sells == [sold] and len(till.tables["refusals"]) == (0 if sold else 1)


def test_a_system_that_cannot_be_searched_leaves_a_choice_undone(till, monkeypatch) -> None:
    monkeypatch.setenv("DESK_URL", "postgresql+psycopg://nobody@/none?host=/nowhere")
    reached = column("id", "desk.known.no", key=True)
    people = moved(collection("people", [reached, column("sells")],
                            holding("people.all", "id sells", "delete", system="till")), "till")  # fmt: skip
    till.inventory = Inventory(
        {
            "desk": REGISTER,
            "till": System("till", TILL.title, "memory", "TILL_URL", {"people": people, "refusals": REFUSALS},
                           settings=TILL.settings),
        }
    )  # fmt: skip
    till.chose("opt_out")
    with pytest.raises(systems.SystemFailure):
        till.replay()
    assert till.sells == [True]


def test_the_number_of_somebody_else_by_now_takes_no_choice_along(till) -> None:
    till.chose("opt_out", known=(("customer_id", "7"), ("email", DANA)))
    till.tables["people"][0] |= {"email": "bob@example.org"}
    (outcome,) = till.replay()
    assert till.sells == [True] and outcome.state == "open"
    assert [row["email"] for row in till.tables["refusals"]] == [DANA]
