"""A list of categories is about one person, so whoever looks after what nobody can search says whether they are in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from requests_app import journal, lifecycle
from requests_app.letters import outbox
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Task
from requests_app.response import ledger
from requests_app.response.categories import six_lists
from tests.build import build_case, found
from tests.people import run_pipeline
from tests.staff.people import at_desk, hire

from .joined import ARCHIVE, OWNER, add, dataset

pytestmark = pytest.mark.django_db
PAPER = f"{ARCHIVE}_receipts"


def _add_archive(folder: Path, settings: Any) -> None:
    """Paper that somebody looks after: receipts, and slips as another kind of data."""
    archive = dataset(ARCHIVE, "manual", owner=OWNER, identity="email")
    kinds = archive["meta"]["portal"]["holdings"]
    (receipts,) = kinds.values()
    kinds[f"{PAPER}.all"] = receipts | {
        "title": {"en": "Stubs", "zh-Hans": "存根"},
        "fields": ["number"],
        "erase": "keep",
    }
    kinds[f"{PAPER}.slips"] = receipts | {
        "title": {"en": "Slips", "zh-Hans": "单据"},
        "fields": ["who"],
        "erase": "null",
    }
    add(folder, settings, archive)


@pytest.mark.parametrize("answer", ["done", "not_found"])
@pytest.mark.parametrize("known", [True, False])
def test_what_they_say_is_held_stands_in_the_lists_and_nothing_of_it_is_sent(
    tmp_path: Path, settings: Any, answer: str, known: bool
) -> None:
    _add_archive(tmp_path, settings)
    case = build_case({"customers.identity": found(int(known))}, right="KNOW_CAT", state=State.APPROVING)
    journal.advance(case, lifecycle.APPROVE, by=journal.PIPELINE)
    run_pipeline()
    case.refresh_from_db()
    task = Task.objects.get(work__case=case)
    assert case.state == State.FULFILLING
    assert [one.system.key for one in ledger.read(case, so_far=True).outstanding] == [ARCHIVE]
    mail = outbox.read(case.letters.get(kind="task"))["text"]
    browser, link = Client(headers={"accept-language": "en"}), re.search(r"(/mimap/task/[\w-]+/)", mail)[1]
    browser.post(link, {"code": re.search(r"(?m)^(\d{3} \d{3})$", mail)[1]})
    page = browser.get(link).content.decode()
    assert "Say what kinds of information" in page and "Some of it is held" in page
    assert 'type="file"' not in page
    if answer == "done":
        assert "Choose what is held" in browser.post(link, {"answer": answer}).content.decode()
    assert browser.post(link, {"answer": answer, "held": f"{PAPER}.slips"}).status_code == 302
    task.refresh_from_db()
    case = Case.objects.select_related("key").get(pk=case.pk)
    now = ledger.read(case)
    assert (task.answer, case.state, now.outstanding) == (answer, State.RESPONDING, ())
    lists = six_lists(now)
    bullets = [str(bullet) for section in lists for bullet in section.bullets]
    assert any("Slips" in bullet for bullet in bullets) is (answer == "done")
    assert not any("Stubs" in bullet for bullet in bullets), "what they did not say is held"
    assert bool(lists) is (known or answer == "done")
    assert now.outcome is (Outcome.GRANTED if known or answer == "done" else Outcome.NOT_FOUND)


@pytest.mark.parametrize("held", [True, False])
def test_staff_who_are_told_by_word_of_mouth_say_which_kinds_are_held(
    tmp_path: Path, settings: Any, held: bool
) -> None:
    _add_archive(tmp_path, settings)
    case = build_case({"customers.identity": found(0)}, right="KNOW_CAT", state=State.APPROVING)
    journal.advance(case, lifecycle.APPROVE, by=journal.PIPELINE)
    run_pipeline()
    desk, at = at_desk(hire("Olu", "mimap")), f"/staff/mimap/{case.reference}/"
    page = desk.get(at).content.decode()
    assert "What of this is held about this person?" in page and "Slips" in page
    number = Task.objects.get(work__case=case).work_id
    refused = desk.post(f"{at}by-hand/{number}/", follow=True).content.decode()
    assert "Choose what is held, or say that nothing is." in refused
    said = {"held": f"{PAPER}.slips"} if held else {"answer": "not_found"}
    assert (
        "Noted: it was done by hand."
        in desk.post(f"{at}by-hand/{number}/", said, follow=True).content.decode()
    )
    case = Case.objects.select_related("key").get(pk=case.pk)
    assert [line.title for line in ledger.read(case).told_by_hand] == ["Slips"] * held
