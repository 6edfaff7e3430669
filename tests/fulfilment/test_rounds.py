"""Two systems joined by a value: neither forgets the other, whatever fails in between."""

from __future__ import annotations

from typing import Any

import pytest

from requests_app import journal
from requests_app.fulfilment import recipients, steps
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Letter, Task, Work
from requests_app.systems import SystemUnreachable
from requests_app.systems.connectors import memory
from tests.fulfilment.joined import (
    ARCHIVE,
    OWNER,
    SHOP,
    TILL,
    WORDS,
    Place,
    dataset,
    furnish,
    go_on,
    granted,
    without,
)
from tests.people import approved, decided, tell_recipients
from tests.staff.people import at_desk

pytestmark = pytest.mark.django_db
MANUAL = dataset(ARCHIVE, "manual", owner=OWNER, identity="email")


@pytest.fixture
def place(tmp_path, settings, monkeypatch) -> Place:
    return furnish(tmp_path, settings, monkeypatch)


@pytest.fixture
def with_archive(tmp_path, settings, monkeypatch) -> Place:
    """And paper, which somebody looks after."""
    return furnish(tmp_path, settings, monkeypatch, MANUAL)


def _work(case: Case, system: str) -> Work:
    return case.works.filter(system=system, operation=Work.Operation.DELETE).latest("round")


def _is_known(place: Place) -> bool:
    """Whether the shop still leads on from Dana's address; Max's data is never touched."""
    dana, other = place.shop["customers"]
    assert other["email"] == "max@example.com"
    return dana["email"] == "dana@example.com"


def _is_gone(place: Place) -> bool:
    assert [row["number"] for row in place.till["receipts"]][-1] == "r2"
    return not _is_known(place) and len(place.till["receipts"]) == 1


def test_what_leads_on_to_a_silent_system_is_not_erased_before_that_one_is_done(place: Place) -> None:
    case = granted()
    place.fails(TILL, SystemUnreachable, when="write")
    case = go_on(case)
    assert _is_known(place)
    assert _work(case, SHOP).result == {"waits_for": [TILL]} and not _work(case, SHOP).attempts
    assert case.state == State.FULFILLING and case.waits_for == f"system:{TILL}"
    shown = at_desk(case.proposed_by).get(f"/staff/mimap/{case.reference}/").content.decode()
    assert f"Waits until these are done: {TILL}" in shown
    place.fails(TILL, None)
    case = go_on(case)
    assert _is_gone(place)
    assert {_work(case, key).status for key in (SHOP, TILL)} == {Work.Status.CONFIRMED}


def test_a_row_that_came_where_one_is_led_sends_the_case_back_before_anything_is_erased(place: Place) -> None:
    case = granted()
    place.till["receipts"].insert(0, {"number": "r9", "who": "MM1"})
    case = go_on(case)
    assert case.state == State.ASSESSING and _is_known(place)
    assert case.holdings.get(system=TILL).found == 3
    approved(decided(case, case.proposed_by), case.approvals.first().by)
    go_on(case)
    assert _is_gone(place)


@pytest.mark.parametrize("said", ["by the owner", "of the recipients"])
def test_what_is_said_of_an_earlier_approval_finishes_nothing_of_the_newest(
    with_archive: Place, said: str
) -> None:
    case = granted()
    with_archive.fails(SHOP, SystemUnreachable)
    case = go_on(case)
    with_archive.fails(SHOP, None)
    with_archive.shop["devices"].append({"device_id": "d1", "customer_id": "MM1"})
    case = go_on(case)
    assert case.state == State.ASSESSING
    old = Task.objects.get(work__case=case)
    approved(decided(case, case.proposed_by), case.approvals.first().by)
    with_archive.fails(SHOP, SystemUnreachable, when="find")
    case = go_on(case)
    newest = Task.objects.exclude(pk=old.pk).get(work__case=case)
    if said == "by the owner":
        assert not steps.task_answered(old, Task.Answer.DONE, by=journal.By("system_owner"))
        newest.refresh_from_db()
        assert not newest.answer
    else:
        _notice(case, old.work.round)
        Work.objects.filter(case=case, round=old.work.round).exclude(operation="notify").update(
            status="confirmed"
        )
        recipients.told(case, by=case.proposed_by)
    case = go_on(case)
    assert case.state == State.FULFILLING and _is_known(with_archive)
    with_archive.fails(SHOP, None)
    go_on(case)
    assert steps.task_answered(newest, Task.Answer.DONE, by=journal.By("system_owner"))
    tell_recipients(case.proposed_by)
    assert Case.objects.get(pk=case.pk).state == State.CLOSED and _is_gone(with_archive)
    # The newest approval found nothing more where the first one had erased: the answer tells of both.
    told = outbox.read(Letter.objects.get(case=case, kind="answer"))["text"]
    assert "Till: 2 records erased" in told and "Devices: 1 record erased" in told


def _notice(case: Case, round_: int) -> Work:
    return Work.objects.create(
        case=case, operation="notify", system="recipient:x", round=round_, result={"whom": {}}
    )


@pytest.mark.parametrize("begun", [False, True], ids=["before its work is opened", "while it is erased"])
def test_what_was_approved_in_a_system_that_left_the_register_waits_until_it_is_described_again(
    place: Place, settings, tmp_path, begun: bool
) -> None:
    case = granted()
    if begun:
        place.fails(TILL, SystemUnreachable, when="commit")
        case = go_on(case)
        assert _work(case, TILL).sealed
        place.fails(TILL, None)
    with_till = settings.PORTAL_CONTROLLERS
    settings.PORTAL_CONTROLLERS = without(TILL, tmp_path)
    case = go_on(case)
    assert _is_known(place), "what leads on to the till is not erased before it"
    assert case.state == State.FULFILLING and "left the register" in _work(case, TILL).trouble
    page = at_desk(case.proposed_by).get(f"/staff/mimap/{case.reference}/").content.decode()
    assert TILL in page and "Describe it again" in page
    settings.PORTAL_CONTROLLERS = with_till
    go_on(case)
    tell_recipients(case.proposed_by)
    assert Case.objects.get(pk=case.pk).state == State.CLOSED and _is_gone(place)


class Killed(BaseException):
    """What no handler of ours catches, as a process that is gone."""


@pytest.mark.parametrize(
    "every", [pytest.param(False, id="write"), pytest.param(True, id="every act", marks=pytest.mark.long)]
)
def test_a_worker_killed_between_statements_of_two_systems_is_succeeded_to_the_same_end(
    place: Place, every: bool
) -> None:
    case = granted()
    lived, deaths = 0, 0

    def die(act: str) -> None:
        nonlocal lived
        if not every and act == "find":
            return
        if lived <= 0:
            raise Killed
        lived -= 1

    place.trouble = {SHOP: die, TILL: die}
    ended: Any = None
    while ended is None:
        lived = deaths
        try:
            ended = go_on(case)
        except Killed:
            deaths += 1
            assert (len(place.till["receipts"]) == 1) >= (len(place.shop["customers"]) == 1), "the leaf first"
        assert deaths < 300, "it never comes to an end"
    assert deaths > 4 and _is_gone(place)
    tell_recipients(case.proposed_by)
    names = list(case.events.values_list("name", flat=True))
    assert names.count("system_confirmed") == 2 and names.count("fulfil") == names.count("answer") == 1
    assert journal.verify(Case.objects.get(pk=case.pk)) is None


@pytest.mark.parametrize(
    ("rule", "identity", "said"),
    [
        ("mask", "email", "3 records emptied"),
        ("mask", "", "3 records emptied"),
        ("null", "", "3 records erased"),
    ],
    ids=["emptied and not met again", "emptied and met again", "blank and met again"],
)
def test_what_several_approvals_did_is_told_together_and_each_record_once(
    tmp_path, settings, monkeypatch, rule: str, identity: str, said: str
) -> None:
    table, who = f"{ARCHIVE}_receipts", "dana@example.com" if identity else "MM1"
    listed = dataset(ARCHIVE, "memory", secret="JOINED_ARCHIVE", identity=identity)
    listed["collections"][0]["fields"].append({"name": "note", "data_categories": ["user.content"]})
    portal = listed["meta"]["portal"]
    portal["holdings"][f"{table}.all"] |= {"erase": rule}
    portal["fields"] |= {f"{table}.note": {"title": WORDS}}
    for kept in ("number",) if identity else ("number", "who"):
        portal["fields"][f"{table}.{kept}"] |= {"erase": "keep"}
    rows = [{"number": f"a{n}", "who": who, "note": f"note {n}"} for n in (1, 2)]
    monkeypatch.setenv("JOINED_ARCHIVE", "memory://joined-archive")
    monkeypatch.setitem(memory.STORES, "joined-archive", {table: rows})
    place = furnish(tmp_path, settings, monkeypatch, listed)
    case = granted()
    place.fails(SHOP, SystemUnreachable, when="write")
    case = go_on(case)
    place.fails(SHOP, None)
    assert _work(case, ARCHIVE).status == Work.Status.CONFIRMED and _is_known(place)
    place.shop["devices"].append({"device_id": "d1", "customer_id": "MM1"})
    memory.STORES["joined-archive"][table].append({"number": "a3", "who": who, "note": "note 3"})
    case = go_on(case)
    assert case.state == State.ASSESSING
    approved(decided(case, case.proposed_by), case.approvals.first().by)
    go_on(case)
    tell_recipients(case.proposed_by)
    assert Case.objects.get(pk=case.pk).state == State.CLOSED
    told = outbox.read(Letter.objects.get(case=case, kind="answer"))["text"]
    assert f"Till: {said}" in told


def test_a_list_in_another_system_that_names_two_people_loses_one_and_the_letter_says_so(
    tmp_path, settings, monkeypatch
) -> None:
    listed = dataset(ARCHIVE, "memory", secret="JOINED_ARCHIVE")
    _number, who = listed["collections"][0]["fields"]
    who["fides_meta"]["data_type"] = "string[]"
    table = f"{ARCHIVE}_receipts"
    rows = [
        {"number": "a1", "who": ["MM1"]},
        {"number": "a2", "who": ["MM2", "MM1"]},
        {"number": "a3", "who": ["MM2"]},
    ]
    monkeypatch.setenv("JOINED_ARCHIVE", "memory://joined-archive")
    monkeypatch.setitem(memory.STORES, "joined-archive", {table: rows})
    place = furnish(tmp_path, settings, monkeypatch, listed)
    case = granted()
    place.fails(ARCHIVE, SystemUnreachable)
    case = go_on(case)
    assert _is_known(place), "what leads there waits, as for a column"
    place.fails(ARCHIVE, None)
    case = go_on(case)
    tell_recipients(case.proposed_by)
    assert _is_gone(place)
    assert memory.STORES["joined-archive"][table] == [
        {"number": "a2", "who": ["MM2"]},
        {"number": "a3", "who": ["MM2"]},
    ]
    told = outbox.read(Letter.objects.get(case=case, kind="answer"))["text"]
    assert "Till: 1 record erased; 1 record stays because it is another person’s too" in told
