"""What a processor calls back: believed under its own certificate, and only where it stands by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from requests_app.lifecycle import State
from requests_app.models import Errand, Work

from .newsletter import HOOK, ask_it, call_back, fresh, sweep_again
from .processor import Authority, Double


def _stranger(double: Double, number: str) -> tuple[bytes, dict[str, str]]:
    other = Double(Authority())
    other.requests, other.port = double.requests, double.port
    return other.callback(number)


LIES: dict[str, tuple[Any, int]] = {
    "not signed": (lambda d, n: (d.callback(n)[0], {"X-OpenDSR-Processor-Domain": "localhost"}), 400),
    "signed by a stranger": (_stranger, 400),
    "another domain": (lambda d, n: (d.callback(n)[0], d.callback(n)[1] | {"X-OpenDSR-Processor-Domain": "x.org"}), 401),
    "no domain": (lambda d, n: (d.callback(n)[0], {}), 401),
    "changed on the way": (lambda d, n: (d.callback(n)[0].replace(b"mimap", b"other"), d.callback(n)[1]), 400),
    "about nothing we asked": (lambda d, n: d.callback(n, subject_request_id="0" * 8 + n[8:]), 400),
    "no status": (lambda d, n: d.callback(n, request_status="finished"), 400),
    "meant for somebody else": (lambda d, n: d.callback(n, status_callback_url="https://x.org/y"), 400),
    "not JSON": (lambda d, n: (b"\\xff{", {}), 400),
    "a list": (lambda d, n: (b"[]", {}), 400),
    "far too long": (lambda d, n: (b" " * 16_385, {}), 413),
}  # fmt: skip


def test_a_callback_that_is_not_theirs_is_refused_and_changes_nothing(people, double) -> None:
    _case, _work = ask_it(people)
    (number,) = double.requests
    before = (Errand.objects.values().get(), list(Work.objects.order_by("pk").values()))
    double.status = "completed"
    for what, (forge, status) in LIES.items():
        body, headers = forge(double, number)
        assert call_back(body, headers).status_code == status, what
    for method in ("get", "head", "put", "delete"):
        assert getattr(Client(), method)(HOOK).status_code == 405
    assert before == (Errand.objects.values().get(), list(Work.objects.order_by("pk").values()))


def test_a_certificate_out_of_date_or_for_another_host_or_from_nobody_known_is_not_trusted(
    people, double, authority
) -> None:
    case, _work = ask_it(people)
    (number,) = double.requests
    for pem in (
        authority.issue(double.key, days=-1),
        authority.issue(double.key, host="elsewhere.org"),
        Authority().issue(double.key),
        b"no certificate",
    ):
        Errand.objects.update(certificate=pem.decode())
        assert call_back(*double.callback(number)).status_code == 401
    assert fresh(case).state == State.FULFILLING


@pytest.mark.parametrize("double", [False, True], indirect=True, ids=["rsa", "elliptic"])
def test_old_news_after_new_changes_nothing(people, double) -> None:
    ask_it(people)
    (number,) = double.requests
    for status, kept in (("completed", "completed"), ("pending", "completed"), ("in_progress", "completed")):
        double.status = status
        assert call_back(*double.callback(number)).status_code == 202
        assert Errand.objects.get().status == kept


def test_a_signed_callback_that_the_processor_does_not_stand_by_does_not_finish_the_work(
    people, double
) -> None:
    case, work = ask_it(people)
    (number,) = double.requests
    double.status = "completed"
    told = double.callback(number)
    double.status = "in_progress"
    assert call_back(*told).status_code == 202
    sweep_again(people)
    work.refresh_from_db()
    assert work.status != Work.Status.CONFIRMED and fresh(case).state == State.FULFILLING
