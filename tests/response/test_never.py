"""What may never be handed over leaves in no file of any answer, whatever its kind, and the letter names it."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from requests_app import register
from requests_app.letters import outbox
from requests_app.register.check_inventory import NEVER_DISCLOSED
from requests_app.response import deliver, steps
from tests.build import build_case, found
from tests.stack import ROOT

pytestmark = pytest.mark.django_db
SECRET = "K7-never-31337"
SHOWN = "dana.whitfield@example.org"


@pytest.fixture
def pack(tmp_path: Path, settings, request: pytest.FixtureRequest) -> str:
    """The Californian pack, its passwords declared to be another kind of what is never handed over."""
    packs = tmp_path / "packs"
    shutil.copytree(ROOT / "portal" / "controllers", packs)
    file = packs / "mimap" / "inventory.yml"
    text = file.read_text(encoding="utf-8")
    changed = re.sub(r"never_disclose: password\b", f"never_disclose: {request.param}", text)
    assert "never_disclose: password" in text
    file.write_text(changed, encoding="utf-8")
    settings.PORTAL_CONTROLLERS, settings.PORTAL_VAULT = packs, tmp_path / "vault"
    assert register.check_packs(packs) == ()
    return request.param


@pytest.mark.parametrize("pack", sorted(NEVER_DISCLOSED), indirect=True)
def test_no_file_of_the_answer_shows_it_and_the_letter_names_it_and_offers_to_compare(pack: str) -> None:
    inventory = register.controller("mimap").inventory
    (holding,) = (
        h for h in inventory.holdings() if h.collection == "customers" and "password_hash" in h.fields
    )
    row = {"customer_id": "MM1", "email": SHOWN, "password_hash": SECRET}
    case = build_case(
        {"customers.identity": found(1), holding.key: found(1)}, right="KNOW_PCS",
        rows={"mimap_shop_db": [("customers", row)]},
    )  # fmt: skip
    assert (
        inventory.systems[holding.system].collections["customers"].fields["password_hash"].never_disclose
        == pack
    )
    assert steps.answer(case)
    text = outbox.read(case.letters.get())["text"]
    assert SECRET not in text and "Password, scrambled" in text
    assert "tell you whether it matches" in text and "7024(d)" in text
    files = zipfile.ZipFile(io.BytesIO(b"".join(deliver.open_package(case, case.packages.get()))))
    content = {name: files.read(name) for name in files.namelist()}
    assert any(SHOWN.encode() in body for body in content.values())
    assert not [name for name, body in content.items() if SECRET.encode() in body]
