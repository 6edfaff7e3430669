"""What we find ourselves: a case with nobody who asked, decided by two, erased, proved, and written to nobody."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.urls import reverse
from django.utils import timezone

from identity.models import Duty, User
from portal.embedded.environment import SAMPLES
from requests_app import access, figures, journal, law, publishing, subject, worklist
from requests_app.archive import evidence_pack
from requests_app.decision import duplicates, hold
from requests_app.decision.problem import NotAllowed
from requests_app.fulfilment import due
from requests_app.intake import own_motion
from requests_app.letters import outbox
from requests_app.lifecycle import APPROVE, MARK_DUPLICATE, State
from requests_app.models import Case, Letter, SubjectRecord, Submission
from requests_app.verification import asking
from tests.people import (
    DANA,
    approved,
    closed_by_hand,
    decided,
    of_own_motion,
    open_case,
    run_pipeline,
    tell_recipients,
)
from tests.staff.people import PASSWORD, at_desk, hire
from tests.staff.test_written_down import slip

pytestmark = pytest.mark.django_db
URL = "/staff/mimap/write-down/own-motion/"
TIM = "tim.eleven@example.com"


def form(**changed: object) -> dict[str, object]:
    """A child on the mailing list, found today."""
    return {
        "number": "f1", "cause": "child", "found_on": ahead(0), "kind": "email", "value": TIM,
        "right": "DELETE", "basis": "POLICY_CHILD", "reason": f"{TIM} is on a school list.", "due_on": "",
    } | changed  # fmt: skip


def ahead(days: int) -> str:
    return (worklist.today_at("mimap") + timedelta(days=days)).isoformat()


@pytest.fixture
def on_the_list(samples: None) -> Iterator[psycopg.Connection]:
    """Tim, whom no other test knows, has got onto the mailing list."""
    address = os.environ[SAMPLES["mimap"]].replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as shop:
        shop.execute(
            "INSERT INTO marketing_list (subscriber_id, email, topics, subscribed_at, subscribed)"
            " VALUES (990011, %s, 'games', now(), true)",
            [TIM],
        )
        yield shop
        shop.execute("DELETE FROM marketing_list WHERE subscriber_id = 990011")


def test_a_deletion_of_our_own_motion_goes_the_usual_way_and_no_letter_is_made(on_the_list) -> None:
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    desk = at_desk(olu)
    answer = desk.post(URL, form())
    case = Case.objects.get()
    assert answer.url == reverse("staff:case", args=["mimap", case.reference])
    assert desk.post(URL, form()).url == answer.url and Case.objects.count() == 1
    first = case.events.get()
    assert (first.name, first.by_kind, first.reason) == ("opened_of_own_motion", "staff", "child")
    assert law.cite_in(first.references["basis"], "en") == "Privacy policy, Children’s Privacy"
    # No law's clock: our own day alone, and no day off moves it.
    counted = law.Reckoning.from_json(case.reckoning)
    assert (case.acknowledge_on, counted.extension) == (None, None)
    assert case.due_on.isoformat() == ahead(30) and counted.respond.reasons[-1].house
    assert not list(publishing.recount())

    run_pipeline()
    case.refresh_from_db()
    assert (case.state, case.waits_for, case.standard, case.methods) == ("assessing", "decision", "none", [])
    page = desk.get(answer.url).content.decode()
    assert "A child’s data was found" in page and TIM not in page and 'id="reply"' not in page
    assert "t***@example.com" in page and "*** is on a school list." in page
    decided(case, olu)
    looks = at_desk(pia).get(reverse("staff:approve", args=["mimap", case.reference])).content.decode()
    assert "A record closes the case" in looks and "Dear" not in looks
    case.refresh_from_db()
    assert [access.desk(who).may(case, APPROVE) for who in (olu, pia)] == [False, True]
    approved(case, pia)
    due.watch(timezone.now() + timedelta(days=60))
    run_pipeline()
    tell_recipients(olu)
    case.refresh_from_db()
    assert (case.state, case.outcome, case.answered_at) == (State.CLOSED, "granted", None)
    assert on_the_list.execute("SELECT 1 FROM marketing_list WHERE email = %s", [TIM]).fetchone() is None
    assert not Letter.objects.exists()
    (line,) = case.events.get(name="conclude").references["record"]["holdings"]
    assert (line["found"], line["erased"], line["choice"]) == (1, 1, "grant")
    assert case.purge_on and case.log_until and journal.verify(case) is None
    assert SubjectRecord.objects.get().purpose == SubjectRecord.Purpose.SUPPRESSION

    # It is no request: no published figure has it, and one table of its own does.
    period = figures.Period("mimap", "ccpa", case.received_on.year, worklist.today_at("mimap"))
    assert not figures.rows(period, "right") and not any(one.received for one in figures.published(period))
    (own,) = figures.rows(period, "cause")
    assert (own.key, own.received, own.whole, own.in_time) == ("child", 1, 1, 0)
    told = desk.get(reverse("staff:figures", args=["mimap"])).content.decode()
    assert "Cases of our own motion" in told and "cause=child" in told
    closed = desk.get(answer.url).content.decode()
    assert "1 row · 1 erased" in closed and "no letter goes out" in closed
    with zipfile.ZipFile(io.BytesIO(evidence_pack.make(case, by=pia, letters=True))) as pack:
        assert json.loads(pack.read("case.json"))["own_motion"] == "child"
        assert json.loads(pack.read("letters/sent.json")) == [] and TIM.encode() not in b"".join(
            pack.read(name) for name in pack.namelist()
        )


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"cause": "whim"}, "cause_0"), ({"found_on": "soon"}, "found_on"), ({"found_on": ahead(2)}, "found_on"),
     ({"kind": "shoe_size"}, "kind"), ({"value": ""}, "value"), ({"value": "tim"}, "value"),
     ({"right": "KNOW_PCS"}, "right_0"), ({"right": "LIMIT"}, "right_0"), ({"right": "CN_DELETE"}, "right_0"),
     ({"basis": "PIPL_47_EXPIRED"}, "basis_0"), ({"cause": "breach"}, "basis_0"), ({"right": "CORRECT"}, "basis_0"),
     ({"reason": "  "}, "reason"), ({"basis": "", "reason": ""}, "reason"), ({"due_on": ahead(0)}, "due_on"),
     ({"due_on": ahead(400)}, "due_on"), ({"due_on": "later"}, "due_on")],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_field_and_opens_nothing(changed, field) -> None:
    answer = at_desk(hire("Olu", "mimap")).post(URL, form(**changed))
    assert answer.status_code == 400 and not Submission.objects.exists()
    assert f'href="#id_{field}"' in answer.content.decode()


@pytest.mark.parametrize(("kind", "value"), [("email", DANA["mimap"].upper()), ("customer_id", "MM100001")])
def test_nobody_opens_a_case_about_themselves_however_they_name_themselves(samples, kind, value) -> None:
    dana = User.objects.create_user(DANA["mimap"], PASSWORD, "Dana")
    Duty.objects.create(user=dana, controller="mimap", role="handler")
    answer = at_desk(dana).post(URL, form(kind=kind, value=value))
    assert answer.status_code == 400 and "This is about yourself" in answer.content.decode()
    assert not Submission.objects.exists()
    # A colleague's case about them is not there for them.
    case = of_own_motion(kind=kind, value=value)
    assert not access.cases_for(access.desk(dana), "mimap").exists()
    assert access.desk(dana).is_about(case)


def test_a_hold_on_the_person_covers_a_case_that_names_them_by_number(samples) -> None:
    cora = hire("Cora", "mimap")
    known = of_own_motion(email=DANA["mimap"])
    hold.place(known, by=cora, reason="matter 7", review_on=worklist.today_at("mimap") + timedelta(days=30))
    named = of_own_motion(kind="customer_id", value="MM100001", basis="")
    assert hold.in_force(named) and subject.read(named).proved == [("customer_id", "MM100001")]


@pytest.mark.parametrize(
    ("second", "status"), [(DANA["mimap"].upper(), 302), ("dana.second@example.org", 400)]
)
def test_a_number_with_several_addresses_on_record_opens_nothing(monkeypatch, second, status) -> None:
    monkeypatch.setattr(own_motion, "_addresses", lambda *_known: (DANA["mimap"], second))
    typed = form(kind="customer_id", value="MM100001")
    answer = at_desk(hire("Olu", "mimap")).post(URL, typed)
    assert answer.status_code == status and Submission.objects.exists() == (status == 302)
    assert status == 302 or "Several addresses are on record" in answer.content.decode()


def test_a_form_sent_twice_says_that_nothing_new_was_opened() -> None:
    desk = at_desk(hire("Olu", "mimap"))
    told = [desk.post(URL, form(), follow=True).content.decode() for _twice in range(2)]
    assert ["This form opened a case already" in page for page in told] == [False, True]


def test_whatever_is_for_a_requester_is_not_there() -> None:
    olu = hire("Olu", "mimap")
    case, desk = of_own_motion(by=olu), at_desk(olu)
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.ASSESSING or case.waits_for.startswith("system:")
    for name in ("identity", "more_time", "post", "twins"):
        assert desk.get(reverse(f"staff:{name}", args=["mimap", case.reference])).status_code == 404, name
    for name in ("reply", "identity_act", "post_address", "late"):
        assert desk.post(reverse(f"staff:{name}", args=["mimap", case.reference])).status_code == 404, name
    with pytest.raises(access.NoSuchCase):
        access.case_by_reference("mimap", case.reference)
    assert not access.cases_by_proof("mimap", email_index=case.subject_index, account_index="")
    assert subject.read(case).delivered_to == ("", False)
    with pytest.raises(outbox.NobodyAsked):
        outbox.queue(case=case, kind="answer", once="x", to=DANA["mimap"], words=outbox.Words("a", "b"))
    with pytest.raises(journal.IllegalMove):
        journal.advance(case, MARK_DUPLICATE, by=journal.staff(olu.pk), outcome="duplicate")
    asked = open_case("mimap", "DELETE")
    with pytest.raises(NotAllowed):
        duplicates.plan(case, asked)
    for narrowed in ({"view": "own"}, {"via": "own_motion"}):
        queue = desk.get(reverse("staff:queue", args=["mimap"]), narrowed).content.decode()
        assert "Deletion of our own motion" in queue and case.reference in queue
        assert asked.reference not in queue


def test_one_opened_by_mistake_is_set_aside_with_a_reason() -> None:
    olu = hire("Olu", "mimap")
    case, desk = of_own_motion(by=olu), at_desk(olu)
    url = reverse("staff:set_aside", args=["mimap", case.reference])
    assert desk.post(url).status_code == 400
    assert desk.post(url, {"reason": "mistaken"}).status_code == 302
    closed_by_hand()
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, "withdrawn") and case.purge_on
    assert not Letter.objects.exists() and not SubjectRecord.objects.exists()
    page = desk.get(reverse("staff:case", args=["mimap", case.reference])).content.decode()
    assert "set it aside" in page and "The finding was mistaken" in page
    assert desk.post(url, {"reason": "mistaken"}).status_code == 403


def test_whoever_asks_meanwhile_gets_a_case_of_their_own_and_each_shows_the_other(samples) -> None:
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap", role="privacy_lead")
    desk = at_desk(olu)
    found = of_own_motion(by=olu, kind="customer_id", value="MM100001", basis="")
    asked = open_case("mimap", "DELETE")
    # By letter, naming no address: related as soon as two people have settled who it is.
    desk.post("/staff/mimap/write-down/", slip(email="", postal="1 Main St\nAlbany"))
    letter = Case.objects.get(channel="post")
    run_pipeline()
    letter.refresh_from_db()
    asking.propose_by_hand(letter, by=olu, reason="The order slip lay in it.", on_record="MM100001")
    asking.agree(letter, letter.doubts.get(kind="by_hand", closed_at=None), by=pia)
    run_pipeline()
    assert {one.subject_index for one in (found, asked, Case.objects.get(pk=letter.pk))} == {
        found.subject_index
    }
    pages = {one: desk.get(url_of(one)).content.decode() for one in (found, asked, letter)}
    for one, page in pages.items():
        for other in pages.keys() - {one}:
            assert url_of(other) in page
    assert "asks for the same" in pages[found] and "this one can be set aside" in pages[found]
    assert "does the same, of our own motion" in pages[asked] and "perhaps a duplicate" in pages[asked]
    assert "perhaps a duplicate" not in pages[found] and "Compare and join" not in pages[found]
    assert '<tspan class="wide">Opened ' in pages[found] and "Opened " in pages[found]
    assert '<tspan class="wide">Received ' in pages[asked]
    with pytest.raises(NotAllowed):
        duplicates.merge(asked, found, by=olu)


def url_of(case: Case) -> str:
    return reverse("staff:case", args=["mimap", case.reference])
