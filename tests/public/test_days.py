"""Which day it is: a statute's version by the statute's clock, and what a person reads or is judged by, the controller's."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from portal.protocols import stop_mail
from requests_app import law, register, systems
from requests_app.law import regimes
from requests_app.letters import outbox
from requests_app.models import Case, Letter
from requests_app.systems.lookup import changed_on
from requests_app.verification import suspicion
from tests.public.conftest import Visitor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("slug", "code", "right", "moment", "new"),
    [
        ("mipmap", "pipl", "CN_DELETE", datetime(2027, 2, 28, 16, 30, tzinfo=UTC), True),
        ("mipmap", "pipl", "CN_DELETE", datetime(2027, 2, 28, 15, 30, tzinfo=UTC), False),
        ("mimap", "ccpa", "DELETE", datetime(2027, 3, 1, 7, 30, tzinfo=UTC), False),
        ("mimap", "ccpa", "DELETE", datetime(2027, 3, 1, 8, 30, tzinfo=UTC), True),
    ],
)
def test_that_the_pages_offer_the_version_under_which_a_request_is_opened(
    slug: str, code: str, right: str, moment: datetime, new: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = law.regime(code)
    later = replace(now, version="2027-03-01", title=law.Words(en="The later text", zh="新的法律文本"))
    others = tuple(one for one in law.REGIMES if one is not now)
    monkeypatch.setattr(regimes, "REGIMES", (*others, replace(now, ends_on=date(2027, 2, 28)), later))
    with time_machine.travel(moment, tick=False):
        visitor = Visitor(slug, "en")
        assert ("The later text" in visitor.get("/").content.decode()) == new
        (case,) = visitor.send(right)
    assert (case.regime_version == "2027-03-01") == new


def test_that_an_evening_is_one_day_to_whoever_stops_marketing_twice() -> None:
    link = stop_mail.link(register.controller("mimap"), "dana@example.com", "en")
    evening = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
    for moment, asked in (
        (evening, 1),
        (evening + timedelta(minutes=2), 1),
        (evening + timedelta(hours=6), 2),
    ):
        with time_machine.travel(moment, tick=False):
            Client().post(link[link.index("/stop-mail/") :])
        assert Case.objects.count() == asked


def test_that_page_and_mail_name_the_day_on_which_saved_answers_end_where_they_are_read(
    samples: None,
) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 3, tzinfo=UTC), tick=False):
        dana = Visitor()
        dana.answer_all("DELETE")
        page = dana.post(dana.at("save/"), {"email": "dana@example.com"}).content.decode()
    assert "Mon 30 November 2026" in page
    assert "30 November 2026" in outbox.read(Letter.objects.get(kind="saved"))["text"]


def test_that_an_address_is_young_by_the_days_of_the_controller(samples: None) -> None:
    mimap, held = register.controller("mimap"), [("email", "nora@example.com")]
    zone = ZoneInfo(mimap.zone)
    with systems.connect_all(mimap.inventory.systems.values(), os.environ) as connectors:
        changed = changed_on(mimap.inventory, connectors, *held[0], zone)
        last = datetime.combine(changed + suspicion.LATELY, time(0), zone) - timedelta(minutes=30)
        for moment, lately in ((last, changed), (last + timedelta(hours=1), None)):
            with time_machine.travel(moment, tick=False):
                assert suspicion.changed_lately(mimap, connectors, held) == lately
