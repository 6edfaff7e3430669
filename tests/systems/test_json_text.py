"""JSON in columns of plain text: searched by an index or not at all, written with the rest letter for letter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from requests_app.register.inventory import System
from requests_app.systems import Identifier, find, json_text
from requests_app.systems.connectors import sql_engine
from requests_app.systems.connectors.sql import SqlConnector
from requests_app.systems.drift import drift

from .build import collection, column, holding, words
from .test_nested import DANA, MAX, part

FLAT = collection(
    "members",
    [column("id", key=True, data_type="integer"),
     part("about", part("contact", part("mail", identity="email"), part("number", identity="customer_id")), part("city"))],
    holding("members.all", "id about", "null", system="club"), system="club",
)  # fmt: skip
CLUB = System("club", words("Club"), "sql", "CLUB", {"members": FLAT})


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_json_in_text_is_searched_by_an_index_or_not_at_all_and_the_register_says_which(
    request: pytest.FixtureRequest, tmp_path: Any, kind: str
) -> None:
    address = f"sqlite:///{tmp_path}/club.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS members"))
        connection.execute(text("CREATE TABLE members (id INTEGER PRIMARY KEY, about TEXT)"))
        for n, about in enumerate(
            [{"mail": DANA, "number": 7}, {"mail": MAX, "number": "7"}, {"number": 70}], 1
        ):
            told = {"n": n, "about": json.dumps({"contact": about, "city": DANA})}
            connection.execute(text("INSERT INTO members VALUES (:n, :about)"), told)
    sql_engine.forget(address)
    try:
        with SqlConnector(CLUB, address) as connector:
            status = find([CLUB], {"club": connector}, [Identifier("email", DANA)]).systems["club"]
            assert (status.state, status.code) == ("refused", "no_index")
            assert status.place == "club.members.about.contact.mail"
            lacking = [remedy for what, remedy in drift(CLUB, address) if "text without an index" in what]
            assert len(lacking) == 2
            for remedy in lacking:
                with engine.begin() as connection:
                    connection.execute(text(remedy.partition(": ")[2].replace(":", "\\:")))
            assert not [what for what, _ in drift(CLUB, address) if "in text" in what]
            for identifier, keys in (
                (Identifier("email", DANA.upper()), [(1,)]),
                (Identifier("customer_id", "7"), [(1,), (2,)]),
                (Identifier("customer_id", "7\0"), []),
                (Identifier("email", "\"' || 1"), []),
            ):
                found = find([CLUB], {"club": connector}, [identifier])
                assert found.systems["club"].state == "searched", found.systems
                rows = found.rows.get(("club", "members"))
                assert sorted(rows.keys if rows else []) == keys
    finally:
        engine.dispose()
        sql_engine.forget(address)


WRITTEN: list[tuple[str, Any, str]] = [
    ('{"a": 1.10, "b" : "x", "c":"\\u00e9"}', {"a": 1.1, "b": None, "c": "é"}, '{"a": 1.10, "b" : null, "c":"\\u00e9"}'),
    ('{"a":1,"b":2,"c":3}', {"a": 1, "c": 3}, '{"a":1,"c":3}'),
    (' {\n  "a": {"b": [1e2, 2]},\n  "c": 12345678901234567890.5\n} ', {"a": {"b": [100.0, 0]}, "c": 12345678901234567890.5},
     ' {\n  "a": {"b": [1e2, 0]},\n  "c": 12345678901234567890.5\n} '),
    ('{"a": 1}', {}, "{}"),
    ('{"a": ["x", "y"]}', {"a": []}, '{"a": []}'),
    ('{"a": {}}', {"a": {"b": "ö"}}, '{"a": {"b": "ö"}}'),
    ('{"a": 1, "b": 2}', {"a": 1, "b": 2, "c": True}, '{"a": 1, "b": 2, "c": true}'),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "written"), WRITTEN)
def test_what_does_not_change_in_a_text_stays_letter_for_letter(
    before: str, after: Any, written: str
) -> None:
    assert json_text.rewritten(before, after) == written
    assert json_text.read(written) == after


@pytest.mark.parametrize("broken", ["{", '{"a": 1, "a": 2}', "[NaN]", "words", "[" * 100_000])
def test_text_that_says_two_things_or_none_is_no_json(broken: str) -> None:
    with pytest.raises(json_text.NoJson):
        json_text.read(broken)
