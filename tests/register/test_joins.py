"""A reference into another dataset joins two systems by a value, as fideslang writes it."""

from __future__ import annotations

import shutil

import pytest

from requests_app.register import check, read_packs
from requests_app.systems import Identifier, find
from requests_app.systems.connectors.memory import MemoryConnector
from tests.packs import changing
from tests.register.test_check import PACKS

WORDS = {"en": "Till", "zh-Hans": "收银"}


@pytest.mark.parametrize("target", ["customers.customer_id", "customers.shoe_size"])
def test_two_systems_are_joined_by_a_value_and_a_wrong_join_is_explained(tmp_path, target: str) -> None:
    shutil.copytree(PACKS, tmp_path / "packs")
    till = {
        "fides_key": "till",
        "name": "Till",
        "collections": [
            {
                "name": "receipts",
                "fields": [
                    {"name": "number", "data_categories": ["user.unique_id"], "fides_meta": {"primary_key": True}},
                    {"name": "who", "data_categories": ["user.unique_id"], "fides_meta": {
                        "references": [{"dataset": "mimap_shop_db", "field": target, "direction": "from"}]}},
                ],
            }
        ],
        "meta": {"portal": {
            "title": WORDS, "connector": "memory", "collections": {"receipts": {"title": WORDS}},
            "fields": {"receipts.number": {"title": WORDS}, "receipts.who": {"title": WORDS}},
            "holdings": {"receipts.all": {
                "title": WORDS, "category": "D", "source": WORDS, "purpose": WORDS, "recipients": WORDS,
                "collected_from_person": True, "erase": "delete"}},
        }},
    }  # fmt: skip
    with changing(tmp_path / "packs") as written:
        written["dataset"].append(till)
        written["system"][0]["dataset_references"].append("till")
    mimap = next(c for c in read_packs(tmp_path / "packs") if c.slug == "mimap")
    problems = check(mimap)
    if target.endswith("shoe_size"):
        assert any("which is no field" in str(problem) for problem in problems)
        return
    assert problems == ()
    shop, other = mimap.inventory.systems["mimap_shop_db"], mimap.inventory.systems["till"]
    tables = {name: [] for name in shop.collections}
    tables["customers"] = [
        dict.fromkeys(shop.collections["customers"].fields)
        | {"customer_id": f"MM{n}", "email": f"{who}@example.org"}
        for n, who in ((1, "dana"), (2, "max"))
    ]
    receipts = {"receipts": [{"number": "r1", "who": "MM1"}, {"number": "r2", "who": "MM2"}]}
    connectors = {"mimap_shop_db": MemoryConnector(shop, tables), "till": MemoryConnector(other, receipts)}
    found = find([shop, other], connectors, [Identifier("email", "dana@example.org")])
    assert found.rows["till", "receipts"].keys == (("r1",),)
