"""Schemas that were not made for us: all their tables and foreign keys, one person out, everybody else untouched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from requests_app.register.inventory import Collection, System
from requests_app.systems import Identifier, confirm, erase, find, make_plan, systems_in_erasing_order
from requests_app.systems.connectors import sql_engine
from requests_app.systems.connectors.sql import SqlConnector

from .build import TODAY, collection, column, holding, words
from .test_erase import no_hold

# Table, columns (key first; "a+b" is a composite key), and references "column>table.column";
# "column^table.column" leads up only: who shares an address is not the same person. Types do not matter here: numbers and text.
CHINOOK = """
artist: artist_id name
album: album_id title artist_id | artist_id>artist.artist_id
employee: employee_id last_name reports_to email | reports_to>employee.employee_id
customer: customer_id first_name last_name email support_rep_id | support_rep_id>employee.employee_id
genre: genre_id name
media_type: media_type_id name
track: track_id name album_id media_type_id genre_id | album_id>album.album_id media_type_id>media_type.media_type_id genre_id>genre.genre_id
invoice: invoice_id customer_id billing_city total | customer_id>customer.customer_id
invoice_line: invoice_line_id invoice_id track_id unit_price | invoice_id>invoice.invoice_id track_id>track.track_id
playlist: playlist_id name
playlist_track: playlist_id+track_id | playlist_id>playlist.playlist_id track_id>track.track_id
"""
NORTHWIND = """
region: region_id name
territories: territory_id name region_id | region_id>region.region_id
employees: employee_id last_name email reports_to | reports_to>employees.employee_id
employee_territories: employee_id+territory_id | employee_id>employees.employee_id territory_id>territories.territory_id
customers: customer_id contact_name email
customer_demographics: customer_type_id description
customer_customer_demo: customer_id+customer_type_id | customer_id>customers.customer_id customer_type_id>customer_demographics.customer_type_id
suppliers: supplier_id contact_name
categories: category_id name
products: product_id name supplier_id category_id | supplier_id>suppliers.supplier_id category_id>categories.category_id
shippers: shipper_id name
orders: order_id customer_id employee_id ship_via ship_name | customer_id>customers.customer_id employee_id>employees.employee_id ship_via>shippers.shipper_id
order_details: order_id+product_id quantity | order_id>orders.order_id product_id>products.product_id
"""
SAKILA = """
country: country_id name
city: city_id name country_id | country_id>country.country_id
address: address_id street city_id | city_id>city.city_id
language: language_id name
film: film_id title language_id | language_id>language.language_id
actor: actor_id last_name
film_actor: actor_id+film_id | actor_id>actor.actor_id film_id>film.film_id
category: category_id name
film_category: film_id+category_id | film_id>film.film_id category_id>category.category_id
store: store_id address_id | address_id^address.address_id
staff: staff_id last_name email store_id address_id | store_id>store.store_id address_id^address.address_id
customer: customer_id store_id last_name email address_id | store_id>store.store_id address_id^address.address_id
inventory: inventory_id film_id store_id | film_id>film.film_id store_id>store.store_id
rental: rental_id inventory_id customer_id staff_id | inventory_id>inventory.inventory_id customer_id>customer.customer_id staff_id>staff.staff_id
payment: payment_id customer_id staff_id rental_id amount | customer_id>customer.customer_id staff_id>staff.staff_id rental_id>rental.rental_id
"""
SCHEMAS = {
    "chinook": (CHINOOK, "customer"),
    "northwind": (NORTHWIND, "customers"),
    "sakila": (SAKILA, "customer"),
}
MAX, DANA = 1, 2
"""Two of everything: Max's rows have the key 1, Dana's the key 2; shared reference tables hold both."""
SHARED = {  # what belongs to nobody, or to the other, whatever Dana asks
    "artist", "album", "employee", "genre", "media_type", "track", "playlist", "playlist_track", "region", "territories",
    "employees", "employee_territories", "customer_demographics", "suppliers", "categories", "products", "shippers",
    "country", "city", "language", "film", "actor", "film_actor", "category", "film_category", "store", "staff",
    "inventory",
}  # fmt: skip


class Foreign:
    """One schema in one database, and the inventory that describes it."""

    def __init__(self, name: str, engine: Engine) -> None:
        written, self.person = SCHEMAS[name]
        self.engine, self.tables = engine, [_parsed(line) for line in written.strip().splitlines()]
        with engine.begin() as connection:
            for table, columns, keys, references in self.tables:
                parts = [
                    f"{c} {'VARCHAR(60)' if _is_text(c, references, keys) else 'INTEGER'}" for c in columns
                ]
                parts.append(f"PRIMARY KEY ({', '.join(keys)})")
                parts += [
                    f"FOREIGN KEY ({c}) REFERENCES {aim[0]} ({aim[1]})"
                    for c, (aim, _up) in references.items()
                ]
                connection.execute(text(f"CREATE TABLE {table} ({', '.join(parts)})"))
                for number in (MAX, DANA):
                    values = {c: self._value(table, c, number, references, keys) for c in columns}
                    names = ", ".join(f":{c}" for c in columns)
                    connection.execute(text(f"INSERT INTO {table} VALUES ({names})"), values)
        self.system = System(
            "foreign", words(name), "sql", "F", {t[0]: self._collection(*t) for t in self.tables}
        )

    def _value(self, table: str, column_name: str, number: int, references: dict, keys: list[str]) -> Any:
        if column_name == "email":
            return (
                f"{'max' if number == MAX else 'dana'}@example.org"
                if table == self.person
                else f"staff{number}@example.org"
            )
        return f"{column_name} {number}" if _is_text(column_name, references, keys) else number

    def _collection(self, table: str, columns: list[str], keys: list[str], references: dict) -> Collection:
        fields = []
        for name in columns:
            aims = (
                [
                    f"{aim[0]}.{aim[1]}{'>' if up else ''}"
                    for aim, up in [references[name]]
                    if name in references
                ]
                if name in references
                else []
            )
            fields.append(
                column(
                    name,
                    *aims,
                    key=name in keys,
                    identity="email" if name == "email" and table == self.person else None,
                )
            )
        return collection(
            table,
            fields,
            holding(f"{table}.all", " ".join(columns), "delete", system="foreign"),
            system="foreign",
        )

    def rows(self) -> dict[str, list[tuple]]:
        with self.engine.connect() as connection:
            return {
                t[0]: [tuple(r) for r in connection.execute(text(f"SELECT * FROM {t[0]} ORDER BY 1"))]
                for t in self.tables
            }

    def drop(self) -> None:
        with self.engine.begin() as connection:
            for table, *_ in reversed(self.tables):
                connection.execute(text(f"DROP TABLE {table}"))


def _parsed(line: str) -> tuple[str, list[str], list[str], dict[str, tuple[tuple[str, str], bool]]]:
    table, _colon, rest = line.partition(": ")
    named, _bar, aims = rest.partition(" | ")
    first, *others = named.split()
    keys, references = first.split("+"), {}
    for aim in aims.split():
        up = "^" in aim
        name, _sign, target = aim.partition("^" if up else ">")
        references[name] = (tuple(target.split(".")), up)
    return table, [*keys, *others], keys, references


def _is_text(name: str, references: dict, keys: list[str]) -> bool:
    return (
        name not in references
        and name not in keys
        and name not in {"total", "amount", "quantity", "unit_price"}
    )


@pytest.fixture(
    params=[
        pytest.param((s, d), id=f"{s}-{d}", marks=[pytest.mark.services] if d == "mariadb" else [])
        for s in SCHEMAS
        for d in ("sqlite", "postgres", "mariadb")
    ]
)
def foreign(request, tmp_path) -> Iterator[Foreign]:
    name, kind = request.param
    address = f"sqlite:///{tmp_path}/{name}.db"
    if kind == "postgres":
        postgres = request.getfixturevalue("postgres_url")
        with create_engine(postgres).begin() as connection:
            connection.execute(text(f"CREATE SCHEMA foreign_{name}"))
        address = postgres + f"&options=-csearch_path%3Dforeign_{name}"
    if kind == "mariadb":
        mariadb = request.getfixturevalue("mariadb_url")
        with create_engine(mariadb).begin() as connection:
            connection.execute(text(f"CREATE DATABASE foreign_{name}"))
        address = mariadb.replace("/shop?", f"/foreign_{name}?")
    engine = create_engine(address)
    made = Foreign(name, engine)
    made.address = address  # type: ignore[attr-defined]
    yield made
    sql_engine.forget(address)
    made.drop()
    engine.dispose()
    if kind == "postgres":
        with create_engine(request.getfixturevalue("postgres_url")).begin() as connection:
            connection.execute(text(f"DROP SCHEMA foreign_{name}"))


def test_one_customer_goes_with_all_that_is_theirs_and_nothing_else_changes(foreign: Foreign) -> None:
    before = foreign.rows()
    assert systems_in_erasing_order([foreign.system]) == ("foreign",)
    with SqlConnector(foreign.system, foreign.address) as connector:  # type: ignore[attr-defined]
        found = find([foreign.system], {"foreign": connector}, [Identifier("email", "dana@example.org")])
        assert found.systems["foreign"].state == "searched", found.systems
        reached = {place[1] for place, rows in found.rows.items() if rows.count}
        assert not reached & (SHARED - {"address"}), reached
        decided = {h.key: "erase" for c in foreign.system.collections.values() for h in c.holdings}
        plan = make_plan(connector, found, decided, today=TODAY)
        erase(connector, plan, guard=no_hold)
        assert confirm(connector, plan).ok
    after = foreign.rows()
    gone = {name: [row for row in before[name] if row not in rows] for name, rows in after.items()}
    theirs = {name for name, rows in gone.items() if rows}
    assert theirs and theirs.isdisjoint(SHARED - {"address"}), theirs
    assert foreign.person in theirs and {"invoice", "orders", "rental"} & theirs
    assert all(DANA in row and MAX not in row[:1] for rows in gone.values() for row in rows)
    assert not any("dana@example.org" in row for rows in after.values() for row in rows)
    assert all(any(MAX in row for row in rows) for rows in after.values())
