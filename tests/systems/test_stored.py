"""Numbers that a column writes in its own form: found by equality of that form, known in ours, and a mistake explained."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from requests_app.register import check_packs
from requests_app.register.check_stored import check_stored
from requests_app.register.inventory import Field, Inventory, Reference, Setting, System
from requests_app.systems import Identifier, confirm_settings, find, put_settings
from requests_app.systems.connectors.memory import MemoryConnector
from requests_app.systems.lookup import beside, lookup
from requests_app.systems.stored import as_known, in_column

from .build import collection, column, holding, words

PACKS = Path(__file__).parents[2] / "portal" / "controllers"
DANA, MAX, WANG = "+14155550100", "+14155550199", "+8613800138000"


def phone(name: str = "phone", form: str | None = None, code: str = "", **more: Any) -> Field:
    return column(name, identity="phone", stored_as=form, country_code=code, **more)


FORMS: list[tuple[str | None, str, str, str | None]] = [
    (None, "", DANA, DANA),
    ("e164", "", DANA, DANA),
    ("digits", "", DANA, "14155550100"),
    ("national", "1", DANA, "4155550100"),
    ("(###) ###-####", "1", DANA, "(415) 555-0100"),
    ("+1.###.###.####", "1", DANA, "+1.415.555.0100"),
    ("0##########", "44", "+447700900123", "07700900123"),
    ("national", "86", WANG, "13800138000"),
    # Of another country, or of another length, it holds none.
    ("national", "1", WANG, None),
    ("(###) ###-####", "86", WANG, None),
]


@pytest.mark.parametrize(("form", "code", "known", "held"), FORMS)
def test_a_number_is_turned_into_the_columns_form_and_back(form, code, known, held) -> None:
    field = phone(form=form, code=code)
    assert in_column(field, known) == held
    if held is not None:
        assert as_known(field, held) == known
        assert in_column(field, "not a number") == "not a number"
    assert as_known(field, "ask at the desk") == "ask at the desk"


def system(field: Field) -> System:
    people = collection(
        "people",
        [column("id", key=True, data_type="integer"), field, column("email", identity="email")],
        holding("people.all", "id phone email", "delete", system="desk"), system="desk",
    )  # fmt: skip
    stop = Setting("opt_out", "stops", words("Stopped"), {"what": "sale"}, listed_by="phone")
    stops = collection(
        "stops",
        [column("id", key=True), phone("number", field.stored_as, field.country_code), column("what")],
        holding("stops.all", "id number what", "keep", system="desk"), system="desk",
    )  # fmt: skip
    return System(
        "desk", words("Desk"), "memory", "DESK", {"people": people, "stops": stops}, settings=(stop,)
    )


@pytest.mark.parametrize(
    ("form", "code", "dana", "other"),
    [
        ("digits", "", "14155550100", "14155550199"),
        ("(###) ###-####", "1", "(415) 555-0100", "(415) 555-0199"),
    ],
)
def test_who_is_known_by_a_number_is_found_listed_and_looked_up_by_the_columns_form(
    form: str, code: str, dana: str, other: str
) -> None:
    desk = system(phone(form=form, code=code))
    rows = [
        {"id": 1, "phone": dana, "email": "dana@example.com"},
        {"id": 2, "phone": other, "email": "max@example.com"},
        {"id": 3, "phone": dana, "email": "max@example.com"},
    ]
    connector = MemoryConnector(desk, {"people": rows, "stops": []})
    known = [Identifier("phone", DANA), Identifier("email", "dana@example.com")]
    found = find([desk], {"desk": connector}, known)
    assert found.rows[("desk", "people")].keys == ((1,),)
    assert found.rows[("desk", "people")].set_aside == 1, "the address that is not hers outweighs the number"
    inventory, connectors = Inventory({"desk": desk}), {"desk": connector}
    assert lookup(inventory, connectors, "phone", DANA) == (DANA,)
    assert lookup(inventory, connectors, "phone", WANG) == ()
    assert beside(inventory, connectors, ("email", "dana@example.com"), "phone") == (DANA,)
    for _ in range(2):
        put_settings(connector, found, desk.settings, known)
    assert [row["number"] for row in connector.tables["stops"]] == [dana]
    assert confirm_settings(connector, found, desk.settings, known).ok


MISTAKES = [
    (column("x", identity="email", stored_as="digits"), "is no column of phone numbers"),
    (phone("x", "local", "1"), "unknown form 'local'"),
    (phone("x", "##-#", "1"), "unknown form '##-#'"),
    (phone("x", "national"), "leaves the country out"),
    (phone("x", "### ### ####", "us"), "leaves the country out"),
    (phone("x", "digits", "1"), "holds already"),
    (phone("x", None, "1"), "no `stored_as`"),
    (phone("x", "digits"), ""),
    (Field("x", words("x"), "user", identity="phone", stored_as="digits", references=(Reference("people", "phone"),)),
     "in another form"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "explained"), MISTAKES)
def test_a_form_that_cannot_be_is_explained(field: Field, explained: str) -> None:
    told = collection("calls", [column("id", key=True), field], system="desk")
    found = list(check_stored(system(phone(form="e164")), told))
    assert [explained in what for what, _remedy in found] == ([True] if explained else [])


def test_the_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    packs = shutil.copytree(PACKS, tmp_path / "packs")
    file = packs / "mimap" / "inventory.yml"
    before = file.read_text(encoding="utf-8")
    text = before.replace("customers.phone: {", "customers.phone: {stored_as: national, ")
    assert text != before
    file.write_text(text, encoding="utf-8")
    (problem,) = check_packs(packs)
    assert "customers.phone leaves the country out" in problem.what
    assert "phone" in text.splitlines()[(problem.line or 0) - 1]
    file.write_text(text.replace("national, ", 'national, country_code: "1", '), encoding="utf-8")
    assert check_packs(packs) == ()
