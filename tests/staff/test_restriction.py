"""Restriction on the desk: its reason and end are written with the decision, and staff hear when the end has come."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from requests_app import journal, pipeline, restriction, subject, worklist
from requests_app.decision import determine
from requests_app.fulfilment import lifting
from requests_app.letters import by_post, outbox, posted
from requests_app.models import Case, Letter, Restriction, Work
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
REASON = "Dana says that the address is wrong."


def url(name: str, case: Case) -> str:
    """An address of this case."""
    return reverse(f"staff:{name}", args=[case.controller, case.reference])


def standing(case: Case, *, days: int | None) -> Restriction:
    """As after the systems have set it; the day of its end lies so many days ahead."""
    today = worklist.today_of(case)
    ends_on = None if days is None else today + timedelta(days=days)
    restriction.write(case, restriction.Terms(REASON, "", ends_on), by=hire("Olu", "mipmap"))
    Case.objects.filter(pk=case.pk).update(state="closed", waits_for="")
    Work.objects.create(case=case, system="mipmap_platform_db", operation="set", status="confirmed")
    restriction.begin(case)
    return Restriction.objects.get(case=case)


def test_nothing_is_restricted_without_a_reason_and_the_second_person_signs_for_it_and_its_end() -> None:
    case, olu = assessing("mipmap", right="CN_RESTRICT"), hire("Olu", "mipmap")
    desk = at_desk(olu)
    for advice in determine.advise(case):
        if advice.holding.found:
            determine.decide(case, advice.holding, by=olu, choice="grant", answers={})
    for day, said in (
        ("", "The letter gives this reason"),
        ("2020-01-01", "Give a day after today"),
        ("soon", "year-month-day"),
    ):
        typed = {
            "act": "propose",
            "restriction.reason": "",
            "restriction.ends_on": day,
            "restriction.condition": "x",
        }
        page = desk.post(url("decide", case), typed)
        assert page.status_code == 400 and said in page.content.decode(), day
        assert 'class="field bad"' in page.content.decode() and 'aria-invalid="true"' in page.content.decode()
    before = determine.digest(case)
    ends_on = (timezone.now() + timedelta(days=40)).date()
    typed = {"act": "propose", "restriction.reason": REASON, "restriction.ends_on": ends_on.isoformat(),
             "restriction.condition": ""}  # fmt: skip
    assert desk.post(url("decide", case), typed).status_code == 302
    assert determine.digest(case) != before and REASON.encode() not in bytes(Restriction.objects.get().draft)
    page = at_desk(hire("Pia", "mipmap")).get(url("approve", case)).content.decode()
    assert REASON in page and "Restricted until" in page


@pytest.mark.parametrize(
    ("days", "told_after"), [(0, 0), (3, 3), (None, restriction.DAYS_TO_LOOK)], ids=["today", "soon", "open"]
)
def test_staff_hear_that_the_end_has_come_and_hear_it_again(days, told_after) -> None:
    case, pia = assessing("mipmap", right="CN_RESTRICT"), hire("Pia", "mipmap")
    row = standing(case, days=days)
    Restriction.objects.filter(pk=row.pk).update(
        look_on=worklist.today_of(case) + timedelta(days=told_after - 2)
    )
    lifting.watch(timezone.now())
    assert bool(mail.outbox) is (told_after <= 2)
    Restriction.objects.filter(pk=row.pk).update(look_on=worklist.today_of(case) - timedelta(days=1))
    for _ in range(2):
        lifting.watch(timezone.now())
    assert case.events.filter(name="restriction_over").count() == 1 + (told_after <= 2)
    (letter,) = mail.outbox[-1:]
    assert pia.email in letter.bcc and case.reference in letter.body and "Dana" not in letter.body
    row.refresh_from_db()
    assert row.look_on > worklist.today_of(case)


def test_what_another_case_of_the_same_person_restricts_stays_restricted() -> None:
    one, other = (assessing("mipmap", right="CN_RESTRICT") for _ in range(2))
    standing(one, days=0)
    standing(other, days=30)
    pia = hire("Pia", "mipmap")
    lifting.lift(one, by=pia, reason="ended")
    assert Restriction.objects.get(case=one).lifted_at and not Restriction.objects.get(case=other).lifted_at
    assert not Work.objects.filter(operation="lift").exists() and not one.letters.exists()
    assert lifting.lift(other, by=pia, reason="asked") == "mail"
    leave(other)
    assert Work.objects.get(operation="lift").case == other and other.letters.count() == 1


def test_the_case_file_shows_it_and_only_an_approver_lifts_it() -> None:
    case = assessing("mipmap", right="CN_RESTRICT")
    standing(case, days=0)
    olu, pia = at_desk(hire("Olu", "mipmap")), at_desk(hire("Pia", "mipmap"))
    shown = olu.get(url("case", case)).content.decode()
    assert REASON in shown and "Its day has come" in shown and url("lift_restriction", case) not in shown
    assert olu.post(url("lift_restriction", case), {"reason": "ended"}).status_code == 403
    assert url("lift_restriction", case) in pia.get(url("case", case)).content.decode()
    assert pia.post(url("lift_restriction", case), {"reason": ""}).status_code == 302
    assert Restriction.objects.get().lift_asked_at is None
    pia.post(url("lift_restriction", case), {"reason": "ended"})
    assert not case.works.filter(operation="lift").exists()
    assert "until the letter to the requester has left" in pia.get(url("case", case)).content.decode()
    leave(case)
    assert Work.objects.get(case=case, operation="lift").next_try_at is not None
    assert "the systems set it back" in pia.get(url("case", case)).content.decode()


def leave(case: Case, status: str = Letter.Status.SENT) -> None:
    """What becomes of the letter; the sweep then asks again."""
    case.letters.filter(kind=lifting.KIND).update(status=status)
    for _ in range(2):
        with suppress(lifting.NotToldYet):
            lifting.go_on(case)


def reached(case: Case, **known: object) -> Case:
    """The same case, whose requester can be reached like this."""
    told = subject.read(case)
    for name, value in known.items():
        setattr(told, name, value)
    journal.record(case, "built", by=journal.PIPELINE, sealed_subject=subject.seal(case, told))
    return case


PHONE = {"email": "", "phone": "+8613800138000", "proved": [("phone", "+8613800138000")]}
POST = {"post_to": "1 Harbour Road\nShanghai", "proved": []}


def test_nothing_is_set_back_before_the_letter_has_left_and_a_lost_letter_ends_nothing() -> None:
    for known, way, paper in (({}, "mail", False), (POST, "post", True)):
        case, pia = reached(assessing("mipmap", right="CN_RESTRICT"), **known), hire("Pia", "mipmap")
        standing(case, days=0)
        assert lifting.lift(case, by=pia, reason="ended") == way
        assert case.letters.get(kind=lifting.KIND).by_post is paper
        lifting.watch(timezone.now())
        assert not case.works.filter(operation="lift").exists(), way
        # It is lost: the restriction stands, staff hear of it, and it can be lifted anew.
        mail.outbox.clear()
        case.letters.filter(kind=lifting.KIND).update(status=Letter.Status.FAILED)
        lifting.watch(timezone.now())
        assert case.events.filter(name=lifting.UNTOLD).count() == 1 and pia.email in mail.outbox[0].bcc
        page = at_desk(pia).get(url("case", case)).content.decode()
        assert "did not leave, so" in page and "Not sent: the restriction stands" in page
        assert lifting.lift(case, by=pia, reason="ended") == way
        leave(case)
        assert case.works.filter(operation="lift").count() == 1, way
        Case.objects.filter(pk=case.pk).update(subject_index="")


def test_the_letter_goes_where_every_letter_goes_and_where_none_leaves_a_person_says_so() -> None:
    pia = hire("Pia", "mipmap")
    agent = reached(
        assessing("mipmap", right="CN_RESTRICT"), representative={"name": "Ana", "email": "ana@example.org"}
    )
    standing(agent, days=0)
    assert lifting.lift(agent, by=pia, reason="asked") == "mail"
    assert outbox.read(agent.letters.get(kind=lifting.KIND))["to"] == "ana@example.org"
    Case.objects.filter(pk=agent.pk).update(subject_index="")
    case = reached(assessing("mipmap", right="CN_RESTRICT"), **PHONE)
    standing(case, days=0)
    for told, done in (("", False), ("yes", True)):
        page = at_desk(pia).post(
            url("lift_restriction", case), {"reason": "ended", "told": told}, follow=True
        )
        said = "No letter leaves" if done else "No letter can reach the requester: tell them another way"
        assert said in page.content.decode() and case.works.filter(operation="lift").exists() is done
    assert not case.letters.filter(kind=lifting.KIND).exists()


def test_a_withheld_letter_refuses_the_lift() -> None:
    case = reached(assessing("mipmap", right="CN_RESTRICT"), proved=[])
    standing(case, days=0)
    for number in range(outbox.UNPROVED_PER_DAY):
        outbox.queue(case=case, kind="message_reply", once=f"reply-{number}", to=subject.read(case).email,
                     words=outbox.Words("a", "b"), unproved=True)  # fmt: skip
    with pytest.raises(lifting.NotLifted, match="withheld"):
        lifting.lift(case, by=hire("Pia", "mipmap"), reason="ended")
    assert Restriction.objects.get().lift_asked_at is None and not case.letters.filter(kind=lifting.KIND)


@pytest.mark.parametrize("state", ["assessing", "approving", "fulfilling", "responding"])
def test_only_on_a_closed_case_it_is_lifted(state) -> None:
    case = assessing("mipmap", right="CN_RESTRICT")
    standing(case, days=0)
    Case.objects.filter(pk=case.pk).update(state=state)
    with pytest.raises(lifting.NotLifted, match="not_standing"):
        lifting.lift(case, by=hire("Pia", "mipmap"), reason="ended")


def test_what_is_erased_ends_with_no_letter_and_no_work() -> None:
    case, pia = assessing("mipmap", right="CN_RESTRICT"), hire("Pia", "mipmap")
    standing(case, days=0)
    assert lifting.lift(case, by=pia, reason="erased") == "erased"
    assert Restriction.objects.get().lifted_at and not case.letters.exists()
    assert not case.works.filter(operation="lift").exists()
    assert "the data has been erased" in at_desk(pia).get(url("case", case)).content.decode()


def test_a_lift_that_hangs_is_told_again_and_only_work_by_hand_is_noted_as_done() -> None:
    case, pia, olu = assessing("mipmap", right="CN_RESTRICT"), hire("Pia", "mipmap"), hire("Olu", "mipmap")
    row = standing(case, days=0)
    lifting.lift(case, by=pia, reason="ended")
    leave(case)
    work = case.works.get(operation="lift")
    # A connector's work is read back, whatever anybody says.
    assert lifting.done_by_hand(case, work.pk, by=olu) == ""
    worklist.begin(work)
    worklist.fail(work, "refused: no", final=True)
    assert lifting.done_by_hand(case, work.pk, by=olu) == ""
    today = worklist.today_of(case)
    Restriction.objects.filter(pk=row.pk).update(look_on=today)
    mail.outbox.clear()
    for _ in range(2):
        lifting.watch(timezone.now())
    assert len(mail.outbox) == 1 and "尚未完成" in mail.outbox[0].body
    assert case.events.filter(name=lifting.STUCK).count() == 1
    page = at_desk(pia).get(url("case", case)).content.decode()
    assert "a system waits for a person" in page and "Staff were last told on" in page
    Work.objects.filter(pk=work.pk).update(attempts=0, status="waiting", trouble="")
    page = at_desk(olu).get(url("case", case)).content.decode()
    assert "To be set back by hand" in page and "A person was asked to do it" not in page
    assert [lifting.done_by_hand(case, work.pk, by=olu) for _ in range(2)] == ["done", ""]
    assert case.events.filter(name="system_confirmed").count() == 1 and Restriction.objects.get().lifted_at


def test_what_is_to_stay_restricted_is_not_noted_as_set_back() -> None:
    one, other = (assessing("mipmap", right="CN_RESTRICT") for _ in range(2))
    pia = hire("Pia", "mipmap")
    standing(one, days=0)
    lifting.lift(one, by=pia, reason="ended")
    leave(one)
    standing(other, days=30)
    Work.objects.filter(case=one, operation="lift").update(next_try_at=None)
    assert lifting.done_by_hand(one, one.works.get(operation="lift").pk, by=pia) == "elsewhere"
    assert one.works.get(operation="lift").result == {"overtaken": True}


def test_what_another_case_is_only_about_to_restrict_settles_nothing_until_it_is_settled() -> None:
    one, other = (assessing("mipmap", right="CN_RESTRICT") for _ in range(2))
    pia = hire("Pia", "mipmap")
    standing(one, days=0)
    lifting.lift(one, by=pia, reason="ended")
    Restriction.objects.filter(pk=standing(other, days=30).pk).update(begun_at=None)
    Case.objects.filter(pk=other.pk).update(state="fulfilling")
    leave(one)
    assert not one.works.filter(operation="lift").exists() and not Restriction.objects.get(case=one).lifted_at
    Restriction.objects.filter(case=one).update(lift_asked_at=None)
    with pytest.raises(lifting.NotLifted, match="underway"):
        lifting.lift(one, by=pia, reason="ended")
    Restriction.objects.filter(case=one).update(lift_asked_at=timezone.now())
    # The other one is sent back and refused: what stands is this one, and it is set back.
    Case.objects.filter(pk=other.pk).update(state="responding")
    lifting.watch(timezone.now())
    work = one.works.get(operation="lift")
    # Once more another one comes in between: the work waits, and is not laid down.
    Case.objects.filter(pk=other.pk).update(state="fulfilling")
    lifting.do_lift(work)
    work.refresh_from_db()
    assert (work.status, work.attempts) == (Work.Status.WAITING, 0)


def test_nobody_is_told_who_has_left_or_whom_the_case_is_about_and_nothing_is_noted_then() -> None:
    case, olu = assessing("mipmap", right="CN_RESTRICT"), hire("Olu", "mipmap")
    pia = hire("Pia", "mipmap")
    type(pia).objects.filter(pk=pia.pk).update(email=subject.read(case).email)
    type(olu).objects.filter(pk=olu.pk).update(is_active=False)
    row = standing(case, days=0)
    Case.objects.filter(pk=case.pk).update(assignee=olu)
    lifting.watch(timezone.now())
    row.refresh_from_db()
    assert not mail.outbox and row.told_at is None and row.look_on == worklist.today_of(case)
    with pytest.raises(lifting.NotLifted, match="not_your_move"):
        lifting.lift(case, by=type(pia).objects.get(pk=pia.pk), reason="ended")


def test_what_is_being_decided_anew_does_not_stand_before_the_systems_have_set_it() -> None:
    case, olu = assessing("mipmap", right="CN_RESTRICT"), hire("Olu", "mipmap")
    row = standing(case, days=30)
    restriction.write(case, restriction.Terms("Nobody approved this.", "", None), by=olu)
    shown = at_desk(olu).get(url("case", case)).content.decode()
    assert REASON in shown and "Nobody approved this." not in shown
    assert Restriction.objects.get().ends_on == row.ends_on
    assert restriction.read(case).reason == "Nobody approved this."
    restriction.begin(case)
    row.refresh_from_db()
    assert restriction.standing(case, row).reason == "Nobody approved this." and row.draft is None
    assert row.ends_on is None


def test_whoever_saves_second_loses_nothing_of_the_reason_the_first_wrote() -> None:
    case, olu, pia = assessing("mipmap", right="CN_RESTRICT"), hire("Olu", "mipmap"), hire("Pia", "mipmap")
    opened = at_desk(pia).get(url("decide", case))
    seen = dict(opened.context["stamps"])["seen.restriction"]
    drawn = {"act": "save", "seen.restriction": seen, "restriction.ends_on": "", "restriction.condition": ""}
    at_desk(olu).post(url("decide", case), drawn | {"restriction.reason": REASON})
    assert restriction.read(case).reason == REASON
    # Pia's page showed it empty, and she left it so.
    assert at_desk(pia).post(url("decide", case), drawn | {"restriction.reason": ""}).status_code == 302
    assert restriction.read(case).reason == REASON
    both = at_desk(pia).post(url("decide", case), drawn | {"restriction.reason": "Hers."})
    assert both.status_code == 409 and REASON in both.content.decode() and "Hers." in both.content.decode()
    assert restriction.read(case).reason == REASON


def test_on_paper_it_ends_once_the_letter_counts_as_posted() -> None:
    case, pia = reached(assessing("mipmap", right="CN_RESTRICT"), **POST), hire("Pia", "mipmap")
    standing(case, days=0)
    lifting.lift(case, by=pia, reason="ended")
    letter = case.letters.select_related("key").get(kind=lifting.KIND)
    by_post.note_posting(
        case, letter, {"posted_on": by_post.today(case).isoformat(), "carrier": "", "number": ""}
    )
    Letter.objects.filter(pk=letter.pk).update(next_try_at=timezone.now())
    for _ in range(2):
        pipeline.follow_up(
            journal.record(
                case, posted.MARKED, by=journal.staff(pia.pk), references={"letter": letter.pk}, follow=True
            )
        )
    assert case.letters.get(kind=lifting.KIND).status == Letter.Status.SENT
    assert case.works.filter(operation="lift").count() == 1
