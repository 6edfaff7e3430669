"""A system no program reaches: its owner is asked, reminded, answers by private link, and the case goes on."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pypdf import PdfWriter

from requests_app import journal, register, worklist
from requests_app.decision import determine
from requests_app.fulfilment import recipients, tasks_by_hand
from requests_app.fulfilment import steps as fulfilment
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Letter, Task, Work
from requests_app.response import deliver
from tests.packs import changing
from tests.people import approved, decided, member, open_case, run_pipeline, verified

OWNER = "archive@example.com"
PACKS = Path(__file__).parents[2] / "portal" / "controllers"
WORDS = {"en": "Paper archive", "zh-Hans": "纸质档案"}


def add_system(folder: Path, settings, dataset: dict) -> None:
    """The shipped packs with one more system in MiMap's inventory."""
    shutil.copytree(PACKS, folder / "packs")
    with changing(folder / "packs") as inventory:
        inventory["dataset"].append(dataset)
        inventory["system"][0]["dataset_references"].append(dataset["fides_key"])
    settings.PORTAL_CONTROLLERS = folder / "packs"


@pytest.fixture
def archive(furnished, tmp_path, settings):
    """MiMap keeps some paper as well; Olu and Pia work there."""
    cache.clear()
    add_system(
        tmp_path,
        settings,
        {
            "fides_key": "mimap_archive",
            "name": "Paper archive",
            "collections": [
                {
                    "name": "folders",
                    "fields": [
                        {"name": "email", "data_categories": ["user.contact.email"],
                         "fides_meta": {"primary_key": True, "identity": "email"}},
                    ],
                }
            ],
            "meta": {
                "portal": {
                    "title": WORDS,
                    "connector": "manual",
                    "owner": OWNER,
                    "collections": {"folders": {"title": WORDS}},
                    "fields": {"folders.email": {"title": WORDS}},
                    "holdings": {
                        "folders.all": {
                            "title": WORDS, "category": "A", "source": WORDS, "purpose": WORDS, "recipients": WORDS,
                            "collected_from_person": True, "erase": "delete",
                        }
                    },
                }
            },
        },
    )  # fmt: skip
    assert register.check(register.controller("mimap")) == ()
    return member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")


def _asked(people, right: str) -> tuple[Case, Task]:
    case = approved(decided(verified(open_case("mimap", right)), people[0]), people[1])
    run_pipeline()
    case.refresh_from_db()
    return case, Task.objects.get(work__case=case)


def _mails() -> list[str]:
    letters = Letter.objects.filter(kind="task").order_by("pk")
    return [outbox.read(letter)["text"] for letter in letters if outbox.read(letter)["to"] == OWNER]


def _open(mail: str) -> tuple[Client, str]:
    """A browser that has followed the link and typed the number."""
    browser = Client(headers={"accept-language": "en"})
    link = re.search(r"(/mimap/task/[\w-]+/)", mail)[1]
    number = re.search(r"(?m)^(\d{3} \d{3})$", mail)[1]
    assert b"dana@example.com" not in browser.get(link).content
    assert browser.post(link, {"code": number}).status_code == 302
    return browser, link


def test_the_owner_is_asked_answers_with_a_file_and_the_copy_holds_it(archive) -> None:
    case, _task = _asked(archive, "KNOW_PCS")
    assert case.state == State.FULFILLING
    (mail,) = _mails()
    assert "dana" not in mail.lower()
    browser, link = _open(mail)
    shown = browser.get(link).content.decode()
    assert "<h1>Look up what Paper archive holds about this person</h1>" in shown
    assert "dana@example.com" in shown
    assert "Choose the file with what you found" in browser.post(link, {"answer": "done"}).content.decode()
    writer, written = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(written)
    scan = SimpleUploadedFile("scan of folder.PDF", written.getvalue())
    assert browser.post(link, {"answer": "done", "note": "two sheets", "upload": scan}).status_code == 302
    assert "Thank you" in browser.get(link).content.decode()
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED, case.waits_for
    package = b"".join(deliver.open_package(case, case.packages.get()))
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        assert files.read("data/mimap_archive/by-hand.pdf") == written.getvalue()
    assert "a person looked" in outbox.read(case.letters.get(kind="answer"))["text"]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("corrected", ["It says: +14155550100", "Right is: +14155550177"]),
        ("annotated", ["Note this beside it: +14155550177"]),
        ("deleted", ["Delete this: +14155550100"]),
    ],
)
def test_the_owner_reads_what_is_wrong_and_what_was_decided_to_be_right(
    archive, how: str, said: list[str]
) -> None:
    olu, pia = archive
    claim = {"field": "customers.phone", "was": "+14155550100", "to": "+14155550199"}
    details = {f"correct.{name}": value for name, value in claim.items()}
    case = verified(open_case("mimap", "CORRECT", details=details))
    (advice,) = determine.advise(case)
    answers = details | {"correct.field": "phone", "correct.to": "+14155550177", "correct.how": how}
    determine.decide(case, advice.holding, by=olu, choice="grant", answers=answers)
    determine.propose(case, by=olu)
    approved(case, pia)
    run_pipeline()
    browser, link = _open(_mails()[0])
    shown = browser.get(link).content.decode()
    assert "<h1>Put right what Paper archive holds about this person</h1>" in shown
    assert all(part in shown for part in ("Phone number", *said)) and "4155550199" not in shown


def test_nobody_answers_and_is_reminded_every_four_days_with_staff_told_once_it_is_late(archive) -> None:
    case, task = _asked(archive, "DELETE")
    assert 4 <= (task.due_on - worklist.today_at("mimap")).days <= 6
    tasks_by_hand.chase(timezone.now())
    assert len(_mails()) == 1, "not before its day"
    for number, day in enumerate((6, 10), start=2):
        Task.objects.update(
            next_mail_at=timezone.now() - timedelta(minutes=1), due_on=case.received_on - timedelta(days=1)
        )
        tasks_by_hand.chase(timezone.now())
        task.refresh_from_db()
        assert len(_mails()) == number, day
        assert timedelta(days=3.9) < task.next_mail_at - timezone.now() <= timedelta(days=4)
    case.refresh_from_db()
    assert case.waits_for == "system:mimap_archive" and case.events.filter(name="task_overdue").count() == 2
    # The system leaves the register: nobody writes to its owner, and nobody else goes without a reminder.
    for trouble in ("legal_hold", ""):
        Work.objects.filter(pk=task.work_id).update(system="gone", trouble=trouble)
        Task.objects.update(next_mail_at=timezone.now() - timedelta(minutes=1))
        tasks_by_hand.chase(timezone.now())
    assert len(_mails()) == 3 and Task.objects.get().next_mail_at > timezone.now()


def test_a_link_alone_shows_nothing_and_five_wrong_numbers_close_it_until_the_next_mail(archive) -> None:
    _asked(archive, "DELETE")
    mail = _mails()[0]
    link = re.search(r"(/mimap/task/[\w-]+/)", mail)[1]
    right = re.search(r"(?m)^(\d{3} \d{3})$", mail)[1]
    wrong = "000000" if right != "000 000" else "111111"
    guesser = Client()
    for _ in range(5):
        assert "dana@example.com" not in guesser.post(link, {"code": wrong}).content.decode()
    assert guesser.post(link, {"code": right}).status_code == 200, "no number fits any more"
    Task.objects.update(next_mail_at=timezone.now())
    tasks_by_hand.chase(timezone.now())
    assert _open(_mails()[-1])
    assert Client().get("/mimap/task/" + "x" * 43 + "/").status_code == 404


def test_numbers_guessed_at_the_same_moment_are_all_counted(archive) -> None:
    case, seen_by_all = _asked(archive, "DELETE")
    right = tasks_by_hand.read(case, seen_by_all)["number"]
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert not tasks_by_hand.open_by_number(case, seen_by_all, wrong)
    assert not tasks_by_hand.open_by_number(case, seen_by_all, right)


def test_an_exception_stops_the_case_and_staff_may_note_that_it_was_done_after_all(archive) -> None:
    case, task = _asked(archive, "DELETE")
    browser, link = _open(_mails()[0])
    assert "Say why it cannot be done" in browser.post(link, {"answer": "exception"}).content.decode()
    browser.post(link, {"answer": "exception", "note": "the lorry burnt"})
    case.refresh_from_db()
    work = case.works.get(system="mimap_archive", operation=Work.Operation.DELETE)
    assert (work.status, case.waits_for) == (Work.Status.FAILED, "system:mimap_archive")
    assert tasks_by_hand.read(case, Task.objects.get(pk=task.pk))["note"] == "the lorry burnt"
    assert fulfilment.task_answered(Task.objects.get(pk=task.pk), "done", by=journal.staff(archive[0].pk))
    recipients.told(case, by=archive[0])
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED


def test_nothing_found_is_an_answer_too_and_a_second_answer_changes_nothing(archive) -> None:
    case, task = _asked(archive, "KNOW_PCS")
    browser, link = _open(_mails()[0])
    browser.post(link, {"answer": "not_found"})
    browser.post(link, {"answer": "done"})
    task.refresh_from_db()
    assert task.answer == "not_found"
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED
    assert "a person looked and found nothing" in outbox.read(case.letters.get(kind="answer"))["text"]
