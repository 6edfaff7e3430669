"""One mail a day, in working hours, with numbers and nothing about anybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from identity import people
from requests_app import alarms, journal
from requests_app.models import Case, Digest
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 12, 7)
TEN = datetime(2026, 12, 7, 15, 0, tzinfo=UTC)
"""Ten in the morning in New York, on a Monday."""


def due(day: date, by=None, **how: object) -> Case:
    case = assessing(by=by, **how)
    journal.record(case, "recounted", by=journal.PIPELINE, due_on=day, last_on=day)
    return case


def test_that_each_hears_of_their_own_and_the_lead_of_what_others_let_come_due() -> None:
    olu, pia, ada, cora = (hire(name, "mimap") for name in ("Olu", "Pia", "Ada", "Cora"))
    (
        due(MONDAY, olu),
        due(MONDAY - timedelta(days=3), olu),
        due(MONDAY + timedelta(days=1)),
        due(MONDAY + timedelta(days=60)),
    )
    due(MONDAY, None, controller="mipmap")
    assert alarms.send_digests(TEN) == 2
    told = {sent.to[0]: sent.body for sent in mail.outbox}
    assert set(told) == {olu.email, pia.email} and ada.email != cora.email
    assert "past our date: 2 of yours, 0 nobody’s yet\n" in told[olu.email]
    assert "within 2 working days: 2 of yours, 1 nobody’s yet" in told[olu.email]
    assert "past our date: 0 of yours, 0 nobody’s yet, 2 of colleagues" in told[pia.email]


@pytest.mark.parametrize("went", ["account closed", "role taken"])
def test_that_what_somebody_worked_who_left_is_nobodys_yet(went) -> None:
    olu, pia, gone = (hire(name, "mimap") for name in ("Olu", "Pia", "Olu"))
    case = due(MONDAY + timedelta(days=1), gone)
    if went == "account closed":
        people.close(gone)
    else:
        people.take(gone, "mimap", "handler")
    assert alarms.send_digests(TEN) == 2
    told = {sent.to[0]: sent.body for sent in mail.outbox}
    assert all("within 2 working days: 0 of yours, 1 nobody’s yet" in told[one.email] for one in (olu, pia))
    page = at_desk(olu).get(reverse("staff:queue", args=["mimap"]), {"view": "mine"})
    assert case.reference in page.content.decode()


@pytest.mark.parametrize(
    ("waits_for", "sent"), [("code", 0), ("by_hand", 1), ("authority_check", 1), ("document", 1)]
)
def test_that_whoever_showed_nothing_alarms_only_where_the_next_move_is_ours(waits_for, sent) -> None:
    case = due(MONDAY, hire("Olu", "mimap"))
    Case.objects.filter(pk=case.pk).update(state="verifying", methods=[], waits_for=waits_for)
    assert alarms.send_digests(TEN) == sent


def test_that_it_comes_once_a_day_and_again_the_next() -> None:
    due(MONDAY, hire("Olu", "mimap"))
    sent = [alarms.send_digests(TEN + timedelta(hours=n)) for n in (0, 1, 24)]
    assert sent == [1, 0, 1] and Digest.objects.count() == 2


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 12, 7, 13, 59, tzinfo=UTC), datetime(2026, 12, 7, 22, 0, tzinfo=UTC),
     datetime(2026, 12, 6, 15, 0, tzinfo=UTC), datetime(2026, 12, 25, 15, 0, tzinfo=UTC)],
)  # fmt: skip
def test_that_nobody_is_written_to_out_of_hours_or_on_a_day_off(moment) -> None:
    due(date(2026, 12, 1), hire("Olu", "mimap"))
    assert alarms.send_digests(moment) == 0 and not mail.outbox


def test_that_nothing_about_anybody_leaves() -> None:
    olu = hire("Olu", "mimap")
    case = due(MONDAY, olu, name="Dana Whitfield")
    alarms.send_digests(TEN)
    (sent,) = mail.outbox
    whole = sent.message().as_string()
    for word in ("Whitfield", "dana", case.reference, case.spaced_reference, "Delete"):
        assert word not in whole


def test_that_a_dead_mail_server_means_another_try(monkeypatch) -> None:
    due(MONDAY, hire("Olu", "mimap"))

    def dead(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", dead)
        assert alarms.send_digests(TEN) == 0
    assert alarms.send_digests(TEN) == 1


def test_that_one_hears_nothing_of_ones_own_request() -> None:
    pia = hire("Pia", "mimap")
    due(MONDAY, email=pia.email)
    assert alarms.send_digests(TEN) == 0


def test_that_chinese_staff_read_chinese() -> None:
    due(date(2026, 12, 7), hire("Olu", "mipmap"), controller="mipmap")
    assert alarms.send_digests(datetime(2026, 12, 7, 2, 0, tzinfo=UTC)) == 1
    assert "今日到期或已逾期：您经办1件" in mail.outbox[0].body
