"""A mistyped address is put right where the code is asked for; nothing else is typed again."""

from __future__ import annotations

import pytest
from django.utils import timezone

from identity import sealing
from requests_app import doubts, journal, subject
from requests_app.letters import outbox, trouble
from requests_app.lifecycle import State
from requests_app.models import Case, Letter
from tests.people import DANA
from tests.public.conftest import Visitor, code_in_newest_letter, work
from tests.public.test_following import link_of

pytestmark = pytest.mark.django_db
SLIP = "dana@exampel.com"
LINK = "Wrong address? Put it right"


def at(case: Case, path: str = "") -> str:
    return f"/mimap/request/{case.reference}/code/{path}"


def test_that_a_slip_is_put_right_and_the_code_goes_to_the_right_mailbox(dana: Visitor) -> None:
    copy, erasure = dana.send("KNOW_PCS", "DELETE", email=SLIP)
    work()
    doubts.raise_doubt(copy, doubts.Kind.LOOK_ALIKE, by=journal.PIPELINE)
    assert LINK in dana.get(at(copy)).content.decode()
    page = dana.get(at(copy, "address/")).content.decode()
    assert "You gave d***@exampel.com" in page
    assert dana.post(at(copy, "address/"), {"email": "no address"}).status_code == 200
    assert dana.post(at(copy, "address/"), {"email": DANA["mimap"]}).url == at(copy)
    assert "it is on its way" in dana.get(at(copy)).content.decode()
    work()
    letter = Letter.objects.filter(kind="acknowledgement").latest("pk")
    assert outbox.read(letter)["to"] == DANA["mimap"], "the receipt is sent anew"
    assert all(case.spaced_reference in outbox.read(letter)["text"] for case in (copy, erasure))
    typed = {"code": code_in_newest_letter(copy), "signed": "Dana Whitfield"}
    assert dana.post(at(copy), typed).status_code == 302
    index = sealing.blind("mimap", "email", DANA["mimap"])
    for case in (copy, erasure):
        case.refresh_from_db()
        told = subject.read(case)
        assert (case.state, told.email, told.name) == (State.ASSESSING, DANA["mimap"], "Dana Whitfield")
        assert case.subject_index == case.submission.sender_index == index
        assert case.acknowledged_at and journal.verify(case) is None and not doubts.block_release(case)
    assert (
        "You put your e-mail address right" in dana.get(f"/mimap/request/{copy.reference}/").content.decode()
    )
    # That the first letter comes back alarms nobody.
    slip = Letter.objects.filter(kind="acknowledgement").earliest("pk")
    assert trouble.note_bounce(slip, "5.1.1", submission="s") and not trouble.in_trouble(
        "mimap", timezone.now()
    )
    # Once something was shown it is too late.
    assert dana.get(at(copy, "address/")).url == at(copy)


def test_that_nobody_else_puts_it_anywhere(dana: Visitor) -> None:
    (case,) = dana.send("KNOW_PCS", email=SLIP)
    work()
    stranger = Visitor()
    stranger.post(link_of(case), {"have": "1"})
    assert LINK not in stranger.get(at(case)).content.decode(), "the mail is in the wrong mailbox already"
    assert stranger.post(at(case, "address/"), {"email": "max@example.net"}).url == at(case)
    assert Visitor().post(at(case, "address/"), {"email": "max@example.net"}).url == "/mimap/follow/"
    case.refresh_from_db()
    assert subject.read(case).email == SLIP


def test_that_the_code_sent_to_the_slip_opens_nothing_any_more(dana: Visitor) -> None:
    (case,) = dana.send("KNOW_PCS")
    work()
    old = code_in_newest_letter(case)
    for number in range(4):
        dana.post(at(case, "address/"), {"email": f"max{number}@example.net"})
    case.refresh_from_db()
    assert subject.read(case).email == "max2@example.net", "three times, and no more"
    dana.post(at(case), {"code": old, "signed": "Dana Whitfield"})
    case.refresh_from_db()
    assert case.state == State.VERIFYING and not subject.read(case).proved
