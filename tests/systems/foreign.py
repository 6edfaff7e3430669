"""Three schemas that were not made for us, written down from what is publicly known of them: every table and column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

# Table, columns (key first; "a+b" is a composite key), and references "column>table.column";
# "column^table.column" leads up only: who shares an address is not the same person.
# Types: i number, v9 words of at most so many letters, c9 padded ones, x text, n10.2 exact, r real, d day, t moment,
# b bytes, o yes or no; "!" must not be empty.
CHINOOK = """
artist: artist_id:i name:v120
album: album_id:i title:v160! artist_id:i! | artist_id>artist.artist_id
employee: employee_id:i last_name:v20! first_name:v20! title:v30 reports_to:i birth_date:t hire_date:t address:v70 city:v40 state:v40 country:v40 postal_code:v10 phone:v24 fax:v24 email:v60 | reports_to>employee.employee_id
customer: customer_id:i first_name:v40! last_name:v20! company:v80 address:v70 city:v40 state:v40 country:v40 postal_code:v10 phone:v24 fax:v24 email:v60! support_rep_id:i | support_rep_id>employee.employee_id
genre: genre_id:i name:v120
media_type: media_type_id:i name:v120
track: track_id:i name:v200! album_id:i media_type_id:i! genre_id:i composer:v220 milliseconds:i! bytes:i unit_price:n10.2! | album_id>album.album_id media_type_id>media_type.media_type_id genre_id>genre.genre_id
invoice: invoice_id:i customer_id:i! invoice_date:t! billing_address:v70 billing_city:v40 billing_state:v40 billing_country:v40 billing_postal_code:v10 total:n10.2! | customer_id>customer.customer_id
invoice_line: invoice_line_id:i invoice_id:i! track_id:i! unit_price:n10.2! quantity:i! | invoice_id>invoice.invoice_id track_id>track.track_id
playlist: playlist_id:i name:v120
playlist_track: playlist_id:i+track_id:i | playlist_id>playlist.playlist_id track_id>track.track_id
"""
NORTHWIND = """
region: region_id:i region_description:v60!
territories: territory_id:v20 territory_description:v60! region_id:i! | region_id>region.region_id
us_states: state_id:i state_name:v100 state_abbr:v2 state_region:v50
employees: employee_id:i last_name:v20! first_name:v10! title:v30 title_of_courtesy:v25 birth_date:d hire_date:d address:v60 city:v15 region:v15 postal_code:v10 country:v15 home_phone:v24 extension:v4 photo:b notes:x reports_to:i photo_path:v255 | reports_to>employees.employee_id
employee_territories: employee_id:i+territory_id:v20 | employee_id>employees.employee_id territory_id>territories.territory_id
customers: customer_id:v5 company_name:v40! contact_name:v30 contact_title:v30 address:v60 city:v15 region:v15 postal_code:v10 country:v15 phone:v24 fax:v24
customer_demographics: customer_type_id:c5 customer_desc:x
customer_customer_demo: customer_id:v5+customer_type_id:c5 | customer_id>customers.customer_id customer_type_id>customer_demographics.customer_type_id
suppliers: supplier_id:i company_name:v40! contact_name:v30 contact_title:v30 address:v60 city:v15 region:v15 postal_code:v10 country:v15 phone:v24 fax:v24 homepage:x
categories: category_id:i category_name:v15! description:x picture:b
products: product_id:i product_name:v40! supplier_id:i category_id:i quantity_per_unit:v20 unit_price:r units_in_stock:i units_on_order:i reorder_level:i discontinued:i! | supplier_id>suppliers.supplier_id category_id>categories.category_id
shippers: shipper_id:i company_name:v40! phone:v24
orders: order_id:i customer_id:v5 employee_id:i order_date:d required_date:d shipped_date:d ship_via:i freight:r ship_name:v40 ship_address:v60 ship_city:v15 ship_region:v15 ship_postal_code:v10 ship_country:v15 | customer_id>customers.customer_id employee_id>employees.employee_id ship_via>shippers.shipper_id
order_details: order_id:i+product_id:i unit_price:r! quantity:i! discount:r! | order_id>orders.order_id product_id>products.product_id
"""
SAKILA = """
country: country_id:i country:v50! last_update:t!
city: city_id:i city:v50! country_id:i! last_update:t! | country_id>country.country_id
address: address_id:i address:v50! address2:v50 district:v20! city_id:i! postal_code:v10 phone:v20! last_update:t! | city_id>city.city_id
language: language_id:i name:c20! last_update:t!
film: film_id:i title:v255! description:x release_year:i language_id:i! original_language_id:i rental_duration:i! rental_rate:n4.2! length:i replacement_cost:n5.2! rating:v5 special_features:x last_update:t! | language_id>language.language_id original_language_id>language.language_id
film_text: film_id:i title:v255! description:x
actor: actor_id:i first_name:v45! last_name:v45! last_update:t!
film_actor: actor_id:i+film_id:i last_update:t! | actor_id>actor.actor_id film_id>film.film_id
category: category_id:i name:v25! last_update:t!
film_category: film_id:i+category_id:i last_update:t! | film_id>film.film_id category_id>category.category_id
store: store_id:i manager_staff_id:i! address_id:i! last_update:t! | manager_staff_id>staff.staff_id address_id^address.address_id
staff: staff_id:i first_name:v45! last_name:v45! address_id:i! picture:b email:v50 store_id:i! active:o! username:v16! password:v40 last_update:t! | store_id>store.store_id address_id^address.address_id
customer: customer_id:i store_id:i! first_name:v45! last_name:v45! email:v50 address_id:i! active:o! create_date:t! last_update:t | store_id>store.store_id address_id^address.address_id
inventory: inventory_id:i film_id:i! store_id:i! last_update:t! | film_id>film.film_id store_id>store.store_id
rental: rental_id:i rental_date:t! inventory_id:i! customer_id:i! return_date:t staff_id:i! last_update:t! | inventory_id>inventory.inventory_id customer_id>customer.customer_id staff_id>staff.staff_id
payment: payment_id:i customer_id:i! staff_id:i! rental_id:i amount:n5.2! payment_date:t! last_update:t | customer_id>customer.customer_id staff_id>staff.staff_id rental_id>rental.rental_id
"""
MAX, DANA = 1, 2


@dataclass(frozen=True)
class Schema:
    """A schema, who of its rows is a person, and what Max and Dana share beyond its two rows of everything."""

    written: str
    person: str
    identity: tuple[str, str]
    """Column and kind by which the person is found."""
    theirs: frozenset[str]
    """Tables from which Dana's rows go."""
    instead: dict[tuple[str, int, str], int]
    """By table, row and column: which row it refers to instead of the one with its own number."""


SCHEMAS = {
    "chinook": Schema(
        CHINOOK, "customer", ("email", "email"), frozenset({"customer", "invoice", "invoice_line"}),
        # Max is served by the same person and bought the same piece.
        {("customer", MAX, "support_rep_id"): DANA, ("invoice_line", MAX, "track_id"): DANA},
    ),
    "northwind": Schema(
        NORTHWIND, "customers", ("customer_id", "customer_id"),
        frozenset({"customers", "orders", "order_details", "customer_customer_demo"}),
        {("order_details", MAX, "product_id"): DANA, ("customer_customer_demo", MAX, "customer_type_id"): DANA},
    ),
    "sakila": Schema(
        SAKILA, "customer", ("email", "email"), frozenset({"customer", "rental", "payment"}),
        # They live together; the shops and who works there are elsewhere. Each shop is led from the other.
        {("customer", MAX, "address_id"): DANA, ("store", DANA, "address_id"): MAX,
         ("staff", DANA, "address_id"): MAX, ("store", MAX, "manager_staff_id"): DANA,
         ("rental", MAX, "inventory_id"): DANA},
    ),
}  # fmt: skip
_TYPES = {
    "i": "INTEGER",
    "x": "TEXT",
    "r": "REAL",
    "d": "DATE",
    "t": "TIMESTAMP",
    "b": "BLOB",
    "o": "BOOLEAN",
}
_KINDS = {"i": "integer", "r": "float", "o": "boolean"}


@dataclass(frozen=True)
class Column:
    """One column as it is written above."""

    name: str
    kind: str
    """The letter of its type."""
    size: str
    needed: bool
    key: bool
    refers: tuple[str, str] | None = None
    up: bool = False

    def ddl(self, dialect: str) -> str:
        """Its name and type in the words of that database."""
        if self.kind in "vc":
            told = f"{'VARCHAR' if self.kind == 'v' else 'CHAR'}({self.size})"
        elif self.kind == "n":
            told = f"NUMERIC({self.size.replace('.', ', ')})"
        elif self.kind == "b" and dialect == "postgresql":
            told = "BYTEA"
        elif self.kind == "t" and dialect == "mariadb":
            told = "DATETIME"
        else:
            told = _TYPES[self.kind]
        return f"{self.name} {told}{' NOT NULL' if self.needed or self.key else ''}"

    @property
    def data_type(self) -> str:
        """As the inventory calls it."""
        return _KINDS.get(self.kind, "string")

    def value(self, number: int) -> Any:
        """Something of its type for the row with that number."""
        if self.kind in "vcx":
            words = f"K{number}" if self.key else f"{self.name} {number}"
            return words[: int(self.size)] if self.size else words
        made = {
            "i": number, "n": 0.5 + number, "r": 0.25 * number, "b": bytes([number]), "o": True,
            "d": str(date(2024, 5, number)), "t": str(datetime(2024, 5, number, 12)),
        }  # fmt: skip
        return made[self.kind]


def tables(schema: Schema) -> dict[str, list[Column]]:
    """Every table with its columns."""
    return dict(_table(line) for line in schema.written.strip().splitlines())


def row(schema: Schema, of: dict[str, list[Column]], table: str, number: int) -> dict[str, Any]:
    """One row: it refers to those with its own number, but for what is shared."""
    found = {}
    for column in of[table]:
        aim = column.refers
        if aim is None:
            found[column.name] = column.value(number)
        else:
            other = schema.instead.get((table, number, column.name), number)
            found[column.name] = next(c for c in of[aim[0]] if c.name == aim[1]).value(other)
        if column.name == "email":
            whose = "staff" if table != schema.person else ""
            found["email"] = f"{whose}{'max' if number == MAX else 'dana'}@example.org"
    return found


def _table(line: str) -> tuple[str, list[Column]]:
    table, _colon, rest = line.partition(": ")
    named, _bar, aims = rest.partition(" | ")
    first, *others = named.split()
    refers: dict[str, tuple[tuple[str, str], bool]] = {}
    for aim in aims.split():
        name, sign, other, field = _aim(aim)
        refers[name] = ((other, field), sign == "^")
    columns = []
    for number, written in enumerate([*first.split("+"), *others]):
        name, _sign, kind = written.partition(":")
        aim_of, up = refers.get(name, (None, False))
        key = number <= first.count("+")
        columns.append(Column(name, kind[0], kind[1:].rstrip("!"), kind.endswith("!"), key, aim_of, up))
    return table, columns


def _aim(text: str) -> tuple[str, str, str, str]:
    found = re.fullmatch(r"(\w+)([>^])(\w+)\.(\w+)", text)
    assert found, text
    return found[1], found[2], found[3], found[4]
