"""Known or unknown: the same bytes, the same statements, the same time (TRUST 15)."""

from __future__ import annotations

import re
import statistics
import time

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.models import Case
from tests.people import open_case, run_pipeline
from tests.public.conftest import Visitor, attend_knocks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]
RUNS = 30
GAP_MS = 10.0
CHANGING = re.compile(
    rb'(name="csrfmiddlewaretoken" value="[^"]+")|([2-9A-HJ-NP-Z]{4}[ \xc2\xa0]*[2-9A-HJ-NP-Z]{4})|([\w-]{20,})'
)


def _plain(content: bytes) -> bytes:
    """Without what differs between any two pages: tokens and references."""
    return CHANGING.sub(b"", content)


def _measured(acts: dict) -> dict[str, tuple[float, list[int], set[bytes]]]:
    """In turns, so that a busy machine is as busy for the one as for the other."""
    times, counts, bodies = ({name: [] for name in acts} for _ in range(3))
    for _ in range(RUNS):
        for name, act in acts.items():
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                begun = time.perf_counter()
                body = act()
                times[name].append((time.perf_counter() - begun) * 1000)
            counts[name].append(len(queries))
            bodies[name].append(_plain(body))
    return {name: (statistics.median(times[name]), counts[name], set(bodies[name])) for name in acts}


def test_a_right_pair_and_a_wrong_one_do_the_same_work_at_the_door(capsys) -> None:
    case = open_case("mimap", "KNOW_CAT")
    run_pipeline()
    visitor = Visitor()

    def knock(reference: str, email: str):
        def act() -> bytes:
            page = visitor.post("/mimap/follow/", {"reference": reference, "email": email})
            assert page.url == "/mimap/follow/code/"
            return page.content + page["Location"].encode()

        return act

    pairs = {
        "right": (case.reference, "dana@example.com"),
        "wrong address": (case.reference, "max@example.net"),
        "no such reference": ("22223333", "dana@example.com"),
    }
    found = _measured({name: knock(*pair) for name, pair in pairs.items()})
    with capsys.disabled():
        print()
        for name, (median, counts, _) in found.items():
            print(f"  follow, {name}: median {median:.2f} ms, {statistics.median(counts):.0f} statements")
    assert len({frozenset(bodies) for _, _, bodies in found.values()}) == 1
    assert len({statistics.median(counts) for _, counts, _ in found.values()}) == 1
    medians = [median for median, _, _ in found.values()]
    assert max(medians) - min(medians) < GAP_MS
    attend_knocks()
    answers = {name: visitor.post("/mimap/follow/code/", {"code": "000000"}) for name in pairs}
    assert len({_plain(page.content) for page in answers.values()}) == 1


def _proving(email: str) -> tuple[list[tuple[bytes, int]], list[float]]:
    """What each page says and how many statements it takes, and how long."""
    cache.clear()
    seen, times, visitor = [], [], Visitor()
    (case,) = visitor.send("KNOW_CAT", email=email)
    run_pipeline()
    here = f"/mimap/request/{case.reference}/"
    facts = {"fact_0": "4155550199", "fact_1": "MM-999999"}
    steps = [
        ("get", "/mimap/sent/", {}), ("get", f"{here}code/", {}), ("post", f"{here}code/", {"code": "000000"}),
        ("get", f"{here}proof/", {}), ("get", f"{here}proof/facts/", {}), ("post", f"{here}proof/facts/", facts),
        ("get", f"{here}proof/", {}),
    ]  # fmt: skip
    for method, url, data in steps:
        with CaptureQueriesContext(connection) as queries:
            begun = time.perf_counter()
            page = getattr(visitor, method)(url, data)
            times.append((time.perf_counter() - begun) * 1000)
        body = page.content + page.headers.get("Location", "").encode()
        seen.append((_plain(body.replace(case.reference.encode(), b"")), len(queries)))
    run_pipeline()
    body = visitor.get(f"{here}proof/").content.replace(case.reference.encode(), b"")
    assert Case.objects.get(pk=case.pk).state == "verifying"
    return [*seen, (_plain(body), 0)], times


def test_asking_and_proving_look_alike_for_an_address_we_know_and_one_we_do_not(capsys) -> None:
    """From the form's last button over the code to the facts, the pages differ in nothing but the address typed."""
    seen: dict[str, list[tuple[bytes, int]]] = {}
    times: dict[str, list[float]] = {}
    # The page names the minute in which a request was sent, so both are sent in the same.
    moment = timezone.now().replace(second=0)
    for email in ("dana@example.com", "dane@example.com"):
        with time_machine.travel(moment):
            seen[email], times[email] = _proving(email)
    known, unknown = seen.values()
    with capsys.disabled():
        print()
        for email, took in times.items():
            print(f"  proving, {'known' if email.startswith('dana@') else 'unknown'}: "
                  f"{' '.join(f'{ms:.1f}' for ms in took)} ms")  # fmt: skip
    assert [body for body, _ in known] == [body for body, _ in unknown]
    assert [count for _, count in known] == [count for _, count in unknown]
