"""Files of an answer: a code of their own, sent to the proved address, and nothing without it."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app import doubts, journal, law
from requests_app.letters import outbox
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Doubt, Package
from requests_app.response import deliver, steps
from tests.build import build_case, found
from tests.public.conftest import Visitor, code_in_newest_letter
from tests.public.test_pages import MOST_STATEMENTS

pytestmark = pytest.mark.django_db
ROWS = {"mimap_shop_db": [("customers", {"customer_id": "MM1", "email": "dana.whitfield@example.org"})]}


@pytest.fixture
def answered(db: None) -> Case:
    """A copy that was given."""
    case = build_case({"customers.identity": found(1)}, right="KNOW_PCS", rows=ROWS)
    assert steps.answer(case)
    case.refresh_from_db()
    return case


@pytest.fixture
def back(answered: Case) -> Visitor:
    """Dana, come back by code."""
    visitor = Visitor()
    visitor.come_back(answered)
    return visitor


def paths_of(case: Case) -> tuple[str, str, str]:
    """The list, the package, the letter."""
    files = f"/mimap/request/{case.reference}/files/"
    return files, f"{files}package/{case.packages.get().public_id}/", f"{files}letter/1/"


def test_of_the_way_to_package_and_letter(answered: Case, back: Visitor) -> None:
    files, package, letter = paths_of(answered)
    with CaptureQueriesContext(connection) as asked:
        page = back.get(f"/mimap/request/{answered.reference}/")
    assert "Ready for you" in page.content.decode() and len(asked) <= MOST_STATEMENTS, asked.captured_queries
    for path in (package, letter):
        assert back.get(path).url == files
    assert "fresh code" in back.get(files).content.decode()
    back.post(files, {"send": "1"})
    code = code_in_newest_letter(answered)
    assert outbox.read(answered.letters.latest("pk"))["to"] == "dana.whitfield@example.org"
    assert "does not fit" in back.post(files, {"code": "000000"}).content.decode()
    assert back.post(files, {"code": code}).url == files
    assert package in back.get(files).content.decode()
    content = b"".join(back.get(package).streaming_content)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert back.get(letter).content.startswith(b"%PDF")
    assert answered.events.filter(name="package_opened").count() == 1


def test_that_the_code_of_the_page_does_not_open_the_files(answered: Case, back: Visitor) -> None:
    files, package, _ = paths_of(answered)
    back.post(files, {"code": code_in_newest_letter(answered)})
    assert back.get(package).url == files


def test_that_a_stranger_gets_nothing(answered: Case) -> None:
    for path in paths_of(answered):
        assert Visitor().get(path).url == "/mimap/follow/"


def test_that_a_freshness_of_ten_minutes_ends(answered: Case, back: Visitor) -> None:
    files, package, _ = paths_of(answered)
    back.post(files, {"send": "1"})
    back.post(files, {"code": code_in_newest_letter(answered)})
    session = back.session
    session["fresh"] = {answered.public_id: "2020-01-01T00:00:00+00:00"}
    session.save()
    assert back.get(package).url == files


def test_that_files_past_their_date_are_said_to_be_gone(answered: Case, back: Visitor) -> None:
    files, package, _ = paths_of(answered)
    answered.letters.update(sealed_pdf=None)
    Package.objects.update(expires_at=timezone.now())
    assert back.get(files).status_code == 404
    assert "no files here" in back.get(files).content.decode()
    assert back.get(package).url == files
    for page in (files, f"/mimap/request/{answered.reference}/"):
        assert "are destroyed. If you need them again, write to us" in back.get(page).content.decode()


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"answered_at": None, "state": State.ASSESSING}, "None were made yet. We answer by"),
        ({"outcome": Outcome.WITHDRAWN, "answered_at": None}, "ended without an answer of its own"),
        ({}, "came without files"),
    ],
)
def test_that_whoever_finds_no_files_reads_why(
    answered: Case, back: Visitor, columns: dict, said: str
) -> None:
    files = paths_of(answered)[0]
    answered.letters.update(sealed_pdf=None)
    answered.packages.all().delete()
    Case.objects.filter(pk=answered.pk).update(**columns)
    assert said in back.get(files).content.decode()


def test_that_files_shut_by_a_doubt_are_not_said_to_be_gone(answered: Case, back: Visitor) -> None:
    files, package, _ = paths_of(answered)
    back.post(files, {"send": "1"})
    back.post(files, {"code": code_in_newest_letter(answered)})
    Case.objects.update(standard=law.Level.HIGH)
    assert doubts.raise_doubt(Case.objects.get(), Doubt.Kind.BY_STAFF, by=journal.PIPELINE)
    page = back.get(package)
    assert page.status_code == 410 and "made sure who asks" in page.content.decode()


def test_that_one_press_begins_the_days_anew_and_not_for_ever(answered: Case, back: Visitor) -> None:
    files, package, _ = paths_of(answered)
    old = answered.packages.get()
    Package.objects.filter(pk=old.pk).update(expires_at=timezone.now() + timedelta(days=1))
    assert back.post(f"{package}again/").url == files and answered.packages.count() == 1, (
        "not without a fresh code"
    )
    back.post(files, {"send": "1"})
    back.post(files, {"code": code_in_newest_letter(answered)})
    assert "Keep them open longer" in back.get(files).content.decode()
    for _press in range(2):
        assert back.post(f"{package}again/").url == files
    fresh = answered.packages.get(destroyed_at=None)
    assert fresh.pk != old.pk and fresh.expires_at - timezone.now() > timedelta(days=13), (
        "pressed twice, done once"
    )
    assert back.get(package).status_code == 404
    content = b"".join(back.get(f"{files}package/{fresh.public_id}/").streaming_content)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    for _press in range(deliver.MOST_REISSUES):
        newest = answered.packages.get(destroyed_at=None)
        back.post(f"{files}package/{newest.public_id}/again/")
    assert answered.events.filter(name="package_reissued").count() == deliver.MOST_REISSUES
    assert "Keep them open longer" not in back.get(files).content.decode()
