"""What becomes of a mail: opened, joined, held, put aside; lost never."""

from datetime import UTC, datetime, timedelta

import pytest

from identity import sealing
from requests_app import journal, subject
from requests_app.intake import held, mail, reading
from requests_app.letters import conversation
from requests_app.letters.addresses import case_address
from requests_app.letters.outbox import Words, queue
from requests_app.lifecycle import State
from requests_app.models import Case, Letter, Message, Submission
from tests.intake.letters_by_post import ASK, BOMBS, CHINESE, letter
from tests.people import open_case

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def take(raw: bytes, *recipients: str, **more: object) -> mail.Receipt:
    return mail.receive(raw, received_at=NOW, recipients=recipients or None, **more)


def submission() -> Submission:
    return Submission.objects.latest("pk")


def test_a_request_by_mail_opens_a_case_from_its_first_arrival() -> None:
    raw = letter()
    receipt = take(raw)
    case = Case.objects.get(reference=receipt.cases[0])
    told = subject.read(case)
    assert (receipt.result, case.right, case.channel, case.received_at) == ("opened", "DELETE", "email", NOW)
    assert (told.email, told.name) == ("dana@example.com", "Dana Whitfield")
    assert told.details["mail_words"] == "DELETE: delete all of my personal information"
    assert sealing.unseal(case.submission.key, case.submission.sealed, "submission") == raw
    assert journal.verify(case) is None


def test_a_chinese_mail_is_answered_in_chinese() -> None:
    receipt = take(letter(CHINESE, to="wanyanyan@mipmap3d.com"))
    case = Case.objects.get(reference=receipt.cases[0])
    assert (case.controller, case.right, case.language) == ("mipmap", "CN_DELETE", "zh-Hans")


def test_several_rights_are_several_cases_and_the_copy_comes_first() -> None:
    receipt = take(letter("I exercise my right to know and my right to delete."))
    first, second = (Case.objects.get(reference=reference) for reference in receipt.cases)
    assert (first.right, second.right, second.after) == ("KNOW_PCS", "DELETE", first)


def test_a_further_right_we_open_no_case_for_keeps_the_mail_in_the_tray() -> None:
    receipt = take(letter("Send me a copy of my personal data, and explain how you use my information."))
    assert (receipt.result, receipt.reason, submission().tray) == ("opened", "also:explain", "held")


@pytest.mark.parametrize(("text", "reason"), [
    ("Where is my order?", "nothing_asked"),
    ("", "nothing_asked"),
    ("How do I delete my personal data?", "asks:delete"),
    ("How do I correct my address in the app?", "asks:correct"),
    ("Please restrict the processing of my data.", "asks:restrict"),
    ("On behalf of our client, delete her personal data.", "for_another"),
    ("FYI\n\n-----Original Message-----\nPlease delete my data.", "nothing_asked"),
    ("-----Original Message-----\nPlease delete my data.", "asks:DELETE"),
])  # fmt: skip
def test_what_is_unsure_waits_for_a_person(text: str, reason: str) -> None:
    receipt = take(letter(text))
    assert (receipt.result, receipt.reason, receipt.cases) == ("held", reason, ())
    assert submission().received_at == NOW


def test_who_may_want_to_keep_one_consent_of_several_is_read_by_a_person() -> None:
    asked = "I withdraw my consent, but keep me in the improvement programme."
    receipt = take(letter(asked, to="wanyanyan@mipmap3d.com"))
    assert (receipt.result, receipt.reason, receipt.cases) == ("held", "keeps_a_part", ())


def test_staff_open_a_held_mail_from_the_day_it_came() -> None:
    take(letter("How do I delete my personal data?"))
    seen, verdict = held.read_again(submission())
    assert (seen.sender, verdict.others) == ("dana@example.com", ("delete",))
    opened = held.open_held(submission(), ("DELETE",))
    assert (opened.cases[0].received_at, submission().tray) == (NOW, "opened")
    assert held.open_held(submission(), ("DELETE",)).repeated


def test_the_same_mail_twice_opens_nothing_twice() -> None:
    raw = letter()
    first = take(raw)
    again = take(b"Received: by another way\r\n" + raw)
    assert (again.result, again.cases) == ("duplicate", first.cases)
    bare = letter(message_id="")
    assert [take(bare).result, take(bare).result] == ["opened", "duplicate"]


def test_a_message_id_used_for_another_mail_hides_nothing() -> None:
    take(letter(message_id="<same@example.org>", sender="max@example.org", text="Hello"))
    second = letter(message_id="<same@example.org>")
    assert [take(second).result, take(second).result] == ["held", "duplicate"]
    assert submission().reason == "message_id_used_before"


def test_a_mail_kept_by_a_process_that_died_is_read_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = letter()
    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(mail.mime, "read", _die)
        take(raw)
    assert submission().reason == "unread"
    assert take(raw).result == "opened"


def _die(raw: bytes) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_mail_is_kept_and_held(name: str) -> None:
    raw, reason = BOMBS[name]
    receipt = take(raw)
    assert (receipt.result, receipt.reason) == ("held", reason)
    assert sealing.unseal(submission().key, submission().sealed, "submission") == raw


@pytest.mark.parametrize("sender", ["", "dana@example.com, olu@example.org", "bd@mimap.com"])
def test_without_one_sender_of_their_own_nothing_is_opened(sender: str) -> None:
    assert take(letter(sender=sender)).result == "held"


@pytest.mark.parametrize(("more", "why"), [
    ("Auto-Submitted: auto-replied (vacation)", "auto_reply"),
    ("Precedence: auto_reply", "auto_reply"),
    ("X-Autoreply: yes", "auto_reply"),
    ("Return-Path: <>", "null_return_path"),
    ("Message-ID: <1@requests.localhost>", "own_mail"),
])  # fmt: skip
def test_an_automatic_answer_is_kept_and_answered_by_nobody(more: str, why: str) -> None:
    receipt = take(letter(more=more, message_id=""))
    assert (receipt.result, receipt.reason, submission().tray) == ("ignored", why, "ignored")
    assert not Letter.objects.exists()


def test_a_bounce_is_put_aside() -> None:
    assert take(letter(kind="multipart/report; report-type=delivery-status; boundary=x")).reason == "report"
    assert take(letter(), return_path="").reason == "null_return_path"


@pytest.mark.parametrize(
    "more", ["Precedence: bulk", "List-Id: <l.example>", "Auto-Submitted: auto-generated"]
)
def test_a_program_is_not_answered_but_its_request_is_seen(more: str) -> None:
    assert take(letter("Our news of the month.", more=more)).result == "ignored"
    receipt = take(letter(more=more))
    assert (receipt.result, receipt.cases) == ("held", ())


def test_nobody_here_by_that_name() -> None:
    assert take(letter(), "someone@elsewhere.example").reason == "unknown_recipient"
    assert take(letter(to="someone@elsewhere.example")).result == "rejected"
    assert take(letter(), "case-ABCDEFGH-00000000000000000000@requests.localhost").result == "rejected"
    for local in ("case-ABCDEFGH-é", "bounce-1-é", "bounce-²-0", "bounce-999999999999999999-0"):
        assert take(letter(), f"{local}@requests.localhost").result == "rejected"


def test_the_envelope_counts_before_the_header() -> None:
    receipt = take(letter(CHINESE, to="hidden@example.org"), "wanyanyan@mipmap3d.com")
    assert Case.objects.get(reference=receipt.cases[0]).controller == "mipmap"


def test_a_mail_to_both_companies_opens_a_case_at_each() -> None:
    receipt = take(letter(), "bd@mimap.com", "wanyanyan@mipmap3d.com")
    assert [Case.objects.get(reference=r).controller for r in receipt.cases] == ["mimap", "mipmap"]


def test_too_big_is_refused(settings) -> None:
    settings.MAX_MAIL_BYTES = 1000
    assert take(letter("x" * 1000)) == mail.Receipt("rejected", (), "too_big")


# --- a mail that continues a case -------------------------------------------------


def test_a_reply_to_the_secret_address_joins_its_case() -> None:
    case = open_case()
    receipt = take(letter("Here is my customer number: 12."), case_address(case))
    assert (receipt.result, receipt.cases) == ("threaded", (case.reference,))
    message = Message.objects.get(case=case)
    assert conversation.read(message)["text"] == "Here is my customer number: 12."
    assert (submission().joined, submission().tray) == (case, "threaded")
    case.refresh_from_db()
    assert case.events.last().name == "message_received"
    assert journal.verify(case) is None


def test_a_reply_to_one_of_our_letters_joins_its_case() -> None:
    case = open_case()
    sent = queue(case=case, kind="test", once="1", to="dana@example.com", words=Words("Hello", "Text"))
    assert take(letter("Thank you", more=f"In-Reply-To: {sent.message_id}")).result == "threaded"
    assert take(letter("Thanks", more=f"References: <a@b> {sent.message_id}")).cases == (case.reference,)


def test_somebody_else_in_the_thread_is_held_and_joins_nothing() -> None:
    case = open_case()
    sent = queue(case=case, kind="test", once="1", to="dana@example.com", words=Words("Hello", "Text"))
    for raw, to in (
        (letter(sender="max@example.org"), case_address(case)),
        (letter(sender="max@example.org", more="Reply-To: dana@example.com"), case_address(case)),
        (letter(sender="max@example.org", more=f"In-Reply-To: {sent.message_id}"), "bd@mimap.com"),
    ):
        receipt = take(raw, to)
        assert (receipt.result, receipt.reason, receipt.cases) == ("held", "other_sender", ())
        assert submission().joined is None
    assert not Message.objects.exists()


def test_in_copy_is_nobody(settings) -> None:
    take(letter(more="Cc: max@example.org\nReply-To: max@example.org"))
    assert subject.read(Case.objects.latest("pk")).email == "dana@example.com"
    assert "max@example.org" not in str(subject.read(Case.objects.latest("pk")))


def test_a_late_mail_to_a_closed_case_is_shown_to_staff() -> None:
    case = open_case()
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED)
    receipt = take(letter("You forgot my orders."), case_address(case))
    assert (receipt.result, receipt.reason, submission().tray) == ("threaded", "case_closed", "held")
    assert Message.objects.filter(case=case).exists()


def test_a_new_right_in_a_reply_is_shown_to_staff() -> None:
    case = open_case(right="KNOW_PCS")
    receipt = take(letter(ASK), case_address(case))
    assert (receipt.result, receipt.reason, submission().tray) == ("threaded", "also:DELETE", "held")


def test_a_purged_case_is_gone() -> None:
    case = open_case()
    address = case_address(case)
    sent = queue(case=case, kind="test", once="1", to="dana@example.com", words=Words("Hello", "Text"))
    Case.objects.filter(pk=case.pk).update(state=State.ARCHIVED)
    assert take(letter(), address).reason == "unknown_recipient"
    assert take(letter(more=f"In-Reply-To: {sent.message_id}")).reason == "case_gone"


def test_a_fault_of_ours_holds_the_mail_and_logs_nothing_personal(caplog, monkeypatch) -> None:
    caplog.set_level("DEBUG")
    with monkeypatch.context() as faulty:
        faulty.setattr(reading, "language_for", _quote)
        assert take(letter()).reason == "unreadable"
    for raw in (
        letter(),
        letter(sender="dana@example.com, max@example.org"),
        BOMBS["forwards without end"][0],
    ):
        take(raw)
    assert caplog.records
    for canary in ("dana", "max@", "personal information", "Whitfield"):
        assert canary not in caplog.text


def _quote(controller: object, text: str) -> str:
    raise ValueError(text)


def test_received_dates_in_the_mail_are_not_believed() -> None:
    yesterday = (NOW - timedelta(days=400)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    take(letter(more=f"Received: from x by y; {yesterday}\nDate: {yesterday}"))
    assert Case.objects.latest("pk").received_at == NOW
