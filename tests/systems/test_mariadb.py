"""Where MariaDB would be kinder than the truth: letters alike, rows without rollback, words cut to fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from requests_app.fulfilment import correct
from requests_app.systems import Identifier, SystemRefused, confirm, erase, find, make_plan
from requests_app.systems.connectors import sql_engine
from requests_app.systems.connectors.base import Match
from requests_app.systems.connectors.sql import SqlConnector
from requests_app.systems.drift import drift

from . import build
from .club import CLUB, DANA, Club
from .conftest import SqlShop

pytestmark = pytest.mark.services


@pytest.fixture
def shop(mariadb_engine):
    made = SqlShop(mariadb_engine, mariadb_engine.url.render_as_string(hide_password=False))
    with made.connector:
        yield made


@pytest.mark.parametrize("collation", ["utf8mb4_unicode_ci", "utf8mb4_bin"])
@pytest.mark.parametrize(
    ("written", "ignore_case", "found"),
    [
        ("dana@example.org", True, True),
        ("DANA@Example.org", True, True),
        ("DANA@example.org", False, False),
        ("d\u00e1na@example.org", True, False),
        ("dana@example.org ", True, False),
        ("\uff44ana@example.org", True, False),
    ],
)
def test_only_the_same_letters_are_the_same_person(shop, collation, written, ignore_case, found):
    orders = build.SHOP.collections["orders"]
    with shop.engine.begin() as connection:
        column = f"contact_email VARCHAR(60) CHARACTER SET utf8mb4 COLLATE {collation}"
        connection.execute(text(f"ALTER TABLE orders MODIFY {column}"))
    sql_engine.forget(shop.address)
    shop.put("orders", {"id": 900, "customer_id": 2, "contact_email": written})
    try:
        with SqlConnector(build.SHOP, shop.address) as connector:
            match = Match(("contact_email",), (("dana@example.org",),), ignore_case=ignore_case)
            assert [row["id"] for row in connector.find(orders, [match], ("id",), 9)] == [900] * found
    finally:
        with shop.engine.begin() as connection:
            connection.execute(text("DELETE FROM orders WHERE id = 900"))


def test_a_key_of_words_means_itself_alone_and_a_correction_of_case_is_written(shop):
    devices = build.SHOP.collections["devices"]
    connector = shop.connector
    assert list(connector.read(devices, [("sn-1",)], ("serial",))) == []
    assert list(connector.read(devices, [("SN-1",)], ("serial",))) == [{"serial": "SN-1"}]
    with connector.transaction() as writer:
        assert writer.overwrite(devices, [("sn-1",)], {"label": "x"}) == 0
        assert writer.overwrite(devices, [("SN-1",)], {"label": "Hall"}) == 1
        assert writer.overwrite(devices, [("SN-1",)], {"label": "Hall"}) == 0
    assert list(connector.read(devices, [("SN-1",)], ("label",))) == [{"label": "Hall"}]


def test_words_too_long_are_refused_not_cut(shop):
    with pytest.raises(SystemRefused, match="DataError"), shop.connector.transaction() as writer:
        writer.overwrite(build.SHOP.collections["devices"], [("SN-1",)], {"label": "x" * 61})


def test_a_table_without_rollback_is_read_but_never_written_and_the_register_says_so(shop):
    with shop.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE notes (id INTEGER PRIMARY KEY, email VARCHAR(60) COLLATE utf8mb4_bin,"
                " phone VARCHAR(20), KEY (email)) ENGINE = MyISAM"
            )
        )
        connection.execute(text("INSERT INTO notes VALUES (1, 'a@example.org', '')"))
    fields = [
        build.column("id", key=True),
        build.column("email", identity="email"),
        build.column("phone", identity="phone"),
    ]
    notes = build.collection("notes", fields, build.holding("notes.all", "id email phone", "delete"))
    system = build.System("n", {}, "sql", "N", {"notes": notes}, about_nobody=frozenset(build.TABLES))
    try:
        with SqlConnector(system, shop.address) as connector:
            assert list(connector.read(notes, [(1,)], ("id",))) == [{"id": 1}]
            with pytest.raises(SystemRefused, match="roll back"), connector.transaction() as writer:
                writer.delete(notes, [(1,)])
        told = " ".join(problem for problem, _remedy in drift(system, shop.address))
        for words in ("cannot roll back", "notes.email minds the case", "notes.phone is looked up without"):
            assert words in told
    finally:
        sql_engine.forget(shop.address)
        with shop.engine.begin() as connection:
            connection.execute(text("DROP TABLE notes"))


def test_parts_of_json_kept_as_text_are_given_erased_and_put_right_there_too(shop):
    note = replace(
        build.column("note", data_type="object", erase="keep"),
        inner=(build.column("city", erase="mask"), build.column("size", data_type="integer")),
    )
    fields = [
        build.column("id", key=True, data_type="integer"),
        build.column("email", identity="email"),
        note,
    ]
    held = build.collection(
        "papers", fields, build.holding("papers.all", "id email note", "keep", system="n"), system="n"
    )
    system = build.System("n", {}, "sql", "N", {"papers": held})
    with shop.engine.begin() as connection:
        connection.execute(text("CREATE TABLE papers (id INTEGER PRIMARY KEY, email VARCHAR(60), note TEXT)"))
        for number, told in ((1, '{"city": "Oslo",  "size": 1.50}'), (2, '{"city": ')):
            values = {"n": number, "t": told}
            connection.execute(text("INSERT INTO papers VALUES (:n, 'a@example.org', :t)"), values)
    try:
        with SqlConnector(system, shop.address) as connector:
            change = correct.Change("papers.all", "papers", (1,), "note.city", "Oslo", "Bergen")
            with connector.transaction() as writer:
                correct.write(connector, writer, [change])
            assert correct.stands(connector, system.collections, [change])
            found = find([system], {"n": connector}, [Identifier("email", "a@example.org")])
            plan = make_plan(connector, found, {"papers.all": "erase"}, today=build.TODAY)
            with pytest.raises(SystemRefused, match="the column note holds no JSON"):
                erase(connector, plan, guard=lambda: None)
            with shop.engine.begin() as connection:
                connection.execute(text("UPDATE papers SET note = '' WHERE id = 2"))
            assert erase(connector, plan, guard=lambda: None).changed == 1
            assert confirm(connector, plan).ok
            (row, blank) = connector.read(held, [(1,), (2,)], ("note",))
            assert (row["note"], blank["note"]) == ('{"city": "[erased]",  "size": 1.50}', "")
    finally:
        sql_engine.forget(shop.address)
        with shop.engine.begin() as connection:
            connection.execute(text("DROP TABLE papers"))


def test_a_reference_inside_a_column_is_refused_by_name_and_never_passed_over(shop):
    address = shop.address.replace("/shop?", "/club?")
    with shop.engine.begin() as connection:
        connection.execute(text("CREATE DATABASE club"))
    try:
        with Club("mariadb", address).connector as connector:
            status = find([CLUB], {"club": connector}, DANA).systems["club"]
        assert status.state == "refused" and status.detail.endswith("cannot look into this column")
        said = [what.partition(" ")[0] for what, _ in drift(CLUB, address) if "searched inside" in what]
        assert said == [f"{c.name}.{path}" for c in CLUB.collections.values() for path in sorted(
            {path for path, _reference in c.references_inside()})]  # fmt: skip
    finally:
        sql_engine.forget(address)
        with shop.engine.begin() as connection:
            connection.execute(text("DROP DATABASE club"))
