"""The tables of scenarios/ that are no clock and no advice: read as they stand."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from tests.law.test_scenarios import FOLDER

FILES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}


def examples(kind: str) -> list[Any]:
    """Regime and example, one parameter set each."""
    return [
        pytest.param(code, example, id=f"{code}-{example['name']}")
        for code, file in FILES.items()
        for example in file.get(kind, [])
    ]
