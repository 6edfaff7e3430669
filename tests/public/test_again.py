"""What lapsed, since nobody could show who was asking, is asked again by one press."""

from __future__ import annotations

import pytest

from requests_app import journal, subject
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case
from requests_app.verification import failing
from tests.public.conftest import Visitor, attend_knocks, code_in_newest_letter, work

pytestmark = pytest.mark.django_db
PRESS = "Ask again with the same answers"


def lapsed(visitor: Visitor, right: str, **answers: str) -> Case:
    """Sent, never proved, and answered so."""
    (case,) = visitor.send(right, **answers)
    work()
    case.refresh_from_db()
    failing.give_up(case, by=journal.PIPELINE, reason="no_proof_by_due_date")
    work()
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.NOT_IDENTIFIED)
    return case


def test_that_one_press_asks_the_same_with_a_clock_of_its_own_and_twice_is_once(dana: Visitor) -> None:
    case = lapsed(dana, "DELETE")
    again = dana.at(f"request/{case.reference}/again/")
    assert dana.post(again).url == dana.at("follow/"), "a code first"
    dana.come_back(case)
    assert PRESS in dana.get(dana.at(f"request/{case.reference}/")).content.decode()
    assert dana.get(again).status_code == 405
    assert dana.post(again).url == dana.at("sent/") and dana.post(again).status_code == 302
    new = Case.objects.exclude(pk=case.pk).get()
    told, before = subject.read(new), subject.read(case)
    assert (told.name, told.email, told.details) == (before.name, before.email, before.details)
    assert (new.right, new.lives, new.received_at > case.received_at) == (case.right, case.lives, True)
    # It is as if it had just been sent: the code comes at once, and settles it.
    assert new.spaced_reference in dana.get(dana.at("sent/")).content.decode()
    work()
    typed = {"code": code_in_newest_letter(new), "signed": "Dana Whitfield"}
    assert dana.post(dana.at(f"request/{new.reference}/code/"), typed).status_code == 302
    new.refresh_from_db()
    case.refresh_from_db()
    assert new.state == State.ASSESSING and subject.read(new).proved
    assert not subject.read(case).proved and all(journal.verify(one) is None for one in (case, new))
    assert (
        "You asked again; it has a request of its own"
        in dana.get(dana.at(f"request/{case.reference}/")).content.decode()
    )


def test_that_nothing_else_is_asked_again(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    dana.come_back(case)
    dana.post(dana.at(f"request/{case.reference}/withdraw/"))
    page = dana.at(f"request/{case.reference}/")
    assert PRESS not in dana.get(page).content.decode()
    assert dana.post(f"{page}again/").url == page and Case.objects.count() == 1


def test_that_the_person_does_not_ask_again_in_an_agents_name(dana: Visitor) -> None:
    ana = Visitor()
    case = lapsed(ana, "DELETE", capacity="agent", email="ana@agents.example.net", name="Ana Ruiz")
    dana.post(dana.at("follow/"), {"reference": case.reference, "email": subject.read(case).email})
    attend_knocks()
    page = dana.at(f"request/{case.reference}/")
    assert dana.post(dana.at("follow/code/"), {"code": code_in_newest_letter(case)}).url == page
    assert PRESS not in dana.get(page).content.decode()
    assert dana.post(f"{page}again/").url == page and Case.objects.count() == 1
    ana.come_back(case)
    assert ana.post(f"{page}again/").url == ana.at("sent/")
    new = Case.objects.exclude(pk=case.pk).get()
    assert (new.capacity, subject.read(new).written_by) == ("agent", "Ana Ruiz")
