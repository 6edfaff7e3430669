"""The POST that sends a completed request, against a bare Django view that does two inserts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection
from django.test import Client

from portal.public import draft as drafts
from requests_app import register
from requests_app.intake.open_case import Arrival, fingerprint, open_cases
from tests.bench import ground
from tests.bench.bare.urls import TABLE
from tests.bench.drive import CLIENTS, Sending, per_second
from tests.bench.statements import Count, counted
from tests.bench.table import ROUNDS, Line, compared, interleaved
from tests.house import House

SLUG, RIGHTS = "mimap", ("KNOW_PCS",)
CHECK = f"/{SLUG}/ask/check/"
OURS, FLOOR = 80, 300
"""Requests in one round."""
SECRET = "a" * 32
BUDGET = 8
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_numbers = itertools.count(1)


def measure(house: House) -> list[Line]:
    """One portal and one bare view, both up, taking turns."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    waiting = [_ours(OURS) for _ in range(ROUNDS)]
    environment = house.environment() | {"PORTAL_TRUSTED_PROXIES": "127.0.0.1"}
    with (
        ground.web("portal.wsgi", environment) as portal,
        ground.web("tests.bench.bare.wsgi", environment) as bare,
    ):
        # Every process serves some first, unmeasured.
        per_second(portal, _ours(40))
        per_second(bare, _bare(100))
        ours, floor = interleaved(
            lambda number: per_second(portal, waiting[number]), lambda _: per_second(bare, _bare(FLOOR))
        )
    return [
        compared(
            f"send a request by web form, {CLIENTS} clients", "/s", ours, "Django view, two inserts", floor
        ),
        _count("SQL statements to open one case (open_cases)", _of_opening(RIGHTS), f"budget {BUDGET}"),
        _count(
            "SQL statements to open two cases at once", _of_opening((*RIGHTS, "DELETE")), f"budget {BUDGET}"
        ),
        _count("SQL statements in that whole POST", _of_posting(), "two inserts"),
    ]


def _count(work: str, count: Count, floor_name: str) -> Line:
    return Line(work, str(count), floor_name, "2 (+2)" if floor_name == "two inserts" else "")


def _ours(number: int) -> list[Sending]:
    """Requesters who have answered every question, each in a browser of their own at an address of their own."""
    return [_completed() for _ in range(number)]


def _completed() -> Sending:
    n = next(_numbers)
    headers = {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={_session(n)}; {settings.CSRF_COOKIE_NAME}={SECRET}",
        "X-Forwarded-For": f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}",
    }
    return Sending(CHECK, 302, body=urlencode({"csrfmiddlewaretoken": SECRET}), headers=FORM | headers)


def _session(n: int) -> str:
    request = SimpleNamespace(session=SessionStore(), controller=register.controller(SLUG))
    answers = {
        "rights": list(RIGHTS),
        "lives_in_california": "yes",
        "name": f"Asker {n}",
        "email": f"asker{n}@example.com",
    }
    drafts.keep(request, drafts.Draft(answers=answers))
    request.session.save()
    return request.session.session_key


def _bare(number: int) -> Iterable[Sending]:
    body = urlencode({"email": "asker@example.com"})
    return (Sending("/send", 204, body=body, headers=FORM) for _ in range(number))


def _of_opening(rights: tuple[str, ...]) -> Count:
    arrival = Arrival(
        controller=register.controller(SLUG),
        channel="web",
        received_at=datetime.now(UTC),
        language="en",
        verbatim=b"{}",
        arrival_key=fingerprint("bench", *rights),
        name="Asker",
        email="asker@example.com",
        rights=rights,
    )
    with counted() as count:
        open_cases(arrival)
    return count


def _of_posting() -> Count:
    sending = _completed()
    client = Client(headers={"host": "localhost"})
    client.cookies.load(sending.headers["Cookie"])
    with counted() as count:
        answer = client.post(CHECK)
    if answer.status_code != sending.expects:
        raise RuntimeError(f"{CHECK} answered {answer.status_code}")
    return count
