"""Sorting held mail by hand: put on a case, split into cases, set aside, and each of it taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outgoing
from django.urls import reverse

from requests_app import journal, subject, worklist
from requests_app.archive.purge import HELD_KEPT, purge_expired
from requests_app.intake import mail, web
from requests_app.letters import conversation, outbox
from requests_app.letters.addresses import return_address
from requests_app.letters.outbox import Words, queue
from requests_app.lifecycle import State
from requests_app.models import Case, Letter, Message, Submission, Tray
from tests.intake.letters_by_post import letter, report, several
from tests.people import open_case
from tests.staff.people import at_desk, hire
from tests.staff.scenes import held_mail

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def olu():
    return hire("Olu", "mimap")


@pytest.fixture
def desk(olu):
    return at_desk(olu)


def at(name: str, mail: Submission, *more: object) -> str:
    return reverse(f"staff:{name}", args=["mimap", mail.public_id, *more])


@pytest.mark.parametrize(
    ("sender", "kind"),
    [("dana@example.com", Message.Kind.FROM_REQUESTER), ("max@example.org", Message.Kind.NOTE)],
)
def test_a_mail_is_put_on_a_case_and_taken_off_again(desk, sender: str, kind: str) -> None:
    """TRUST 22: the words of anybody but the requester stay among staff."""
    case, held = open_case(), held_mail(sender=sender, reason="other_sender", text="My number is 12.")
    assert desk.post(at("submission_link", held), {"case": "NOSUCH22"}).status_code == 400
    desk.post(at("submission_link", held), {"case": case.spaced_reference.lower()})
    message = Message.objects.get(case=case)
    assert (message.kind, conversation.read(message)["text"]) == (kind, "My number is 12.")
    shown = [text for _message, text in conversation.exchanged(case)]
    assert shown == (["My number is 12."] if sender == "dana@example.com" else [])
    held.refresh_from_db()
    assert (held.tray, held.joined) == (Tray.THREADED, case)
    assert desk.post(at("submission_link", held), {"case": case.reference}).status_code == 400
    desk.post(at("submission_back", held))
    held.refresh_from_db()
    assert (held.tray, held.joined, held.reason) == (Tray.HELD, None, "brought_back")
    assert not Message.objects.exists()
    case.refresh_from_db()
    assert {"mail_linked", "mail_unlinked"} <= set(case.events.values_list("name", flat=True))
    assert journal.verify(case) is None


def test_a_mail_is_put_on_no_other_companys_case_and_on_no_destroyed_one(desk) -> None:
    held = held_mail()
    elsewhere, gone = open_case("mipmap"), open_case()
    Case.objects.filter(pk=gone.pk).update(state=State.ARCHIVED)
    for case in (elsewhere, gone):
        assert desk.post(at("submission_link", held), {"case": case.reference}).status_code == 400
    assert not Message.objects.exists()


BULK = """On behalf of the following consumers we request deletion:
1. Lena Ortiz, lena@example.org
2. Sam Pruitt <sam@example.net>
3. Wei Zhang  wei@example.com
Questions: bd@mimap.com or Ana@agents.example"""


def test_an_agents_letter_about_many_becomes_a_case_for_each(desk) -> None:
    receipt = mail.receive(letter(BULK, sender="Ana <ana@agents.example>"), received_at=NOW)
    assert (receipt.result, receipt.reason) == ("held", "for_many")
    held = Submission.objects.get()
    desk.post(at("submission_look", held), {"reason": "sort"})
    page = desk.get(at("submission", held)).content.decode()
    assert "Lena Ortiz &lt;lena@example.org&gt;" in page
    asked = {"rights": ["DELETE"], "people": ["lena@example.org", "wei@example.com", "stranger@example.org"]}
    desk.post(at("submission_open", held), asked)
    told = {subject.read(case).email: subject.read(case) for case in Case.objects.all()}
    assert set(told) == {"lena@example.org", "wei@example.com"}
    assert told["wei@example.com"].name == "Wei Zhang"
    assert told["wei@example.com"].representative == {"name": "Ana", "email": "ana@agents.example"}
    assert {case.capacity for case in Case.objects.all()} == {"agent"}
    assert {case.received_at for case in Case.objects.all()} == {NOW}
    # The third was forgotten; once more opens theirs and nobody's twice.
    held.refresh_from_db()
    from requests_app.intake import held as hand

    hand.open_held(held, ("DELETE",), people=(*mail_people(held),))
    assert Case.objects.count() == 3


def mail_people(held: Submission):
    from requests_app.intake import held as hand

    return hand.people_named(held, hand.read_again(held)[0])


def test_a_late_message_by_the_web_is_shown_to_staff_as_a_late_mail_is(desk, olu) -> None:
    case = open_case()
    web.write_message(case, "before")
    assert not Submission.objects.filter(tray=Tray.HELD).exists()
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED)
    case.refresh_from_db()
    web.write_message(case, "You forgot my orders.")
    late = Submission.objects.get(tray=Tray.HELD)
    assert (late.reason, late.joined) == ("case_closed", case)
    desk.post(at("submission_look", late), {"reason": "sort"})
    assert "You forgot my orders." in desk.get(at("submission", late)).content.decode()
    desk.post(at("submission_aside", late))
    late.refresh_from_db()
    assert late.tray == Tray.THREADED
    desk.post(at("submission_back", late))
    late.refresh_from_db()
    assert (late.tray, late.joined) == (Tray.HELD, case)


def test_a_file_leaves_as_a_download_only_after_a_reason(desk) -> None:
    """TRUST 25 and 32: never on a page of ours, under a name of ours, of no type a browser would open."""
    kind, body = several(
        [("Content-Type: text/plain", "See the file."),
         ("Content-Type: text/html; name=a.html\nContent-Disposition: attachment", "<script>x()</script>")])  # fmt: skip
    mail.receive(letter(body, kind=kind), received_at=NOW)
    held = Submission.objects.get()
    file = at("submission_file", held, 1)
    assert desk.get(file).status_code == 403
    desk.post(at("submission_look", held), {"reason": "sort"})
    answer = desk.get(file)
    assert answer.content.strip() == b"<script>x()</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert ".html" not in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert desk.get(at("submission_file", held, 2)).status_code == 404
    assert "text/html" in desk.get(at("submission", held)).content.decode()


def test_mail_that_does_not_arrive_alarms_the_queue_until_somebody_saw_to_it(desk) -> None:
    case = open_case()
    sent = queue(case=case, kind="answer", once="a", to="dana@example.com", words=Words("Hello", "Text"))
    outbox.send(sent.pk)
    home = reverse("staff:queue", args=["mimap"])
    assert "did not reach" not in desk.get(home).content.decode()
    mail.receive(report(), received_at=NOW, recipients=[return_address(sent)], return_path="")
    assert "did not reach its reader" in desk.get(home).content.decode()
    Case.objects.filter(pk=case.pk).update(due_on=worklist.today_at("mimap") + timedelta(days=2))
    assert 'role="alert"' in desk.get(home).content.decode()
    lost = desk.get(reverse("staff:lost", args=["mimap"])).content.decode()
    assert "This person did not get our mail" in lost
    assert "there is no such mailbox" in lost
    file = desk.get(reverse("staff:case", args=["mimap", case.reference])).content.decode()
    assert "This person did not get our mail" in file
    act = reverse("staff:letter_lost", args=["mimap", case.reference, sent.pk])
    desk.post(act, {"act": "again"})
    assert Letter.objects.get(pk=sent.pk).status == "queued"
    outgoing.outbox.clear()
    outbox.send(sent.pk)
    assert len(outgoing.outbox) == 1
    mail.receive(report(), received_at=NOW, recipients=[return_address(sent)], return_path="")
    desk.post(act, {"act": "seen"})
    assert "did not reach" not in desk.get(home).content.decode()
    assert desk.post(act, {"act": "seen"}).status_code == 404


def test_a_reply_that_is_withheld_is_not_said_to_be_sent(desk) -> None:
    case = open_case()
    url = reverse("staff:reply", args=["mimap", case.reference])
    told = [
        desk.post(url, {"reply": "Hello", "once": str(n)}, follow=True).content.decode() for n in range(4)
    ]
    assert ["leaves in ten seconds" in page.split("<main")[1].split("<h1")[0] for page in told] == [
        True
    ] * 3 + [False]
    assert "NOT sent" in told[3]


def test_a_held_mail_nobody_opens_is_destroyed_after_a_year_and_the_tray_says_when(
    desk, time_machine
) -> None:
    held = held_mail()
    assert "Kept until" in desk.get(reverse("staff:tray", args=["mimap"])).content.decode()
    time_machine.move_to(held.received_at + HELD_KEPT - timedelta(hours=1))
    assert purge_expired()["held"] == 0
    time_machine.move_to(held.received_at + HELD_KEPT + timedelta(hours=1))
    assert purge_expired()["held"] == 1
    held.refresh_from_db()
    assert (bytes(held.sealed), held.sender_index, held.tray, held.reason) == (b"", "", "ignored", "unopened")


@pytest.mark.parametrize("kind", ["", "unlinked", "unclear", "on_case", "nonsense"])
def test_the_tray_can_be_narrowed(desk, kind: str) -> None:
    reasons = {"other_sender": "unlinked", "nothing_asked": "unclear", "asks:delete": "unclear", "list:asks": "unclear",
               "for_many": "unclear", "also:cancel": "on_case", "too_big": ""}  # fmt: skip
    for reason in reasons:
        held_mail(reason=reason)
    page = desk.get(reverse("staff:tray", args=["mimap"]) + f"?kind={kind}").content.decode()
    expected = [r for r, k in reasons.items() if k == kind or kind in {"", "nonsense"}]
    assert page.count("Read and sort") == len(expected)
