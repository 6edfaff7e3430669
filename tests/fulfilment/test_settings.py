"""Rights that change how data is used: done at once, in every system, for people known and unknown, and read back."""

from __future__ import annotations

import os
from datetime import timedelta

import psycopg
import pytest

from portal.embedded.environment import SAMPLES
from portal.public import sentences
from requests_app import journal, worklist
from requests_app.archive import purge
from requests_app.fulfilment import lifting
from requests_app.letters import outbox
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Restriction, Work
from requests_app.systems.connectors.sql import _SqlWriter
from tests.people import approved, decided, member, open_case, run_pipeline, verified
from tests.staff.people import at_desk, hire

STRANGER = "nobody.we.know@example.org"


def _ask(slug: str, question: str, *values: str) -> list[tuple]:
    with psycopg.connect(os.environ[SAMPLES[slug]].replace("postgresql+psycopg://", "postgresql://")) as shop:
        return shop.execute(question, values).fetchall()


def test_a_right_that_needs_no_proof_is_carried_out_and_answered_without_a_person(furnished) -> None:
    """Each right of this kind is walked in tests/public/test_every_right.py; here is what it passes through."""
    case = open_case("mimap", "OPT_OUT")
    run_pipeline()
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.GRANTED), case.waits_for
    assert [event.to_state for event in case.events.order_by("number") if event.from_state != event.to_state] == [
        State.ASSESSING, State.FULFILLING, State.RESPONDING, State.CLOSED,
    ]  # fmt: skip
    assert not case.approvals.exists() and not case.holdings.exists() and journal.verify(case) is None
    letter = outbox.read(case.letters.get(kind="answer"))
    assert letter["to"] == "dana@example.com" and "Whitfield" not in letter["text"]
    # 11 CCR 7026(f)(2): third parties are told beside it; the requester's page and answer know nothing of that.
    notices = case.works.filter(operation=Work.Operation.NOTIFY)
    assert notices.count() and not notices.filter(status=Work.Status.CONFIRMED).exists()
    sent = case.letters.count()
    olu = at_desk(hire("Olu", "mimap"))
    here = f"/staff/mimap/{case.reference}/"
    assert case.reference in olu.get("/staff/mimap/to-tell/").content.decode()
    assert "7026(f)(2)" in olu.get(here).content.decode()
    first = notices.first()
    olu.post(f"{here}recipients/{first.pk}/", {"said": "told"})
    olu.post(f"{here}recipients/{first.pk}/", {"said": "done"})
    olu.post(f"{here}recipients-told/", {"said": "nobody"})
    assert not notices.exclude(status=Work.Status.CONFIRMED).exists()
    assert case.reference not in olu.get("/staff/mimap/to-tell/").content.decode()
    case.refresh_from_db()
    assert case.state == State.CLOSED and case.letters.count() == sent and journal.verify(case) is None
    names = set(case.events.values_list("name", flat=True))
    assert {"receivers_told", "recipient_answered"} <= names and not names & set(sentences.TITLES) & {
        "receivers_told", "nobody_received", "recipients_told", "waits_for_recipients",
    }  # fmt: skip


def test_the_answer_to_a_stranger_says_what_the_answer_to_a_customer_says_and_both_are_listed(
    furnished,
) -> None:
    texts = []
    for email in ("dana@example.com", STRANGER):
        case = open_case("mimap", "OPT_OUT", email=email)
        run_pipeline()
        text = outbox.read(case.letters.get(kind="answer"))["text"]
        texts.append(text.replace(case.spaced_reference, "").split("\nhttp")[0])
        assert _ask("mimap", "SELECT what FROM refusals WHERE email = %s", email) == [("sale",)]
    assert texts[0] == texts[1]
    assert not case.works.filter(operation=Work.Operation.NOTIFY).exists(), "nothing of a stranger's was sold"


def test_asking_twice_enters_nobody_twice(furnished) -> None:
    for _ in range(2):
        open_case("mimap", "OPT_OUT", email=STRANGER.upper())
        open_case("mimap", "OPT_OUT", email=STRANGER)
        run_pipeline()
    assert len(_ask("mimap", "SELECT 1 FROM refusals WHERE lower(email) = %s", STRANGER)) == 1


def test_what_was_stopped_is_allowed_again_and_the_list_forgets_it(furnished) -> None:
    """11 CCR 7028: the row allows it, the entry is gone, another's entry stays, and no entry is no trouble."""
    for email in ("dana@example.com", STRANGER):
        open_case("mimap", "OPT_OUT", email=email)
        open_case("mimap", "LIMIT", email=email)
    run_pipeline()
    listed = "SELECT what FROM refusals WHERE email = %s ORDER BY what"
    for _ in range(2):
        case = open_case("mimap", "OPT_IN", email="DANA@example.com")
        run_pipeline()
        case.refresh_from_db()
        assert (case.state, case.outcome) == (State.CLOSED, Outcome.GRANTED), case.waits_for
        assert _ask("mimap", listed, "dana@example.com") == [("sensitive",)]
    assert _ask("mimap", "SELECT sells_or_shares FROM customers WHERE email = %s", "dana@example.com") == [
        (True,)
    ]
    assert _ask("mimap", listed, STRANGER) == [("sale",), ("sensitive",)]
    assert (
        "share your information for advertising again" in outbox.read(case.letters.get(kind="answer"))["text"]
    )


def test_a_system_that_says_yes_and_sets_nothing_is_caught_by_reading_back(furnished, monkeypatch) -> None:
    case = open_case("mimap", "OPT_OUT")
    with monkeypatch.context() as lying:
        lying.setattr(_SqlWriter, "overwrite", lambda self, collection, keys, values: len(keys))
        run_pipeline()
    case.refresh_from_db()
    work = case.works.get(operation=Work.Operation.SET)
    assert (case.state, work.status) == (State.FULFILLING, Work.Status.FAILED)
    worklist.try_again_now(work)
    run_pipeline()
    assert Case.objects.get(pk=case.pk).state == State.CLOSED


def test_a_restriction_is_decided_approved_set_and_read_back(furnished) -> None:
    olu, pia = member("Olu", mipmap="handler"), member("Pia", mipmap="privacy_lead")
    case = approved(decided(verified(open_case("mipmap", "CN_RESTRICT")), olu), pia)
    run_pipeline()
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.GRANTED), case.waits_for
    question = "SELECT processing_restricted FROM accounts WHERE email = %s"
    assert _ask("mipmap", question, "dana@example.cn") == [(True,)]
    assert _ask("mipmap", "SELECT count(*) FROM accounts WHERE processing_restricted")[0] == (1,)
    letter = outbox.read(case.letters.get(kind="answer"))["text"]
    assert "原因：The address is contested." in letter and "结束条件：It is settled." in letter
    # It is not purged while it stands; nobody lifts it who may not, or without a reason.
    Case.objects.filter(pk=case.pk).update(purge_on=case.received_on - timedelta(days=2))
    assert purge.purge_expired()["cases"] == 0
    for by, reason in ((olu, "condition"), (pia, "")):
        with pytest.raises(lifting.NotLifted):
            lifting.lift(case, by=by, reason=reason)
    lifting.lift(case, by=pia, reason="condition")
    # Whoever asked is told before anything is used again.
    told = case.letters.get(kind="restriction_lifted")
    assert "恢复处理" in outbox.read(told)["text"] and _ask("mipmap", question, "dana@example.cn") == [
        (True,)
    ]
    assert not case.works.filter(operation=Work.Operation.LIFT).exists()
    assert outbox.send(told.pk)
    run_pipeline()
    assert _ask("mipmap", question, "dana@example.cn") == [(False,)]
    case.refresh_from_db()
    assert Restriction.objects.get(case=case).lifted_at and journal.verify(case) is None
    assert list(case.events.order_by("number").values_list("name", flat=True))[-3:] == [
        "restriction_lift_asked", "system_confirmed", "restriction_lifted",
    ]  # fmt: skip
    with pytest.raises(lifting.NotLifted):
        lifting.lift(case, by=pia, reason="ended")
    assert purge.purge_expired()["cases"] == 1 and bytes(Restriction.objects.get().sealed) == b""
