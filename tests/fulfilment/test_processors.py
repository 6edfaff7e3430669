"""A processor that speaks OpenDSR: asked once, read back, chased when silent, caught when lying."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from datetime import timedelta

import pytest
import yaml
from django.utils import timezone

from requests_app import worklist
from requests_app.fulfilment import tasks_by_hand, working
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Errand, Letter, Task, Work
from requests_app.response import deliver
from requests_app.systems.connectors import breaker

from .newsletter import KEY, ask_it, call_back, fresh, sweep_again
from .test_tasks_by_hand import WORDS


def test_it_is_asked_once_calls_back_and_the_deletion_is_done_when_it_is_read_back(people, double) -> None:
    case, work = ask_it(people)
    ((number, asked),) = double.requests.items()
    assert (asked["regulation"], asked["subject_request_type"]) == ("ccpa", "erasure")
    assert asked["subject_identities"] == [
        {"identity_type": "email", "identity_format": "sha256",
         "identity_value": hashlib.sha256(b"dana@example.com").hexdigest()}
    ]  # fmt: skip
    assert "dana" not in json.dumps(double.requests).lower()
    assert case.state == State.FULFILLING and work.status == Work.Status.WAITING
    double.status = "completed"
    body, headers = double.callback(number)
    assert call_back(body, headers).status_code == 202
    assert Errand.objects.get().status == "completed"
    sweep_again(people)
    work.refresh_from_db()
    assert (work.status, double.posts) == (Work.Status.CONFIRMED, 1)
    case = fresh(case)
    assert case.state == State.CLOSED, case.waits_for
    assert call_back(body, headers).status_code == 202, "a second time is no news and no fault"


def test_a_copy_is_fetched_from_its_own_host_and_lies_in_the_package(people, double) -> None:
    double.status = "completed"
    case, work = ask_it(people, "KNOW_PCS")
    sweep_again(people)
    work.refresh_from_db()
    assert work.status == Work.Status.CONFIRMED
    assert fresh(case).state == State.CLOSED
    package = b"".join(deliver.open_package(case, case.packages.get()))
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        assert files.read(f"data/{KEY}/by-hand.json") == double.file
    assert "the company that processes it for us" in outbox.read(case.letters.get(kind="answer"))["text"]


@pytest.mark.parametrize(
    ("wrong", "trouble"),
    [
        ({"status": "completed", "people": [{"email": "dana@example.com"}]}, "refused: said yes, but the rows"),
        ({"status": "cancelled"}, "refused: cancelled it"),
        ({"signs": False}, "refused: speaks for another domain"),
        ({"types": ["access"]}, "refused: does not do this"),
        ({"certificate": b"none"}, "refused: its certificate is not to be trusted"),
        ({"status": "nearly"}, "refused: its status cannot be read"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)  # fmt: skip
def test_a_processor_that_lies_or_will_not_is_shown_to_staff_and_never_called_done(
    people, double, wrong, trouble
) -> None:
    for name, value in wrong.items():
        setattr(double, name, value)
    case, work = ask_it(people)
    sweep_again(people)
    work.refresh_from_db()
    assert work.status == Work.Status.FAILED and work.trouble.startswith(trouble), work.trouble
    assert fresh(case).state == State.FULFILLING and fresh(case).waits_for == f"system:{KEY}"


def test_one_that_never_answers_is_chased_and_its_owner_asked_until_somebody_says_it_is_done(
    people, double
) -> None:
    case, _work = ask_it(people)
    assert not Task.objects.exists()
    Errand.objects.update(due_on=worklist.today_at("mimap") - timedelta(days=1))
    double.silent = True
    sweep_again(people)
    double.silent = False
    sweep_again(people)
    assert Letter.objects.filter(kind="task").count() == 1
    assert fresh(case).events.filter(name="processor_overdue").count() == 1
    assert fresh(case).waits_for == f"system:{KEY}"
    Task.objects.update(next_mail_at=timezone.now())
    tasks_by_hand.chase(timezone.now())
    assert Letter.objects.filter(kind="task").count() == 2
    double.status = "completed"
    sweep_again(people)
    Task.objects.update(next_mail_at=timezone.now())
    tasks_by_hand.chase(timezone.now())
    assert Letter.objects.filter(kind="task").count() == 2, "done is done, nobody is chased"
    assert fresh(case).state == State.CLOSED


def test_one_that_was_never_reached_is_chased_like_one_that_does_not_answer(to_erase: Work, double) -> None:
    double.silent = True
    due = timezone.now() + timedelta(days=20)
    Case.objects.filter(pk=to_erase.case_id).update(due_on=due.date())
    for days, mails in ((0, 0), (4, 0), (6, 1), (7, 1)):
        breaker.forget()
        Work.objects.filter(pk=to_erase.pk).update(started_at=timezone.now() - timedelta(days=days))
        working.do_delete(Work.objects.get(pk=to_erase.pk))
        assert Letter.objects.filter(kind="task").count() == mails, days
    case = fresh(to_erase.case)
    assert not Errand.objects.exists() and case.waits_for == f"system:{KEY}"
    assert case.events.filter(name="processor_overdue").count() == 1
    Task.objects.update(next_mail_at=timezone.now())
    tasks_by_hand.chase(timezone.now())
    assert Letter.objects.filter(kind="task").count() == 2
    # Reached at last, and late again: its owner is asked already.
    double.silent = False
    working.do_delete(Work.objects.get(pk=to_erase.pk))
    Errand.objects.update(due_on=worklist.today_at("mimap") - timedelta(days=1))
    working.do_delete(Work.objects.get(pk=to_erase.pk))
    assert double.posts == 1 and Task.objects.count() == 1


def test_a_worker_killed_while_asking_asks_under_the_same_number(people, double) -> None:
    double.dies_after_taking = True
    _case, work = ask_it(people)
    assert double.posts >= 1 and len(double.requests) == 1
    double.status = "completed"
    sweep_again(people)
    work.refresh_from_db()
    assert work.status == Work.Status.CONFIRMED and len(double.requests) == 1


KEPT = {"keep": [{"holding": "readers.all", "fields": ["email"], "exemption": "DEL8", "citation": "to be named by counsel",
                  "months": 12, "counted_from": "email"}]}  # fmt: skip


@pytest.mark.parametrize("understands", [True, False])
def test_what_has_to_be_kept_is_told_to_the_processor_or_its_owner_is_asked_instead(
    people, double, settings, tmp_path, understands: bool
) -> None:
    settings.PORTAL_CONTROLLERS = shutil.copytree(settings.PORTAL_CONTROLLERS, tmp_path / "told")
    file = settings.PORTAL_CONTROLLERS / "mimap" / "inventory.yml"
    inventory = yaml.safe_load(file.read_text(encoding="utf-8"))
    portal = inventory["dataset"][-1]["meta"]["portal"]
    portal["opendsr"]["exemptions"] = understands
    duty = {
        "exemption": "DEL8",
        "citation": "to be named by counsel",
        "months": 12,
        "counted_from": "email",
        "words": WORDS,
    }
    portal["holdings"]["readers.all"]["retention"] = duty
    file.write_text(yaml.safe_dump(inventory, allow_unicode=True, sort_keys=False), encoding="utf-8")
    double.status, double.people = "completed", [{"email": "dana@example.com"}]
    case, work = ask_it(people)
    assert bool(double.requests) == understands == (not Task.objects.exists())
    if understands:
        (asked,) = double.requests.values()
        assert asked["extensions"] == {"localhost": KEPT}
        sweep_again(people)
        work.refresh_from_db()
        assert (work.status, work.result["kept"]) == (Work.Status.CONFIRMED, ["readers.all"])
        assert "has to be kept: Paper archive" in outbox.read(case.letters.get(kind="answer"))["text"]
