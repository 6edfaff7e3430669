"""A hold binds while it is in force, says why to staff alone, and a direction of law enforcement ends by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.db.migrations import RemoveField, RunPython
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse
from django.utils import timezone

from identity.sealing import KeyDestroyed
from requests_app import systems, worklist
from requests_app.archive.purge import HOLD_KEPT, purge_expired
from requests_app.decision import hold
from requests_app.decision.determine import NotAllowed
from requests_app.fulfilment import execute
from requests_app.models import LegalHold
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
WHY = "Docket 26-1177, the widow Whitfield"


def test_the_reason_is_sealed_and_goes_with_its_key() -> None:
    case, cora = assessing(), hire("Cora", "mimap")
    placed = hold.place(case, by=cora, reason=WHY, review_on=worklist.today_at("mimap") + timedelta(days=40))
    placed.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(h)::text FROM requests_app_legalhold h")
        assert "Whitfield" not in cursor.fetchone()[0]
    assert hold.reason_of(placed) == WHY
    hold.lift(case, placed, by=cora)
    with time_machine.travel(timezone.now() + HOLD_KEPT + timedelta(days=1), tick=False):
        purge_expired()
    placed.refresh_from_db()
    assert placed.subject_index == "" and placed.key.wrapped is None
    with pytest.raises(KeyDestroyed):
        hold.reason_of(placed)


def test_a_law_enforcement_direction_lapses_after_ninety_days_unless_renewed() -> None:
    case, olu, cora = assessing(), hire("Olu", "mimap"), hire("Cora", "mimap")
    desk = at_desk(olu)
    here = reverse("staff:hold", args=["mimap", case.reference])
    assert desk.post(here, {"hold_reason": WHY, "kind": "enforcement"}).status_code == 302
    placed, today = LegalHold.objects.get(), worklist.today_of(case)
    assert placed.lapses_on == placed.review_on == today + timedelta(days=90)
    assert (
        "It was renewed"
        not in desk.get(reverse("staff:case", args=["mimap", case.reference])).content.decode()
    )
    renew = reverse("staff:renew", args=["mimap", case.reference, placed.pk])
    assert desk.post(renew).status_code == 403
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=True):
        hold.renew(case, placed, by=cora)
        renewed = worklist.today_of(case) + timedelta(days=90)
    placed.refresh_from_db()
    assert placed.lapses_on == renewed
    with (
        time_machine.travel(timezone.now() + timedelta(days=149), tick=True),
        pytest.raises(systems.HoldPlaced),
    ):
        execute.refuse_if_held(case, "mimap_shop_db")
    with time_machine.travel(timezone.now() + timedelta(days=152), tick=True):
        execute.refuse_if_held(case, "mimap_shop_db")
        assert hold.in_force(case) == []


def test_rules_without_such_a_direction_know_no_such_hold() -> None:
    case, cora = assessing("mipmap"), hire("Cora", "mipmap")
    with pytest.raises(NotAllowed, match="kind"):
        hold.place(case, by=cora, reason=WHY, kind="enforcement")


def test_reasons_kept_in_clear_before_are_sealed_by_the_migration() -> None:
    case, cora = assessing(), hire("Cora", "mimap")
    held = {"controller": "mimap", "subject_index": case.subject_index, "owner_id": cora.pk,
            "placed_at": timezone.now(), "review_on": worklist.today_at("mimap"), "reason": WHY}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE requests_app_legalhold ADD reason varchar(200), "
            "ALTER key_id DROP NOT NULL, ALTER sealed_reason DROP NOT NULL"
        )
    loader = MigrationLoader(connection)
    operations = loader.get_migration("requests_app", "0004_decisions").operations
    moves = next(n for n, op in enumerate(operations) if isinstance(op, RunPython))
    goes = next(n for n, op in enumerate(operations) if isinstance(op, RemoveField))
    state = loader.project_state(("requests_app", "0003_published_year"))
    for operation in operations[:moves]:
        operation.state_forwards("requests_app", state)
    state.apps.get_model("requests_app", "LegalHold").objects.create(**held)
    with connection.schema_editor() as editor:
        for operation in operations[moves : goes + 1]:
            before = state.clone()
            operation.state_forwards("requests_app", state)
            operation.database_forwards("requests_app", editor, before, state)
    assert hold.reason_of(LegalHold.objects.get()) == WHY
