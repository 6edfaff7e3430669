"""Replaying after a restore: the same row again, nobody else's, nothing weaker than what stands, no hold passed by."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from sqlalchemy import create_engine, text

from identity import sealing
from requests_app import systems, worklist
from requests_app.fulfilment import sameness, suppression
from requests_app.fulfilment.put_again import Overtaken
from requests_app.fulfilment.replay import Outcome, replay
from requests_app.models import LegalHold
from requests_app.register.inventory import Inventory, System
from requests_app.systems.connectors import memory, sql_engine
from requests_app.systems.connectors.sql import SqlConnector
from tests.fulfilment.ledger import PERSON, left_of, moved, noted, texts
from tests.people import member
from tests.systems import build
from tests.systems.build import DANA, collection, column, holding, words

SHOP = Inventory({"shop": build.SHOP})
ALL = {one.key: "erase" for one in SHOP.holdings()}


class Shop:
    """A shop in one SQLite file, which can be put back as it was."""

    def __init__(self, folder: Path) -> None:
        self.file, self.kept = folder / "shop.db", folder / "backup.db"
        self.address = f"sqlite:///{self.file}"
        engine = create_engine(self.address)
        with engine.begin() as connection:
            for statement in build.DDL:
                connection.execute(text(statement))
        engine.dispose()
        for table, rows in build.shop_rows().items():
            # What would keep an order, and with it the customer, is left out.
            for row in rows if table not in ("order_items", "returns", "payments") else ():
                self.put(table, row | {"referred_by": None} if table == "customers" else row)

    def put(self, table: str, row: dict[str, Any]) -> None:
        named = ", ".join(f":{name}" for name in row)
        self.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({named})",
                 {n: str(v) if hasattr(v, "year") else v for n, v in row.items()})  # fmt: skip

    def run(self, statement: str, values: dict[str, Any] | None = None) -> list[Any]:
        engine = create_engine(self.address)
        with engine.begin() as connection:
            done = connection.execute(text(statement), values or {})
            rows = list(done) if done.returns_rows else []
        engine.dispose()
        return rows

    def back_up(self) -> None:
        shutil.copy(self.file, self.kept)

    def restore(self) -> None:
        sql_engine.forget(self.address)
        shutil.copy(self.kept, self.file)

    def erase(self, decided: dict[str, str] = ALL, *, proved: bool = True) -> suppression.Entry:
        """Dana, as the pipeline does it: found, her rows' proofs taken, noted inside the transaction, erased."""
        with SqlConnector(build.SHOP, self.address) as connector:
            found = systems.find([build.SHOP], {"shop": connector}, [systems.Identifier("email", DANA)])
            plan = systems.make_plan(connector, found, decided, today=build.TODAY)
            again: dict[str, Any] = {"decisions": decided, "today": build.TODAY.isoformat()}
            proofs = texts(sameness.proofs_of("mimap", connector, found)) if proved else []
            systems.erase(
                connector, plan, guard=lambda: suppression.note_plan(*noted("shop"), plan, again, proofs)
            )
        sql_engine.forget(self.address)
        (entry,) = suppression.entries()
        return entry

    def replay(self, entry: suppression.Entry, *, kept: bool = False) -> Outcome:
        outcome = replay(entry, SHOP, Overtaken([entry], lambda slug: SHOP), kept=kept)
        sql_engine.forget(self.address)
        return outcome


@pytest.fixture
def shop(db: None, tmp_path: Path, monkeypatch) -> Iterator[Shop]:
    made = Shop(tmp_path)
    monkeypatch.setenv("SHOP_URL", made.address)
    yield made
    sql_engine.forget(made.address)


def test_what_came_back_goes_again_though_it_was_changed_in_between_and_a_second_run_does_nothing(
    shop,
) -> None:
    shop.back_up()
    shop.run("UPDATE customers SET name = 'D. Canary' WHERE id = 1")
    shop.run("UPDATE orders SET total = 41 WHERE id = 102")
    entry = shop.erase()
    assert shop.replay(entry, kept=True) == Outcome("still")
    shop.restore()
    looked = shop.replay(entry, kept=True)
    assert looked.state == "open" and left_of(looked)[("customers", "since")] == 1
    assert shop.run("SELECT count(*) FROM customers WHERE id = 1") == [(1,)], "nobody restored it"
    outcome = shop.replay(entry)
    assert (outcome.state, left_of(outcome)) == ("again", {})
    assert shop.run("SELECT id FROM customers WHERE id = 1") == []
    assert shop.run("SELECT id FROM orders WHERE customer_id = 1") == []
    assert shop.replay(entry) == Outcome("still")


def test_whoever_was_given_the_numbers_since_is_left_alone_and_counted(shop) -> None:
    for table in ("participants", "messages", "device_users", "orders"):
        shop.run(f"DELETE FROM {table}")
    shop.run("DELETE FROM customers WHERE id = 2")
    dana = shop.run("SELECT * FROM customers")
    order = {"id": 101, "customer_id": 1, "address_id": 11, "contact_email": None, "total": 40}
    shop.put("orders", order | {"ordered_on": "2025-06-01"})
    entry = shop.erase()
    # The backup is older than Dana; the numbers are given out again, to Bob and to his order.
    shop.put("customers", {"id": 1, "email": "bob@example.org", "phone": build.PHONE, "name": "Dana Canary"})
    shop.put("orders", order | {"ordered_on": "2025-06-01"})
    outcome = shop.replay(entry)
    assert len(dana) == 1 and outcome.state == "open"
    assert left_of(outcome) == {("customers", "not_shown"): 1, ("orders", "not_shown"): 1}
    assert shop.run("SELECT email FROM customers") == [("bob@example.org",)]
    assert shop.run("SELECT customer_id FROM orders") == [(1,)]


def test_an_entry_without_proofs_erases_nothing_and_says_so(shop) -> None:
    shop.back_up()
    entry = shop.erase(proved=False)
    assert shop.replay(entry) == Outcome("still"), "gone is gone"
    shop.restore()
    assert shop.replay(entry).state == "open"
    assert shop.run("SELECT count(*) FROM customers WHERE id = 1") == [(1,)]


def test_an_address_signed_up_anew_is_another_row_although_its_key_is_the_address(db, monkeypatch) -> None:
    fields = [column("email", key=True, identity="email"), column("since"), column("topics")]
    lists = collection(
        "members", fields, holding("members.all", "email since topics", "delete", system="club")
    )
    club = System("club", words("Club"), "memory", "CLUB_URL", {"members": moved(lists, "club")})
    monkeypatch.setenv("CLUB_URL", "memory://club")
    first = {"email": DANA, "since": "2026-01-05T10:00", "topics": "maps"}
    memory.STORES["club"] = {"members": [dict(first)]}
    inventory = Inventory({"club": club})
    with systems.connect(club, {"CLUB_URL": "memory://club"}) as connector:
        found = systems.find([club], {"club": connector}, [systems.Identifier("email", DANA)])
        plan = systems.make_plan(connector, found, {"members.all": "erase"}, today=build.TODAY)
        again = {"decisions": {"members.all": "erase"}, "today": build.TODAY.isoformat()}
        proofs = texts(sameness.proofs_of("mimap", connector, found))
        systems.erase(
            connector, plan, guard=lambda: suppression.note_plan(*noted("club"), plan, again, proofs)
        )
    (entry,) = suppression.entries()
    overtaken = Overtaken([entry], lambda slug: inventory)
    memory.STORES["club"]["members"] = [first | {"since": "2026-03-09T08:30"}]
    assert replay(entry, inventory, overtaken).state == "open"
    assert memory.STORES["club"]["members"], "she came again by herself"
    memory.STORES["club"]["members"] = [dict(first)]
    assert replay(entry, inventory, overtaken).state == "again"
    assert memory.STORES["club"]["members"] == []


def test_what_had_gone_before_and_hangs_on_a_row_goes_with_it(shop) -> None:
    shop.put("messages", {"id": 54, "ticket_id": None, "author_id": 1, "body": "Gone before"})
    shop.put("orders", {"id": 103, "customer_id": 1, "address_id": None, "total": 3,
                        "ordered_on": "2012-01-01", "contact_email": None})  # fmt: skip
    shop.back_up()
    shop.run("DELETE FROM messages WHERE id = 54")
    shop.run("DELETE FROM orders WHERE id = 103")
    entry = shop.erase()
    shop.restore()
    outcome = shop.replay(entry)
    assert (outcome.state, left_of(outcome)) == ("again", {})
    assert shop.run("SELECT id FROM customers WHERE id = 1") == []
    assert shop.run("SELECT id FROM orders WHERE id = 103") == []
    assert shop.run("SELECT id FROM messages WHERE id IN (51, 54)") == []


def test_what_was_kept_then_is_not_taken_along_by_the_system_itself(shop) -> None:
    decided = {key: "retain" if key == "messages.own" else choice for key, choice in ALL.items()}
    shop.back_up()
    entry = shop.erase(decided)
    (before,) = shop.run("SELECT count(*) FROM messages WHERE author_id = 1")
    shop.restore()
    shop.run(
        "CREATE TRIGGER along AFTER DELETE ON orders BEGIN DELETE FROM messages WHERE author_id = 1; END"
    )
    with pytest.raises(systems.RetainedAtRisk):
        shop.replay(entry)
    assert before[0] and shop.run("SELECT count(*) FROM messages WHERE author_id = 1") == [before]
    assert shop.run("SELECT count(*) FROM orders WHERE customer_id = 1") != [(0,)], "all or nothing"


def test_what_nobody_decided_stays_is_counted_and_its_owner_is_emptied(shop) -> None:
    decided = {key: choice for key, choice in ALL.items() if key != "messages.own"}
    shop.back_up()
    shop.run("DELETE FROM messages WHERE author_id = 1")
    entry = shop.erase(decided)
    assert shop.run("SELECT id FROM customers WHERE id = 1") == []
    shop.restore()
    outcome = shop.replay(entry)
    assert outcome.state == "open" and left_of(outcome) == {
        ("messages", "besides"): 1,
        ("customers", "emptied"): 1,
    }
    ((email, name),) = shop.run("SELECT email, name FROM customers WHERE id = 1")
    assert name is None and "canary" not in email.lower()
    assert shop.run("SELECT id FROM orders WHERE customer_id = 1") == []


def test_a_hold_is_asked_inside_the_transaction_and_wins(shop, monkeypatch) -> None:
    shop.back_up()
    entry = shop.erase()
    shop.restore()
    before = sameness.Judge.judge

    def judge(self: Any, keys: Any) -> Any:
        # It is placed while the replay is on its way.
        _hold()
        return before(self, keys)

    monkeypatch.setattr(sameness.Judge, "judge", judge)
    assert shop.replay(entry) == Outcome("held")
    assert shop.run("SELECT count(*) FROM customers WHERE id = 1") == [(1,)]


def test_a_value_is_put_right_again_in_the_row_of_then_and_in_no_other(shop) -> None:
    with SqlConnector(build.SHOP, shop.address) as connector:
        found = systems.find([build.SHOP], {"shop": connector}, [systems.Identifier("email", DANA)])
        proofs = sameness.proofs_of("mimap", connector, found, {"orders"})
    assert set(proofs) == {"customers", "orders"}, "the person's own row bears witness"
    changes = [
        {"collection": "customers", "key": [1], "field": "name", "was": "Dana Canary", "to": "Dana C."},
        {"collection": "orders", "key": [101], "field": "total", "was": 40, "to": 44},
    ]
    suppression.note(*noted("shop"), "correct", {"changes": changes, "proofs": proofs})
    (entry,) = suppression.entries()
    shop.back_up()
    assert left_of(shop.replay(entry, kept=True)) == {("customers", "since"): 1, ("orders", "since"): 1}
    shop.run("UPDATE customers SET email = 'bob@example.org' WHERE id = 1")
    outcome = shop.replay(entry)
    assert left_of(outcome) == {("customers", "not_shown"): 1, ("orders", "not_shown"): 1}
    assert shop.run("SELECT name FROM customers WHERE id = 1") == [("Dana Canary",)]
    shop.restore()
    shop.run("UPDATE orders SET contact_email = NULL WHERE id = 101")
    assert shop.replay(entry) == Outcome("again")
    assert shop.run("SELECT name, total FROM customers c JOIN orders o ON o.customer_id = c.id"
                    " WHERE o.id = 101") == [("Dana C.", 44)]  # fmt: skip
    assert shop.replay(entry) == Outcome("still")
    shop.restore()
    _hold()
    assert shop.replay(entry) == Outcome("held")
    assert shop.run("SELECT name FROM customers WHERE id = 1") == [("Dana Canary",)]


def _hold() -> None:
    LegalHold.objects.create(
        controller="mimap", subject_index=PERSON, key=sealing.new_key(), sealed_reason=b"",
        owner=member("Cora", mimap="counsel"), placed_at=timezone.now(),
        review_on=worklist.today_at("mimap") + timedelta(days=30),
    )  # fmt: skip
