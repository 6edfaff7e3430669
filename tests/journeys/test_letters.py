"""Letters as people write them, through the real inlet, worker and outbox: several rights, returned mail, a machine, an agent."""

from __future__ import annotations

import smtplib

import pytest
from django.urls import reverse

from requests_app import register, subject
from requests_app.letters.addresses import return_address
from requests_app.lifecycle import State
from requests_app.models import Case, Letter, Submission, Tray
from tests.house import House, until
from tests.intake.letters_by_post import letter, report
from tests.journeys.test_mail import post, write
from tests.staff.people import at_desk, hire

CHINESE = """您好：

本人是贵公司软件的用户。根据《个人信息保护法》，本人要求查阅贵公司处理的本人个人信息，
并在提供之后注销本人的账户。

此致
敬礼
王丹娜
"""
CALIFORNIA = """To whom it may concern,

I live in Fresno, California. Under the CCPA I exercise my right to know the specific pieces of personal
information you have collected about me, and my right to delete.

Dana Whitfield
"""
BULK = """On behalf of the consumers below, who signed the enclosed permissions, we request that you delete their
personal information.

1. Lena Ortiz, lena@example.org
2. Sam Pruitt, sam@example.net

ClearTrace Services
"""


def arrive(house: House, raw: bytes, to: str, *, sender: str = "") -> None:
    """As a mail server hands it over; an empty sender is a report's."""
    with smtplib.SMTP("127.0.0.1", house.mail_port, timeout=30) as server:
        server.sendmail(sender, [to], raw)


def mails_to(house: House, address: str, number: int) -> list:
    """Once that many were sent."""
    return until(
        lambda: found if len(found := house.posted(address)) >= number else None,
        f"mail to {address}\n{house.log('worker')}",
    )


@pytest.mark.timeout(200)
def test_one_letter_asks_for_two_things_in_chinese_and_in_english(furnished: House) -> None:
    house = furnished
    house.start("worker", "beat", "mail")
    post(house, write("mipmap", CHINESE))
    post(house, write("mimap", CALIFORNIA))
    until(lambda: Case.objects.filter(state=State.VERIFYING).count() >= 3, f"cases\n{house.log('worker')}")

    mipmap = Case.objects.filter(controller="mipmap").order_by("pk")
    assert {case.language for case in mipmap} == {"zh-Hans"}
    held = Submission.objects.get(controller="mipmap")
    if register.controller("mipmap").offers("CN_CANCEL"):
        assert [case.right for case in mipmap] == ["CN_ACCESS", "CN_CANCEL"]
    else:
        # What this company opens no case for by rule is left to a person, with the words that say so.
        assert [case.right for case in mipmap] == ["CN_ACCESS"]
        assert (held.tray, held.reason) == (Tray.HELD, "also:cancel")
    assert "查阅" in mails_to(house, "dana@example.cn", 1)[0].get_body(("plain",)).get_content()

    know, delete = Case.objects.filter(controller="mimap").order_by("pk")
    assert (know.right, delete.right, delete.after) == ("KNOW_PCS", "DELETE", know)
    (first,) = mails_to(house, "dana@example.com", 1)
    text = first.get_body(("plain",)).get_content()
    assert know.spaced_reference in text
    assert delete.spaced_reference in text
    assert "Fresno" not in text


@pytest.mark.timeout(200)
def test_a_letter_comes_back_a_machine_answers_and_an_agent_writes_for_two(furnished: House) -> None:
    house = furnished
    house.start("worker", "beat", "mail")
    desk = at_desk(hire("Olu", "mimap"))
    home = reverse("staff:queue", args=["mimap"])
    post(house, write("mimap", "Please delete all of my personal information.\n"))
    until(lambda: Letter.objects.filter(status="sent").first(), f"a letter\n{house.log('worker')}")
    sent, case = Letter.objects.get(), Case.objects.get()

    away = letter("I am away until Monday.", more="Auto-Submitted: auto-replied (vacation)")
    arrive(house, away, return_address(sent))
    assert (Submission.objects.latest("pk").tray, case.messages.count()) == (Tray.IGNORED, 0)
    assert "did not reach" not in desk.get(home).content.decode()

    arrive(house, report(), return_address(sent))
    assert case.events.filter(name="letter_bounced").exists()
    assert "did not reach its reader" in desk.get(home).content.decode()
    file = desk.get(reverse("staff:case", args=["mimap", case.reference])).content.decode()
    assert "This person did not get our mail" in file

    agent = "ClearTrace <requests@cleartrace.example>"
    post(house, write("mimap", BULK, sender=agent))
    bulk = Submission.objects.latest("pk")
    assert (bulk.tray, bulk.reason) == (Tray.HELD, "for_many")
    asked = {"rights": ["DELETE"], "people": ["lena@example.org", "sam@example.net"]}
    desk.post(reverse("staff:submission_open", args=["mimap", bulk.public_id]), asked)
    # Whoever wrote for them is told what to show; nobody whom no system knows is written to.
    told = mails_to(house, "requests@cleartrace.example", 2)
    assert all("signed" in mail.get_body(("plain",)).get_content() for mail in told)
    assert not [mail for person in asked["people"] for mail in house.posted(person)]
    theirs = Case.objects.exclude(pk=case.pk)
    assert {one.capacity for one in theirs} == {"agent"}
    assert {subject.read(one).representative["email"] for one in theirs} == {"requests@cleartrace.example"}
    assert {one.received_at for one in theirs} == {bulk.received_at}
    # Each is proved alone: a code of one opens nothing of the other.
    assert theirs.values("submission").distinct().count() == 2
    assert len(house.posted("dana@example.com")) == 1
