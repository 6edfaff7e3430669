"""The Californian sample with four tables of its customer database: the size that the goal for a case by Celery names."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.bench.cases import SLUG
from tests.stack import ROOT

KEPT = ("customers", "addresses", "communications", "devices")
"""Rows of one are blanked and of the others deleted, and no table that is left out refers to them."""


def build(folder: Path) -> Path:
    """The packs, copied there, with all other tables out of the inventory; gives where they lie."""
    packs = folder / "packs"
    shutil.copytree(ROOT / "portal" / "controllers", packs)
    file = packs / SLUG / "inventory.yml"
    read = yaml.safe_load(file.read_text(encoding="utf-8"))
    for dataset in read["dataset"]:
        dataset["collections"] = [one for one in dataset["collections"] if one["name"] in KEPT]
        declared = dataset["meta"]["portal"]
        for part in ("collections", "fields", "holdings"):
            declared[part] = {name: told for name, told in declared[part].items() if _is_kept(name)}
        declared["settings"] = {
            right: kept for right, told in declared["settings"].items() if (kept := _of_kept(told))
        }
    file.write_text(yaml.safe_dump(read, allow_unicode=True), encoding="utf-8")
    return packs


def _is_kept(name: str) -> bool:
    return name.partition(".")[0] in KEPT


def _of_kept(settings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in settings if one["collection"] in KEPT]
