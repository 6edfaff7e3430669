"""What the systems hold, seen by whoever it is about; and put right at once where it is theirs to change."""

from __future__ import annotations

import os
import re
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.db import transaction
from django.test import TestCase
from django.utils import timezone

from identity.models import SealingKey
from portal.embedded.environment import SAMPLES
from portal.public.forms_own import OwnValueForm
from requests_app import journal, register, self_service
from requests_app.archive import evidence_pack
from requests_app.archive.purge import purge_expired
from requests_app.fulfilment import suppression
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Doubt, Letter, OwnLook, Work
from requests_app.verification import account
from requests_app.verification.account import SignedIn
from requests_app.verification.own import NotShown
from tests.people import open_case, run_pipeline, tell_recipients
from tests.providers import parameter, sign_in_through
from tests.public.conftest import Visitor
from tests.staff.people import at_desk, hire

Kind = Doubt.Kind
OWN, START = "/mimap/account/own/", "/mimap/account/provider/?for=own"


def _shop() -> psycopg.Connection:
    address = os.environ[SAMPLES["mimap"]].replace("postgresql+psycopg://", "postgresql://")
    return psycopg.connect(address, row_factory=psycopg.rows.dict_row)


def _customer() -> dict:
    with _shop() as shop:
        return shop.execute("SELECT * FROM customers WHERE customer_id = 'MM100001'").fetchone()


def _change_url(page: str, title: str) -> str:
    """Where the field with this title is changed."""
    found = re.search(rf'<dt>{title}</dt>.*?href="({OWN}\w+/)"', page, re.DOTALL)
    assert found and "</dl>" not in found[0], title
    return found[1]


def _put_right(visitor: Visitor, title: str, to: str) -> Case:
    page = visitor.get(OWN).content.decode()
    url = _change_url(page, title)
    assert visitor.get(url).status_code == 200
    sent = [visitor.post(url, {"to": to}) for _ in range(2)]
    assert sent[0].url == OWN, sent[0].content.decode()
    run_pipeline()
    return Case.objects.latest("pk")


def test_what_is_theirs_they_put_right_at_once_and_the_case_says_all(db, samples, offered) -> None:
    dana, before = Visitor(), _customer()
    assert sign_in_through(dana, START, "MM100001").url == OWN
    page = dana.get(OWN).content.decode()
    assert "dana@example.com" in page and "Never shown. We do hold it." in page
    assert before["password_hash"] not in page and "ben@example.com" not in page
    case = _put_right(dana, "Company", "Little Spoon 0177")
    try:
        assert Case.objects.count() == 1, "pressed twice, it is one change"
        assert _customer() == before | {"company_name": "Little Spoon 0177"}
        case.refresh_from_db()
        assert journal.verify(case) is None and case.methods == ["account"]
        names = list(case.events.order_by("number").values_list("name", flat=True))
        assert {"self_made", "searched", "at_once", "system_confirmed"} <= set(names)
        (entry,) = [e for e in suppression.entries() if e.case == case.reference]
        assert entry.kind == "correct" and entry.content()["changes"][0]["to"] == "Little Spoon 0177"
        told = outbox.read(case.letters.get(kind="own_change"))
        assert told["to"] == "dana@example.com" and "Company" in told["subject"]
        assert "0177" not in told["text"]
        assert "Put right, and read back" in dana.get(OWN).content.decode()
        sign_in_through(dana, START, "MM100002")
        assert case.reference not in dana.get(OWN).content.decode(), "the next person in this browser"
        sign_in_through(dana, START, "MM100001")
        olu = hire("Olu", "mimap")
        tell_recipients(olu)
        case.refresh_from_db()
        assert case.state in (State.CLOSED, State.ARCHIVED), case.waits_for
        desk = at_desk(olu)
        file = desk.get(f"/staff/mimap/{case.reference}/").content.decode()
        assert "The requester changed it themselves" in file
        assert evidence_pack.make(case, by=olu, letters=True)[:2] == b"PK"
        answer = outbox.read(case.letters.get(kind="answer"))["text"]
        assert "put right in 1 record" in answer and "0177" not in answer
    finally:
        _put_right(dana, "Company", before["company_name"])
    assert _customer() == before
    did = list(OwnLook.objects.values_list("did", flat=True))
    assert did.count("changed") == 2 and "saw" in did


def test_the_door_is_shut_without_a_sign_in_of_just_now(db, samples, offered) -> None:
    dana = Visitor()
    assert "Send me a code" in dana.get(OWN).content.decode()
    sign_in_through(dana, START, "MM100001")
    url = _change_url(dana.get(OWN).content.decode(), "Company")
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        for answer in (dana.get(OWN), dana.get(url), dana.post(url, {"to": "Elsewhere"})):
            assert "even if you are signed in already" in answer.content.decode()
    assert not Case.objects.exists()


def test_nobody_reaches_another_persons_field(db, samples, offered) -> None:
    dana, ben = Visitor(), Visitor()
    sign_in_through(dana, START, "MM100001")
    sign_in_through(ben, START, "MM100002")
    url = _change_url(dana.get(OWN).content.decode(), "Company")
    assert ben.get(url).status_code == ben.post(url, {"to": "x"}).status_code == 404
    assert dana.get(f"{OWN}{'0' * 32}/").status_code == 404


def test_whoever_came_by_a_code_signs_first_where_the_law_wants_it(db, samples) -> None:
    """11 CCR 7062(c); PIPL asks for no declaration."""
    by_code = SignedIn(email="dana@example.com")
    assert self_service.must_sign(register.controller("mimap"), by_code)
    assert not self_service.must_sign(register.controller("mimap"), SignedIn(account="x|y"))
    assert not self_service.must_sign(register.controller("mipmap"), by_code)


@pytest.mark.parametrize(
    ("title", "to", "said"),
    [
        ("Company web address", "javascript:alert(1)", "Enter a web address"),
        ("Name", "   ", "Write what is right"),
        ("Name", "Dana Whitfield", "This stands there already"),
    ],
)
def test_a_value_of_another_kind_is_not_taken(db, samples, offered, title: str, to: str, said: str) -> None:
    dana = Visitor()
    sign_in_through(dana, START, "MM100001")
    answer = dana.post(_change_url(dana.get(OWN).content.decode(), title), {"to": to})
    assert answer.status_code == 200 and said in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("kind", "to", "said"),
    [("phone", "call me", "Enter a phone number"), ("postal_code", "<b>", "Enter a postal code")],
)
def test_a_value_has_the_shape_of_its_kind(kind: str, to: str, said: str) -> None:
    form = OwnValueForm({"to": to}, kind=kind, label="What is right?")
    assert said in str(form.errors["to"])


def test_another_value_is_another_change_and_the_same_one_is_not(db, samples, offered) -> None:
    dana = Visitor()
    sign_in_through(dana, START, "MM100001")
    url = _change_url(dana.get(OWN).content.decode(), "Company")
    dana.get(url)
    for to, cases in (("Little Spoon", 1), ("Little Spoon", 1), ("Little Knife", 2)):
        assert dana.post(url, {"to": to}).url == OWN
        assert Case.objects.count() == cases


def test_a_doubt_about_the_person_shuts_the_door_and_a_strangers_attempts_do_not(db, samples) -> None:
    mimap, dana = register.controller("mimap"), SignedIn(email="Dana@Example.com")
    ago, long_ago, closed = timedelta(0), timedelta(days=31), {"closed_at": timezone.now()}
    for email, kind, state, since, more, shut in (
        ("dana@example.com", Kind.BY_STAFF, State.VERIFYING, long_ago, {}, True),
        ("dana@example.com", Kind.ADDRESS_CHANGE, State.ASSESSING, ago, {}, True),
        ("dana@example.com", Kind.BY_STAFF, State.CLOSED, ago, {}, True),
        ("dana@example.com", Kind.BY_STAFF, State.CLOSED, long_ago, {}, False),
        ("dana@example.com", Kind.BY_STAFF, State.VERIFYING, ago, closed, False),
        ("dana@example.com", Kind.FAILED_ATTEMPTS, State.VERIFYING, ago, {}, False),
        ("ben@example.com", Kind.BY_STAFF, State.VERIFYING, ago, {}, False),
    ):
        with transaction.atomic():
            case = open_case(email=email)
            Case.objects.filter(pk=case.pk).update(state=state)
            Doubt.objects.create(case=case, kind=kind, raised_at=timezone.now() - since, **more)
            if shut:
                with pytest.raises(NotShown, match="suspected"):
                    self_service.see(mimap, dana, signed="Dana Whitfield")
            else:
                assert self_service.see(mimap, dana, signed="Dana Whitfield"), (kind, state)
            transaction.set_rollback(True)


def test_the_door_itself_wants_a_fresh_sign_in_or_a_signature(db, samples) -> None:
    old = (timezone.now() - timedelta(minutes=6)).isoformat()
    account_of = SignedIn(account="x|y", identifiers=(("customer_id", "MM100001"),), authenticated_at=old)
    for who, why in ((account_of, "stale"), (SignedIn(email="dana@example.com"), "unsigned")):
        with pytest.raises(NotShown, match=why):
            self_service.see(register.controller("mimap"), who)
    assert not OwnLook.objects.exists()


def test_too_many_changes_in_an_hour_wait(db, samples, offered, monkeypatch) -> None:
    monkeypatch.setattr(self_service, "LOOKS_AN_HOUR", 2)
    dana = Visitor()
    sign_in_through(dana, START, "MM100001")
    assert [dana.get(OWN).status_code for _ in range(3)] == [200, 200, 429]


def test_at_a_sign_of_fraud_nothing_is_shown(liar) -> None:
    for claims in ({"locked": True}, {"sub": "MM999999"}):
        stranger = Visitor()
        off = stranger.get(START)
        liar.honest(parameter(off.url, "nonce"), **claims)
        stranger.get("/mimap/account/back/", {"state": parameter(off.url, "state"), "code": "c"})
        answer = stranger.get(OWN)
        assert answer.status_code == 403 and "dana@" not in answer.content.decode().lower()
    assert not OwnLook.objects.exists() and not Work.objects.exists()


def test_by_a_code_whom_the_systems_know_comes_in_and_signs_and_a_stranger_does_not(
    db, samples, monkeypatch
) -> None:
    sent: list[list[str]] = []
    monkeypatch.setattr(account.current_app, "send_task", lambda name, args: sent.append(args))
    for email, known in (("nobody@example.net", False), ("Dana@Example.com", True)):
        dana = Visitor()
        dana.get(OWN)
        with TestCase.captureOnCommitCallbacks(execute=True):
            dana.post("/mimap/account/", {"email": email})
        account.send_code(*sent[-1]) if sent[-1][0] == "mimap" else None
        letters = Letter.objects.filter(kind=outbox.CODE_ALONE)
        assert letters.exists() is known
    told = outbox.read(letters.select_related("key").get())
    assert told["to"] == "dana@example.com"
    code = re.search(r"\d{3} \d{3}", told["text"])[0]
    assert dana.post("/mimap/account/code/", {"code": code}).url == OWN
    assert dana.get(OWN).url == f"{OWN}sign/"
    assert dana.post(f"{OWN}sign/", {"signed": "Dana Whitfield"}).url == OWN
    assert "Little Fork Catering" in dana.get(OWN).content.decode()
    look = OwnLook.objects.get()
    assert look.method == "email_code" and look.signed and "Dana" not in look.signed
    Letter.objects.update(made_at=timezone.now() - timedelta(days=3))
    OwnLook.objects.update(at=timezone.now() - timedelta(days=731))
    done = purge_expired()
    assert (done["codes_alone"], done["looks"]) == (1, 1)
    assert (
        not Letter.objects.exists()
        and not SealingKey.objects.exclude(destroyed_at=None).exclude(wrapped=None).exists()
    )


def test_a_value_that_names_another_is_left_out_and_named_as_such(db, samples, offered) -> None:
    about = "UPDATE customers SET about = %s WHERE customer_id = 'MM100001'"
    before = _customer()["about"]
    with _shop() as shop:
        shop.execute(about, ["Send it to ben@example.com instead."])
    try:
        dana = Visitor()
        sign_in_through(dana, START, "MM100001")
        page = dana.get(OWN).content.decode()
        assert "Left out: another person" in page and "ben@example.com" not in page
        assert "Change" not in page[page.index("Left out: another person") :].partition("</div>")[0]
    finally:
        with _shop() as shop:
            shop.execute(about, [before])
