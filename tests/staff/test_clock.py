"""The clock's acts: more time behind a notice that left in time, and why an answer is late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app import journal, owed, pipeline, publishing, rules
from requests_app.decision import more_time
from requests_app.letters import outbox
from requests_app.letters.more_time import REASONS, REQUIRED, NoticeIncomplete, compose
from requests_app.letters.text import day_in
from requests_app.models import Case, CaseEvent, Letter
from tests.build import build_case, found
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db
DELETE = {"orders.older": found(3, "")}


def opened(days_ago: int = 10, controller: str = "mimap", **more: object) -> Case:
    """Received that long ago, still being decided."""
    right = "DELETE" if controller == "mimap" else "CN_DELETE"
    holdings = DELETE if controller == "mimap" else {}
    return build_case(
        holdings, controller=controller, right=right, state="assessing",
        received_at=timezone.now() - timedelta(days=days_ago), **more,
    )  # fmt: skip


def url(name: str, case: Case, *more: object) -> str:
    return reverse(f"staff:{name}", args=[case.controller, case.reference, *more])


def send_all() -> None:
    """The ten seconds pass, the letters leave, the worker follows."""
    Letter.objects.filter(status="queued").update(next_try_at=timezone.now() - timedelta(seconds=1))
    outbox.send_waiting()
    for event in CaseEvent.objects.filter(name=more_time.ASKED, followed_at=None):
        pipeline.follow_up(event)


def test_the_dates_move_when_the_notice_has_left_and_not_before(mailoutbox) -> None:
    case = opened()
    before = (case.due_on, case.last_on)
    desk = at_desk(hire("Olu", "mimap"))
    typed = {"act": "send", "reason": "complex", "detail": "Three {{ 7*7 }} <b>systems</b>."}
    assert desk.post(url("more_time", case), typed).status_code == 302
    for event in CaseEvent.objects.filter(name=more_time.ASKED):
        pipeline.follow_up(event)
    case.refresh_from_db()
    assert not case.extended and (case.due_on, case.last_on) == before
    assert desk.post(url("more_time", case), typed).status_code == 400  # once, while it waits
    send_all()
    case.refresh_from_db()
    wanted = owed.columns_of(rules.matches(case), case.received_at, extended=True)
    assert (
        case.extended
        and case.due_on == wanted["due_on"] > before[0]
        and case.reckoning == wanted["reckoning"]
    )
    event = case.events.get(name=more_time.TAKEN)
    assert event.references["due_before"] == before[0].isoformat() and event.reason == "complex"
    assert event.references["due_after"] == case.due_on.isoformat()
    assert journal.verify(case) is None
    (mail,) = mailoutbox
    assert REASONS["complex"].en in mail.body and "{{ 7*7 }} <b>systems</b>" in mail.body
    # Once only.
    assert desk.post(url("more_time", case), typed).status_code == 400
    assert "· extended" in desk.get(url("case", case)).content.decode()


def test_more_time_may_be_taken_to_an_earlier_day_which_then_stays(mailoutbox) -> None:
    case = opened()
    desk, longest = at_desk(hire("Olu", "mimap")), more_time.longer(case).reckoning.respond
    chosen = longest.due_on - timedelta(days=9)
    typed = {"act": "send", "reason": "complex"}
    for wrong in (case.due_on, longest.due_on + timedelta(days=1), "soon"):
        answer = desk.post(url("more_time", case), typed | {"until": wrong})
        assert answer.status_code == 400 and "no later than the longest one" in answer.content.decode()
    assert not Letter.objects.exists()
    shown = desk.post(url("more_time", case), typed | {"act": "look", "until": chosen}).content.decode()
    assert day_in(chosen, "en") in shown and f'value="{chosen}"' in shown
    desk.post(url("more_time", case), typed | {"until": chosen})
    send_all()
    case.refresh_from_db()
    assert (case.due_on, case.last_on) == (chosen, longest.last_on) and case.extended
    assert f"We answer by {day_in(chosen, 'en')}" in mailoutbox[0].body
    # Counted anew under another calendar, it is still the day that was promised.
    Case.objects.filter(pk=case.pk).update(reckoning=case.reckoning | {"calendar": "us_ca@2000-01-01"})
    assert not list(publishing.recount())
    case.refresh_from_db()
    assert case.due_on == chosen and case.reckoning["until"] == chosen.isoformat()


@pytest.mark.parametrize(
    ("days_ago", "controller", "why"),
    [(60, "mimap", "too_late"), (5, "mipmap", "no_extension")],
)
def test_where_there_is_no_more_time_none_is_taken(days_ago, controller, why) -> None:
    case = opened(days_ago, controller)
    olu = hire("Olu", controller)
    assert more_time.why_not(case) == why
    with pytest.raises(more_time.NotAllowed):
        more_time.ask(case, by=olu, reason="complex")
    answer = at_desk(olu).post(url("more_time", case), {"act": "send", "reason": "complex"})
    assert answer.status_code == 400 and not Letter.objects.filter(kind="more_time").exists()
    assert "Send the notice" not in at_desk(olu).get(url("more_time", case)).content.decode()


def test_without_a_reason_nothing_is_sent() -> None:
    case, desk = opened(), at_desk(hire("Olu", "mimap"))
    for reason in ("", "because"):
        assert desk.post(url("more_time", case), {"act": "send", "reason": reason}).status_code == 400
    assert not Letter.objects.filter(kind="more_time").exists()
    with pytest.raises(NoticeIncomplete):
        compose(case, more_time.longer(case), reason="")
    assert set(REQUIRED) == compose(case, more_time.longer(case), reason="many").blocks


def test_a_notice_that_names_somebody_else_waits_until_somebody_looked() -> None:
    case, desk = opened(), at_desk(hire("Olu", "mimap"))
    typed = {"act": "send", "reason": "complex", "detail": "Ask max@example.net."}
    held = desk.post(url("more_time", case), typed)
    assert held.status_code == 400 and not Letter.objects.exists()
    assert (
        desk.post(url("more_time", case), typed | {"looked": held.context["typed"]["mark"]}).status_code
        == 302
    )


def test_a_notice_taken_back_or_too_late_moves_nothing(mailoutbox) -> None:
    case, olu = opened(), hire("Olu", "mimap")
    desk, due_on = at_desk(olu), case.due_on
    letter = more_time.ask(case, by=olu, reason="many")
    assert "takes back" not in desk.get(url("case", case)).content.decode()
    assert desk.post(url("letter_undo", case, letter.pk)).status_code == 302
    send_all()
    case.refresh_from_db()
    assert not mailoutbox and not case.extended and case.due_on == due_on
    assert case.events.get(name=more_time.LAPSED).reason == outbox.TAKEN_BACK
    # It may be asked again; and a mail server that wakes too late does not send it.
    second = more_time.ask(case, by=olu, reason="many")
    content = outbox.read(second)
    assert content["stale_at"] > timezone.now().isoformat()
    Letter.objects.filter(pk=second.pk).update(status="sent", sent_at=timezone.now() + timedelta(days=90))
    send_all()
    case.refresh_from_db()
    assert not case.extended and case.events.filter(name=more_time.LAPSED).count() == 2


def test_a_reply_can_be_taken_back_until_it_leaves(mailoutbox) -> None:
    case, desk = opened(), at_desk(hire("Olu", "mimap"))
    desk.post(url("reply", case), {"reply": "We are on it.", "once": "a"})
    letter = Letter.objects.get(kind="message_reply")
    assert not outbox.send(letter.pk) and not mailoutbox
    assert url("letter_undo", case, letter.pk) in desk.get(url("case", case)).content.decode()
    desk.post(url("letter_undo", case, letter.pk))
    send_all()
    assert not mailoutbox
    desk.post(url("reply", case), {"reply": "We are on it.", "once": "b"})
    send_all()
    assert len(mailoutbox) == 1
    sent = Letter.objects.get(status="sent")
    desk.post(url("letter_undo", case, sent.pk))
    sent.refresh_from_db()
    assert sent.status == "sent"


def test_why_it_is_late_is_noted_and_only_when_it_is() -> None:
    olu = hire("Olu", "mimap")
    desk, case, fresh = at_desk(olu), opened(60), opened(1)
    assert desk.post(url("late", fresh), {"late_reason": "staff"}).status_code == 400
    assert desk.post(url("late", case), {"late_reason": "none"}).status_code == 400
    assert desk.post(url("late", case), {"late_reason": "staff", "detail": "On leave."}).status_code == 302
    assert case.events.get(name=more_time.LATE).reason == "staff"
    assert "On leave." in desk.get(url("case", case)).content.decode()


@pytest.mark.parametrize(("who", "may"), [("Olu", True), ("Pia", True), ("Cora", False), ("Ada", False)])
def test_who_may_not_move_the_clock_is_told_so_by_page_and_by_post(who, may) -> None:
    case, person = opened(), hire(who, "mimap")
    desk = at_desk(person)
    assert (desk.get(url("more_time", case)).status_code == 200) is may
    assert (desk.post(url("more_time", case), {"act": "send", "reason": "many"}).status_code == 302) is may
    assert Letter.objects.filter(kind="more_time").exists() is may
    page = desk.get(url("case", case)).content.decode()
    assert "Stop the clock" in page and "does not stop the clock" in page
