"""TRUST 16 and its neighbours: whoever claims to act for another gets nothing by claiming it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from identity.evidence import MAX_BYTES
from identity.flows.mandate import NotAccepted
from identity.models import Evidence, Mandate
from requests_app import doubts, subject
from requests_app.lifecycle import State
from requests_app.models import Case, Letter
from requests_app.verification import needs, representative, visit
from tests.acting import (
    ANA,
    accept,
    letters_to,
    open_acting,
    picture,
    prove_own_address,
    refreshed,
    show_all,
)  # fmt: skip
from tests.people import DANA, closed_by_hand, member
from tests.public.conftest import Visitor, attend_knocks, code_in_newest_letter, work
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db
AGENT = {"capacity": "agent", "name": "Ana Ruiz", "email": ANA["mimap"]}


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path: Path, samples: None) -> None:
    settings.PORTAL_VAULT = tmp_path / "vault"


def _agent(*rights: str, person: str = "") -> tuple[Visitor, Case]:
    ana = Visitor()
    (case, *_rest) = ana.send(*(rights or ("KNOW_PCS",)), person=person, **AGENT)
    work()
    return ana, refreshed(case)[0]


def _upload(ana: Client, case: Case, content: bytes, name: str = "permission.png") -> object:
    return ana.post(f"/mimap/request/{case.reference}/papers/", {"paper": SimpleUploadedFile(name, content)})


def _come_back(case: Case, *, acting: bool) -> Visitor:
    """By reference and one's own address, as either of the two."""
    told, visitor = subject.read(case), Visitor()
    address = told.writes_from if acting else told.email
    visitor.post("/mimap/follow/", {"reference": case.reference, "email": address})
    attend_knocks()
    page = visitor.post("/mimap/follow/code/", {"code": code_in_newest_letter(case)})
    assert page.url == f"/mimap/request/{case.reference}/"
    return visitor


def _release_path(case: Case) -> list[str]:
    """What of the case would let data out; empty when nothing does."""
    (case,) = refreshed(case)
    told = subject.read(case)
    moved_on = case.state not in {State.RECEIVED, State.VERIFYING} and not doubts.block_release(case)
    return [
        name
        for name, there in (("state", moved_on), ("proved", told.proved), ("to", told.answer_to))
        if there
    ]


def test_forged_agent_authority_releases_nothing() -> None:
    """TRUST 16: a paper alone does nothing; a clerk deceived by it does nothing either, while the person is silent."""
    ana, case = _agent()
    assert _upload(ana, case, picture()).status_code == 302
    assert _release_path(case) == []
    accept(case, member("Olu", mimap="handler"))
    prove_own_address(case)
    assert _release_path(case) == []
    assert [need.code for need in needs.outstanding(refreshed(case)[0])] == ["person_confirms"]


def test_the_agents_own_browser_cannot_say_yes_for_the_person() -> None:
    ana, case = _agent()
    _upload(ana, case, picture())
    back = _come_back(case, acting=True)
    for browser in (ana, back):
        browser.post(f"/mimap/request/{case.reference}/allow/", {"act": "allow"})
    assert Mandate.objects.get().confirmed_at is None
    page = back.get(f"/mimap/request/{case.reference}/").content.decode()
    assert "/allow/" not in page and "Do you allow this?" not in page


def test_a_code_sent_to_the_agent_does_not_open_the_persons_side() -> None:
    _ana, case = _agent()
    for_agent = visit.ask_for(case, acting=True)
    code = code_in_newest_letter(case)
    as_person = visit.Waiting(for_agent.matter, for_agent.reference, acting=False)
    assert visit.answer("mimap", as_person, code)[1] is None


def test_an_agent_who_names_a_second_mailbox_as_the_persons_confirms_nothing() -> None:
    _ana, case = _agent(person="ana.too@agents.example")
    assert letters_to("ana.too@agents.example") == []
    back = _come_back(case, acting=False)
    back.post(f"/mimap/request/{case.reference}/allow/", {"act": "allow"})
    assert Mandate.objects.get().confirmed_at is None and _release_path(case) == []


def test_the_persons_no_is_final() -> None:
    ana, case = _agent()
    _upload(ana, case, picture())
    dana = _come_back(case, acting=False)
    assert "Do you allow this?" in dana.get(f"/mimap/request/{case.reference}/").content.decode()
    dana.post(f"/mimap/request/{case.reference}/allow/", {"act": "deny"})
    page = dana.get(f"/mimap/request/{case.reference}/").content.decode()
    assert page.count("You said no") == 2 and "We look at what we hold" not in page and "We answer" in page
    assert not Evidence.objects.filter(destroyed_at=None).exists()
    dana.post(f"/mimap/request/{case.reference}/allow/", {"act": "allow"})
    assert _upload(ana, case, picture()).status_code == 200, "nothing more is taken"
    with pytest.raises(NotAccepted):
        representative.accept(case, by=member("Olu", mimap="handler"), answers={}, answer_to_holder=False)
    assert Mandate.objects.get().status == "denied" and _release_path(case) == []


def test_whoever_said_yes_is_asked_for_no_proof_while_papers_are_read() -> None:
    ana, case = _agent()
    _upload(ana, case, picture())
    dana = _come_back(case, acting=False)
    dana.post(f"/mimap/request/{case.reference}/allow/", {"act": "allow"})
    page = dana.get(f"/mimap/request/{case.reference}/").content.decode()
    assert page.count("You said yes") == 2 and "See what is missing" not in page
    assert "We look at what we hold" in page


def test_a_no_after_everything_was_settled_still_stops_the_release() -> None:
    (case,) = open_acting("mimap", "DELETE", capacity="guardian", age="under_13")
    show_all(case)
    accept(case, member("Olu", mimap="handler"))
    prove_own_address(case)
    assert refreshed(case)[0].state == State.ASSESSING
    assert representative.deny(refreshed(case)[0])
    (case,) = refreshed(case)
    assert doubts.block_release(case) and [doubt.kind for doubt in doubts.open_doubts(case)] == ["mandate"]


@pytest.mark.parametrize(
    ("controller", "right", "capacity"),
    [("mimap", "DELETE", "guardian"), ("mimap", "KNOW_PCS", "attorney"), ("mipmap", "CN_COPY", "relative")],
)
def test_true_papers_about_one_person_do_not_open_the_records_of_another(
    controller: str, right: str, capacity: str
) -> None:
    """A real parent names a stranger's address as the child's."""
    (case,) = open_acting(controller, right, capacity=capacity)
    show_all(case)
    with pytest.raises(NotAccepted) as refusal:
        accept(case, member("Olu", **{controller: "handler"}), **{f"{capacity}.same": False})
    assert refusal.value.failed == (f"{capacity}.same",) and _release_path(case) == []


def test_an_agent_learns_nothing_of_whether_the_person_is_known() -> None:
    """TRUST 15: pages and mails are the same, but for what differs between any two requests."""
    seen = []
    for person in (DANA["mimap"], "nobody@example.com"):
        ana, case = _agent(person=person)
        _upload(ana, case, picture())
        back = _come_back(case, acting=True)
        pages = [
            browser.get(f"/mimap/{path}").content.decode()
            for browser, path in (
                (ana, "sent/"), (ana, f"request/{case.reference}/papers/"), (back, f"request/{case.reference}/"),
            )
        ]  # fmt: skip
        seen.append([_without_what_differs(page, case, person) for page in pages])
        accept(case, member("Olu", mimap="handler"))
        seen[-1].append(
            _without_what_differs(
                back.get(f"/mimap/request/{case.reference}/").content.decode(), case, person
            )
        )
    assert seen[0] == seen[1]
    kinds = letters_to(ANA["mimap"])
    assert kinds[: len(kinds) // 2] == kinds[len(kinds) // 2 :]


def test_what_the_person_writes_is_not_shown_to_whoever_says_they_act() -> None:
    _ana, case = _agent()
    dana, back = _come_back(case, acting=False), _come_back(case, acting=True)
    dana.post(f"/mimap/request/{case.reference}/", {"text": "My number is 555-CANARY"})
    assert "CANARY" not in back.get(f"/mimap/request/{case.reference}/").content.decode()
    back.post(f"/mimap/request/{case.reference}/", {"text": "Where is it?"})
    page = dana.get(f"/mimap/request/{case.reference}/").content.decode()
    assert "CANARY" in page and "Where is it?" in page and "The one who acts for you" in page


def test_the_files_of_the_person_are_not_the_agents() -> None:
    _ana, case = _agent()
    back = _come_back(case, acting=True)
    assert back.get(f"/mimap/request/{case.reference}/files/").status_code == 404
    before = Letter.objects.count()
    back.post(f"/mimap/request/{case.reference}/files/", {"send": "1"})
    assert Letter.objects.count() == before, "no code goes to the person because the agent pressed a button"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<html><script>alert(1)</script>", "permission.pdf", "not a PDF, JPEG or PNG"),
        (b"GIF89a/*<script>*/", "permission.png", "not a PDF, JPEG or PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "permission.png", "not a PDF, JPEG or PNG"),
        (b"%PDF-1.7\n" + b"0" * MAX_BYTES, "permission.pdf", "larger than 8 MB"),
        (picture(60_000_000), "permission.png", "too large"),
        (b"", "permission.pdf", "empty"),
    ],
    ids=["html named pdf", "polyglot", "svg", "too many bytes", "pixel flood", "nothing"],
)
def test_a_paper_is_what_its_content_says(content: bytes, name: str, said: str) -> None:
    ana, case = _agent()
    page = _upload(ana, case, content, name)
    assert page.status_code == 200 and said in page.content.decode()
    assert not Evidence.objects.exists() and Mandate.objects.get().shown == []


def test_a_stranger_can_neither_show_papers_nor_answer_for_the_person() -> None:
    _ana, case = _agent()
    for browser in (Client(), Visitor()):
        for path in ("papers/", "papers/code/", "allow/"):
            page = browser.post(f"/mimap/request/{case.reference}/{path}", {"act": "allow"})
            assert page.url == "/mimap/follow/"
    assert not Evidence.objects.exists()


def test_a_member_of_staff_who_brought_the_request_judges_nothing_of_it() -> None:
    olu = hire("Olu", "mimap")
    (case,) = open_acting("mimap", "KNOW_PCS", holder=olu.email)
    show_all(case)
    desk, url = at_desk(olu), reverse("staff:authority", args=["mimap", case.reference])
    checks = {f"check.{key}": "yes" for key in representative.checklist(case)}
    assert desk.post(url, {"act": "accept", **checks}).status_code == 404
    piece = Evidence.objects.get()
    paper = reverse("staff:authority_paper", args=["mimap", case.reference, piece.public_id])
    assert desk.post(paper).status_code == 404
    assert Mandate.objects.get().status == "claimed"


def test_staff_of_another_controller_never_see_what_was_shown() -> None:
    (case,) = open_acting("mimap", "KNOW_PCS")
    show_all(case)
    piece, max_ = Evidence.objects.get(), at_desk(hire("Olu", "mipmap"))
    for slug in ("mimap", "mipmap"):
        paper = reverse("staff:authority_paper", args=[slug, case.reference, piece.public_id])
        assert max_.post(paper).status_code == 404
        assert (
            max_.post(reverse("staff:authority", args=[slug, case.reference]), {"act": "accept"}).status_code
            == 404
        )


def test_a_paper_of_another_case_does_not_open_through_this_one() -> None:
    one, other = open_acting("mimap", "KNOW_PCS")[0], open_acting("mimap", "KNOW_CAT")[0]
    show_all(one)
    piece, olu = Evidence.objects.get(), at_desk(hire("Olu", "mimap"))
    assert (
        olu.post(
            reverse("staff:authority_paper", args=["mimap", other.reference, piece.public_id])
        ).status_code
        == 404
    )
    opened = olu.post(reverse("staff:authority_paper", args=["mimap", one.reference, piece.public_id]))
    assert b"".join(opened.streaming_content) == picture()
    assert (
        opened["Content-Disposition"].startswith("attachment")
        and "sandbox" in opened["Content-Security-Policy"]
    )


def test_an_agents_opt_out_needs_the_permission_and_nothing_else() -> None:
    """Honda: the consumer is never asked; no code, no check that holds it up."""
    (case,) = open_acting("mimap", "OPT_OUT")
    assert [need.code for need in needs.outstanding(case)] == ["authority:permission"]
    representative.show(case, "permission", picture())
    (case,) = refreshed(case)
    assert (case.state, case.standard, case.methods) == (State.ASSESSING, "none", ["permission"])
    assert letters_to(DANA["mimap"]) == [] and subject.read(case).answer_to == ""
    assert subject.read(case).delivered_to[0] == ANA["mimap"], (
        "the answer never goes to the address typed for the person"
    )


def test_a_persons_own_opt_out_and_a_parents_ask_nothing() -> None:
    (case,) = open_acting("mimap", "OPT_OUT", capacity="guardian", age="under_13")
    assert case.state == State.CLOSED and not needs.needs_of(case)
    assert letters_to(ANA["mimap"]) == ["acknowledgement", "answer"]


def test_a_child_of_thirteen_is_not_asked_for_by_a_parent() -> None:
    """11 CCR 7070: from 13 on they act for themselves; the form says what to do instead."""
    ana = Visitor()
    ana.answer_all("DELETE", capacity="guardian", age="13_to_15")
    page = ana.post("/mimap/ask/age/", {"age": "13_to_15"})
    assert page.status_code == 200 and "young people ask for themselves" in page.content.decode()
    assert ana.get("/mimap/ask/check/").url == "/mimap/ask/age/"


def test_papers_are_destroyed_when_a_case_is_over(settings) -> None:
    ana, case = _agent()
    _upload(ana, case, picture())
    representative.give_up(case, by=member("Olu", mimap="handler"))
    closed_by_hand()
    assert refreshed(case)[0].state == State.CLOSED
    assert not Evidence.objects.filter(destroyed_at=None).exists()


def _without_what_differs(page: str, case: Case, person: str) -> str:
    for gone in (case.reference, case.spaced_reference, person):
        page = page.replace(gone, "")
    page = re.sub(r'name="(csrfmiddlewaretoken|number)" value="[^"]*"', "", page)
    page = re.sub(r"\d{1,2}:\d{2}(:\d{2})?", "", page)
    page = re.sub(r"[dn]\*\*\*@example\.com", "", page)
    return re.sub(r'nonce-[\w+/=-]+|datetime="[^"]*"', "", page)


def test_something_shown_before_the_worker_came_is_not_lost() -> None:
    ana = Visitor()
    (case,) = ana.send("KNOW_PCS", **AGENT)
    assert case.state == State.RECEIVED
    assert _upload(ana, case, picture()).status_code == 302
    work()
    (case,) = refreshed(case)
    assert (case.state, case.waits_for) == (State.VERIFYING, "authority_check")
    accept(case, member("Olu", mimap="handler"))
    assert Mandate.objects.get().status == "accepted"
