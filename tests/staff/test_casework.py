"""Working a case: search, assign, write, decide, approve, hold, and sorting the mail no rule could."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app import journal
from requests_app.decision import determine
from requests_app.letters import outbox
from requests_app.models import Case, Determination, LegalHold, Letter, Message, Submission, Tray, Work
from tests.acting import ANA, open_acting
from tests.people import DANA
from tests.staff.people import PASSWORD, at_desk, forget_the_password_time, hire
from tests.staff.scenes import approving, assessing, held_mail

pytestmark = pytest.mark.django_db


def url(name: str, case: Case, *more: object) -> str:
    """An address of this case."""
    return reverse(f"staff:{name}", args=[case.controller, case.reference, *more])


@pytest.fixture
def olu():
    return hire("Olu", "mimap")


@pytest.mark.parametrize(
    ("asked", "found"),
    [("reference", True), ("spaced", True), ("Dana.Whitfield@Example.org", True), ("dana@example.net", False),
     ("NOSUCHCA", False), ("", False)],
)  # fmt: skip
def test_a_case_is_found_by_reference_or_exact_address(olu, asked, found) -> None:
    case = assessing()
    typed = {"reference": case.reference.lower(), "spaced": case.spaced_reference}.get(asked, asked)
    answer = at_desk(olu).post(reverse("staff:search", args=["mimap"]), {"q": typed}, follow=True)
    assert (case.reference in answer.content.decode()) is found


def test_whoever_asks_for_others_is_found_by_their_own_address_and_so_is_the_person(olu, samples) -> None:
    (asked,) = open_acting("mimap", "KNOW_PCS")
    desk, search = at_desk(olu), reverse("staff:search", args=["mimap"])
    for address in (ANA["mimap"], DANA["mimap"]):
        assert asked.reference in desk.post(search, {"q": address}).content.decode()


def test_a_case_is_found_by_ones_own_note_and_by_nobody_elses(olu) -> None:
    case = assessing()
    pia = hire("Pia", "mimap")
    search = reverse("staff:search", args=["mimap"])
    at_desk(olu).post(url("note", case), {"note": "Waits for the warehouse in Reno."})
    assert case.reference in at_desk(olu).post(search, {"q": "WAREHOUSE in"}).content.decode()
    for desk, asked in ((at_desk(olu), "wa"), (at_desk(olu), "Tahoe"), (at_desk(pia), "warehouse")):
        assert case.reference not in desk.post(search, {"q": asked}).content.decode()


def test_a_case_is_assigned_to_who_serves_the_controller_only(olu) -> None:
    case, desk = assessing(), at_desk(olu)
    assert desk.post(url("assign", case), {"assignee": hire("Pia", "mipmap").pk}).status_code == 404
    desk.post(url("assign", case), {"assignee": olu.pk})
    case.refresh_from_db()
    assert case.assignee == olu
    desk.post(url("assign", case), {"assignee": ""})
    case.refresh_from_db()
    assert case.assignee is None and journal.verify(case) is None


def test_a_note_never_leaves_the_house_and_a_reply_leaves_once(olu) -> None:
    case, desk = assessing(), at_desk(olu)
    desk.post(url("note", case), {"note": "Watch the refund."})
    assert not Letter.objects.exists()
    for _ in range(2):
        desk.post(url("reply", case), {"reply": "We are on it.", "once": "same-form"})
    letter = Letter.objects.get()
    assert "We are on it." in outbox.read(letter)["text"] and "refund" not in outbox.read(letter)["text"]
    assert sorted(Message.objects.values_list("kind", flat=True)) == ["note", "reply"]
    assert b"refund" not in bytes(Message.objects.get(kind="note").sealed)
    text = desk.get(url("case", case)).content.decode()
    assert "Watch the refund." in text and "We are on it." in text


def test_codes_and_private_links_are_hidden_from_staff(olu) -> None:
    case = assessing()
    words = outbox.Words("Your code", "Type 123 456\n\nor follow http://x/follow/secret")
    letter = outbox.queue(case=case, kind="code", once="c", to="dana.whitfield@example.org", words=words)
    text = at_desk(olu).get(url("letter", case, letter.pk)).content.decode()
    assert "123 456" not in text and "dana.whitfield@" not in text


def test_a_failed_system_is_tried_again_by_hand(olu) -> None:
    case = assessing()
    work = Work.objects.create(
        case=case, system="mimap_shop_db", operation="delete", status="failed", next_try_at=None
    )
    desk = at_desk(olu)
    assert desk.post(url("again", case, work.pk)).status_code == 302
    work.refresh_from_db()
    assert work.next_try_at is not None
    other = assessing()
    assert desk.post(url("again", other, work.pk)).status_code == 404


@pytest.mark.parametrize("operation", ["set", "notify"])
def test_what_has_not_failed_is_not_begun_before_its_time(olu, operation) -> None:
    case, later = assessing(), timezone.now() + timedelta(days=3)
    work = Work.objects.create(case=case, system="mimap_shop_db", operation=operation, next_try_at=later)
    assert at_desk(olu).post(url("again", case, work.pk)).status_code == 404
    work.refresh_from_db()
    assert work.next_try_at == later and not case.events.filter(name="tried_again").exists()


# --- deciding ---------------------------------------------------------------------


def test_the_rest_is_set_as_suggested_only_where_nothing_is_open(olu) -> None:
    case, desk = assessing(), at_desk(olu)
    desk.post(url("decide", case), {"act": "set_rest"})
    for advice in determine.advise(case):
        if advice.holding.found:
            decided = bool(advice.determination and advice.determination.choice)
            assert decided is not bool(advice.assessment.open_questions)


def test_a_proposal_with_gaps_names_each_and_leads_there(olu) -> None:
    case, desk = assessing(), at_desk(olu)
    page = desk.post(url("decide", case), {"act": "propose"})
    text = page.content.decode()
    assert page.status_code == 400 and "There is a problem" in text and "<title>Error:" in text
    for problem in page.context["problems"]:
        assert f'id="{problem["href"][1:]}"' in text, problem
    case.refresh_from_db()
    assert case.state == "assessing"


def test_a_suggestion_is_no_answer_until_somebody_takes_it(olu) -> None:
    case, desk = assessing(), at_desk(olu)
    assert "Nobody has answered" in desk.get(url("decide", case)).content.decode()
    desk.post(url("decide", case), {"act": "use:orders.recent|DEL8.until"})
    advice = next(a for a in determine.advise(case) if a.holding.holding_key == "orders.recent")
    assert advice.answers.get("DEL8.until") and not advice.determination.choice


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("orders.recent.choice", "retain:NOSUCH"),
        ("orders.recent.choice", "burn"),
        ("orders.recent.DEL8.until", "soon"),
    ],
)
def test_malformed_answers_are_refused_and_kept_on_the_page(olu, field, value) -> None:
    case, desk = assessing(), at_desk(olu)
    typed = {"act": "save", "orders.recent.choice": "retain:DEL8", field: value}
    page = desk.post(url("decide", case), typed)
    assert page.status_code == 400
    assert not Determination.objects.filter(holding__case=case, choice="retain").exists()


def test_a_whole_decision_goes_to_a_second_person(olu) -> None:
    case, desk = assessing(), at_desk(olu)
    desk.post(url("decide", case), {"act": "set_rest"})
    typed: dict[str, str] = {"act": "propose"}
    for row in desk.get(url("decide", case)).context["holdings"]:
        retains = any(q["name"].endswith("DEL8.law") for asked in row["questions"] for q in asked["fields"])
        typed[row["determination"]["name"]] = "retain:DEL8" if retains else "grant"
        for asked in row["questions"]:
            for q in asked["fields"]:
                typed[q["name"]] = "2030-01-31" if q["name"].endswith("until") else "N.Y. Tax Law § 1135"
                if q["kind"] == "radio":
                    typed[q["name"]] = q["choices"][0][0]
    answer = desk.post(url("decide", case), typed)
    assert answer.status_code == 302, answer.context["problems"]
    case.refresh_from_db()
    assert case.state == "approving" and case.proposed_by == olu


# --- approving --------------------------------------------------------------------


def sign(case: Case, **other: str) -> dict[str, str]:
    """The form as the page would send it."""
    return {"act": "approve", "reference": case.spaced_reference, "digest": determine.digest(case)} | other


def test_nobody_approves_their_own_proposal_whatever_they_post() -> None:
    pia = hire("Pia", "mimap")
    case, desk = approving(by=pia), at_desk(pia)
    page = desk.get(url("approve", case))
    assert "You proposed this." in page.content.decode() and 'value="approve"' not in page.content.decode()
    assert desk.post(url("approve", case), sign(case)).status_code == 400
    case.refresh_from_db()
    assert case.state == "approving" and not case.approvals.exists()


@pytest.mark.parametrize("wrong", [{"reference": "WRONG"}, {"reference": ""}, {"digest": "0" * 64}])
def test_a_signature_for_something_else_is_none(olu, wrong) -> None:
    case = approving(by=olu)
    assert at_desk(hire("Pia", "mimap")).post(url("approve", case), sign(case, **wrong)).status_code == 400
    assert not case.approvals.exists()


def test_an_old_password_is_asked_again_and_the_signature_then_counts(olu) -> None:
    case, pia = approving(by=olu), hire("Pia", "mimap")
    desk = at_desk(pia)
    forget_the_password_time(desk)
    answer = desk.post(url("approve", case), sign(case))
    assert answer.status_code == 302 and answer.url.startswith(reverse("account_reauthenticate"))
    assert not case.approvals.exists()
    answer = desk.post(answer.url, {"password": PASSWORD})
    case.refresh_from_db()
    assert case.state == "fulfilling" and case.approvals.get().by == pia, answer.content.decode()[:500]


def test_sending_back_needs_a_reason(olu) -> None:
    case, desk = approving(by=olu), at_desk(hire("Pia", "mimap"))
    assert desk.post(url("approve", case), {"act": "send_back"}).status_code == 400
    desk.post(url("approve", case), {"act": "send_back", "reason": "facts", "note": "Which order?"})
    case.refresh_from_db()
    assert case.state == "assessing" and "Which order?" in desk.get(url("case", case)).content.decode()


# --- holds ------------------------------------------------------------------------


def test_any_caseworker_places_a_hold_and_only_an_approver_lifts_it(olu) -> None:
    case, desk = assessing(), at_desk(olu)
    day = (timezone.now() + timedelta(days=90)).date().isoformat()
    assert (
        desk.post(url("hold", case), {"hold_reason": "Smith v. MiMap", "review_on": "soon"}).status_code
        == 400
    )
    assert desk.post(url("hold", case), {"hold_reason": " ", "review_on": day}).status_code == 400
    assert (
        desk.post(url("hold", case), {"hold_reason": "Smith v. MiMap", "review_on": day}).status_code == 302
    )
    hold = LegalHold.objects.get()
    assert "Smith v. MiMap" in desk.get(url("case", case)).content.decode()
    assert desk.post(url("lift", case, hold.pk)).status_code == 403
    assert at_desk(hire("Cora", "mimap")).post(url("lift", case, hold.pk)).status_code == 302
    hold.refresh_from_db()
    case.refresh_from_db()
    assert hold.lifted_at and journal.verify(case) is None


# --- held mail --------------------------------------------------------------------


def test_a_held_mail_becomes_cases_from_the_day_it_came(olu) -> None:
    mail, desk = held_mail(), at_desk(olu)
    here = reverse("staff:submission", args=["mimap", mail.public_id])
    assert "Please send me what you have on me." not in desk.get(here).content.decode()
    assert desk.post(f"{here}look/", {"reason": "curious"}).status_code == 400
    desk.post(f"{here}look/", {"reason": "sort"})
    assert "Please send me what you have on me." in desk.get(here).content.decode()
    open_ = reverse("staff:submission_open", args=["mimap", mail.public_id])
    assert desk.post(open_, {"rights": ["NO_SUCH"]}).status_code == 400
    for _ in range(2):
        desk.post(open_, {"rights": ["KNOW_PCS", "DELETE"]})
    cases = Case.objects.order_by("pk")
    assert [case.right for case in cases] == ["KNOW_PCS", "DELETE"]
    assert cases[0].received_at == mail.received_at
    assert Submission.objects.get(pk=mail.pk).tray == Tray.OPENED
    deeds = mail.tray_events.values_list("name", "reason", "by_ref")
    assert list(deeds) == [("looked", "sort", str(olu.pk)), ("opened", "", str(olu.pk))]


def test_setting_a_mail_aside_needs_a_reason_and_can_be_undone(olu) -> None:
    mail, desk = held_mail(), at_desk(olu)
    aside, back = (
        reverse(f"staff:submission_{n}", args=["mimap", mail.public_id]) for n in ("aside", "back")
    )
    assert desk.post(aside).status_code == 400
    desk.post(aside, {"reason": "spam"})
    assert Submission.objects.get(pk=mail.pk).tray == Tray.IGNORED
    desk.post(back)
    assert Submission.objects.get(pk=mail.pk).tray == Tray.HELD


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Acknowledge by", "With more time, by", "There is no second time."]),
        ("zh-Hans", ["前确认收到", "如延长，最晚", "不能再次延长"]),
    ],
)
def test_that_every_date_of_a_case_opens_its_reasons(olu, language: str, said: list[str]) -> None:
    case = approving(by=olu)
    desk = at_desk(hire("Pia", "mimap"))
    counted = {"en": "This day is not counted.", "zh-Hans": "当天不计。"}[language]
    page = desk.get(url("case", case), {"lang": language}).content.decode()
    assert [text for text in said if text not in page] == []
    # Our answer's date, the acknowledgement's and the longer one's.
    assert page.count(counted) == 3
    assert counted in desk.get(url("approve", case)).content.decode()
