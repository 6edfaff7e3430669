"""A pack in which what people write is read before it leaves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.stack import ROOT

FIELD = "          communications.body: {"


@pytest.fixture
def pack(tmp_path: Path, settings) -> Path:
    """The Californian pack, where what people write to each other is read before it leaves."""
    packs = tmp_path / "packs"
    shutil.copytree(ROOT / "portal" / "controllers", packs)
    file = packs / "mimap" / "inventory.yml"
    text = file.read_text(encoding="utf-8")
    assert FIELD in text
    file.write_text(text.replace(FIELD, FIELD + "redact: true, "), encoding="utf-8")
    settings.PORTAL_CONTROLLERS, settings.PORTAL_VAULT = packs, tmp_path / "vault"
    return packs
