"""The dates that closing sets, and the end of a package."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings

from identity import sealing
from identity.sealing import KeyDestroyed
from requests_app import journal, law, lifecycle, subject
from requests_app.archive.purge import purge_expired
from requests_app.lifecycle import State
from requests_app.models import Package
from requests_app.response.deliver import PackageGone, open_package
from tests.archive.conftest import closed, files_in_vault, noon
from tests.build import build_case
from tests.people import (
    run_pipeline,
)
from tests.public.conftest import Visitor, code_in_newest_letter

# --- the dates --------------------------------------------------------------------

TERMS = [
    ("mimap", "KNOW_PCS", 24, 36),
    ("mimap", "DELETE", 24, 36),
    ("mipmap", "CN_DELETE", 36, 36),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("controller", "right", "content", "log"), TERMS)
def test_closing_sets_the_dates_of_the_rulebook(controller: str, right: str, content: int, log: int) -> None:
    case = build_case({}, controller=controller, right=right)
    run_pipeline()
    case.refresh_from_db()
    regime = law.regime(case.regime, case.received_on)
    closed_on = case.closed_at.astimezone(ZoneInfo(regime.zone)).date()
    assert (regime.records.content_months, regime.records.log_months) == (content, log)
    assert case.purge_on == law.months_on(closed_on, content)
    assert case.log_until == law.months_on(closed_on, log)
    event = case.events.get(name="retention_set")
    assert event.references["content_until"] == case.purge_on.isoformat()
    assert event.references["rule"] == regime.records.citation
    run_pipeline()
    assert case.events.filter(name="retention_set").count() == 1


@pytest.mark.django_db
def test_a_case_closed_again_counts_from_the_later_closing() -> None:
    case = closed("DELETE")
    first = case.purge_on
    with time_machine.travel(noon(first - timedelta(days=60))):
        for move in (lifecycle.SUPPLEMENT, lifecycle.PROPOSE, lifecycle.APPROVE, lifecycle.FULFIL):
            journal.advance(case, move, by=journal.PIPELINE)
        run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED
    assert case.purge_on > first + timedelta(days=600)


# --- the package ------------------------------------------------------------------


@pytest.mark.django_db
def test_a_package_lives_thirty_days_and_its_link_then_says_so() -> None:
    case = closed()
    made = case.packages.get()
    assert (made.expires_at - made.made_at).days == settings.PACKAGE_DAYS
    assert len(files_in_vault()) == 1
    visitor = Visitor()
    with time_machine.travel(made.expires_at - timedelta(minutes=30)):
        assert purge_expired()["packages"] == 0
        assert b"".join(open_package(case, made)).startswith(b"PK")
        visitor.come_back(case)
        files = f"/mimap/request/{case.reference}/files/"
        visitor.post(files, {"send": "1"})
        visitor.post(files, {"code": code_in_newest_letter(case)})
        assert "Your information" in visitor.get(files).content.decode()
    with time_machine.travel(made.expires_at + timedelta(seconds=1)):
        assert purge_expired()["packages"] == 1
        assert purge_expired()["packages"] == 0
        assert files_in_vault() == []
        made = Package.objects.get()
        with pytest.raises(PackageGone):
            open_package(case, made)
        with pytest.raises(KeyDestroyed):
            sealing.seal(made.key, b"", "package")
    case.refresh_from_db()
    assert case.state == State.CLOSED and case.events.filter(name="package_destroyed").count() == 1
    assert subject.read(case).email and journal.verify(case) is None


@pytest.mark.django_db
@pytest.mark.parametrize("swept", [False, True])
def test_an_expired_package_is_answered_with_a_clear_page(swept: bool) -> None:
    case = closed()
    made = case.packages.get()
    case.letters.update(sealed_pdf=None)
    with time_machine.travel(made.expires_at + timedelta(minutes=1)):
        if swept:
            purge_expired()
        visitor = Visitor()
        visitor.come_back(case)
        page = visitor.get(f"/mimap/request/{case.reference}/files/")
    assert page.status_code == 404
    assert "are destroyed. If you need them again, write to us" in page.content.decode()
