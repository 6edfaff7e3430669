"""The sample databases and the inventories describe the same tables."""

import warnings
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Date, DateTime, Integer, MetaData, create_engine, func, select, text
from sqlalchemy.exc import SAWarning

from portal.embedded.samples import SAMPLES, ForeignDatabase, build
from portal.embedded.samples.people import (
    BEN,
    DANA,
    DANNA,
    NAMESAKE,
    RARE_JADE,
    RARE_METAL,
)
from requests_app.register import read_packs

PACKS = Path(__file__).parents[2] / "portal" / "controllers"
TODAY = date(2026, 11, 22)
CONTROLLERS = {controller.slug: controller for controller in read_packs(PACKS)}


@pytest.fixture(scope="module", params=sorted(SAMPLES))
def sample(request, tmp_path_factory):
    slug = request.param
    url = f"sqlite:///{tmp_path_factory.mktemp('samples') / slug}.db"
    assert build(slug, url, TODAY)
    engine = create_engine(url)
    reflected = MetaData()
    with warnings.catch_warnings():
        # SQLite cannot reflect an index on an expression, and says so.
        warnings.simplefilter("ignore", SAWarning)
        reflected.reflect(engine)
    tables = {name: table for name, table in reflected.tables.items() if name != "portal_sample"}
    with engine.connect() as connection:
        yield slug, url, tables, connection
    engine.dispose()


def test_every_column_is_in_the_inventory_and_every_field_in_the_database(sample):
    slug, _, tables, _ = sample
    described = {c.name: set(c.fields) for c in CONTROLLERS[slug].inventory.collections()}
    assert described == {name: set(table.columns.keys()) for name, table in tables.items()}


def test_keys_types_and_references_are_those_of_the_database(sample):
    slug, _, tables, _ = sample
    for collection in CONTROLLERS[slug].inventory.collections():
        table = tables[collection.name]
        assert set(collection.primary_key) == set(table.primary_key.columns.keys()), collection.name
        for field in collection.fields.values():
            column = table.c[field.name]
            where = f"{collection.name}.{field.name}"
            for reference in field.references:
                assert f"{reference.collection}.{reference.field}" in {
                    key.target_fullname for key in column.foreign_keys
                }, where
            assert (field.data_type == "integer") == isinstance(column.type, Integer), where
            assert (field.data_type == "datetime") == isinstance(column.type, DateTime), where
            assert (field.data_type == "date") == isinstance(column.type, Date), where


def test_every_reference_is_declared_or_goes_with_its_parent(sample):
    slug, _, tables, _ = sample
    described = {c.name: c for c in CONTROLLERS[slug].inventory.collections()}
    for name, table in tables.items():
        for key in table.foreign_keys:
            declared = described[name].fields[key.parent.name].references
            assert declared or key.ondelete == "CASCADE", key


def test_references_and_identities_are_indexed(sample):
    slug, _, tables, connection = sample
    definitions = " ".join(
        connection.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
    )
    for collection in CONTROLLERS[slug].inventory.collections():
        table = tables[collection.name]
        leading = {next(iter(index.columns)).name for index in table.indexes}
        leading |= {next(iter(c.columns)).name for c in table.constraints if len(c.columns)}
        for field in collection.fields.values():
            if field.identity == "email":
                assert f"ON {collection.name} (lower(email))" in definitions
            elif field.identity or field.references:
                assert field.name in leading, (collection.name, field.name)


def test_the_database_lets_every_rule_of_erasure_happen(sample):
    slug, _, tables, _ = sample
    for holding in CONTROLLERS[slug].inventory.holdings():
        collection = next(
            c for c in CONTROLLERS[slug].inventory.collections() if c.name == holding.collection
        )
        unique = {
            column.name
            for constraint in tables[holding.collection].constraints
            for column in constraint.columns
            if constraint.__visit_name__ == "unique_constraint"
        }
        for name in holding.fields:
            rule = collection.fields[name].erase or holding.erase
            column = tables[holding.collection].c[name]
            if rule == "null":
                assert column.nullable, (holding.key, name)
            if rule == "mask":
                assert column.type.python_type is str and name not in unique, (holding.key, name)


def test_a_payment_never_outlives_its_order(sample):
    _, _, tables, connection = sample
    orders = tables["orders"]
    for child in (t for t in tables.values() if "ordered_on" in t.c and t.name != "orders"):
        strays = (
            select(func.count())
            .select_from(child.join(orders, child.c.order_id == orders.c.order_id))
            .where(child.c.ordered_on != orders.c.ordered_on)
        )
        assert connection.scalar(strays) == 0, child.name


def test_two_thousand_people_and_nobody_real(sample):
    slug, _, tables, connection = sample
    people = tables["customers" if slug == "mimap" else "accounts"]
    emails = connection.scalars(select(people.c.email).where(people.c.email.is_not(None))).all()
    assert connection.scalar(select(func.count()).select_from(people)) == 2_000
    assert {email.partition("@")[2] for email in emails} <= {
        f"example.{end}" for end in ("com", "org", "net", "cn")
    }


def test_known_people_have_something_kept_and_something_old_enough_to_go(sample):
    slug, _, tables, connection = sample
    people, key, known, months = {
        "mimap": ("customers", "customer_id", (DANA, BEN, NAMESAKE), 48),
        "mipmap": ("accounts", "account_id", (DANNA, RARE_METAL, RARE_JADE), 36),
    }[slug]
    for person in known:
        table, orders = tables[people], tables["orders"]
        number = connection.scalar(select(table.c[key]).where(table.c.phone == person.phone))
        ages = connection.scalars(select(orders.c.ordered_on).where(orders.c[key] == number)).all()
        boundary = TODAY - timedelta(days=months * 31)
        assert sum(on > boundary for on in ages) >= 2 and sum(on < boundary for on in ages) >= 2
        assert (
            connection.scalar(
                select(func.count()).select_from(tables["devices"]).where(tables["devices"].c[key] == number)
            )
            == 2
        )


def test_what_is_there_already_is_left_as_it_is(sample):
    slug, url, _, _ = sample
    assert not build(slug, url, TODAY)


def test_the_same_day_gives_the_same_people(tmp_path):
    def fingerprint(name):
        url = f"sqlite:///{tmp_path / name}.db"
        build("mipmap", url, TODAY)
        engine = create_engine(url)
        with engine.connect() as connection:
            return connection.execute(text("SELECT * FROM orders ORDER BY order_id")).all()

    assert fingerprint("one") == fingerprint("other")


def test_tables_that_no_sample_made_are_never_touched(tmp_path):
    url = f"sqlite:///{tmp_path / 'real'}.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE customers (customer_id INTEGER)"))
    with pytest.raises(ForeignDatabase):
        build("mimap", url, TODAY)
    engine.dispose()
