"""The suppression ledger lies apart from what it must outlast, and whoever puts it elsewhere is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal import apart
from portal.embedded.environment import environment
from requests_app.fulfilment import suppression
from tests.stack import ROOT, STACK

LINE = {"controller": "mimap", "system": "shop", "case": "AB12CD34", "work": 1, "kind": "erase",
        "subject_index": "", "sealed": "k:"}  # fmt: skip


@pytest.mark.parametrize(
    ("place", "warned"),
    [("vault/ledger.jsonl", True), ("vault/deep/ledger.jsonl", True), ("suppression/ledger.jsonl", False)],
)
def test_a_ledger_in_the_vault_is_warned_of(settings, tmp_path: Path, place: str, warned: bool) -> None:
    settings.PORTAL_VAULT, settings.PORTAL_SUPPRESSION = tmp_path / "vault", tmp_path / place
    assert [found.id for found in apart.ledger_lies_apart()] == (["portal.W001"] if warned else [])


def test_one_that_was_left_there_is_warned_of_read_first_and_goes_when_it_is_empty(
    settings, tmp_path
) -> None:
    settings.PORTAL_VAULT, settings.PORTAL_SUPPRESSION = tmp_path / "vault", tmp_path / "ledger.jsonl"
    (tmp_path / "vault").mkdir()
    left = tmp_path / "vault" / "suppression.jsonl"
    for file, year in ((left, 2025), (settings.PORTAL_SUPPRESSION, 2026)):
        file.write_text(json.dumps({"at": f"{year}-05-01T00:00:00+00:00"} | LINE) + "\n")
    assert [found.id for found in apart.ledger_lies_apart()] == ["portal.W001"]
    assert [entry.at.year for entry in suppression.entries()] == [2025, 2026]
    assert suppression.forget(datetime(2026, 1, 1, tzinfo=UTC)) == 1
    assert not left.exists() and [entry.at.year for entry in suppression.entries()] == [2026]
    assert apart.ledger_lies_apart() == []


def test_compose_and_the_embedded_run_keep_it_apart() -> None:
    values = environment(STACK.run, STACK.postgres, STACK.valkey, web_port=1, mail_port=2)
    assert not Path(values["PORTAL_SUPPRESSION"]).is_relative_to(values["PORTAL_VAULT"])
    compose = (ROOT / "docker-compose.yml").read_text()
    assert "PORTAL_SUPPRESSION: /var/lib/portal/suppression/" in compose
    assert "- suppression:/var/lib/portal/suppression" in compose and "\n  suppression: {}" in compose
