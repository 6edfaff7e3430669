"""A club that keeps references in lists and documents, filled in whatever connector is asked for, and seen from outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from requests_app.register.inventory import Field, HttpCall, HttpSettings, Inventory, System
from requests_app.systems import Identifier
from requests_app.systems.connectors import http_call, sql_engine
from requests_app.systems.connectors.http import HttpConnector
from requests_app.systems.connectors.http_call import Answer
from requests_app.systems.connectors.memory import MemoryConnector
from requests_app.systems.connectors.sql import SqlConnector
from requests_app.systems.drift import drift

from .build import collection, column, holding, words

DANA, MAX = [Identifier("customer_id", "1")], [Identifier("customer_id", "2")]
Rows = dict[str, list[dict[str, Any]]]


def _document(name: str, *inner: Field, data_type: str = "object", **more: Any) -> Field:
    return Field(name, words(name), "user", inner=inner, data_type=data_type, **more)


def _number(name: str, *refers: str, **more: Any) -> Field:
    return column(name, *refers, data_type=more.pop("data_type", "integer"), **more)


def _whole(name: str, *fields: Field) -> Any:
    names = " ".join(field.name for field in fields)
    return collection(
        name, list(fields), holding(f"{name}.all", names, "delete", system="club"), system="club"
    )


COLLECTIONS = (
    _whole("customers", _number("id", key=True, identity="customer_id"), column("email", identity="email")),
    _whole("teams", _number("id", key=True), column("name"),
           _number("member_ids", "customers.id", data_type="integer[]")),
    _whole("events", _number("id", key=True),
           _document("payload", _number("customer_id", "customers.id"), column("note"))),
    _whole("rosters", _number("id", key=True), _document(
        "body", _document("members", _number("id", "customers.id"), column("nick"),
                          _number("by", "customers.id"), data_type="object[]"),
        _number("captain_id", "customers.id"))),
    _whole("orders", _number("id", key=True), _number("customer_id", "customers.id"), _document(
        "basket", _document("items", column("voucher_id", "vouchers.id>"), data_type="object[]"),
        _number("gifted", "customers.id", data_type="integer[]"))),
    _whole("vouchers", column("id", key=True), column("worth")),
    _whole("parcels", _number("id", key=True), _number("order_ids", "orders.id", data_type="integer[]")),
    _whole("messages", _number("id", key=True), _number("team_id", "teams.id"),
           _number("author_id", "customers.id")),
)  # fmt: skip
ROWS: Rows = {
    "customers": [{"id": 1, "email": "dana@example.org"}, {"id": 2, "email": "max@example.org"}],
    "teams": [
        {"id": 10, "name": "Reds", "member_ids": [1, 2]},
        {"id": 11, "name": "Dana's", "member_ids": [1]},
        {"id": 12, "name": "Blues", "member_ids": [2, 12]},
        {"id": 13, "name": "Nobody's", "member_ids": None},
    ],
    "events": [
        {"id": 20, "payload": {"customer_id": 1, "note": "came"}},
        {"id": 21, "payload": {"customer_id": 2, "note": "1"}},
        {"id": 22, "payload": {"customer_id": "1"}},
        {"id": 23, "payload": {"customer_id": {"customer": 1}}},
    ],
    "rosters": [
        {"id": 30, "body": {"members": [{"id": 1, "nick": "D"}, {"id": 2, "nick": "M"}, {"nick": "guest"}],
                            "captain_id": 2}},
        {"id": 31, "body": {"members": [{"id": 2, "nick": "M"}, {"id": 2, "by": 1}], "captain_id": 1}},
    ],
    "orders": [
        {"id": 40, "customer_id": 1,
         "basket": {"items": [{"voucher_id": "V1"}, {"voucher_id": "V2"}, {}], "gifted": [2]}},
        {"id": 41, "customer_id": 2, "basket": {"items": [{"voucher_id": "V2"}], "gifted": [1]}},
    ],
    "vouchers": [{"id": "V1", "worth": "5"}, {"id": "V2", "worth": "6"}, {"id": "V3", "worth": "7"}],
    "parcels": [{"id": 60, "order_ids": [40]}, {"id": 61, "order_ids": [41, 40]}, {"id": 62, "order_ids": [41]}],
    "messages": [
        {"id": 50, "team_id": 10, "author_id": 1},
        {"id": 51, "team_id": 10, "author_id": 2},
        {"id": 52, "team_id": 11, "author_id": 2},
    ],
}  # fmt: skip
"""Dana is 1, Max is 2."""
ERASED: Rows = ROWS | {
    "customers": ROWS["customers"][1:],
    "teams": [
        {"id": 10, "name": "Reds", "member_ids": [2]},
        {"id": 11, "name": None, "member_ids": None},
        *ROWS["teams"][2:],
    ],
    "events": [ROWS["events"][1], ROWS["events"][3]],
    "rosters": [
        {"id": 30, "body": {"members": [{"id": 2, "nick": "M"}, {"nick": "guest"}], "captain_id": 2}},
        {"id": 31, "body": {"members": [{"id": 2, "nick": "M"}, {"id": 2, "by": None}], "captain_id": None}},
    ],
    "orders": ROWS["orders"][1:],
    "vouchers": ROWS["vouchers"][1:],
    "parcels": [{"id": 61, "order_ids": [41]}, ROWS["parcels"][2]],
    "messages": ROWS["messages"][1:],
}
"""Max keeps all that is his, and nothing says Dana any more but what he says of her himself."""

LOOKED_UP = {"customers": ("id", "email"), "teams": ("id", "member_ids"), "events": ("payload.customer_id",),
             "rosters": ("body.members.id", "body.members.by", "body.captain_id"), "vouchers": ("id",), "parcels": ("order_ids",),
             "orders": ("customer_id", "basket.gifted", "basket.items.voucher_id"),
             "messages": ("team_id", "author_id")}  # fmt: skip
CALLS = {
    name: {
        **{f"find_by_{path}": HttpCall("GET", f"/{name}") for path in paths},
        "read": HttpCall("GET", f"/{name}/{{id}}"),
        "update": HttpCall("PATCH", f"/{name}/{{id}}", body="{values}"),
        "delete": HttpCall("DELETE", f"/{name}/{{id}}"),
    }
    for name, paths in LOOKED_UP.items()
}
CLUB = System("club", words("Club"), "sql", "CLUB_URL", {c.name: c for c in COLLECTIONS},
              http=HttpSettings("https://club.example", ("club.example",), collections=CALLS))  # fmt: skip
INVENTORY = Inventory({"club": CLUB})
_TYPES = {"sqlite": ("TEXT", "TEXT"), "postgres": ("JSONB", "INTEGER[]"), "postgres_text": ("TEXT", "TEXT"),
          "mariadb": ("JSON", "JSON")}  # fmt: skip


class Outside(http_call.Caller):
    """The other end, which gives everybody whatever it is asked: our side must look exactly."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def call(self, method: str, path: str, *, body: Any = None, **_: Any) -> Answer:
        name, _, key = path.removeprefix("/").partition("/")
        there = self.rows[name]
        if key:
            there = [row for row in there if str(row["id"]) == key]
            if not there:
                return Answer(404, None, b"", {})
            there[0].update(body or {})
        if method == "DELETE":
            self.rows[name].remove(there[0])
        return Answer(200, json.loads(json.dumps(there[0] if key else there)), b"", {})


class Club:
    """One filled club."""

    def __init__(self, kind: str, address: str = "") -> None:
        self.kind, self.address = kind, address
        rows = json.loads(json.dumps(ROWS))
        if kind == "memory":
            self.connector: Any = MemoryConnector(CLUB, rows)
        elif kind == "http":
            self.connector = HttpConnector(CLUB, "x")
            self.connector._caller = Outside(rows)
        else:
            self.engine = create_engine(address)
            self._fill(rows)
            self.connector = SqlConnector(CLUB, address)

    def _fill(self, rows: Rows) -> None:
        document, listed = _TYPES[self.kind]
        with self.engine.begin() as connection:
            for name, kept in CLUB.collections.items():
                kinds = {
                    field.name: f"{'VARCHAR(9)' if field.data_type == 'string' else 'INTEGER'} PRIMARY KEY"
                    if field.primary_key
                    else listed if field.is_list
                    else document if field.is_document
                    else "INTEGER" if field.data_type == "integer"
                    else "VARCHAR(60)"
                    for field in kept.fields.values()
                }  # fmt: skip
                connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
                connection.execute(
                    text(f"CREATE TABLE {name} ({', '.join(' '.join(p) for p in kinds.items())})")
                )
                for row in rows[name]:
                    plain = {n: self._plain(listed, value) for n, value in row.items()}
                    named = ", ".join(f":{n}" for n in plain)
                    connection.execute(text(f"INSERT INTO {name} VALUES ({named})"), plain)
        sql_engine.forget(self.address)

    def put_indexes(self) -> None:
        """Those without which nothing is searched, as the register says they are to be made."""
        for _what, remedy in drift(CLUB, self.address):
            if "each search is refused: CREATE INDEX" in remedy:
                with self.engine.begin() as connection:
                    connection.execute(text(remedy.partition(": ")[2].replace(":", "\\:")))

    def _plain(self, listed: str, value: Any) -> Any:
        as_it_is = isinstance(value, list) and listed.endswith("[]")
        return json.dumps(value) if isinstance(value, dict | list) and not as_it_is else value

    def rows(self) -> Rows:
        """All there is, in the order of its keys."""
        if self.kind in ("memory", "http"):
            return self.connector.tables if self.kind == "memory" else self.connector._caller.rows
        found: Rows = {}
        with self.engine.connect() as connection:
            for name, kept in CLUB.collections.items():
                found[name] = [
                    {n: json.loads(v) if kept.fields[n].is_document and isinstance(v, str) else v
                     for n, v in row.items()}
                    for row in connection.execute(text(f"SELECT * FROM {name} ORDER BY id")).mappings()
                ]  # fmt: skip
        return found


def of_file(folder: Path) -> Club:
    """One in a SQLite file."""
    club = Club("sqlite", f"sqlite:///{folder}/club.db")
    club.put_indexes()
    return club
