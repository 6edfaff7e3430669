"""Erasing in real databases: in part, once, provably, and to the same end whatever is killed on the way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest

from portal.embedded.environment import SAMPLES
from requests_app import journal, lifecycle, worklist
from requests_app.decision import hold, matter
from requests_app.decision.determine import take_back
from requests_app.fulfilment import recipients
from requests_app.lifecycle import State
from requests_app.models import Case, CaseEvent, Determination, LegalHold, Work
from tests.house import until
from tests.people import approved, decided, member, open_case, run_pipeline, tell_recipients, verified


def _shop(slug: str = "mimap") -> psycopg.Connection:
    return psycopg.connect(os.environ[SAMPLES[slug]].replace("postgresql+psycopg://", "postgresql://"))


def _row_counts(slug: str = "mimap") -> dict[str, int]:
    with _shop(slug) as shop:
        names = [
            name
            for (name,) in shop.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
            )
        ]
        return {name: shop.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def _state_of_dana() -> tuple:
    """What is left of Dana that the end states are compared by."""
    with _shop() as shop:
        customer = shop.execute("SELECT * FROM customers WHERE customer_id = 'MM100001'").fetchall()
        kept = shop.execute(
            "SELECT order_id FROM orders WHERE customer_id = 'MM100001' ORDER BY 1"
        ).fetchall()
        found = shop.execute(
            "SELECT count(*) FROM customers WHERE lower(email) = 'dana@example.com'"
        ).fetchone()
    return customer, kept, found


@pytest.fixture
def approved_deletion(furnished) -> Case:
    """Dana's deletion, decided by Olu and approved by Pia, not yet carried out."""
    olu, pia = member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")
    return approved(decided(verified(open_case("mimap", "DELETE")), olu), pia)


def test_a_deletion_erases_what_was_granted_keeps_what_was_retained_and_touches_nobody_else(
    approved_deletion: Case,
) -> None:
    before = _row_counts()
    run_pipeline()
    tell_recipients(approved_deletion.proposed_by)
    case = Case.objects.get(pk=approved_deletion.pk)
    assert case.state == State.CLOSED
    customer, kept, found = _state_of_dana()
    assert found == (0,) and kept and len(customer) == 1
    assert "dana" not in str(customer).lower()
    gone = {name: before[name] - count for name, count in _row_counts().items()}
    work = case.works.get(operation=Work.Operation.DELETE)
    assert work.status == Work.Status.CONFIRMED and 0 < gone["orders"] < 6 and gone["customers"] == 0
    assert journal.verify(case) is None


def test_the_answer_waits_until_a_person_has_told_the_recipients(approved_deletion: Case) -> None:
    run_pipeline()
    case = Case.objects.get(pk=approved_deletion.pk)
    assert (case.state, case.waits_for) == (State.FULFILLING, "recipients")
    tell_recipients(case.proposed_by)
    case.refresh_from_db()
    assert case.state == State.CLOSED
    assert not recipients.told(case, by=case.proposed_by)


def test_a_letter_taken_back_is_decided_carried_out_and_answered_again(approved_deletion: Case) -> None:
    run_pipeline()
    case = Case.objects.get(pk=approved_deletion.pk)
    olu, pia = case.proposed_by, case.approvals.get().by
    Work.objects.filter(case=case, operation=Work.Operation.NOTIFY).update(status=Work.Status.CONFIRMED)
    journal.advance(case, lifecycle.FULFIL, by=journal.PIPELINE)
    CaseEvent.objects.filter(case=case).update(followed_at=case.received_at)
    take_back(case, by=olu, reason="facts")
    run_pipeline()
    case.refresh_from_db()
    approved(decided(case, olu), pia)
    run_pipeline()
    tell_recipients(olu)
    case.refresh_from_db()
    assert case.state == State.CLOSED and case.letters.filter(kind="answer").count() == 1


def test_running_every_step_again_changes_nothing(approved_deletion: Case) -> None:
    run_pipeline()
    end, counts = _state_of_dana(), _row_counts()
    CaseEvent.objects.filter(case=approved_deletion).update(followed_at=None)
    run_pipeline()
    assert (_state_of_dana(), _row_counts()) == (end, counts)


def test_a_row_added_after_the_approval_sends_the_case_back(approved_deletion: Case) -> None:
    with _shop() as shop:
        shop.execute(
            "INSERT INTO devices (device_id, customer_id, device_type, operating_system, hardware_model,"
            " first_seen_at) VALUES ('dev-new', 'MM100001', 'phone', 'x', 'y', now())"
        )
    before = _row_counts()
    run_pipeline()
    case = Case.objects.get(pk=approved_deletion.pk)
    assert case.state == State.ASSESSING and case.waits_for == "decision"
    assert case.events.filter(name="preview_changed").exists()
    assert _row_counts() == before


def test_a_legal_hold_placed_after_the_approval_stops_the_erasure(approved_deletion: Case) -> None:
    case, cora = approved_deletion, member("Cora", mimap="counsel")
    hold.place(case, by=cora, reason="matter 7", review_on=worklist.today_at("mimap") + timedelta(days=30))
    before = _row_counts()
    run_pipeline()
    case.refresh_from_db()
    assert (case.state, case.waits_for) == (State.FULFILLING, "legal_hold")
    assert _row_counts() == before
    LegalHold.objects.update(lifted_at=case.received_at)
    kind = Determination.objects.filter(holding__case=case, choice="grant", holding__found__gt=0).latest("pk")
    covers = matter.Covered(kinds=(matter.Kind(kind.holding.system, kind.holding.holding_key),))
    days = worklist.today_at("mimap") + timedelta(days=30)
    audit = matter.place("mimap", by=cora, name="audit", reason="matter 8", review_on=days, covers=covers)
    worklist.try_again_now(case.works.get(operation=Work.Operation.DELETE))
    run_pipeline()
    assert Case.objects.get(pk=case.pk).waits_for == "legal_hold" and _row_counts() == before
    matter.lift(audit, by=cora, reason="it is over")
    run_pipeline()
    tell_recipients(case.proposed_by)
    case.refresh_from_db()
    assert case.state == State.CLOSED


def test_an_unreachable_system_is_named_and_tried_again(furnished, approved_deletion: Case) -> None:
    furnished.lose("mimap")
    run_pipeline()
    case = Case.objects.get(pk=approved_deletion.pk)
    assert case.state == State.FULFILLING and case.waits_for.startswith("system:")
    furnished.find("mimap")
    worklist.try_again_now(case.works.get(operation=Work.Operation.DELETE))
    run_pipeline()
    tell_recipients(case.proposed_by)
    case.refresh_from_db()
    assert case.state == State.CLOSED


@contextmanager
def _locked(connection: psycopg.Connection, statement: str) -> Iterator[None]:
    with connection:
        connection.execute(statement)
        yield
        connection.rollback()


@pytest.mark.long
@pytest.mark.parametrize("moment", ["inside the erasing transaction", "after it, before it is on record"])
def test_a_worker_killed_during_an_erasure_is_succeeded_by_another_to_the_same_end(
    furnished, approved_deletion: Case, moment: str
) -> None:
    work = lambda: Work.objects.filter(case=approved_deletion, operation="delete").first()  # noqa: E731
    with _shop() as shop:
        shop.execute("SELECT * FROM customers WHERE customer_id = 'MM100001' FOR UPDATE")
        # A first attempt that meets the lock for too long is tried again only where time passes.
        furnished.start("worker", "beat")
        furnished.manage("shell", "-c", "from requests_app import pipeline; pipeline.sweep()")
        until(lambda: work() and work().sealed is not None, "the checkpoint")
        if moment == "inside the erasing transaction":
            furnished.kill("worker")
            shop.rollback()
        else:
            with psycopg.connect(_portal_url(furnished)) as portal:
                portal.execute(
                    "SELECT * FROM requests_app_case WHERE id = %s FOR UPDATE", [approved_deletion.pk]
                )
                shop.rollback()
                until(lambda: _state_of_dana()[2] == (0,), "the erasure to be committed", 90)
                furnished.kill("worker")
                portal.rollback()
    assert Case.objects.get(pk=approved_deletion.pk).state == State.FULFILLING
    Work.objects.update(next_try_at="2026-01-01T00:00:00Z")
    furnished.start("worker")
    until(
        lambda: Case.objects.get(pk=approved_deletion.pk).waits_for == "recipients",
        f"the successor to finish\n{furnished.log('worker')}",
        90,
    )
    done = work()
    assert done.status == Work.Status.CONFIRMED and done.result["checked"] > 20
    assert _state_of_dana()[2] == (0,)
    assert approved_deletion.events.filter(name="system_confirmed").count() == 1


def _portal_url(house) -> str:
    return house.environment()["DATABASE_URL"]
