"""Each kind of mistake in a pack is explained, with the file to open."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from requests_app import register
from requests_app.register import (
    UnknownController,
    UnreadablePack,
    check,
    check_packs,
    read_packs,
)

PACKS = Path(__file__).parents[2] / "portal" / "controllers"
INVENTORY, TOML = "mimap/inventory.yml", "mimap/controller.toml"
LOG = "          - {name: log_id, data_categories: [user.unique_id], fides_meta: {primary_key: true, "

MISTAKES = [
    (
        "mipmap/inventory.yml",
        "          withdraw_consent.improvement:\n            title:",
        "          withdraw_consent.programme:\n            title:",
        "is a part that nobody can ask for",
    ),
    (
        "mipmap/inventory.yml",
        "          withdraw_consent.improvement:\n            title:",
        "          withdraw_consent.programme:\n            title:",
        "The part withdraw_consent.programme sets nothing",
    ),
    (
        "mipmap/inventory.yml",
        "          unrestrict:\n",
        "          unlimit:\n",
        "restrict in accounts could never be lifted",
    ),
    (
        "mipmap/inventory.yml",
        "          restrict:\n",
        "          object:\n",
        "accounts would lift what nothing sets",
    ),
    (TOML, "[switches]", "[switches]\nbackups_overwritten_after_days = true", "is no number of days"),
    (TOML, "[switches]", "[switches]\nautomated_decisions = true", "the right ADMT_ACCESS is not offered"),
    (TOML, 'code = "LIMIT"', 'code = "DROP"', "the switch data_broker it hangs on is off"),
    (INVENTORY, "field: orders.order_id", "field: sales.order_id", "references the unknown collection sales"),
    (
        INVENTORY,
        "field: orders.order_id",
        "field: orders.number",
        "references orders.number, which is no field",
    ),
    (
        INVENTORY,
        "{name: sku, data_categories: [user.behavior.purchase_history]}",
        "{name: sku}",
        "sku has no data",
    ),
    (INVENTORY, "data_categories: [user.job_title]", "data_categories: [user.jobs]", "unknown data category"),
    (INVENTORY, LOG + "data_type", LOG.replace("true", "false") + "data_type", "web_log has no primary key"),
    (
        INVENTORY,
        "fields: [about, dispute_note]",
        "fields: [about, dispute_note, phone]",
        "customers.phone is in overlapping holdings",
    ),
    (
        INVENTORY,
        "fields: [about, dispute_note]",
        "fields: [dispute_note]",
        "customers.about is in no holding",
    ),
    (
        INVENTORY,
        "fields: [about, dispute_note]",
        "fields: [about, dispute_note, hobbies]",
        "names hobbies, which customers lacks",
    ),
    (
        INVENTORY,
        "operator: older_than_months, value: 12",
        "operator: older_than_months, value: 24",
        "overlapping",
    ),
    (
        INVENTORY,
        "erase: keep\n            retention:\n              exemption: RECORD",
        "erase: delete\n            retention:\n              exemption: RECORD",
        "enters people in a list, but refusals.all goes with a deletion",
    ),
    (
        INVENTORY,
        "{identity: email}}\n          - {name: what",
        "{identity: email, primary_key: true}}\n          - {name: what",
        "refusals.email is the key and an address",
    ),
    (INVENTORY, "citation: Cal. Civ. Code § 1798.105(d)(2)", 'citation: ""', "kept without a citation"),
    (INVENTORY, "counted_from: invoiced_on", "counted_from: billed_on", "counts from billed_on"),
    (INVENTORY, "              months: 12\n", "              months: 9\n", "covers other rows"),
    (
        INVENTORY,
        ", fides_meta: {identity: email}",
        "",
        "supplier_contacts cannot be reached from any identity",
    ),
    (INVENTORY, "category: K\n", "category: Z\n", "has the statutory category Z, which has no name"),
    (INVENTORY, "never_disclose: password", "never_disclose: secret", "unknown never_disclose kind secret"),
    (INVENTORY, "identity: customer_id", "identity: shoe_size", "unknown identity shoe_size"),
    (
        INVENTORY,
        "{title: {en: Street, zh-Hans: 街道}",
        "{title: {zh-Hans: 街道}",
        "street has no words in en",
    ),
    (
        INVENTORY,
        "{title: {en: Customer number, zh-Hans: 客户编号}, erase: keep}",
        "{title: {en: N}}",
        "overwrite the key",
    ),
    (INVENTORY, "connector: sql", "connector: telepathy", "connector telepathy, which does not exist"),
    (INVENTORY, "secret: MIMAP_CUSTOMER_DB", "secret: postgresql://shop", "no environment variable"),
    (INVENTORY, "            purpose: {", "            purpos: {", "Extra inputs are not permitted"),
    (INVENTORY, "          addresses.street:", "          addresses.road:", "does not have: addresses.road"),
    (INVENTORY, "          inferences.all:", "          guesses.all:", "does not have: guesses"),
    (
        INVENTORY,
        "          inferences.all:",
        "          devices.all:",
        "the key 'devices.all' stands here twice",
    ),
    (
        INVENTORY,
        "dataset: mimap_shop_db, field: orders",
        "dataset: mimap_till, field: orders",
        "references the unknown collection mimap_till.orders",
    ),
    (
        INVENTORY,
        "dataset_references: [mimap_shop_db]",
        "dataset_references: []",
        "No system names the dataset",
    ),
    (
        INVENTORY,
        "editable: true, match: email,",
        "editable: true, self_edit: text, match: email,",
        "customers.email has `self_edit`, but is a key, or leads to a person",
    ),
    (
        INVENTORY,
        "editable: true, match: phone",
        "editable: true, self_edit: phone, match: phone",
        "customers.phone has `self_edit`, but is compared to show who somebody is",
    ),
    (
        INVENTORY,
        "editable: true, self_edit: web_address",
        "self_edit: web_address",
        "customers.company_url has `self_edit`, but is not among what may be corrected",
    ),
    (INVENTORY, "self_edit: web_address", "self_edit: number", "self_edit: Input should be"),
    (INVENTORY, "dataset:\n", "datasets:\n", "It has no dataset"),
    (TOML, '"#1c5a3e"', '"#8fd0ac"', "contrast of 1.8 on the white page"),
    (TOML, '"#86cfa6"', '"#2a3b33"', "on the dark page"),
    (TOML, '"#d99a1c"', '"gold"', "which is no colour"),
    (TOML, "brand/logo.svg", "brand/mark.svg", "The logo mark.svg is missing"),
    (
        TOML,
        'languages = ["en", "zh-Hans"]',
        'languages = ["en", "de"]',
        "The language de is not one the portal speaks",
    ),
    (
        TOML,
        'zh-Hans = "加州总检察长"',
        "",
        "outside_routes.2.title in line 149 has no words in zh-Hans",
    ),
    (TOML, 'zh-Hans = "MiMap账号"', 'zh-Hans = ""', "account.title in line 44 has no words in zh-Hans"),
    (
        TOML,
        'en = "Personal recommendations"',
        "",
        "cookies.categories.2.title in line 182 has no words in en",
    ),
    (TOML, "America/New_York", "America/Gotham", "no time zone America/Gotham"),
    (TOML, 'regimes = ["ccpa", "us_policy"]', 'regimes = ["gdpr"]', "DELETE belongs to ccpa"),
    (
        TOML,
        '"bd@mimap.com"',
        '"WanYanYan@mipmap3d.com"',
        "wanyanyan@mipmap3d.com is claimed by mimap and mipmap",
    ),
    (TOML, 'mail_from = "bd@mimap.com"', 'mail_from = "MiMap <bd@mimap.com>"', "which is no bare address"),
    (TOML, "zone =", "zones =", "zone: Field required"),
    (TOML, "hosts = [", "hosts = [[", "not readable TOML"),
    (TOML, "2024-10-03", "2025-01-01", "listed but its file is missing"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "explained"), MISTAKES)
def test_a_mistake_is_explained_with_its_file_and_remedy(tmp_path, file, right, wrong, explained):
    packs = shutil.copytree(PACKS, tmp_path / "packs")
    text = (packs / file).read_text(encoding="utf-8")
    assert right in text
    (packs / file).write_text(text.replace(right, wrong), encoding="utf-8")
    found = [problem for problem in check_packs(packs) if explained in problem.what]
    assert found, [str(problem) for problem in check_packs(packs)]
    assert found[0].remedy
    assert found[0].file.is_relative_to(packs)
    assert file.partition("/")[0] in found[0].controller


def test_a_policy_nobody_listed_is_found(tmp_path):
    packs = shutil.copytree(PACKS, tmp_path / "packs")
    (packs / "mimap" / "policy" / "2025-06-01.en.md").write_text("# Newer", encoding="utf-8")
    assert ["in no [[policies]] entry" in problem.what for problem in check_packs(packs)] == [True]


def test_a_pack_that_cannot_be_read_does_not_hide_the_others(tmp_path):
    packs = shutil.copytree(PACKS, tmp_path / "packs")
    (packs / "mimap" / "inventory.yml").unlink()
    assert [problem.controller for problem in check_packs(packs)] == ["mimap"]
    with pytest.raises(UnreadablePack, match="The file is missing"):
        read_packs(packs)


def test_a_directory_that_is_not_there_is_said_so(tmp_path):
    assert "no such directory" in check_packs(tmp_path / "nowhere")[0].what


@pytest.fixture
def mounted(tmp_path, monkeypatch):
    packs = shutil.copytree(PACKS, tmp_path / "packs")
    toml = packs / "mimap" / "controller.toml"
    toml.write_text(
        toml.read_text().replace("hosts = []", 'hosts = ["Privacy.MiMap.example"]'), encoding="utf-8"
    )
    monkeypatch.setattr(register, "settings", SimpleNamespace(PORTAL_CONTROLLERS=str(packs)))


def test_a_controller_is_found_by_slug_host_and_mailbox(mounted):
    assert [c.slug for c in register.controllers()] == ["mimap", "mipmap"]
    assert register.controllers() is register.controllers()
    assert register.controller("mipmap").slug == "mipmap"
    assert register.by_host("privacy.mimap.EXAMPLE:8000").slug == "mimap"
    assert register.by_host("elsewhere.example") is None
    assert register.by_mailbox(" LiuKunBo@MipMap3D.com").slug == "mipmap"
    assert register.by_mailbox("dana@example.com") is None
    assert check(register.controller("mimap")) == ()


def test_an_unknown_slug_is_a_lookup_error(mounted):
    with pytest.raises(UnknownController):
        register.controller("nobody")
    assert issubclass(UnknownController, LookupError)
