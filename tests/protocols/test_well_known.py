"""What machines look for at fixed places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/.well-known/gpc.json", "/mimap/.well-known/gpc.json"])
def test_that_the_signal_is_announced_as_heeded(path: str) -> None:
    told = Client().get(path)
    assert told["Content-Type"] == "application/json" and told.json()["gpc"] is True
    assert datetime.fromisoformat(told.json()["lastUpdate"]).year >= 2026


@pytest.mark.parametrize(
    ("path", "contacts"),
    [
        ("/.well-known/security.txt", ["mailto:bd@mimap.com", "mailto:wanyanyan@mipmap3d.com"]),
        ("/mimap/.well-known/security.txt", ["mailto:bd@mimap.com"]),
        ("/mipmap/.well-known/security.txt", ["mailto:wanyanyan@mipmap3d.com"]),
    ],
)
def test_that_a_finder_of_weaknesses_is_told_where_to_write(path: str, contacts: list[str]) -> None:
    told = Client().get(path)
    assert told["Content-Type"].startswith("text/plain")
    lines = [line.split(": ", 1) for line in told.content.decode().splitlines()]
    assert [value for name, value in lines if name == "Contact"] == contacts
    fields = dict(lines)
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)
    assert fields["Canonical"].endswith(path) and "en" in fields["Preferred-Languages"]


def test_that_an_unknown_controller_has_neither() -> None:
    for name in ("gpc.json", "security.txt"):
        assert Client().get(f"/nobody/.well-known/{name}").status_code == 404
