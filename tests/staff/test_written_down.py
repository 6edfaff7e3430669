"""What came by post, by phone or in person: one case like any other, its scans sealed, its day the day it came."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from identity import sealing
from requests_app import journal, owed, register, rules, subject, worklist
from requests_app.intake import mime
from requests_app.models import Case, Submission
from requests_app.verification import steps as verification
from tests.staff.people import at_desk, hire
from tests.staff.scenes import held_mail

pytestmark = pytest.mark.django_db
URL = "/staff/mimap/write-down/"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"


def slip(**changed: object) -> dict[str, object]:
    """A letter that came today."""
    today = worklist.today_at("mimap").isoformat()
    return {
        "number": "n1", "channel": "post", "received_on": today, "language": "en", "rights": ["DELETE"],
        "name": "Dana Whitfield", "email": "dana@example.com", "postal": "1 Main St\nAlbany", "text": "Erase me.",
    } | changed  # fmt: skip


def before(days: int) -> str:
    return (worklist.today_at("mimap") - timedelta(days=days)).isoformat()


@pytest.mark.parametrize("channel", ["post", "phone", "in_person"])
def test_what_came_on_an_earlier_day_counts_from_that_day(channel) -> None:
    desk = at_desk(hire("Olu", "mimap"))
    typed = slip(channel=channel, received_on=before(6), late_reason="post_room")
    typed["scans"] = [SimpleUploadedFile("x.exe", PDF), SimpleUploadedFile("y.pdf", b"\xff\xd8\xff\xe0jpeg")]
    answer = desk.post(URL, typed)
    case = Case.objects.get()
    assert answer.url == reverse("staff:case", args=["mimap", case.reference])
    assert case.channel == channel and case.received_on.isoformat() == before(6)
    assert case.due_on == owed.columns_of(rules.matches(case), case.received_at)["due_on"]
    event = case.events.get(name="logged_by_staff")
    assert event.reason == "post_room" and event.references["scans"] == 2 and journal.verify(case) is None
    assert subject.read(case).details == {"postal": "1 Main St\nAlbany"}
    # Sealed, typed by what it is, and opened only for a reason.
    kept = Submission.objects.get()
    assert b"Erase me" not in bytes(kept.sealed)
    files = mime.read(sealing.unseal(kept.key, kept.sealed, "submission")).attachments
    assert [(one.name, one.type) for one in files] == [
        ("scan-1.pdf", "application/pdf"),
        ("scan-2.jpg", "image/jpeg"),
    ]
    look = reverse("staff:submission", args=["mimap", kept.public_id])
    assert "Erase me" not in desk.get(look).content.decode()
    desk.post(reverse("staff:submission_look", args=["mimap", kept.public_id]), {"reason": "identify"})
    page = desk.get(look).content.decode()
    assert "Erase me" in page and "scan-1.pdf" in page
    got = desk.get(reverse("staff:submission_file", args=["mimap", kept.public_id, 1]))
    assert got.content == PDF and "sandbox" in got["Content-Security-Policy"]
    assert "wrote it down" in desk.get(answer.url).content.decode()
    # Sent twice it is one.
    assert desk.post(URL, slip(channel=channel)).status_code == 302 and Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"channel": "web"}, "channel"), ({"received_on": "yesterday"}, "received_on"), ({"rights": []}, "rights"),
     ({"received_on": before(-3)}, "received_on"), ({"received_on": before(500), "late_reason": "branch"}, "received_on"),
     ({"received_on": before(3)}, "late_reason"), ({"received_on": before(3), "late_reason": "x"}, "late_reason"),
     ({"rights": ["CN_DELETE"]}, "rights"), ({"language": "xx"}, "language"), ({"text": "  "}, "text"),
     ({"email": "dana"}, "email"), ({"postal": "", "answer_by": "post"}, "postal"), ({"postal": "a\nb\nc\nd\ne\nf"}, "postal"), ({"scans": SimpleUploadedFile("a.pdf", b"MZ\x90\x00\x03")}, "scans")],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_field_and_opens_nothing(changed, field) -> None:
    answer = at_desk(hire("Olu", "mimap")).post(URL, slip(**changed))
    assert answer.status_code == 400 and not Submission.objects.exists()
    (problem,) = answer.context["problems"]
    assert problem["href"].startswith(f"#id_{field}")
    assert field == "text" or "Erase me." in answer.content.decode()
    assert f'id="{problem["href"][1:]}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("rights", "part", "asked"),
    [(["CN_WITHDRAW"], "improvement", "withdraw_consent.improvement"), (["CN_WITHDRAW"], "all", "withdraw_consent"),
     (["CN_DELETE"], "improvement", "delete"), (["CN_DELETE", "CN_WITHDRAW"], "", ""), (["CN_WITHDRAW"], "gone", "")],
)  # fmt: skip
@pytest.mark.parametrize("door", ["written down", "held mail"])
def test_staff_say_which_consent_is_withdrawn_as_the_requester_would(door, rights, part, asked) -> None:
    desk, typed = at_desk(hire("Olu", "mipmap")), {"rights": rights, "part": part}
    here = "/staff/mipmap/write-down/"
    if door == "held mail":
        mail = held_mail("mipmap", text="我要退出产品改进计划。", subject="撤回同意", reason="keeps_a_part")
        here = reverse("staff:submission_open", args=["mipmap", mail.public_id])
        shown = desk.get(reverse("staff:submission", args=["mipmap", mail.public_id])).content.decode()
        assert "only</span>" in shown, "its words are pointed to"
        assert not re.search(r'name="part"[^>]*checked', shown), "and nothing is chosen for them"
    today = timezone.now().astimezone(ZoneInfo(register.controller("mipmap").zone)).date().isoformat()
    answer = desk.post(
        here, slip(text="我要退出产品改进计划。", language="zh-Hans", received_on=today) | typed
    )
    if asked:
        assert subject.operation_of(Case.objects.get()) == asked, "what they chose counts, whatever the words"
        return
    said = answer.content.decode()
    assert answer.status_code == 400 and not Case.objects.exists()
    assert [one["href"] for one in answer.context["problems"]] == ["#id_part_0"] and 'id="id_part_0"' in said
    assert len(re.findall(r'name="rights"[^>]*checked', said)) == len(rights), "what was chosen stays chosen"


def test_a_company_without_such_parts_is_not_asked_which() -> None:
    assert 'name="part"' not in at_desk(hire("Olu", "mimap")).get(URL).content.decode()


def test_ones_own_request_is_written_down_by_a_colleague() -> None:
    pia = hire("Pia", "mimap")
    assert at_desk(pia).post(URL, slip(email=pia.email.upper())).status_code == 400
    assert at_desk(hire("Olu", "mimap")).post(URL, slip(email=pia.email)).status_code == 302


def test_without_an_answer_of_the_scanner_no_scan_is_taken(settings, tmp_path) -> None:
    settings.SCANNER = f"unix:{tmp_path / 'nobody.sock'}"
    answer = at_desk(hire("Olu", "mimap")).post(URL, slip(scans=SimpleUploadedFile("a.pdf", PDF)))
    assert answer.status_code == 400 and not Submission.objects.exists()


@pytest.mark.parametrize(("who", "may"), [("Olu", True), ("Cora", True), ("Ada", False), ("Adam", False)])
def test_who_does_no_casework_writes_nothing_down(who, may) -> None:
    desk = at_desk(hire(who, "mimap"))
    assert desk.get(URL).status_code == (200 if may else 404)
    assert desk.post(URL, slip()).status_code == (302 if may else 404)
    assert Case.objects.exists() is may and register.controller("mimap")


@pytest.mark.parametrize(
    ("changed", "goes"),
    [({}, ""), ({"answer_by": "post"}, "1 Main St\nAlbany"), ({"email": ""}, "1 Main St\nAlbany"),
     ({"email": "", "postal": ""}, "")],
)  # fmt: skip
def test_who_wants_a_letter_or_gave_no_mail_address_is_answered_by_post_once_a_doubt_is_settled(
    changed, goes
) -> None:
    at_desk(hire("Olu", "mimap")).post(URL, slip(**changed))
    case = Case.objects.get()
    assert subject.read(case).post_to == goes
    verification.begin(case)
    assert [doubt.kind for doubt in case.doubts.all()] == (["postal"] if goes else [])
