"""Acting for another: each path asks what its table says, moves on when that is there, and answers the right person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from identity.flows.mandate import NotAccepted
from identity.models import Evidence, Mandate
from requests_app import journal, law, register, subject
from requests_app.archive import purge
from requests_app.intake.open_case import Arrival, NobodyMayAct, open_from
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Letter
from requests_app.response import compose
from requests_app.verification import asking, clock, needs, representative
from tests.acting import ANA, accept, letters_to, open_acting, picture, prove_own_address, refreshed, show_all
from tests.people import DANA, closed_by_hand, member, run_pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path: Path, samples: None) -> None:
    settings.PORTAL_VAULT = tmp_path


PATHS = [
    # controller, capacity, right, what must be there, who gets the answer
    ("mimap", "agent", "KNOW_PCS", {"authority:permission", "person_confirms"}, "person"),
    ("mimap", "agent", "DELETE", {"authority:permission", "person_confirms"}, "person"),
    ("mimap", "agent", "KNOW_CAT", {"authority:permission", "person_confirms"}, "person"),
    ("mimap", "attorney", "KNOW_PCS", {"authority:power_of_attorney"}, "person"),
    ("mimap", "guardian", "DELETE", {"authority:parent_form", "own_address"}, "holder"),
    ("mipmap", "agent", "CN_COPY", {"authority:permission", "person_confirms"}, "person"),
    ("mipmap", "guardian", "CN_DELETE", {"authority:guardianship", "own_address"}, "holder"),
    (
        "mipmap",
        "relative",
        "CN_COPY",
        {"authority:death", "authority:kinship", "authority:interest", "own_address"},
        "holder",
    ),
]


@pytest.mark.parametrize(("controller", "capacity", "right", "wanted", "answered"), PATHS)
def test_of_a_path_from_the_claim_to_its_settlement(
    controller: str, capacity: str, right: str, wanted: set[str], answered: str
) -> None:
    (case,) = open_acting(controller, right, capacity=capacity)
    assert case.state == State.VERIFYING
    assert {need.code for need in needs.outstanding(case)} == wanted
    show_all(case)
    accept(case, member("Olu", **{controller: "handler"}))
    if "person_confirms" in wanted:
        assert refreshed(case)[0].state == State.VERIFYING, "the person has not said yes"
        assert representative.confirm(case)
    if "own_address" in wanted:
        assert refreshed(case)[0].state == State.VERIFYING, "nobody has shown that the address is theirs"
        prove_own_address(case)
    (case,) = refreshed(case)
    assert case.state == State.ASSESSING and not needs.outstanding(case)
    told = subject.read(case)
    assert told.proved == [("email", DANA[controller])], "the person, as a system holds the address"
    assert subject.read(case).delivered_to == (
        DANA[controller] if answered == "person" else ANA[controller],
        True,
    )
    assert journal.verify(case) is None
    assert not Evidence.objects.filter(matter=case.authority_matter, destroyed_at=None).exists()


@pytest.mark.parametrize(
    ("capacity", "asked"),
    [("agent", ["person_asked"]), ("attorney", ["person_told"]), ("guardian", ["person_told"])],
)
def test_that_the_person_is_asked_or_told_at_the_address_on_record_and_nowhere_else(
    capacity: str, asked: list[str]
) -> None:
    open_acting("mimap", "KNOW_PCS", capacity=capacity, person="DANA@example.com")
    assert letters_to("dana@example.com") == asked, "as the system writes it"
    assert letters_to("DANA@example.com") == []
    assert letters_to(ANA["mimap"]) == ["acknowledgement"]


def test_that_a_letter_to_the_person_carries_nothing_the_other_typed(
) -> None:  # fmt: skip
    open_acting("mimap", "KNOW_PCS", name="Dana http://spam.example")
    said = outbox.read(Letter.objects.select_related("key").get(kind="person_asked"))
    assert "Ana" not in said["text"] and "spam" not in said["text"] and ANA["mimap"] not in said["text"]
    assert "/follow/" in said["text"]


def test_that_a_parents_call_counts_when_staff_took_it_and_a_paper_is_not_asked_as_well() -> None:
    (case,) = open_acting("mimap", "DELETE", capacity="guardian", age="under_13")
    olu = member("Olu", mimap="handler")
    with pytest.raises(NotAccepted):
        accept(case, olu)
    representative.seen_by_hand(case, "parent_call", by=olu)
    accept(case, olu)
    assert Mandate.objects.get().status == "accepted"


@pytest.mark.parametrize("key", ["power_of_attorney", "parent_id", "agent_id", "death"])
def test_that_what_a_path_may_not_ask_cannot_even_be_shown(key: str) -> None:
    """11 CCR 7063: never a power of attorney, never more than the signed permission."""
    (case,) = open_acting("mimap", "KNOW_PCS")
    with pytest.raises(KeyError):
        representative.show(case, key, picture())
    with pytest.raises(KeyError):
        representative.seen_by_hand(case, key, by=member("Olu", mimap="handler"))


def test_of_what_does_not_do_and_is_asked_for_again() -> None:
    (case,) = open_acting("mimap", "KNOW_PCS")
    olu = member("Olu", mimap="handler")
    show_all(case)
    for wrong in ("agent.signed", "agent.names", "agent.covers"):
        with pytest.raises(NotAccepted):
            accept(case, olu, **{wrong: False})
    representative.doubt(case, by=olu, answers={"agent.signed": False}, reason="not_signed")
    assert not Evidence.objects.filter(destroyed_at=None).exists(), "what does not do is not kept"
    assert letters_to(ANA["mimap"])[-1] == "papers_again"
    with pytest.raises(NotAccepted):
        accept(case, olu)
    show_all(case)
    accept(case, olu)
    representative.confirm(case)
    assert refreshed(case)[0].state == State.ASSESSING


def test_that_a_mandate_which_says_so_lets_the_answer_go_to_the_agent_once_the_address_is_hers() -> None:
    (case,) = open_acting("mimap", "KNOW_PCS")
    show_all(case)
    accept(case, member("Olu", mimap="handler"), to_holder=True)
    representative.confirm(case)
    assert refreshed(case)[0].state == State.VERIFYING
    prove_own_address(case)
    (case,) = refreshed(case)
    assert (case.state, subject.read(case).delivered_to) == (State.ASSESSING, (ANA["mimap"], True))


def test_that_sister_cases_share_one_authority() -> None:
    copy, deletion = open_acting("mimap", "KNOW_PCS", "DELETE")
    assert letters_to(DANA["mimap"]) == ["person_asked"]
    show_all(copy)
    accept(deletion, member("Olu", mimap="handler"))
    representative.confirm(copy)
    assert {case.state for case in refreshed(copy, deletion)} == {State.ASSESSING}
    assert subject.read(refreshed(deletion)[0]).proved == [("email", DANA["mimap"])]


@pytest.mark.parametrize(
    ("controller", "capacity", "right"),
    [("mimap", "relative", "KNOW_PCS"), ("mimap", "nobody", "DELETE"), ("mipmap", "attorney", "CN_COPY")],
)
def test_that_a_capacity_the_law_does_not_know_opens_no_case(
    controller: str, capacity: str, right: str
) -> None:
    with pytest.raises(NobodyMayAct):
        open_acting(controller, right, capacity=capacity)
    assert not Case.objects.exists()


def test_that_a_case_nobody_showed_authority_for_is_answered_to_the_one_who_asked() -> None:
    (case,) = open_acting("mimap", "KNOW_PCS")
    representative.give_up(case, by=member("Olu", mimap="handler"))
    closed_by_hand()
    (case,) = refreshed(case)
    assert (case.state, case.outcome) == (State.CLOSED, "not_identified")
    assert letters_to(ANA["mimap"])[-1] == "not_identified"
    assert "not_identified" not in letters_to(DANA["mimap"])


def test_that_papers_nobody_looked_at_are_not_refused_on_the_last_day() -> None:
    (case,) = open_acting("mimap", "KNOW_PCS")
    show_all(case)
    clock.watch(timezone.now() + timedelta(days=60))
    (case,) = refreshed(case)
    assert (case.state, case.waits_for) == (State.VERIFYING, "authority_check")
    questions = representative.checklist(case)
    olu = member("Olu", mimap="handler")
    representative.doubt(case, by=olu, answers=dict.fromkeys(questions, False), reason="Not signed.")
    clock.watch(timezone.now() + timedelta(days=60))
    assert refreshed(case)[0].outcome == "not_identified"


def test_that_the_table_of_the_law_is_the_only_one() -> None:
    """Every capacity of every regime a controller serves opens a case and asks exactly its table's asks."""
    for controller in ("mimap", "mipmap"):
        known = register.controller(controller)
        for offered in known.rights:
            for capacity in law.regime(offered.regime).capacities_for([offered.code]):
                if not capacity.for_another:
                    continue
                (case,) = open_acting(controller, offered.code, capacity=capacity.code)
                grant = capacity.authority(offered.code)
                assert grant
                asked = {need.code for need in needs.needs_of(case) if need.code.startswith("authority:")}
                assert asked == {f"authority:{ask.key}" for ask in grant.required}


@pytest.mark.parametrize(
    ("controller", "right", "capacity", "greets", "says"),
    [
        ("mimap", "KNOW_PCS", "agent", "Dana Whitfield", "made for you by your authorised agent"),
        ("mimap", "KNOW_PCS", "guardian", "Ana Ruiz", "you made for another, as parent or guardian"),
        ("mipmap", "CN_COPY", "agent", "Dana Whitfield", "您的受托代理人代您提出的请求"),
        ("mipmap", "CN_COPY", "relative", "Ana Ruiz", "以逝者近亲属的身份代他人提出的请求"),
    ],
)
def test_that_the_letter_speaks_to_whoever_gets_it(
    controller: str, right: str, capacity: str, greets: str, says: str
) -> None:
    (case,) = open_acting(controller, right, capacity=capacity)
    show_all(case)
    accept(case, member("Olu", **{controller: "handler"}))
    representative.confirm(case)
    prove_own_address(case)
    (case,) = refreshed(case)
    letter = compose.preview(case)
    assert letter.name == f"{greets[0]}***"
    assert says in "".join("".join(passage) for passage in letter.opening)


def test_that_one_letter_for_two_people_needs_the_yes_of_each() -> None:
    """What Dana allows says nothing about Ben."""
    (dana,) = open_acting("mimap", "KNOW_PCS")
    told = {"capacity": "agent", "representative": {"name": "Ana Ruiz", "email": ANA["mimap"]}}
    arrival = Arrival(
        controller=register.controller("mimap"), channel="post", received_at=dana.received_at, language="en",
        verbatim=b"{}", arrival_key="unused", name="Ben Whitfield", email="ben@example.com", rights=("KNOW_PCS",),
        **told,
    )  # fmt: skip
    (ben,) = open_from(dana.submission, arrival).cases
    run_pipeline()
    assert letters_to("ben@example.com") == ["person_asked"]
    show_all(dana)
    accept(dana, member("Olu", mimap="handler"))
    representative.confirm(dana)
    dana, ben = refreshed(dana, ben)
    assert (dana.state, ben.state) == (State.ASSESSING, State.VERIFYING)
    assert {need.code for need in needs.outstanding(ben)} == {"authority:permission", "person_confirms"}


def test_that_the_hashes_of_who_acted_go_with_the_case() -> None:
    (case,) = open_acting("mimap", "KNOW_PCS")
    representative.give_up(case, by=member("Olu", mimap="handler"))
    closed_by_hand()
    purge.purge(refreshed(case)[0])
    held = Mandate.objects.get()
    assert (held.holder_index, held.person_index) == ("", "")


def test_that_chinese_law_has_them_asked_once_more_before_a_refusal() -> None:
    (case,) = open_acting("mipmap", "CN_COPY", capacity="relative")
    olu = member("Olu", mipmap="handler")
    assert representative.give_up(case, by=olu) is False
    assert letters_to(ANA["mipmap"])[-1] == "reminder" and refreshed(case)[0].state == State.VERIFYING
    assert refreshed(case)[0].reminded_at is not None
    assert representative.give_up(refreshed(case)[0], by=olu) is True


def test_that_nobody_counts_as_asked_once_more_whom_no_letter_can_reach() -> None:
    (case,) = open_acting("mipmap", "CN_COPY", capacity="relative")
    told = subject.read(case)
    told.representative |= {"email": ""}
    told.email = ""
    journal.record(case, "built", by=journal.PIPELINE, sealed_subject=subject.seal(case, told))
    with pytest.raises(asking.NotAllowed, match="no_address"):
        representative.give_up(case, by=member("Olu", mipmap="handler"))
    (case,) = refreshed(case)
    assert case.reminded_at is None and case.state == State.VERIFYING
    assert not case.events.filter(name="reminded").exists()
