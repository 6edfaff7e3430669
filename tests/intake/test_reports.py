"""What machines answer: a returned letter is seen on its case; two that face each other fall silent."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outgoing
from django.utils import timezone

from requests_app import journal
from requests_app.intake import mail
from requests_app.letters import outbox, trouble
from requests_app.letters.addresses import case_address, letter_in, return_address
from requests_app.letters.outbox import Words, queue
from requests_app.models import Case, Letter, Message, Submission
from tests.intake.letters_by_post import ASK, letter, report
from tests.people import member, open_case, run_pipeline

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HELLO = Words("Hello", "Text")


def take(raw: bytes, *recipients: str, **more: object) -> mail.Receipt:
    return mail.receive(raw, received_at=NOW, recipients=recipients or None, **more)


def sent_letter(case: Case | None = None) -> Letter:
    found = queue(case=case or open_case(), kind="reminder", once="r", to="dana@example.com", words=HELLO)
    assert outbox.send(found.pk)
    found.refresh_from_db()
    return found


def test_a_letter_leaves_with_a_return_path_of_its_own() -> None:
    sent = sent_letter()
    left = outgoing.outbox[-1]
    assert left.from_email == return_address(sent)
    assert left.message()["From"] == "MiMap <bd@mimap.com>"
    assert letter_in(return_address(sent)) == sent
    assert letter_in(return_address(sent).replace("bounce-", "bounce-1")) is None
    Letter.objects.update(sent_at=timezone.now() - timedelta(days=15))
    assert letter_in(return_address(sent)) is None


@pytest.mark.parametrize("by_return_path", [True, False], ids=["to its return path", "to the mailbox"])
def test_a_returned_letter_is_seen_on_its_case(by_return_path: bool) -> None:
    case = open_case()
    sent = sent_letter(case)
    raw = report(returned="" if by_return_path else sent.message_id)
    receipt = take(raw, return_address(sent) if by_return_path else "bd@mimap.com", return_path="")
    assert (receipt.result, receipt.reason, receipt.cases) == ("threaded", "bounce", (case.reference,))
    assert Submission.objects.latest("pk").joined == case
    sent.refresh_from_db()
    assert (bool(sent.bounced_at), sent.bounce) == (True, "5.1.1")
    take(report(), return_address(sent), return_path="")
    assert case.events.filter(name="letter_bounced").count() == 1
    assert not Message.objects.exists()
    case.refresh_from_db()
    assert journal.verify(case) is None


def test_a_report_of_a_delay_alarms_nobody_and_one_no_program_can_read_is_held_on_its_case() -> None:
    sent = sent_letter()
    assert take(report("delayed", "4.4.1"), return_address(sent), return_path="").reason == "delayed"
    words = "Hi. This is the qmail-send program. I wasn't able to deliver your message."
    odd = take(letter(words, sender="mailer-daemon@example.com"), return_address(sent), return_path="")
    assert (odd.result, odd.reason) == ("held", "maybe_bounce")
    assert Submission.objects.latest("pk").joined == sent.case
    sent.refresh_from_db()
    assert sent.bounced_at is None


def test_a_report_about_nothing_of_ours_is_put_aside() -> None:
    assert take(report(), "bd@mimap.com", return_path="").reason == "report"


def test_an_out_of_office_to_the_return_path_is_no_bounce() -> None:
    sent = sent_letter()
    away = letter("I am away until Monday.", more="Auto-Submitted: auto-replied")
    assert take(away, return_address(sent), return_path="").result == "ignored"
    sent.refresh_from_db()
    assert sent.bounced_at is None


def test_what_did_not_arrive_alarms_until_a_person_saw_to_it() -> None:
    now, olu = timezone.now(), member("Olu", mimap="handler")
    case = open_case()
    sent = sent_letter(case)
    assert trouble.alarm("mimap", now, now.date()) is None
    take(report(), return_address(sent), return_path="")
    alarm = trouble.alarm("mimap", now, now.date())
    assert (alarm.letters, alarm.due_on, alarm.pressing) == (1, case.due_on, False)
    assert trouble.alarm("mimap", now, case.due_on - timedelta(days=2)).pressing
    assert trouble.try_again(sent, by=olu)
    assert outbox.send(sent.pk)
    assert trouble.alarm("mimap", now, now.date()) is None
    take(report(), return_address(sent), return_path="")
    assert trouble.see_to(Letter.objects.get(pk=sent.pk), by=olu)
    assert trouble.alarm("mimap", now, now.date()) is None
    told = set(case.events.values_list("name", flat=True))
    assert {"letter_bounced", "letter_tried_again", "letter_seen_to"} <= told


def test_a_dead_mail_server_loses_nothing_and_is_noticed_within_a_quarter_of_an_hour(
    monkeypatch: pytest.MonkeyPatch, time_machine
) -> None:
    """TRUST 49: the server is off for two days."""
    time_machine.move_to(NOW)
    waiting = queue(case=open_case(), kind="answer", once="a", to="dana@example.com", words=HELLO)
    with monkeypatch.context() as dead:
        dead.setattr(outbox, "build_mail", _no_server)
        for hour in range(49):
            time_machine.move_to(NOW + timedelta(hours=hour, minutes=11))
            outbox.send_waiting()
            assert trouble.alarm("mimap", timezone.now(), NOW.date()).letters == 1
    time_machine.move_to(NOW + timedelta(hours=50))
    outbox.send_waiting()
    waiting.refresh_from_db()
    assert (waiting.status, trouble.alarm("mimap", timezone.now(), NOW.date())) == ("sent", None)


def _no_server(*_: object) -> None:
    raise ConnectionRefusedError


@pytest.mark.parametrize("way", ["to the reply address", "to the mailbox", "to the mailbox, as new mail"])
@pytest.mark.parametrize(
    "rounds", [30, pytest.param(1000, marks=[pytest.mark.long, pytest.mark.timeout(900)])]
)
def test_two_answering_machines_fall_silent(samples, way: str, rounds: int) -> None:
    """TRUST 18: the other side marks nothing as automatic, and sends our words back for ever."""
    take(letter(ASK))
    run_pipeline()
    outbox.send_waiting()
    for number in range(rounds):
        last = outgoing.outbox[-1].message()
        to = {"to the reply address": str(last["Reply-To"])}.get(way, "bd@mimap.com")
        answers = "" if "new mail" in way else f"In-Reply-To: {last['Message-ID']}"
        assert take(letter(f"{ASK} Round {number}.", more=answers), to).result != "opened"
        if number % 50 == 0:
            run_pipeline()
            outbox.send_waiting()
    run_pipeline()
    outbox.send_waiting()
    assert len([one for one in outgoing.outbox if "dana@example.com" in one.to]) == 1
    assert Case.objects.count() == 1
    assert Submission.objects.filter(tray="held").count() <= 21


def test_a_second_letter_that_crosses_with_our_first_is_a_request_like_any_other(samples) -> None:
    assert [take(letter(ASK)).result, take(letter(ASK)).result] == ["opened", "opened"]
    run_pipeline()
    outbox.send_waiting()
    again = take(letter(ASK))
    assert (again.result, again.reason) == ("held", "again")


def test_an_answer_marked_automatic_joins_nothing() -> None:
    case = open_case()
    take(letter("I am away.", more="Auto-Submitted: auto-replied"), case_address(case))
    assert not Message.objects.exists()


def test_notices_end_with_one_click_and_letters_the_law_asks_for_do_not_offer_it(client) -> None:
    case = open_case()
    sent_letter(case)
    headers = outgoing.outbox[-1].message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page = "/notices/" + headers["List-Unsubscribe"].strip("<>").partition("/notices/")[2]
    assert client.get(page).status_code == 200
    assert not case.events.filter(name="notices_stopped").exists()
    for _ in range(2):
        assert client.post(page, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert case.events.filter(name="notices_stopped").count() == 1
    second = queue(case=case, kind="reminder", once="r2", to="dana@example.com", words=HELLO)
    answer = queue(case=case, kind="answer", once="a", to="dana@example.com", words=HELLO)
    assert (second.status, second.trouble, answer.status) == ("withheld", "unsubscribed", "queued")
    outbox.send(answer.pk)
    assert "List-Unsubscribe" not in outgoing.outbox[-1].message()
    assert client.post(page.replace("/notices/", "/notices/9")).status_code == 404
