"""A file with a message: by its content, of a size, past the scanner, and only ever handed out as a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.utils import timezone

from identity import vault
from identity.models import SealingKey
from requests_app.archive.purge import purge_expired
from requests_app.decision import determine, evidence
from requests_app.decision.determine import NotAllowed
from requests_app.intake import drafted, enclosed
from requests_app.letters import outbox
from requests_app.models import Case, DraftFile, Letter, Paper
from tests.public.conftest import Visitor, work
from tests.staff.people import at_desk, hire
from tests.staff.scenes import approving

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 my bill"


@pytest.fixture
def case(dana: Visitor) -> Case:
    """Dana's own, with its page open."""
    (case,) = dana.send("DELETE")
    work()
    dana.come_back(case)
    return case


def written(dana: Visitor, case: Case, content: bytes, name: str = "bill.pdf") -> str:
    """What the page says after a message with that file; empty when it was taken."""
    answer = dana.post(
        dana.at(f"request/{case.reference}/"),
        {"text": "Here is my bill.", "file": SimpleUploadedFile(name, content)},
    )
    return "" if answer.status_code == 302 else answer.content.decode()


def test_that_a_file_comes_to_staff_as_a_file(dana: Visitor, case: Case) -> None:
    assert written(dana, case, PDF) == ""
    (paper,) = case.papers.all()
    assert (paper.evidence, paper.content_type, paper.by) == (Paper.ENCLOSED, "application/pdf", None)
    assert case.events.filter(name="enclosed").exists()
    assert "You sent a file with it" in dana.get(dana.at(f"request/{case.reference}/")).content.decode()
    desk = at_desk(hire("Olu", "mimap"))
    file = f"/staff/mimap/{case.reference}/papers/{paper.pk}/"
    assert "File from the requester" in desk.get(f"/staff/mimap/{case.reference}/").content.decode()
    assert desk.get(file).status_code == 403, "not before a reason was given"
    desk.post(f"/staff/mimap/{case.reference}/reveal/", {"reason": "identify"})
    answer = desk.get(file)
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer) == PDF


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"MZ\x90 a program called bill.pdf", "Choose a PDF, JPEG or PNG file"),
        (b"<svg onload=alert(1)>", "Choose a PDF, JPEG or PNG file"),
        (b"%PDF-" + b"x" * enclosed.MAX_BYTES, "Choose a file of at most 8 MB"),
        (b"", "This file is empty. Choose another"),
    ],
)
def test_what_is_not_taken(dana: Visitor, case: Case, content: bytes, why: str) -> None:
    assert why in written(dana, case, content)
    assert not case.papers.exists() and not case.messages.exists(), "nothing is written by halves"


def test_that_a_scanner_that_is_set_and_silent_lets_nothing_pass(dana: Visitor, case: Case, settings) -> None:
    settings.SCANNER = "127.0.0.1:1"
    assert "We cannot check files just now" in written(dana, case, PDF)
    assert not case.papers.exists()


def test_that_there_is_an_end_to_files(dana: Visitor, case: Case) -> None:
    assert not any(written(dana, case, PDF) for _ in range(enclosed.MOST))
    assert "We have ten files from you" in written(dana, case, PDF)


def test_that_a_file_undoes_no_approval_and_no_handler_removes_it(db: None) -> None:
    olu = hire("Olu", "mimap")
    waiting = approving(by=olu)
    before = determine.digest(waiting)
    file = enclosed.File("bill.pdf", PDF)
    message = enclosed.Message.objects.create(
        case=waiting, kind="from_requester", sealed=b"", written_at=waiting.received_at
    )
    paper = enclosed.keep(waiting, message, file, enclosed.check(waiting, file))
    assert determine.digest(waiting) == before
    with pytest.raises(NotAllowed):
        evidence.remove(waiting, paper, by=olu)


def enclosed_first(dana: Visitor, content: bytes = PDF, name: str = "bill.pdf") -> str:
    """What the page says after a file was put to the form; empty when it was taken."""
    file = SimpleUploadedFile(name, content)
    answer = dana.post(dana.at("ask/files/"), {"file": file}, headers={"accept-language": "en"})
    return "" if answer.status_code == 302 else answer.content.decode()


def test_that_a_file_of_the_form_stays_through_a_save_and_another_language_and_comes_with_every_case(
    dana: Visitor,
) -> None:
    dana.answer_all("KNOW_CAT", "DELETE")
    assert enclosed_first(dana) == "" and enclosed_first(dana, PDF + b"2", "second.pdf") == ""
    kept = list(DraftFile.objects.all())
    lying = [Path(settings.PORTAL_VAULT) / one.path for one in kept]
    assert all(
        PDF not in path.read_bytes() and b"bill" not in bytes(one.sealed_name)
        for path, one in zip(lying, kept, strict=True)
    )
    page = dana.get(dana.at("ask/files/")).content.decode()
    out = re.findall(r'name="out" value="([^"]+)"', page)
    dana.post(dana.at("ask/files/"), {"out": out[1]})
    dana.post(dana.at("save/"), {"email": "dana@example.com"})
    said = outbox.read(Letter.objects.filter(kind="saved").select_related("key").latest("pk"))
    other = Visitor(language="zh-Hans")
    other.post(
        other.at("save/back/"),
        {"code": re.search(r"\b([2-9A-Z]{4} [2-9A-Z]{4} [2-9A-Z]{4})\b", said["text"])[1]},
    )
    checked = other.get(other.at("ask/check/")).content.decode()
    assert "bill.pdf" in checked and "second.pdf" not in checked
    with TestCase.captureOnCommitCallbacks(execute=True):
        other.post(other.at("ask/check/"), {"number": "", "website": ""})
    cases = Case.objects.all()
    assert [case.papers.get().evidence for case in cases] == [Paper.ENCLOSED] * 2
    for case in cases:
        paper = case.papers.get()
        assert b"".join(vault.read(case.key, paper.path, Paper.SEALED_AS)) == PDF
        assert case.events.filter(name="enclosed").count() == 1
    assert not DraftFile.objects.exists() and not lying[0].exists()
    assert SealingKey.objects.get(pk=kept[0].key_id).wrapped is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"MZ a program", "Choose a PDF, JPEG or PNG file"),
        (b"%PDF-" + b"x" * enclosed.MAX_BYTES, "at most 8 MB"),
    ],
)
def test_what_is_not_taken_with_the_form(dana: Visitor, content: bytes, why: str) -> None:
    assert dana.post(dana.at("ask/files/")).url == dana.at("ask/check/"), "no answers, no files"
    dana.answer_all("DELETE")
    assert why in enclosed_first(dana, content)
    assert not DraftFile.objects.exists()


def test_that_a_file_of_a_form_never_sent_is_destroyed_on_its_day(dana: Visitor) -> None:
    dana.answer_all("DELETE")
    assert not any(enclosed_first(dana) for _ in range(enclosed.MOST))
    assert "We have ten files from you" in enclosed_first(dana)
    paths = [Path(settings.PORTAL_VAULT) / one.path for one in DraftFile.objects.all()]
    assert purge_expired()["draft_files"] == 0
    with time_machine.travel(timezone.now() + drafted.LIFE), TestCase.captureOnCommitCallbacks(execute=True):
        assert purge_expired()["draft_files"] == enclosed.MOST
    assert not DraftFile.objects.exists() and not any(path.exists() for path in paths)
