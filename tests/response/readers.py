"""People who read texts and files before a copy leaves, and what they do at their desks."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from requests_app import pipeline
from requests_app.models import Case
from tests.staff.people import at_desk, hire


def follow(case: Case) -> None:
    """Do what the case's events call for."""
    for event in case.events.filter(followed_at=None):
        pipeline.follow_up(event)
    case.refresh_from_db()


def desk_of(name: str, case: Case) -> Client:
    """At the desk of somebody who gave a reason to see who the case is about."""
    desk = at_desk(hire(name, "mimap"))
    url = reverse("staff:reveal", args=["mimap", case.reference])
    assert desk.post(url, {"reason": "write"}).status_code == 302
    return desk


def url_of(name: str, case: Case, *more: object) -> str:
    """A staff page about the case."""
    return reverse(f"staff:{name}", args=["mimap", case.reference, *more])


def seen_on(page) -> dict[str, list[str]]:
    """What the second person agrees with: all on the page that another one marked."""
    return {"seen": [row["seen"] for row in page.context["second"] if not row["mine"]]}
