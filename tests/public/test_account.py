"""A requester's account: never required, proves by signing in anew, shows all of one's requests, and stops at fraud."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from identity.models import Challenge, User
from requests_app import journal, register, subject
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Letter
from requests_app.verification import account
from tests.build import build_case, found
from tests.people import run_pipeline
from tests.providers import Liar, parameter, sign_in_through
from tests.public.conftest import Visitor

LIST, START = "/mimap/account/", "/mimap/account/provider/"


def use_url(case: Case) -> str:
    """Where an account proves this case."""
    return reverse("public:account_use", args=[case.controller, case.reference])


def start_for(case: Case, why: str = "prove") -> str:
    """The link to the provider on this case's page."""
    return f"/{case.controller}/account/provider/?for={why}&case={case.reference}"


def asked(visitor: Visitor, *rights: str, **answers: str) -> Case:
    """A request just sent; the worker has looked at it."""
    (case,) = visitor.send(*rights, **answers)
    run_pipeline()
    case.refresh_from_db()
    return case


def lied_to(visitor: Visitor, liar: Liar, case: Case, **claims: object):
    """Sign in at the liar for this case, and come back."""
    off = visitor.get(start_for(case))
    liar.honest(parameter(off.url, "nonce"), **claims)
    return visitor.get("/mimap/account/back/", {"state": parameter(off.url, "state"), "code": "c"})


@pytest.mark.parametrize(
    ("slug", "right", "person"), [("mimap", "DELETE", "MM100001"), ("mipmap", "CN_COPY", "100001")]
)
def test_an_account_holder_proves_a_request_by_signing_in_anew(
    db, samples, offered, slug, right, person
) -> None:
    visitor = Visitor(slug)
    case = asked(visitor, right)
    assert use_url(case) in visitor.get(f"/{slug}/request/{case.reference}/code/").content.decode()
    back = sign_in_through(visitor, start_for(case), person)
    assert back.url == use_url(case)
    # Coming back has touched nothing; the press of the button does.
    case.refresh_from_db()
    assert case.state == State.VERIFYING and not case.methods
    assert visitor.get(use_url(case)).status_code == 200
    case.refresh_from_db()
    assert case.state == State.VERIFYING
    assert visitor.post(use_url(case)).url == f"/{slug}/request/{case.reference}/"
    case.refresh_from_db()
    assert case.state == State.ASSESSING and case.methods == ["account"] and journal.verify(case) is None
    proved = dict(subject.read(case).proved)
    assert proved["customer_id"] == person and proved["email"].startswith("dana@example.")
    assert not User.objects.exists(), "a requester never becomes staff"
    assert visitor.get(f"/{slug}/request/{case.reference}/").status_code == 200


def test_signed_in_one_sees_the_requests_of_every_submission_and_nobody_elses(db, samples, offered) -> None:
    here, home = Visitor(), Visitor()
    first, second = asked(here, "DELETE"), asked(home, "KNOW_CAT")
    third = asked(here, "DELETE", email="priya.raman@example.com")
    theirs = asked(Visitor("mipmap"), "CN_DELETE")
    sign_in_through(here, start_for(first), "MM100001")
    here.post(use_url(first))
    elsewhere = Visitor()
    assert sign_in_through(elsewhere, START, "MM100001").url == LIST
    text = elsewhere.get(LIST).content.decode()
    assert [c.spaced_reference in text for c in (first, second, third, theirs)] == [True, True, False, False]
    assert elsewhere.get(f"/mimap/request/{second.reference}/").status_code == 200
    assert elsewhere.get(f"/mimap/request/{third.reference}/").status_code == 302
    # At MipMap the same browser is nobody.
    assert third.reference not in elsewhere.get("/mipmap/account/").content.decode()
    assert elsewhere.get(f"/mipmap/request/{theirs.reference}/").status_code == 302
    elsewhere.post("/mimap/account/leave/")
    assert first.spaced_reference not in elsewhere.get(LIST).content.decode()
    assert elsewhere.get(f"/mimap/request/{second.reference}/").status_code == 302


def test_by_a_code_to_the_address_one_sees_them_too(db, samples, monkeypatch) -> None:
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(account.current_app, "send_task", lambda name, args: sent.append((name, args)))
    case, visitor = asked(Visitor(), "DELETE"), Visitor()
    with _commits():
        assert visitor.post(LIST, {"email": "Dana@Example.com"}).url == "/mimap/account/code/"
    asked_for = [args for name, args in sent if name == account.SEND_CODE]
    assert "dana" not in str(asked_for).lower(), "the address is sealed on its way to the worker"
    account.send_code(*asked_for[0])
    code = re.search(r"\d{3} \d{3}", outbox.read(Letter.objects.latest("pk"))["text"])[0]
    assert visitor.post("/mimap/account/code/", {"code": "000000"}).status_code == 200
    assert visitor.post("/mimap/account/code/", {"code": code}).url == LIST
    assert case.spaced_reference in visitor.get(LIST).content.decode()
    # TRUST 14: the same code opens nothing a second time, nor in another browser.
    other = Visitor()
    with _commits():
        other.post(LIST, {"email": "dana@example.com"})
    assert other.post("/mimap/account/code/", {"code": code}).status_code == 200
    assert case.spaced_reference not in other.get(LIST).content.decode()


def test_known_and_unknown_addresses_are_answered_with_the_same_work(db, samples, monkeypatch) -> None:
    """TRUST 15: page, queries and what goes to the worker; the difference is in the mailbox alone."""
    sent: list[object] = []
    monkeypatch.setattr(account.current_app, "send_task", lambda name, args: sent.append(name))
    asked(Visitor(), "DELETE")
    bodies, counts = [], []
    for email in ("dana@example.com", "nobody@example.net"):
        visitor = Visitor()
        visitor.get(LIST)
        sent.clear()
        with CaptureQueriesContext(connection) as queries, _commits():
            answer = visitor.post(LIST, {"email": email})
        counts.append((len(queries), list(sent)))
        page = visitor.get(answer.url)
        bodies.append(re.sub(r'value="[\w]{64}"', "", page.content.decode()))
    assert bodies[0] == bodies[1] and counts[0] == counts[1]
    account.send_code("mimap", account.sealing.seal_short("nobody@example.net", account.PURPOSE))
    assert not Challenge.objects.filter(purpose=account.PURPOSE).exists()
    assert not Letter.objects.filter(kind="code", idempotency_key__contains="account-").exists()


def test_an_old_sign_in_must_be_repeated_before_it_proves_anything(db, samples, offered) -> None:
    """11 CCR 7061: re-authentication before disclosure, deletion or correction."""
    visitor = Visitor()
    case = asked(visitor, "DELETE")
    sign_in_through(visitor, start_for(case), "MM100001")
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        page = visitor.post(use_url(case))
        assert page.status_code == 200 and "even if you are signed in already" in page.content.decode()
    case.refresh_from_db()
    assert case.state == State.VERIFYING


SIGNS = {
    "the company suspects it": ({"suspicious_activity": True}, "suspected"),
    "no system knows it": ({"sub": "MM999999"}, "unknown_account"),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_at_a_sign_of_fraud_the_account_proves_nothing_and_another_way_is_open(liar, sign) -> None:
    claims, reason = SIGNS[sign]
    visitor = Visitor()
    case = asked(visitor, "DELETE")
    assert lied_to(visitor, liar, case, **claims).url == use_url(case)
    page = visitor.post(use_url(case))
    assert page.status_code == 403 and "cannot use this account" in page.content.decode()
    case.refresh_from_db()
    assert case.state == State.VERIFYING and not case.methods and not subject.read(case).proved
    assert case.events.get(name=account.STOPPED).reason == reason
    # For this request no account counts any more, not even the right one; the code still does.
    lied_to(visitor, liar, case)
    assert visitor.post(use_url(case)).url.endswith("/code/")
    code_page = visitor.get(f"/mimap/request/{case.reference}/code/")
    assert code_page.status_code == 200 and use_url(case) not in code_page.content.decode()
    case.refresh_from_db()
    assert case.state == State.VERIFYING and journal.verify(case) is None


def test_a_suspected_account_sees_no_requests(liar) -> None:
    visitor = Visitor()
    case = asked(visitor, "DELETE")
    lied_to(visitor, liar, case)
    visitor.post(use_url(case))
    stranger = Visitor()
    off = stranger.get(START)
    liar.honest(parameter(off.url, "nonce"), locked=True)
    stranger.get("/mimap/account/back/", {"state": parameter(off.url, "state"), "code": "c"})
    assert case.spaced_reference not in stranger.get(LIST).content.decode()
    assert stranger.get(f"/mimap/request/{case.reference}/").status_code == 302


def test_somebody_elses_account_leads_to_their_own_data_and_address(liar) -> None:
    """TRUST 1: Max types Dana's name and address, and signs in as himself."""
    visitor = Visitor()
    case = asked(visitor, "DELETE", email="dana@example.com")
    lied_to(visitor, liar, case, sub="MM100002", email="dana@example.com", email_verified=False)
    visitor.post(use_url(case))
    case.refresh_from_db()
    proved = dict(subject.read(case).proved)
    assert proved.get("customer_id") != "MM100001" and proved.get("email") != "dana@example.com"


@pytest.mark.parametrize(
    "came_back",
    [
        {},
        {"state": "x", "code": "c"},
        {"code": "c"},
        {"error": "access_denied"},
        {"state": "x" * 5000, "code": "é"},
    ],
)
def test_a_way_back_that_was_never_begun_signs_nobody_in(liar, came_back) -> None:
    """TRUST 13: a link mailed to Dana cannot sign her browser in as somebody else."""
    visitor = Visitor()
    answer = visitor.get("/mimap/account/back/", came_back)
    assert answer.url == LIST and "You are not signed in" in visitor.get(LIST).content.decode()
    assert not liar.seen


def test_the_way_back_is_good_once_and_for_one_controller(liar, monkeypatch) -> None:
    """TRUST 14."""
    monkeypatch.setenv("MIPMAP_ACCOUNT_ISSUER", liar.issuer)
    monkeypatch.setenv("MIPMAP_ACCOUNT_SECRET", "s")
    visitor = Visitor()
    case = asked(visitor, "DELETE")
    off = visitor.get(start_for(case))
    liar.honest(parameter(off.url, "nonce"))
    came_back = {"state": parameter(off.url, "state"), "code": "c"}
    assert (
        "You are not signed in"
        in visitor.get(visitor.get("/mipmap/account/back/", came_back).url).content.decode()
    )
    assert visitor.get("/mimap/account/back/", came_back).url == use_url(case)
    assert visitor.get("/mimap/account/back/", came_back).url == LIST


def test_files_open_by_the_account_that_proved_the_case_and_by_no_other(liar) -> None:
    case = build_case({"orders.older": found(3, "")}, right="KNOW_PCS", state=State.RESPONDING)
    mine = account.SignedIn(account=f"{liar.issuer}|MM100001").indexes("mimap")["account_index"]
    Case.objects.filter(pk=case.pk).update(account_index=mine)
    case.refresh_from_db()
    for person, opens in (("MM100002", False), ("MM100001", True)):
        visitor = Visitor()
        off = visitor.get(start_for(case, "files"))
        liar.honest(parameter(off.url, "nonce"), sub=person)
        visitor.get("/mimap/account/back/", {"state": parameter(off.url, "state"), "code": "c"})
        assert (case.public_id in visitor.session.get("fresh", {})) is opens
        assert (case.public_id in visitor.session.get("visits", {})) is opens


def test_the_session_keeps_nobodys_address_in_clear(liar) -> None:
    visitor = Visitor()
    case = asked(visitor, "DELETE")
    lied_to(visitor, liar, case)
    kept = str([session.get_decoded() for session in Session.objects.all()])
    assert "account" in kept and "dana@example.com" not in kept and "MM100001" not in kept


def test_where_no_sign_in_is_set_up_none_is_offered(db, samples) -> None:
    visitor = Visitor()
    case = asked(visitor, "DELETE")
    assert visitor.get(START).status_code == visitor.get("/mimap/account/back/").status_code == 404
    assert use_url(case) not in visitor.get(f"/mimap/request/{case.reference}/code/").content.decode()
    assert visitor.get(LIST).status_code == 200 and START not in visitor.get(LIST).content.decode()


def test_what_is_settled_already_asks_no_account_again(db, samples, offered) -> None:
    case = build_case({"orders.older": found(3, "")}, state=State.ASSESSING)
    who = account.SignedIn(account="x|y", authenticated_at=timezone.now().isoformat())
    before = case.chain_length
    assert account.prove(case, register.controller("mimap"), who) is account.Outcome.NOT_ASKED
    case.refresh_from_db()
    assert case.chain_length == before


def _commits() -> AbstractContextManager:
    """What is sent on commit is sent."""
    return TestCase.captureOnCommitCallbacks(execute=True)
