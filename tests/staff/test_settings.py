"""What the portal is set to, read and never changed; who of staff was trained; who may see which."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from identity import training
from identity.models import Training
from portal.staff import settings_words
from portal.staff.settings_words import SWITCHES
from requests_app import law, register
from requests_app.letters import invented
from requests_app.models import Letter, MailboxMark, Work
from requests_app.systems import health
from requests_app.systems.connectors.registry import CONNECTORS
from tests.build import build_case
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db
HOUSE = register.controller("mimap")
ABOUT = {
    "settings_controller": (
        "17 Allen St",
        "bd@mimap.com",
        "mimap/controller.toml",
        "#1c5a3e",
        "MIMAP_MAILBOX_BD",
    ),
    "settings_inventory": (
        "mimap/inventory.yml",
        HOUSE.text(next(iter(HOUSE.inventory.systems.values())).title, "en"),
    ),
    "settings_calendars": (
        "us_ca",
        "2026",
        "requests_app/law/calendars/us_ca.py",
        "to be confirmed by counsel",
    ),
    "settings_letters": ("requests_app/law/regimes/", "Dana Example", "K7PW 3M9T"),
    "settings_health": ("bd@mimap.com", "Outbox", "not asked lately"),
}


def at(name: str) -> str:
    return reverse(f"staff:{name}", args=["mimap"])


@pytest.mark.parametrize("name", ABOUT)
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_each_page_says_what_is_set_and_names_its_file_in_a_handful_of_queries(name, language) -> None:
    desk = at_desk(hire("Cora", "mimap"))
    desk.get(at(name), {"lang": language})
    with CaptureQueriesContext(connection) as asked:
        page = desk.get(at(name)).content.decode()
    assert len(asked) <= 18, len(asked)
    for told in ABOUT[name]:
        # What is a name of a file or an address is the same in every language.
        if language == "en" or any(sign in told for sign in "/@#_"):
            assert told in page


@pytest.mark.parametrize(
    ("asked", "there", "not_there"),
    [("phone", "customers.phone", "orders.order_no"), ("phone number", "customers.phone", "orders.order_no"),
     ("zzz", "Nothing is set here.", "customers.phone")],
)  # fmt: skip
def test_where_a_phone_number_is_held_is_answered_with_purpose_recipients_and_retention(
    asked, there, not_there
) -> None:
    page = at_desk(hire("Ada", "mimap")).get(at("settings_inventory"), {"q": asked}).content.decode()
    assert there in page and f"{not_there}</" not in page


@pytest.mark.parametrize("slug", ["mimap", "mipmap"])
def test_no_key_of_a_packs_files_stands_for_words(slug) -> None:
    desk, known = at_desk(hire("Pia", slug)), register.controller(slug)
    names = {right.switch for regime in law.REGIMES for right in regime.rights.values() if right.switch}
    assert {
        *known.switches,
        *names,
    } <= SWITCHES.keys() and CONNECTORS.keys() <= settings_words.CONNECTORS.keys()
    for name, keys in (("settings_controller", known.switches), ("settings_inventory", CONNECTORS)):
        page = desk.get(reverse(f"staff:{name}", args=[slug]), {"lang": "zh-Hans"})
        sections = page.context.get("sections") or [page.context["section"]]
        said = {cell for section in sections for row in section.rows for cell in row}
        assert said and not said & set(keys)
    page = desk.get(reverse("staff:settings_controller", args=[slug]), {"lang": "en"}).content.decode()
    assert ("3 days" in page) is (slug == "mipmap") and ("tracking_ids" not in page)


def test_what_is_kept_by_law_is_shown_with_its_citation() -> None:
    kept = next(holding for holding in HOUSE.inventory.holdings() if holding.retention)
    page = at_desk(hire("Pia", "mimap")).get(at("settings_inventory"), {"q": kept.key}).content.decode()
    assert f"{kept.retention.months} months" in page and HOUSE.text(kept.purpose, "en")[:30] in page


@pytest.mark.parametrize("kind", invented.kinds())
def test_every_mail_is_shown_with_invented_data_and_no_gap(kind) -> None:
    desk = at_desk(hire("Cora", "mimap"))
    page = desk.get(
        at("settings_letters"), {"kind": kind, "letter": "en", "right": "DELETE"}
    ).content.decode()
    assert f"templates/emails/{kind}.txt" in page and "{{" not in page
    assert kind.startswith("text_") or "MiMap" in page


@pytest.mark.parametrize("outcome", ["refused", "granted_in_part", "not_identified"])
def test_the_answer_shows_every_block_that_its_statute_requires(outcome) -> None:
    page = at_desk(hire("Cora", "mimap")).get(at("settings_letters"), {"right": "DELETE", "outcome": outcome})
    section = page.context["blocks"]
    assert section.rows and all(all(row) for row in section.rows)
    shown = {code for section in page.context["letter"].sections for code in section.blocks}
    required = law.regime("ccpa").required_blocks("DELETE", outcome)
    assert shown == {block.code for block in required}
    assert [row[0] for row in section.rows] == [block.words.en for block in required]


def test_silence_and_failures_show_as_numbers_and_moments() -> None:
    case, now = build_case(), timezone.now()
    MailboxMark.objects.create(mailbox="bd@mimap.com", uid_validity=1, last_uid=1, read_at=now)
    Work.objects.filter(case=case).update(status="failed", confirmed_at=None, attempts=3, next_try_at=now)
    more = {"case": case, "system": Work.objects.filter(case=case).first().system, "attempts": 9}
    failing = Work.objects.filter(system=more["system"]).count()
    Work.objects.create(**more, operation="delete", round=2, status="failed", trouble="legal_hold")
    Work.objects.create(
        **more, operation="delete", round=3, status="confirmed", confirmed_at=now, result={"overtaken": True}
    )
    for number, status in enumerate(("queued", "failed")):
        Letter.objects.create(
            case=case, controller="mimap", kind="code", idempotency_key=f"k{number}", language="en", key=case.key,
            sealed=b"", address_index="x", status=status, made_at=now - timedelta(hours=1),
        )  # fmt: skip
    page = at_desk(hire("Adam", "mimap")).get(at("settings_health"))
    tables = {section.title: dict(row[:2] for row in section.rows) for section in page.context["sections"]}
    assert tables["Outbox"]["Waiting"].startswith("1 · oldest from") and tables["Outbox"]["Given up"] == "1"
    assert tables["Outbox"]["Waiting for longer than ten minutes"] == "1"
    assert "never" not in tables["Mailboxes"]["bd@mimap.com"]
    seen = health.answering("mimap")[more["system"]]
    assert (seen.last_answered_at, seen.failing, seen.tries) == (None, failing, 3), (
        "stopped or laid down is neither"
    )
    told = page.content.decode()
    assert "failing · 3 tries · next try" in told and case.reference not in told


def test_the_lead_writes_the_auditor_reads_and_who_has_none_is_named() -> None:
    pia, olu, cora = hire("Pia", "mimap"), hire("Olu", "mimap"), hire("Cora", "mimap")
    hire("Adam", "mimap")
    desk = at_desk(pia)
    assert desk.get(at("training")).context["without"] == ["Cora", "Olu", "Pia"]
    said = {"about": [olu.pk, cora.pk], "trained_on": "2026-03-02", "subject": "=CCPA 2026"}
    for wrong, field in (({"about": []}, "about"), ({"trained_on": "2099-01-01"}, "trained_on"), ({"subject": " "}, "subject"),
                         ({"about": [10**9]}, "about")):  # fmt: skip
        refused = desk.post(at("training_record"), said | wrong)
        assert refused.status_code == 400 and refused.context["problems"][0]["href"].startswith(
            f"#id_{field}"
        )
    assert not Training.objects.exists()
    assert desk.post(at("training_record"), said).status_code == 302
    ada = at_desk(hire("Ada", "mimap"))
    page = ada.get(at("training"))
    assert page.context["without"] == ["Pia"] and "Write it down" not in page.content.decode()
    assert ada.post(at("training_record"), said).status_code == 404
    rows = list(csv.reader(io.StringIO(ada.get(at("training_csv")).content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Person", "Day", "On what"]
    assert {row[0] for row in rows[1:]} == {"Olu", "Cora"} and rows[1][2] == "'=CCPA 2026"
    line = Training.objects.get(about=olu.pk)
    desk.post(at("training_strike"), {"line": line.pk})
    page = ada.get(at("training"))
    assert page.context["without"] == ["Olu", "Pia"] and "struck out by Pia" in page.content.decode()
    assert training.strike("mimap", line.pk, by=pia) is False


@pytest.mark.parametrize("change", ["subject = 'x'", "struck_at = NULL"])
def test_a_line_of_training_is_neither_changed_nor_removed(change) -> None:
    pia = hire("Pia", "mimap")
    (line,) = training.record(
        "mimap", {pia.pk}, on=timezone.localdate(), subject="CCPA", by=pia, today=timezone.localdate()
    )
    training.strike("mimap", line.pk, by=pia)
    with connection.cursor() as cursor:
        for statement in (f"UPDATE identity_training SET {change}", "DELETE FROM identity_training"):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(statement)
