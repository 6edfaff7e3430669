"""What the inventory does not know of the live database, and the line on which a mistake stands."""

from __future__ import annotations

import io
import os
import shutil

import psycopg
import pytest
from django.core.management import call_command

from portal.embedded.environment import SAMPLES
from requests_app.register import check_packs
from requests_app.systems.connectors import sql_engine
from tests.register.test_check import INVENTORY, PACKS


def _said() -> str:
    for variable in SAMPLES.values():
        sql_engine.forget(os.environ[variable])
    said = io.StringIO()
    try:
        call_command("check_register", "--live", stdout=said, stderr=said)
    except SystemExit as stop:
        assert stop.code == 1
    return said.getvalue()


CHANGES = [
    ("ALTER TABLE customers ADD COLUMN shoe_size text", "customers has the column shoe_size, which the inventory does not know"),
    ("CREATE TABLE diaries (id int)", "The table diaries of mimap_shop_db is not in the inventory"),
    ("ALTER TABLE customers DROP COLUMN about", "customers.about is described, but the table has no such column"),
    ("ALTER TABLE customers ALTER COLUMN phone SET NOT NULL", "customers.phone is erased by `null`"),
    ("DROP INDEX ix_addresses_customer_id", "addresses.customer_id is looked up without an index"),
    ("DROP INDEX ix_customers_email_lower", "customers.email has no index on lower(email)"),
    ("ALTER TABLE usage_events ADD FOREIGN KEY (feature) REFERENCES orders (order_no)",
     "usage_events.feature refers to orders.order_no in the database, not in the inventory"),
    ("ALTER TABLE inferences DROP CONSTRAINT inferences_pkey, ADD PRIMARY KEY (inference_id, customer_id)",
     "inferences has the key customer_id, inference_id, not inference_id"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "told"), CHANGES, ids=[told.split(",")[0] for _, told in CHANGES])
def test_each_difference_from_the_live_database_is_explained_with_its_line(
    furnished, change: str, told: str
) -> None:
    with psycopg.connect(
        os.environ[SAMPLES["mimap"]].replace("postgresql+psycopg://", "postgresql://")
    ) as shop:
        if "feature" in change:
            shop.execute("UPDATE usage_events SET feature = (SELECT min(order_no) FROM orders)")
            shop.execute("ALTER TABLE usage_events ALTER COLUMN feature TYPE varchar(20)")
        if "phone" in change:
            shop.execute("UPDATE customers SET phone = '' WHERE phone IS NULL")
        shop.execute(change)
    said = _said()
    line = next(line for line in said.splitlines() if told in line)
    assert "inventory.yml:" in line, line


def test_the_shipped_packs_describe_their_databases_and_a_silent_one_is_named(furnished) -> None:
    assert _said().startswith("The register is in order")
    furnished.lose("mimap")
    assert "mimap_shop_db could not be compared" in _said()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("data_categories: [user.job_title]", "data_categories: [user.jobs]"),
        ("counted_from: invoiced_on", "counted_from: billed_on"),
        ("never_disclose: password", "never_disclose: secret"),
        ("          inferences.all:\n", "          inferences.al:\n"),
    ],
)
def test_a_mistake_is_told_with_the_line_it_stands_on(tmp_path, old: str, new: str) -> None:
    shutil.copytree(PACKS, tmp_path / "packs")
    file = tmp_path / "packs" / INVENTORY
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    lines = file.read_text(encoding="utf-8").splitlines()
    for problem in check_packs(tmp_path / "packs"):
        assert problem.line, problem
        named = problem.what.split()
        assert any(
            part in lines[problem.line - 1]
            for word in named
            for part in word.strip(".,:").split(".")
            if len(part) > 3
        )
        assert str(problem).startswith(f"{file}:{problem.line}: ")
