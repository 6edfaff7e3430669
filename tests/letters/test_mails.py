"""Every kind of mail in both languages: fixed words, a subject of one line, nothing a stranger chose."""

from __future__ import annotations

import pytest

from requests_app.letters import mails, outbox
from requests_app.letters.outgoing import build_mail
from requests_app.lifecycle import State
from tests.build import build_case, found

pytestmark = pytest.mark.django_db
EVIL = "Buy <b>pills</b> at http://evil.example now"
KINDS = {
    "acknowledgement": lambda case: mails.acknowledgement([case]),
    "acknowledgement with a code": lambda case: mails.acknowledgement([case], code="012345"),
    "acknowledgement of an unknown address": lambda case: mails.acknowledgement([case], unknown=True),
    "code": lambda case: mails.code(case, "012345"),
    "reminder": mails.reminder,
}
OURS = (("mimap", "DELETE", "en"), ("mipmap", "CN_DELETE", "zh-Hans"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("controller", "right", "language"), OURS)
def test_a_mail_to_an_unproved_address_holds_nothing_a_stranger_typed(kind, controller, right, language):
    case = build_case(
        controller=controller, right=right, language=language, name=EVIL, proved=False, state=State.RECEIVED
    )
    words = KINDS[kind](case)
    assert words.subject
    assert "\n" not in words.subject
    assert not {"evil", "pills", EVIL} & set((words.subject + words.text).replace("/", " ").split())
    assert "{" not in words.text
    assert "&#" not in words.text


@pytest.mark.parametrize(
    ("controller", "right", "language", "expected"),
    [
        ("mimap", "DELETE", "en", ["15 October 2026", "27 November 2026", "/mimap/", "11 CCR § 7021(b)"]),
        ("mipmap", "CN_DELETE", "zh-Hans", ["2026年10月16日", "最晚答复日期", "/mipmap/", "第15个工作日"]),
    ],
)
def test_an_acknowledgement_says_what_until_when_and_how_we_counted(controller, right, language, expected):
    case = build_case(controller=controller, right=right, language=language, state=State.RECEIVED)
    text = mails.acknowledgement([case]).text
    assert all(word in text for word in [case.spaced_reference, *expected])


def test_a_code_says_its_life_and_that_we_never_ask_for_it():
    text = mails.code(build_case(state=State.RECEIVED), "012345").text
    assert "012 345" in text
    assert "10 minutes" in text
    assert "never ask for this code by phone" in text


def test_a_reply_of_staff_is_printed_and_never_run_as_a_template():
    case = build_case(state=State.RECEIVED)
    assert "{{7*7}} {% load x %} it's <b>" in mails.message_reply(case, "{{7*7}} {% load x %} it's <b>").text


def test_the_mail_itself_has_one_sender_and_an_escaped_page_in_its_language():
    case = build_case({"customers.identity": found(1)})
    words = mails.message_reply(case, "<script>alert(1)</script>\n\nA second paragraph")
    letter = outbox.queue(case=case, kind="message_reply", once="m1", to="dana@example.org", words=words)
    mail = build_mail(letter, outbox.read(letter))
    message = mail.message()
    page = mail.alternatives[0][0]
    assert message["From"] == "MiMap <bd@mimap.com>"
    assert message["Reply-To"].startswith(f"case-{case.reference.lower()}-")
    assert '<html lang="en">' in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
