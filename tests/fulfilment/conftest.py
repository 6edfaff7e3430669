"""A processor that speaks OpenDSR, what is asked of it, and the staff of its controller."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from requests_app import register
from requests_app.fulfilment import rounds
from requests_app.lifecycle import State
from requests_app.models import Work
from requests_app.systems.connectors import http_call
from tests.build import build_case, found
from tests.people import member

from .newsletter import KEY, add_newsletter
from .processor import Authority, Double


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def double(request, authority: Authority, tmp_path, monkeypatch) -> Iterator[Double]:
    (tmp_path / "authorities.pem").write_bytes(authority.pem())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authorities.pem"))
    monkeypatch.setattr(http_call, "FIRST_PAUSE_SECONDS", 0.0)
    http_call._breakers.clear()
    made = Double(authority, elliptic=getattr(request, "param", False))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def people(furnished, double: Double, tmp_path, settings, monkeypatch):
    """MiMap has a processor send its newsletter; Olu and Pia work there."""
    cache.clear()
    add_newsletter(double, tmp_path, settings, monkeypatch)
    assert register.check(register.controller("mimap")) == ()
    return member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")


@pytest.fixture
def to_erase(db, double: Double, tmp_path, settings, monkeypatch) -> Work:
    """What is asked of the processor alone, the other systems aside."""
    add_newsletter(double, tmp_path, settings, monkeypatch)
    case = build_case({"communications.all": found(1)}, state=State.FULFILLING)
    work, _new = Work.objects.update_or_create(
        case=case, system=KEY, operation=Work.Operation.DELETE,
        defaults={"status": Work.Status.WAITING, "confirmed_at": None, "round": rounds.round_of(case)},
    )  # fmt: skip
    return work
