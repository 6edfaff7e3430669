"""The staff queue with few open cases and with many: the page must cost the same."""

from __future__ import annotations

import itertools
from collections import deque
from datetime import UTC, datetime, timedelta
from statistics import median

from django.conf import settings
from django.db import connection
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from identity import sealing
from requests_app import access, law, register, subject
from requests_app.lifecycle import State
from requests_app.models import Case, Submission, public_id
from requests_app.subject import Subject
from tests.bench import ground
from tests.bench.drive import Sending, with_connection
from tests.bench.statements import counted
from tests.bench.table import Line, compared, interleaved
from tests.house import House
from tests.people import member

SLUG, RIGHT = "mimap", "KNOW_PCS"
EMPTY = "mipmap"
FEW, MANY = 100, 10_000
PAGES, ROUNDS = 10, 3
STATES = (State.VERIFYING, State.ASSESSING, State.APPROVING, State.FULFILLING)
_numbers = itertools.count(1)


def measure(house: House) -> list[Line]:
    """The first page, then one from deep inside, each against the same page without a row; one member of staff."""
    _olu, client = at_desk()
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    lines = []
    with ground.web("portal.wsgi", house.environment()) as port:
        for open_cases in (FEW, MANY):
            _fill(open_cases)
            for name, path in _pages(open_cases):
                ours, floor = interleaved(
                    lambda _, path=path: _milliseconds(port, path, cookie),
                    lambda _: _milliseconds(port, f"/staff/{EMPTY}/", cookie),
                    ROUNDS,
                )
                work = f"staff queue, {name}, {open_cases:,} open cases"
                lines.append(compared(work, "ms", ours, "that page without a case", floor))
    with counted() as count:
        client.get(f"/staff/{SLUG}/")
    return [*lines, Line("SQL statements of that page", str(count), "budget 12")]


def _milliseconds(port: int, path: str, cookie: str) -> float:
    """The median of one round; the first few of a process are slower and not counted."""
    sending = Sending(path, 200, method="GET", headers={"Cookie": cookie})
    return 1000 * median(with_connection(port, deque([sending] * PAGES))[PAGES // 5 :])


def _pages(open_cases: int) -> list[tuple[str, str]]:
    first = f"/staff/{SLUG}/"
    if open_cases < MANY:
        return [("first page", first)]
    middle = Case.objects.open().filter(controller=SLUG).by_due_date()[open_cases // 2]
    return [
        ("first page", first),
        ("one in the middle", f"{first}?view=open&after={middle.due_on}.{middle.pk}"),
    ]


def at_desk() -> Client:
    """Olu with both factors given; no code is typed here."""
    olu = member("Olu", **{SLUG: "handler", EMPTY: "handler"})
    client = Client(headers={"host": "localhost"})
    # Before the session, which holds only while nothing about its person's sign-in changes.
    device = TOTPDevice.objects.create(user=olu, name="bench", confirmed=True)
    client.force_login(olu)
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session.save()
    return olu, client


def _fill(open_cases: int) -> None:
    """Rows as intake leaves them, but written in bulk, sharing one submission and one key."""
    missing = open_cases - Case.objects.open().filter(controller=SLUG).count()
    key = sealing.new_key()
    submission = Submission.objects.create(
        controller=SLUG, channel="web", arrival_key=public_id(), received_at=datetime.now(UTC), language="en",
        key=key, sealed=sealing.seal(key, b"{}", "submission"),
    )  # fmt: skip
    told = Subject(name="Dana Whitfield", email="dana@example.com")
    sealed = subject.seal(Case(key=key), told)
    Case.objects.bulk_create((_case(submission, sealed) for _ in range(missing)), batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE requests_app_case")


def _case(submission: Submission, sealed_subject: bytes) -> Case:
    n = next(_numbers)
    received_at = datetime.now(UTC) - timedelta(days=n % 45)
    regime = law.regime(register.controller(SLUG).regimes[0], received_at.date())
    reckoning = law.reckon(regime, RIGHT, received_at)
    return Case(
        controller=SLUG, regime=regime.code, regime_version=regime.version, right=RIGHT, language="en",
        channel="web", submission=submission, received_at=received_at, received_on=reckoning.received_on,
        due_on=reckoning.respond.due_on, last_on=reckoning.respond.last_on, reckoning=reckoning.to_json(),
        key=submission.key, subject_index=f"{n:064x}", link_hash=access.new_link()[1],
        state=STATES[n % len(STATES)], waits_for="code",
        sealed_subject=sealed_subject,
    )  # fmt: skip
