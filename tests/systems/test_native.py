"""PostgreSQL's own lists and documents: a large table is looked up by a GIN index that the register names, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import create_engine, text

from requests_app.register.inventory import Field, System
from requests_app.systems import Identifier, find
from requests_app.systems.connectors import sql_engine, sql_indexes
from requests_app.systems.connectors.sql import SqlConnector
from requests_app.systems.drift import drift

from .build import collection, column, holding, words
from .test_nested import DANA, MAX, part

GUESTS = collection(
    "guests",
    [column("id", key=True, data_type="integer"),
     part("about", part("mails", part("it's", identity="email"), data_type="object[]"), part("member", identity="customer_id")),
     part("plain", part("phone", identity="phone")),
     Field("numbers", words("numbers"), "user", data_type="string[]", holds="customer_id"),
     Field("phones", words("phones"), "user", data_type="string[]", holds="phone")],
    holding("guests.all", "id about plain numbers phones", "delete", system="inn"), system="inn",
)  # fmt: skip
INN = System("inn", words("Inn"), "sql", "INN", {"guests": GUESTS})
ROWS = [
    f'''(1, '{{"mails": [[{{"it''s": "{DANA}"}}], {{"it''s": "{MAX}"}}], "member": 7}}', '{{"phone": "5"}}', '{{70}}', '{{a,b}}')''',
    f'''(2, '{{"mails": "{DANA}", "member": "7"}}', '{{"phone": 15}}', '{{7,8}}', '{{"5"}}')''',
    """(3, '{"member": [8, {"member": "\\u00e9"}]}', NULL, NULL, '{}')""",
]
ASKED = [
    (Identifier("email", DANA.upper()), "guests.about.mails.it's", [1]),
    (Identifier("customer_id", "7"), "guests.about.member", [1, 2]),
    (Identifier("customer_id", "99999999999"), "guests.about.member", []),
    (Identifier("customer_id", 'x" || @ == "7\0'), "guests.about.member", []),
    (Identifier("phone", "5"), "guests.plain.phone", [1, 2]),
]


@pytest.fixture
def inn(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sql_indexes, "LARGE_ROWS", 2)
    monkeypatch.setattr(sql_indexes, "SECONDS_KNOWN", 0.0)
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS guests"))
        connection.execute(text(
            "CREATE TABLE guests (id INTEGER PRIMARY KEY, about JSONB, plain JSON, numbers INTEGER[], phones TEXT[])"
        ))  # fmt: skip
        for row in ROWS:
            connection.exec_driver_sql(f"INSERT INTO guests VALUES {row}")
    sql_engine.forget(postgres_url)
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE guests"))
    engine.dispose()
    sql_engine.forget(postgres_url)


def searched(address: str, identifier: Identifier) -> Any:
    with SqlConnector(INN, address) as connector:
        found = find([INN], {"inn": connector}, [identifier])
    rows = found.rows.get(("inn", "guests"))
    return found.systems["inn"], sorted(key for (key,) in rows.keys) if rows else []


def lacking(address: str) -> list[str]:
    return [remedy for what, remedy in drift(INN, address) if "without an index" in what]


def test_what_stands_in_a_list_or_a_document_is_looked_up_by_the_index_that_the_register_names(
    inn: Any, postgres_url: str
) -> None:
    for identifier, place, _keys in ASKED:
        status, _ = searched(postgres_url, identifier)
        assert (status.state, status.code, status.place) == ("refused", "no_index", f"inn.{place}")
        assert status.detail == f"inn: guests: no index on {place}"
    remedies = lacking(postgres_url)
    assert len(remedies) == 5
    with inn.begin() as connection:
        # It knows whole paths alone, so it would be read from end to end.
        connection.exec_driver_sql("CREATE INDEX ON guests USING gin (about jsonb_path_ops)")
    assert lacking(postgres_url) == remedies
    for remedy in remedies:
        with inn.begin() as connection:
            connection.exec_driver_sql(remedy.partition(": ")[2])
    assert lacking(postgres_url) == []
    for identifier, _place, keys in ASKED:
        status, found = searched(postgres_url, identifier)
        assert (status.state, found) == ("searched", keys)


def test_a_small_table_is_read_whole_and_says_the_same(
    inn: Any, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_indexes, "LARGE_ROWS", 3)
    for identifier, _place, keys in ASKED:
        assert searched(postgres_url, identifier)[1] == keys


def test_addresses_in_an_array_cannot_be_looked_up_whatever_their_case_and_the_register_says_so(
    inn: Any, postgres_url: str
) -> None:
    phones = Field("phones", words("phones"), "user", data_type="string[]", holds="email")
    odd = System("inn", words("Inn"), "sql", "INN", {"guests": collection(
        "guests", [column("id", key=True, data_type="integer"), phones],
        holding("guests.all", "id phones", "delete", system="inn"), system="inn",
    )})  # fmt: skip
    assert [what for what, _ in drift(odd, postgres_url) if "no index can be made" in what] == [
        "guests.phones is looked up in a list on which no index can be made."
    ]
