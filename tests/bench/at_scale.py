"""A thousand cases, a hundred thousand, a million: what staff open and what beat sweeps must cost the same."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import quantiles

from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import User
from portal.garbage import spare_what_is_loaded
from requests_app import alarms, journal, pipeline, publishing, worklist
from requests_app.archive import purge
from requests_app.fulfilment import due, tasks_by_hand
from requests_app.fulfilment import steps as fulfilment
from requests_app.intake import mail as mailroom
from requests_app.letters import conversation, outbox
from requests_app.models import Case, Message
from requests_app.verification import clock, moving, visit
from tests.bench.filling import fill
from tests.bench.queue_page import EMPTY, SLUG, at_desk
from tests.bench.statements import counted
from tests.bench.table import Line, rate
from tests.build import build_case, found
from tests.people import member

SIZES = tuple(int(size) for size in os.environ.get("CASES", "1000 100000 1000000").replace(",", "").split())
"""How many cases there are when each page and sweep is measured; the first is what the others are held against."""
ASKED, SWEPT = 20, 10
"""How often a page is opened and a sweep made, by turns with its floor."""
WARM = 2
GOAL, BUDGET = 1.5, 12
HANDLERS = 12
BLINK = 5.0
"""Milliseconds: what grows by less than this is called the same, as most sweeps take one or two."""
NOTE = "spoke about the lighthouse"
KNOWN = "dana.whitfield@example.org"
RARE = "filter: right, in person, Chinese, nobody's"
FULL_LATER = {RARE: "queue", "deadline board": "queue"}
"""Pages that show next to nothing of a thousand cases and a screenful of a million: held against a full page there."""

Doing = Callable[[], object]


@dataclass
class Seen:
    """What one page or sweep took at one size: milliseconds, the floor's beside them, and its SQL statements."""

    p95: float
    floor: float
    statements: int


def measure(say: Callable[[str], None]) -> list[tuple[str, list[Line]]]:
    """Every page and every sweep at each size; the house is this process's own database."""
    olu, client = at_desk()
    staff = [olu, *(member(f"Handler {n}", **{SLUG: "handler"}) for n in range(HANDLERS))]
    files = [_case_of_hers(olu, KNOWN) for _ in range(3)]
    plain = _case_of_hers(olu, "ana@example.net", noted=False)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    seen: dict[str, dict[int, Seen]] = {}
    # As a process that serves pages does, else every twentieth takes twice as long for its garbage.
    spare_what_is_loaded()
    there = 0
    for size in SIZES:
        started = time.monotonic()
        fill(SLUG, there + 1, size, staff)
        say(f"{size:,} cases written in {time.monotonic() - started:.0f} s, {_gigabytes():.1f} GB; measuring")
        there = size
        for name, page in _pages(client, files, plain).items():
            seen.setdefault(name, {})[size] = _page(page, lambda: client.get(f"/staff/{EMPTY}/"))
        for name, sweep in SWEEPS.items():
            seen.setdefault(name, {})[size] = _sweep(sweep)
    return [
        (f"Staff pages, p95 of {ASKED}, beside the queue without a case", _lines(seen, [*_pages(client, files, plain)])),
        (f"Beat's sweeps with nothing to do, p95 of {SWEPT}, beside a statement that finds nothing", _lines(seen, SWEEPS)),
    ]  # fmt: skip


def _pages(client: Client, files: list[Case], plain: Case) -> dict[str, Doing]:
    """Each as a member of staff would ask for it."""
    home = f"/staff/{SLUG}/"
    middle = Case.objects.open().filter(controller=SLUG).by_due_date()
    half = middle[max(middle.count() // 2 - 1, 0)]

    def find(words: str) -> Doing:
        return lambda: client.post(f"{home}search/", {"q": words})

    return {
        "queue": lambda: client.get(home),
        "queue, a page in the middle": lambda: client.get(f"{home}?view=open&after={half.due_on}.{half.pk}"),
        "queue, my move": lambda: client.get(f"{home}?view=mine"),
        "queue, past our date": lambda: client.get(f"{home}?view=late"),
        "queue, systems failing": lambda: client.get(f"{home}?view=failing"),
        "filter: right and language": lambda: client.get(f"{home}?view=open&right=DELETE&language=en"),
        RARE: lambda: client.get(f"{home}?view=open&right=DELETE&via=in_person&language=zh-Hans&who=nobody"),
        "filter: a right that nobody asked for": lambda: client.get(f"{home}?view=open&right=OPT_OUT"),
        "closed cases": lambda: client.get(f"{home}closed/"),
        "search by reference": find(files[0].reference),
        "search by exact address": find(KNOWN),
        "search by words of one's own note": find("the lighthouse"),
        "case file": lambda: client.get(reverse("staff:case", args=[SLUG, plain.reference])),
        "case file with a note and other cases of the person": lambda: client.get(
            reverse("staff:case", args=[SLUG, files[0].reference])
        ),
        "deadline board": lambda: client.get(f"{home}board/"),
    }


SWEEPS: dict[str, Doing] = {
    "sweep: unfollowed events": lambda: journal.unfollowed(before=timezone.now()),
    "sweep: work to try": lambda: worklist.waiting(timezone.now()),
    "sweep: knocks": lambda: visit.unattended(before=timezone.now()),
    "sweep: people to chase": lambda: tasks_by_hand.chase(timezone.now()),
    "sweep: waiting for a sister": lambda: fulfilment.held_back(timezone.now()),
    "sweep, whole": pipeline.sweep,
    "send letters": outbox.send_waiting,
    "fetch mail: kept and not read": lambda: mailroom.read_waiting(timezone.now()),
    "watch clocks: nobody proved": lambda: clock.watch(timezone.now()),
    "watch clocks: systems at work": lambda: due.watch(timezone.now()),
    "watch clocks: changes of address": lambda: moving.complete_due(timezone.now()),
    "send digests": lambda: alarms.send_digests(timezone.now()),
    "recount": lambda: sum(1 for _ in publishing.recount()),
    "purge": purge.purge_expired,
}


def _page(ours: Doing, floor: Doing) -> Seen:
    """By turns, after a few that are not counted; the process's first are slower."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(ASKED + WARM):
        for place, ask in enumerate((ours, floor) if number % 2 else (ours,)):
            took, answer = _timed(ask)
            if answer.status_code != 200 and not answer.headers.get("Location", "").startswith("/staff/"):
                raise RuntimeError(f"a page answered {answer.status_code}")
            if number >= WARM:
                times[place].append(took)
    with counted() as count:
        ours()
    return Seen(_p95(times[0]), _p95(times[1]), len(count.work))


def _sweep(ours: Doing) -> Seen:
    """Each undone again: a sweep with something to do must find the same the next time."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(SWEPT + WARM):
        for place, do in enumerate((ours, _nothing)):
            with transaction.atomic():
                took, _answer = _timed(do)
                transaction.set_rollback(True)
            if number >= WARM:
                times[place].append(took)
    mail.outbox = []
    with counted() as count, transaction.atomic():
        ours()
        transaction.set_rollback(True)
    return Seen(_p95(times[0]), _p95(times[1]), len(count.work))


def _nothing() -> None:
    list(Case.objects.filter(pk=0))


def _timed(do: Doing) -> tuple[float, object]:
    started = time.perf_counter()
    answer = do()
    return 1000 * (time.perf_counter() - started), answer


def _p95(milliseconds: list[float]) -> float:
    return quantiles(milliseconds, n=20, method="inclusive")[-1]


def _lines(seen: dict[str, dict[int, Seen]], names: object) -> list[Line]:
    lines = []
    for name in names:
        first = seen[FULL_LATER.get(name, name)][SIZES[0]]
        for size in SIZES:
            one = seen[name][size]
            goal = "" if size == SIZES[0] else _verdict(first, one)
            than = f", beside the {FULL_LATER[name]} at {SIZES[0]:,}" if name in FULL_LATER and goal else ""
            over = "" if name in SWEEPS or one.statements <= BUDGET else f", budget {BUDGET}"
            lines.append(
                Line(
                    f"{name}, {size:,} cases", f"{rate(one.p95)} ms", f"{one.statements} statements{over}",
                    f"{rate(one.floor)} ms", f"{goal}{than}",
                )
            )  # fmt: skip
    return lines


def _verdict(first: Seen, one: Seen) -> str:
    """What it grew by, and the floor meanwhile: a machine that was slower then slowed both."""
    grown, floor = one.p95 / first.p95, one.floor / first.floor
    met = grown / max(floor, 1.0) <= GOAL or one.p95 - first.p95 < BLINK
    return f"×{grown:.2f}, the floor ×{floor:.2f}: {'goal met' if met else 'GOAL MISSED'}"


def _case_of_hers(olu: User, email: str, *, noted: bool = True) -> Case:
    """A real case with searched systems and holdings that a person works, perhaps with a note of hers."""
    case = build_case(
        {"orders.older": found(3, "")}, state="assessing", email=email, received_at=timezone.now()
    )
    if noted:
        conversation.add(
            case, Message.Kind.NOTE, text=f"We {NOTE}.", written_at=timezone.now(), by_ref=str(olu.pk)
        )
    journal.record(case, "assigned", by=journal.staff(olu.pk), references={"to": olu.pk}, assignee=olu)
    for event in case.events.filter(followed_at=None):
        journal.mark_followed(event)
    return case


def _gigabytes() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return float(cursor.fetchone()[0]) / 1e9
