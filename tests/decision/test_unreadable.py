"""Text that should be JSON and is none stops the search, and the case file says where it stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.urls import reverse

from requests_app import register
from requests_app.decision import steps
from requests_app.lifecycle import State
from requests_app.models import Work
from requests_app.systems.connectors import memory
from tests.build import DANA, build_case
from tests.register.test_check import PACKS
from tests.register.test_nested import ABOUT, ALONE, KEYS, MORE, PROFILE
from tests.staff.people import at_desk, hire


@pytest.mark.django_db
def test_a_column_that_is_no_json_is_named_to_staff_and_the_case_waits(
    tmp_path: Path, settings, monkeypatch
) -> None:
    packs = shutil.copytree(PACKS, tmp_path / "packs")
    file = packs / "mimap" / "inventory.yml"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        (ABOUT, PROFILE),
        (KEYS, MORE + KEYS),
        (ALONE, ALONE.replace(", self_edit: text", "")),
        ("connector: sql", "connector: memory"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    settings.PORTAL_CONTROLLERS = packs
    monkeypatch.setenv("MIMAP_CUSTOMER_DB", "memory://unreadable")
    collections = register.controller("mimap").inventory.systems["mimap_shop_db"].collections
    dana = dict.fromkeys(collections["customers"].fields) | {"customer_id": "MM1", "email": DANA[1]}
    stranger = dana | {"customer_id": "MM2", "email": "max@example.org", "about": '{"hobby": "kites'}
    tables = {name: [] for name in collections} | {"customers": [dana, stranger]}
    monkeypatch.setitem(memory.STORES, "unreadable", tables)
    case = build_case(state=State.ASSESSING)
    case.works.all().delete()
    work = Work.objects.create(case=case, system=steps.EVERY_SYSTEM, operation=Work.Operation.SEARCH)
    steps.do_search(work)
    work.refresh_from_db()
    assert (work.status, work.trouble) == (Work.Status.FAILED, "no_json: mimap_shop_db")
    shown = at_desk(hire("Olu", "mimap")).get(reverse("staff:case", args=["mimap", case.reference]))
    page = shown.content.decode()
    assert "Holds text that is no JSON: mimap_shop_db.customers.about" in page
    assert "Holds text that is no JSON" in page and "kites" not in page
    stranger["about"] = ""
    steps.do_search(work)
    work.refresh_from_db()
    assert work.status == Work.Status.CONFIRMED and case.holdings.filter(found=1).exists()
