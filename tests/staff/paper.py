"""Letters on paper as the tests write, print and post them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app import journal, subject
from requests_app.letters import by_post
from requests_app.models import Case, Letter
from tests.people import run_pipeline
from tests.response.test_posting import STREET
from tests.staff.test_written_down import slip

TO_POST = "/staff/mimap/to-post/"


def at(name: str, case: Case, *more: object) -> str:
    return reverse(f"staff:{name}", args=[case.controller, case.reference, *more])


def today() -> date:
    return timezone.now().astimezone(by_post.zone(Case(controller="mimap"))).date()


def noon(day: date, hours: int = 0) -> time_machine.travel:
    """Noon in California, or some hours after it: the same day in New York and in UTC."""
    return time_machine.travel(datetime.combine(day, time(20 + hours), UTC))


def written(desk: Client, **changed: object) -> list[Case]:
    """A letter came that names no e-mail address; the pipeline has done what it can."""
    desk.post("/staff/mimap/write-down/", slip(**({"email": "", "postal": STREET} | changed)))
    run_pipeline()
    return list(Case.objects.order_by("pk"))


def on_paper(case: Case) -> Case:
    """From now on our letters about it are posted, to an address that is settled."""
    told = subject.read(case)
    told.post_to = STREET
    journal.record(case, "built", by=journal.PIPELINE, sealed_subject=subject.seal(case, told))
    return case


def mark(desk: Client, case: Case, letter: Letter, on: date | None = None, proof: bytes = b""):
    """Print it and say that it was posted, today unless said otherwise."""
    desk.post(at("post_letter", case, letter.pk))
    typed: dict[str, object] = {"posted_on": (on or by_post.today(case)).isoformat()}
    if proof:
        typed["proof"] = SimpleUploadedFile("receipt.pdf", proof)
    return desk.post(at("post_mark", case, letter.pk), typed)


def it_counts() -> None:
    """The ten seconds are over."""
    Letter.objects.exclude(next_try_at=None).update(next_try_at=timezone.now() - timedelta(seconds=1))
    run_pipeline()


def returned(desk: Client, case: Case, letter: Letter, **changed: object):
    typed: dict[str, object] = {"returned_on": today().isoformat(), "reason": "moved"}
    return desk.post(at("post_returned", case, letter.pk), typed | changed)
