"""Documents in columns: found by what stands in them, given and erased part by part, alike in every connector."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from requests_app.fulfilment import correct
from requests_app.register.inventory import Field, HttpCall, HttpSettings, System
from requests_app.systems import (
    Identifier,
    SystemRefused,
    Walk,
    confirm,
    described,
    erase,
    find,
    make_plan,
)
from requests_app.systems.connectors import http_call, sql_engine
from requests_app.systems.connectors.base import Match
from requests_app.systems.connectors.http import HttpConnector
from requests_app.systems.connectors.http_call import Answer
from requests_app.systems.connectors.memory import MemoryConnector
from requests_app.systems.connectors.sql import SqlConnector
from requests_app.systems.drift import drift

from .build import TODAY, collection, column, holding, words
from .test_erase import no_hold

DANA, MAX = "Dana@example.org", "max@example.org"


def part(name: str, *inner: Field, **more: Any) -> Field:
    kind = more.pop("data_type", "object" if inner else "string")
    return Field(name, words(name), "user", inner=inner, data_type=kind, **more)


PROFILE = part(
    "profile",
    part("address", part("city"), part("country", erase="keep")),
    part("contacts", part("email", identity="email"), part("kind", erase="keep"), data_type="object[]"),
    part("tags", data_type="string[]", erase="delete"),
    part("passport", never_disclose="government_id"),
    part("points", data_type="integer", erase="mask"),
)
DOCUMENT = {
    "address": {"city": "Oslo", "country": "NO"},
    "contacts": [[{"email": DANA, "kind": "home"}], {"email": MAX, "kind": "friend"}],
    "tags": ["vip", "late"],
    "passport": "P-1",
    "points": 7,
    "surprise": "nobody described this",
}
ERASED = {
    "address": {"city": None, "country": "NO"},
    "contacts": [[{"email": None, "kind": "home"}], {"email": None, "kind": "friend"}],
    "tags": [],
    "passport": None,
    "points": 0,
}
PEOPLE = collection(
    "people",
    [column("id", key=True, data_type="integer"), column("name"), PROFILE,
     Field("aliases", words("aliases"), "user", data_type="string[]", holds="email")],
    holding("people.all", "id name profile aliases", "null", system="crm"), system="crm",
)  # fmt: skip
ROWS: list[dict[str, Any]] = [
    {"id": 1, "name": "Dana", "profile": DOCUMENT, "aliases": []},
    {"id": 2, "name": "Max", "profile": {"note": DANA, "contacts": [{"email": MAX, "kind": DANA}]}, "aliases": [MAX]},
    {"id": 3, "name": "Dana again", "profile": None, "aliases": ["d@example.org", DANA.upper()]},
    {"id": 4, "name": "Nobody", "profile": {"contacts": DANA}, "aliases": None},
]  # fmt: skip
SETTINGS = HttpSettings(
    "https://crm.example",
    ("crm.example",),
    collections={"people": {
        "find_by_profile.contacts.email": HttpCall("GET", "/people", {"who": "{value}"}),
        "find_by_aliases": HttpCall("GET", "/people", {"alias": "{value}"}),
        "read": HttpCall("GET", "/people/{id}"),
        "update": HttpCall("PATCH", "/people/{id}", body="{values}"),
    }},
)  # fmt: skip
CRM = System("crm", words("CRM"), "sql", "CRM", {"people": PEOPLE}, http=SETTINGS)


class Outside(http_call.Caller):
    """The other end, which gives everybody whatever it is asked: our side must look exactly."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def call(self, method: str, path: str, *, body: Any = None, **_: Any) -> Answer:
        if path.startswith("/people?"):
            return Answer(200, json.loads(json.dumps(self.rows)), b"", {})
        row = next(r for r in self.rows if r["id"] == int(path.rpartition("/")[2]))
        row.update(body or {})
        return Answer(200, json.loads(json.dumps(row)), b"", {})


class Held:
    """One filled system, and a look at it from outside."""

    def __init__(self, kind: str, address: str = "") -> None:
        rows = json.loads(json.dumps(ROWS))
        self.kind = kind
        if kind == "memory":
            self.connector: Any = MemoryConnector(CRM, {"people": rows})
        elif kind == "http":
            self.connector = HttpConnector(CRM, "x")
            self.connector._caller = Outside(rows)
        else:
            self.engine = create_engine(address)
            json_type, list_type = ("jsonb", "text[]") if kind == "postgres" else ("TEXT", "TEXT")
            sql_engine.forget(address)
            with self.engine.begin() as connection:
                connection.execute(text("DROP TABLE IF EXISTS people"))
                connection.execute(text(
                    f"CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, profile {json_type}, aliases {list_type})"
                ))  # fmt: skip
                for row in rows:
                    row["profile"] = None if row["profile"] is None else json.dumps(row["profile"])
                    if kind != "postgres" and row["aliases"] is not None:
                        row["aliases"] = json.dumps(row["aliases"])
                    connection.execute(
                        text("INSERT INTO people VALUES (:id, :name, :profile, :aliases)"), row
                    )
            self.connector = SqlConnector(CRM, address)
            if kind == "postgres_text":
                self.put_indexes(address)

    def put_indexes(self, address: str) -> None:
        """As the register says they are to be made."""
        for _what, remedy in drift(CRM, address):
            if "CREATE INDEX" in remedy:
                with self.engine.begin() as connection:
                    connection.execute(text(remedy.partition(": ")[2].replace(":", "\\:")))

    def profile(self, number: int) -> Any:
        if self.kind in ("memory", "http"):
            rows = self.connector.tables["people"] if self.kind == "memory" else self.connector._caller.rows
            return next(r for r in rows if r["id"] == number)["profile"]
        with self.engine.connect() as connection:
            value = connection.execute(text(f"SELECT profile FROM people WHERE id = {number}")).scalar_one()
        return json.loads(value) if isinstance(value, str) else value

    def write(self, number: int, profile: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(
                text("UPDATE people SET profile = :p WHERE id = :n"), {"p": profile, "n": number}
            )


@pytest.fixture(params=["memory", "http", "sqlite", "postgres", "postgres_text"])
def held(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Held]:
    address = ""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/crm.db"
    elif request.param.startswith("postgres"):
        address = request.getfixturevalue("postgres_url")
    made = Held(request.param, address)
    with made.connector:
        yield made


def found_of(held: Held, *more: Identifier) -> Any:
    return find([CRM], {"crm": held.connector}, [Identifier("email", DANA), *more])


def test_a_person_is_found_by_what_stands_at_that_very_path_whatever_its_case(held: Held) -> None:
    found = found_of(held)
    rows = found.rows[("crm", "people")]
    assert found.systems["crm"].state == "searched"
    assert sorted(rows.keys) == [(1,), (3,)] and rows.set_aside == 0
    assert not any("@" in repr(mark) for mark in rows.marks.values()), "what is inside is not carried along"


def test_one_of_several_people_in_a_document_leads_to_no_other(held: Held) -> None:
    found = found_of(held)
    assert (2,) not in found.rows[("crm", "people")].keys


def test_each_part_is_erased_by_its_own_rule_and_the_rest_stays_and_it_is_read_back(held: Held) -> None:
    plan = make_plan(held.connector, found_of(held), {"people.all": "erase"}, today=TODAY)
    assert not confirm(held.connector, plan).ok, "nothing is erased yet"
    assert erase(held.connector, plan, guard=no_hold).changed == 2
    assert confirm(held.connector, plan).ok
    assert held.profile(1) == ERASED and held.profile(3) is None
    assert held.profile(2) == ROWS[1]["profile"]
    assert held.kind == "http" or erase(held.connector, plan, guard=no_hold).changed == 0


def test_a_walk_gives_the_whole_document_and_only_described_parts_leave(held: Held) -> None:
    walk = Walk([CRM], {"crm": held.connector}, [Identifier("email", DANA)])
    row = next(row for _, row in walk.rows() if row["id"] == 1)
    never: list[str] = []
    unknown: list[str] = []
    given = described(row["profile"], PROFILE, "profile", never=never.append, unknown=unknown.append)
    assert given == {k: v for k, v in DOCUMENT.items() if k not in ("passport", "surprise")}
    assert (never, unknown) == (["profile.passport"], ["profile"])


def test_text_in_the_place_of_parts_that_must_be_read_does_not_leave() -> None:
    field = part("p", part("note", redact=True))
    unknown: list[str] = []
    assert described("no JSON", field, "p", never=unknown.append, unknown=unknown.append) is None
    assert unknown == ["p"]


RULES: list[tuple[str, Field, Any, Any]] = [
    ("null", part("p", part("a")), {"a": 1, "b": 2}, None),
    ("mask", part("p", part("a"), part("on", data_type="date")), {"a": "x", "on": "2026-01-02", "b": 2},
     {"a": "[erased]", "on": "1900-01-01"}),
    ("keep", part("p", part("a", erase="delete")), {"a": 1, "b": 2}, {"b": 2}),
    ("keep", part("p", part("a", part("b", erase="null"), data_type="object[]")), {"a": {"b": 1, "c": 2}},
     {"a": {"b": None, "c": 2}}),
    ("keep", part("p", part("a", erase="mask", data_type="string[]")), {"a": ["x", 3, True]}, {"a": ["[erased]", 0, False]}),
    ("null", part("p", part("a", erase="keep")), "[1, 2]", [None, None]),
    ("keep", part("p", part("a", erase="delete")), [[{"a": 1, "b": 2}], 3, "a: 1"], [[{"b": 2}], None, None]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "field", "before", "after"), RULES)
def test_a_part_follows_its_own_rule_else_that_of_what_holds_it(
    rule: str, field: Field, before: Any, after: Any
) -> None:
    crm = replace(CRM, collections={"people": collection(
        "people", [column("id", key=True), column("email", identity="email"), replace(field, erase=rule)],
        holding("people.all", "id email p", "null", system="crm"), system="crm",
    )})  # fmt: skip
    rows = [{"id": 1, "email": DANA, "p": before}]
    connector = MemoryConnector(crm, {"people": rows})
    found = find([crm], {"crm": connector}, [Identifier("email", DANA)])
    plan = make_plan(connector, found, {"people.all": "erase"}, today=TODAY)
    erase(connector, plan, guard=no_hold)
    assert confirm(connector, plan).ok
    there = connector.tables["people"][0]["p"]
    assert (json.loads(there) if isinstance(there, str) else there) == after


@pytest.mark.parametrize(
    ("path", "was", "to"), [("profile.address.city", "Oslo", "Bergen"), ("profile.points", 7, 9)]
)
def test_one_part_is_put_right_and_nothing_beside_it_changes(
    held: Held, path: str, was: Any, to: Any
) -> None:
    change = correct.Change("people.all", "people", (1,), path, was, to)
    with held.connector.transaction() as writer:
        correct.write(held.connector, writer, [change])
    assert correct.stands(held.connector, CRM.collections, [change])
    expected = json.loads(json.dumps(DOCUMENT).replace(json.dumps(was), json.dumps(to)))
    assert held.profile(1) == expected


CIRCLE = System("ring", words("Ring"), "sql", "RING", {c.name: c for c in (
    collection("heads", [column("id", key=True, data_type="integer", identity="customer_id"),
                         column("tail_id", "tails.id", data_type="integer", erase="null")],
               holding("heads.all", "id tail_id", "delete", system="ring"), system="ring"),
    collection("tails", [column("id", key=True, data_type="integer"), column("head_id", "heads.id", data_type="integer")],
               holding("tails.all", "id head_id", "delete", system="ring"), system="ring"),
)})  # fmt: skip


CIRCLES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"heads.all": "erase", "tails.all": "erase"}, [("tails", "delete"), ("heads", "delete")]),
    # Either side that stays keeps the other side's row, to which it refers.
    ({"heads.all": "retain", "tails.all": "erase"}, [("tails", "keep"), ("heads", "keep")]),
    ({"heads.all": "erase", "tails.all": "retain"}, [("tails", "keep"), ("heads", "blank")]),
]


@pytest.mark.parametrize(("decisions", "done"), CIRCLES)
def test_rows_that_refer_to_each_other_in_a_circle_go_where_a_link_may_be_emptied(
    postgres_url: str, decisions: dict[str, Any], done: list[tuple[str, str]]
) -> None:
    with create_engine(postgres_url).begin() as connection:
        for statement in (
            "DROP TABLE IF EXISTS heads, tails CASCADE",
            "CREATE TABLE heads (id INTEGER PRIMARY KEY, tail_id INTEGER)",
            "CREATE TABLE tails (id INTEGER PRIMARY KEY, head_id INTEGER NOT NULL REFERENCES heads (id))",
            "ALTER TABLE heads ADD FOREIGN KEY (tail_id) REFERENCES tails (id)",
            "INSERT INTO heads VALUES (1, NULL)",
            "INSERT INTO tails VALUES (9, 1)",
            "UPDATE heads SET tail_id = 9",
        ):
            connection.execute(text(statement))
    with SqlConnector(CIRCLE, postgres_url) as connector:
        found = find([CIRCLE], {"ring": connector}, [Identifier("customer_id", "1")])
        plan = make_plan(connector, found, decisions, today=TODAY)
        assert [(step.collection.name, step.action) for step in plan.steps] == done
        erase(connector, plan, guard=no_hold)
        assert confirm(connector, plan).ok and found.rows[("ring", "tails")].count == 1


def test_text_that_is_no_json_stops_erasing_before_anything_is_written() -> None:
    connector = MemoryConnector(CRM, {"people": [{**ROWS[0], "aliases": [DANA]}]})
    found = find([CRM], {"crm": connector}, [Identifier("email", DANA)])
    plan = make_plan(connector, found, {"people.all": "erase"}, today=TODAY)
    connector.tables["people"][0]["profile"] = "{broken"
    with pytest.raises(SystemRefused, match="holds no JSON") as refused:
        erase(connector, plan, guard=no_hold)
    assert (refused.value.code, refused.value.place) == ("no_json", "crm.people.profile")
    assert connector.tables["people"][0]["name"] == "Dana"


@pytest.mark.parametrize("held", ["sqlite", "postgres_text"], indirect=True)
def test_a_row_that_cannot_be_read_is_reported_with_its_place_and_a_blank_one_is_nobodys(held: Held) -> None:
    held.write(4, " ")
    assert sorted(found_of(held).rows[("crm", "people")].keys) == [(1,), (3,)]
    held.write(4, '{"contacts": [{"email": "ken')
    status = found_of(held).systems["crm"]
    assert (status.state, status.code, status.place) == ("refused", "no_json", "crm.people.profile")
    assert "ken" not in status.detail


def test_rows_that_are_only_like_it_do_not_push_the_right_one_out_unnoticed(tmp_path: Any) -> None:
    with Held("sqlite", f"sqlite:///{tmp_path}/crm.db").connector as connector:
        match = Match(("profile.contacts.kind",), ((DANA,),))
        assert [row["id"] for row in connector.find(PEOPLE, [match], ("id",), 9)] == [2]
        with pytest.raises(SystemRefused, match="too many rows are like it"):
            list(connector.find(PEOPLE, [match], ("id",), 1))
