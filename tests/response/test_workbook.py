"""The workbook in a copy: every value whole, in text cells alone, nothing that calculates."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from requests_app.response import deliver, steps
from tests.build import build_case, found

pytestmark = pytest.mark.django_db
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = [
    "=1+1",
    "+SUM(A1)",
    "-2+3",
    "@cmd",
    "\tx",
    '=HYPERLINK("http://x")',
    "<b>&amp;</b>",
    "\x00\x0bend",
    "=cmd|' /C calc'!A0",
]
LONG = "word " * 8_000
"""Longer than the cell of any spreadsheet."""


def test_hostile_values_stand_there_as_text_and_every_part_is_declared() -> None:
    lines = [
        ("communications", {"message_id": n, "customer_id": "MM1", "body": value})
        for n, value in enumerate([*HOSTILE, LONG])
    ]
    case = build_case(
        {"communications.all": found(len(HOSTILE) + 1)}, right="KNOW_PCS", rows={"mimap_shop_db": lines}
    )
    assert steps.answer(case) is True
    package = b"".join(deliver.open_package(case, case.packages.get()))
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        book = zipfile.ZipFile(io.BytesIO(files.read("data/mimap_shop_db.xlsx")))
        assert b"data/mimap_shop_db.xlsx" in files.read("checksums.txt")
        assert LONG.encode() in files.read("data.json")
    assert book.testzip() is None
    names = set(book.namelist())
    types = ElementTree.fromstring(book.read("[Content_Types].xml"))
    declared = {part.get("PartName", "").lstrip("/") for part in types} - {""}
    assert declared == {name for name in names if name.endswith(".xml") and name.startswith("xl/")}
    for name in names:
        ElementTree.fromstring(book.read(name))
    sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells = list(sheet.iter(f"{MAIN}c"))
    assert cells and {cell.get("t") for cell in cells} == {"inlineStr"}
    assert not list(sheet.iter(f"{MAIN}f")) and not list(sheet.iter(f"{MAIN}v"))
    said = {"".join(cell.itertext()) for cell in cells}
    assert {value for value in HOSTILE if value.isprintable() or value == "\tx"} <= said
    assert "\ufffd\ufffdend" in said
    assert LONG[:32_000] + " [… 8,000 more characters: see data.json]" in said
    assert datetime.now(UTC).year in {entry.date_time[0] for entry in book.infolist()}
