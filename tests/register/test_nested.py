"""What stands inside columns is read as fideslang writes it, and what cannot be walked is named with its line."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from requests_app.register import check_packs, read_packs
from requests_app.register.check_nested import check_nested
from tests.systems.club import CALLS, CLUB, INVENTORY

PACKS = Path(__file__).parents[2] / "portal" / "controllers"
ABOUT = "          - {name: about, data_categories: [user.content]}\n"
PROFILE = """          - name: about
            fides_meta: {data_type: object}
            fields:
              - {name: hobby, data_categories: [user.content]}
              - name: friends
                fides_meta: {data_type: "object[]"}
                fields:
                  - {name: mail, data_categories: [user.contact.email], fides_meta: {identity: email}}
"""
KEYS = "          customers.about: {"
MORE = """          customers.about.hobby: {title: {en: Hobby, zh-Hans: 爱好}, editable: true}
          customers.about.friends: {title: {en: Friends, zh-Hans: 朋友}, erase: delete}
          customers.about.friends.mail: {title: {en: Address, zh-Hans: 邮箱}, never_disclose: password}
"""
ALONE = "您提供的其他信息}, editable: true, self_edit: text}"
LINK = "references: [{dataset: mimap_shop_db, field: customers.customer_id}]"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    packs = shutil.copytree(PACKS, tmp_path / "packs")
    _change(packs, ABOUT, PROFILE)
    _change(packs, KEYS, MORE + KEYS)
    # What a person changes alone is one text; a document is corrected part by part, by people.
    _change(packs, ALONE, ALONE.replace(", self_edit: text", ""))
    return packs


def _change(packs: Path, right: str, wrong: str) -> None:
    file = packs / "mimap" / "inventory.yml"
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")


def test_nested_fields_and_lists_are_read_with_our_keys_by_path(packs: Path) -> None:
    assert check_packs(packs) == ()
    mimap = next(controller for controller in read_packs(packs) if controller.slug == "mimap")
    customers = mimap.inventory.systems["mimap_shop_db"].collections["customers"]
    assert [path for path, _ in customers.fields["about"].parts("about")] == [
        "about", "about.hobby", "about.friends", "about.friends.mail",
    ]  # fmt: skip
    assert customers.part("about.hobby").editable and customers.part("about.friends").is_list
    assert customers.part("about.friends.mail").never_disclose == "password"
    assert list(customers.identities_inside()) == [("email", "about.friends.mail")]


@pytest.mark.parametrize("direction", ["", ", direction: to", ", direction: from"])
def test_a_reference_inside_a_document_is_read_and_closes_no_circle(packs: Path, direction: str) -> None:
    # The addresses refer to the customer: as a column it would leave no order of erasing.
    aim = f"field: addresses.address_id{direction}"
    plain = "{name: hobby, data_categories: [user.content]}"
    _change(packs, plain, plain[:-1] + ", fides_meta: {references: [{dataset: mimap_shop_db, " + aim + "}]}}")
    assert check_packs(packs) == ()
    mimap = next(controller for controller in read_packs(packs) if controller.slug == "mimap")
    customers = mimap.inventory.systems["mimap_shop_db"].collections["customers"]
    ((path, reference),) = customers.references_inside()
    assert (path, reference.collection, reference.field) == ("about.hobby", "addresses", "address_id")


def test_over_http_every_path_by_which_rows_are_found_needs_its_call() -> None:
    inventory = replace(INVENTORY, systems={"club": replace(CLUB, connector="http")})
    system = inventory.systems["club"]
    assert not [found for c in CLUB.collections.values() for found in check_nested(system, c, inventory)]
    calls = {name: {"read": calls["read"]} for name, calls in CALLS.items()}
    lacking = replace(system, http=replace(system.http, collections=calls))
    found = [what for c in CLUB.collections.values() for what, _ in check_nested(lacking, c, inventory)]
    assert len(found) == 8 and found[-2] == (
        "orders.basket.gifted refers to another field, but club cannot be searched by it."
    )


def _refers(field: str) -> str:
    return "fides_meta: {references: [{dataset: mimap_shop_db, field: " + field + "}]}"


LOOP = "          - {name: about, data_categories: [user.content], "


@pytest.mark.parametrize(
    ("wrong", "keys", "explained"),
    [
        (LOOP + _refers("addresses.address_id") + "}", "", "customers → addresses → customers"),
        (LOOP + _refers("addresses.address_id") + "}", '          customers.about: {erase: "null", ', ""),
    ],
)
def test_a_circle_of_references_is_named_unless_a_link_may_be_emptied(
    tmp_path: Path, wrong: str, keys: str, explained: str
) -> None:
    packs = shutil.copytree(PACKS, tmp_path / "packs")
    _change(packs, ABOUT, wrong + "\n")
    if keys:
        _change(packs, KEYS, keys)
    # Nothing goes in a circle while the customer's own row stays.
    file = packs / "mimap" / "inventory.yml"
    assert not [p for p in check_packs(packs) if "no order of erasing" in p.what]
    text = file.read_text(encoding="utf-8")
    start = text.index("          customers.other:")
    end = text.index("erase: ", start)
    stop = text.index("\n", end)
    file.write_text(text[:end] + "erase: delete" + text[stop:], encoding="utf-8")
    found = [p for p in check_packs(packs) if "no order of erasing" in p.what]
    assert bool(found) == bool(explained)
    if found:
        assert explained in found[0].what and "customers.about refers to addresses" in found[0].what
        line = text.splitlines()[(found[0].line or 1) - 1]
        assert "about" in line or "customer_id" in line


MISTAKES = [
    (
        "爱好}, editable: true",
        "爱好}, editable: true, self_edit: text",
        "customers.about.hobby has `self_edit`, but stands inside a document",
    ),
    (
        "title: {en: Friends, zh-Hans: 朋友}",
        "redact: true, title: {en: Friends, zh-Hans: 朋友}",
        "customers.about.friends is to be redacted, but is no free text",
    ),
    ("{name: hobby,", "{name: hob.by,", "meta.portal.fields names what the dataset does not have"),
    (
        "{name: hobby, data_categories: [user.content]}",
        "{name: hobby, data_categories: [user.content], fides_meta: {primary_key: true}}",
        "customers.about.hobby is a key, but is inside a document",
    ),
    (
        "{name: hobby, data_categories: [user.content]}",
        "{name: hobby, data_categories: [user.content], " + _refers("order_contacts.order_id") + "}",
        "customers.about.hobby refers to a part of a key, order_contacts.order_id, but is inside a document",
    ),
    (
        "{name: hobby, data_categories: [user.content]}",
        "{name: hobby, data_categories: [user.content], " + _refers("customers.about.friends") + "}",
        "customers.about.hobby references customers.about.friends, which is no field",
    ),
    (
        "{name: hobby, data_categories: [user.content]}",
        "{name: hobby, data_categories: [user.content], " + _refers("inferences.nowhere") + "}",
        "customers.about.hobby references inferences.nowhere, which is no field",
    ),
    (
        'fides_meta: {data_type: "object[]"}',
        'fides_meta: {data_type: "object[]", ' + LINK + "}",
        "customers.about.friends refers to another field, but is an object",
    ),
    ("{name: hobby, data_categories: [user.content]}", "{name: hobby}", "customers.about.hobby has no data category"),
    ("title: {en: Hobby, zh-Hans: 爱好}", "title: {zh-Hans: 爱好}", "customers.about.hobby has no words in"),
    ("title: {en: Friends, zh-Hans: 朋友}", "editable: true, title: {en: Friends, zh-Hans: 朋友}", "stands in a list"),
    ("never_disclose: password}\n          customers.about:", "never_disclose: shoes}\n          customers.about:",
     "customers.about.friends.mail has the unknown never_disclose kind"),
    ("identity: email}}\n          - {name: email_ch", "identity: star_sign}}\n          - {name: email_ch", "identity star_sign"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "explained"), MISTAKES)
def test_what_cannot_be_walked_is_named_with_file_and_line(
    packs: Path, right: str, wrong: str, explained: str
) -> None:
    _change(packs, right, wrong)
    found = [problem for problem in check_packs(packs) if explained in problem.what]
    assert found, [str(problem) for problem in check_packs(packs)]
    assert found[0].remedy and (found[0].line or "meta.portal" in explained)
