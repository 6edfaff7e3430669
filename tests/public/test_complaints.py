"""Complaints, questions and second looks: a case of its own, answered in words by somebody else."""

from __future__ import annotations

import html

import pytest

from requests_app import access, finding, law, lifecycle, subject
from requests_app.decision import determine, in_words
from requests_app.decision.determine import NotAllowed
from requests_app.intake import appeals
from requests_app.letters import conversation, outbox
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case
from requests_app.verification.acting import WRITES
from tests.people import approved, decided, member, open_case, run_pipeline, verified
from tests.public.conftest import Visitor, work
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db

WAYS = [
    ("mimap", "en", "COMPLAINT", 45, "You were right to complain."),
    ("mimap", "en", "ENQUIRY", 0, "Our answer"),
    ("mipmap", "zh-Hans", "CN_COMPLAINT", 0, "您的投诉成立。"),
]
"""Each right of this kind is walked in test_every_right.py; here, what only people may do."""


def said(visitor: Visitor, right: str, words: str, about: str = "") -> Case:
    """Ask for one thing in one's own words: an address is all it takes."""
    visitor.post(visitor.at("ask/what/"), {"rights": [right]})
    visitor.post(visitor.at("ask/in-your-words/"), {"words": words, "about": about})
    page = visitor.post(visitor.at("ask/e-mail/"), {"email": "dana@example.com"})
    assert page.url == visitor.at("ask/check/"), "nothing else is asked"
    assert html.escape(words) in visitor.get(visitor.at("ask/check/")).content.decode()
    visitor.post(visitor.at("ask/check/"), {"number": "", "website": ""})
    return Case.objects.latest("pk")


@pytest.mark.parametrize(("slug", "language", "right", "days", "summed_up"), WAYS)
def test_that_words_are_answered_in_words_by_two_people(
    samples: None, slug: str, language: str, right: str, days: int, summed_up: str
) -> None:
    case = said(Visitor(slug, language), right, "Why was my order shared?")
    if days:
        assert (case.last_on - case.received_on).days == days
    run_pipeline()
    case.refresh_from_db()
    assert (case.state, case.waits_for, case.standard) == (State.ASSESSING, "decision", law.Level.NONE)
    assert not case.works.exists() and not case.holdings.exists(), "nothing is searched for a question"
    assert [text for _message, text in conversation.exchanged(case)] == ["Why was my order shared?"]
    olu, pia = member("Olu", **{slug: "handler"}), member("Pia", **{slug: "privacy_lead"})
    with pytest.raises(NotAllowed):
        determine.propose(case, by=olu)
    in_words.write(case, by=olu, outcome="granted", text="It was not.\nIt went to the carrier only.")
    determine.propose(case, by=olu)
    with pytest.raises(NotAllowed):
        determine.approve(case, by=olu, seen_digest=determine.digest(case), typed_reference=case.reference)
    approved(case, pia)
    run_pipeline()
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.GRANTED)
    letter = outbox.read(case.letters.get(kind="answer"))["text"]
    assert summed_up in letter and "It went to the carrier only." in letter


def test_that_an_approval_covers_the_words_that_were_seen(samples: None) -> None:
    case = said(Visitor(), "ENQUIRY", "Who gets my address?")
    run_pipeline()
    case.refresh_from_db()
    olu, pia = member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")
    for outcome, text in (("perhaps", "No."), ("granted", "x" * 10_001)):
        with pytest.raises(NotAllowed):
            in_words.write(case, by=olu, outcome=outcome, text=text)
    in_words.write(case, by=olu, outcome="refused", text="Nobody.")
    determine.propose(case, by=olu)
    seen = determine.digest(case)
    with pytest.raises(NotAllowed):
        in_words.write(case, by=olu, outcome="refused", text="Everybody.")
    Case.objects.filter(pk=case.pk).update(
        sealed_finding=finding.seal(case, finding.Finding("refused", "All."))
    )
    with pytest.raises(NotAllowed):
        determine.approve(case, by=pia, seen_digest=seen, typed_reference=case.reference)


def test_of_the_page_on_which_staff_answer(samples: None) -> None:
    case = said(Visitor(), "INCIDENT", "My password turned up <b>elsewhere</b>.")
    run_pipeline()
    desk = at_desk(hire("Olu", "mimap"))
    queue = desk.get("/staff/mimap/").content.decode()
    assert (
        "1 report that information is no longer secure" in queue
        and "must be answered by tomorrow" not in queue
    )
    assert case.reference in desk.get("/staff/mimap/?view=security").content.decode()
    here = f"/staff/mimap/{case.reference}/decide/"
    page = desk.get(here).content.decode()
    assert "turned up &lt;b&gt;elsewhere" in page and "write nothing personal" in page
    refused = desk.post(here, {"act": "propose", "outcome": "", "text": ""})
    assert refused.status_code == 400
    assert (
        "Say what you found." in refused.content.decode() and "Write the answer." in refused.content.decode()
    )
    answer = {"outcome": "granted", "text": "We closed the gap."}
    assert desk.post(here, {"act": "save", **answer}).url == here
    assert "We closed the gap." in desk.get(here).content.decode()
    desk.post(here, {"act": "propose", **answer})
    case.refresh_from_db()
    assert case.state == State.APPROVING
    shown = at_desk(hire("Pia", "mimap")).get(f"/staff/mimap/{case.reference}/approve/")
    assert "We closed the gap." in shown.content.decode() and "rows found" not in shown.content.decode()


def answered() -> tuple[Case, object, object]:
    """A deletion that Olu proposed and Pia approved."""
    olu, pia = member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")
    case = approved(decided(verified(open_case("mimap", "KNOW_CAT")), olu), pia)
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED
    return case, olu, pia


def test_that_a_second_look_is_another_case_with_another_handler(dana: Visitor) -> None:
    old, olu, pia = answered()
    dana.come_back(old)
    assert "Ask for a second look" in dana.get(dana.at(f"request/{old.reference}/")).content.decode()
    here = dana.at(f"request/{old.reference}/appeal/")
    page = dana.get(here).content.decode()
    assert "Attorney General of California" in page, "who else hears a complaint stands beside it"
    assert "Tell us what we should look at again" in dana.post(here, {"text": " "}).content.decode()
    sent = [dana.post(here, {"text": "You forgot my orders."}).url for _ in range(2)]
    new = Case.objects.latest("pk")
    assert sent == [dana.at(f"request/{new.reference}/")] * 2, "sending twice makes one"
    assert (new.right, new.answers_to, Case.objects.count()) == ("APPEAL", old, 2)
    assert new.received_on >= old.received_on and (new.last_on - new.received_on).days == 45
    assert subject.read(new).delivered_to == subject.read(old).delivered_to, "to the address that was proved"
    run_pipeline()
    new.refresh_from_db()
    ben = member("Ben", mimap="handler")
    assert not access.desk(olu).may(new, lifecycle.PROPOSE), "whoever proposed the first answer"
    assert not access.desk(pia).may(new, lifecycle.PROPOSE), "whoever approved it"
    assert access.desk(ben).may(new, lifecycle.PROPOSE)
    with pytest.raises(NotAllowed):
        in_words.write(new, by=olu, outcome="refused", text="We were right.")
    in_words.write(new, by=ben, outcome="granted", text="You are right: we add the orders.")
    determine.propose(new, by=ben)
    assert not access.desk(olu).may(new, lifecycle.APPROVE) and access.desk(pia).may(new, lifecycle.APPROVE)
    approved(new, pia)
    run_pipeline()
    new.refresh_from_db()
    assert (new.state, new.outcome) == (State.CLOSED, Outcome.GRANTED)
    page = dana.get(dana.at(f"request/{new.reference}/")).content.decode()
    assert old.spaced_reference in page


def test_when_there_is_nothing_to_look_at_again(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    dana.come_back(case)
    assert dana.get(dana.at(f"request/{case.reference}/appeal/")).status_code == 404
    assert not appeals.may_appeal(case)
    with pytest.raises(appeals.NothingToAppeal):
        appeals.appeal(case, "Hurry.", language="en")
    stranger = Visitor()
    assert stranger.get(stranger.at(f"request/{case.reference}/appeal/")).url == stranger.at("follow/")


def test_that_a_form_links_only_ones_own_case(dana: Visitor) -> None:
    old, _olu, _pia = answered()
    case = said(Visitor(), "APPEAL", "Look again.", about=old.spaced_reference)
    assert case.answers_to == old
    Case.objects.filter(pk=old.pk).update(subject_index="somebody else's")
    case = said(Visitor(), "APPEAL", "Look again.", about=old.reference)
    assert case.answers_to is None, "another's reference links nothing, and says nothing"
    visitor = Visitor()
    visitor.post(visitor.at("ask/what/"), {"rights": ["APPEAL"]})
    refused = visitor.post(visitor.at("ask/in-your-words/"), {"words": "Again.", "about": "12"})
    assert "Enter a reference of eight letters and digits" in refused.content.decode()


def test_that_an_agents_words_are_the_agents(dana: Visitor) -> None:
    ana = Visitor()
    ana.post(ana.at("ask/what/"), {"rights": ["COMPLAINT"]})
    for step, typed in (
        ("in-your-words", {"words": "Dana was never answered.", "about": ""}),
        ("who", {"capacity": "agent"}),
        ("their-name", {"person_name": "Dana Whitfield"}),
        ("their-e-mail", {"person_email": "dana@example.com"}),
        ("name", {"name": "Ana Ruiz"}),
        ("e-mail", {"email": "ana@example.org"}),
    ):
        ana.post(ana.at(f"ask/{step}/"), typed)
    assert ana.post(ana.at("ask/check/"), {"number": "", "website": ""}).url == ana.at("sent/")
    case = Case.objects.get()
    assert (case.capacity, case.messages.get().by_ref) == ("agent", WRITES)
