"""A document in a column leaves with every described part explained, and without what may not leave."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from requests_app.letters import outbox
from requests_app.response import deliver, rows, steps, third_party
from requests_app.response import ledger as ledgers
from tests.build import build_case, found
from tests.register.test_nested import ABOUT, KEYS, MORE, PROFILE
from tests.stack import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]
SHOP = "mimap_shop_db"
SECRET, SURPRISE = "K7-never-31337", "nobody-described-this"


@pytest.fixture
def pack(tmp_path: Path, settings) -> None:
    """The Californian pack, where what customers say about themselves is a document."""
    packs = tmp_path / "packs"
    shutil.copytree(ROOT / "portal" / "controllers", packs)
    file = packs / "mimap" / "inventory.yml"
    text = file.read_text(encoding="utf-8").replace(ABOUT, PROFILE, 1).replace(KEYS, MORE + KEYS, 1)
    file.write_text(text, encoding="utf-8")
    settings.PORTAL_CONTROLLERS, settings.PORTAL_VAULT = packs, tmp_path / "vault"


def _case(about: object):
    row = {"customer_id": "MM1", "email": "dana.whitfield@example.org", "about": about}
    holdings = {"customers.identity": found(1), "customers.other": found(1)}
    return build_case(holdings, right="KNOW_PCS", rows={SHOP: [("customers", row)]})


@pytest.mark.parametrize("as_text", [False, True])
def test_each_part_is_given_under_its_own_title_and_the_rest_is_left_out(pack: None, as_text: bool) -> None:
    about: object = {"hobby": "kites", "friends": [{"mail": SECRET}], "other": SURPRISE}
    case = _case(json.dumps(about) if as_text else about)
    assert steps.answer(case)
    files = zipfile.ZipFile(io.BytesIO(b"".join(deliver.open_package(case, case.packages.get()))))
    content = {name: files.read(name).decode("utf-8", "replace") for name in files.namelist()}
    assert not [name for name, body in content.items() if SECRET in body or SURPRISE in body]
    (record,) = json.loads(content["data.json"])["records"]
    assert record["row"]["about"] == {"hobby": "kites", "friends": [{}]}
    header = content[f"data/{SHOP}/customers.csv"].splitlines()[0]
    assert "about.hobby" in header and "about.friends.mail" not in header
    page = content["index.html"]
    assert "Anything else you told us – Hobby" in page and "kites" in page
    assert "Not shown: Anything else you told us – Friends – Address" in page
    assert "Address" in outbox.read(case.letters.get())["text"]
    assert case.events.get(name="undescribed_left_out").references["places"] == [f"{SHOP}.customers.about"]


def test_another_persons_address_is_found_in_the_part_where_it_stands(pack: None) -> None:
    ledger = ledgers.read(_case({"hobby": "kites with ben@example.com"}))
    # No system says whose it is, so it counts as somebody's.
    (finding,) = third_party.scan(ledger, rows.sources(ledger), wait=False).named
    assert (finding.field, finding.kind) == ("about.hobby", "email")
