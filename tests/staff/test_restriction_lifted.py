"""How a restriction ends: the requester hears of it first, then the systems set it back, and nothing else of theirs is freed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from requests_app import journal, pipeline, register, subject, worklist
from requests_app.fulfilment import lifting, steps, tasks_by_hand
from requests_app.letters import by_post, outbox, posted
from requests_app.models import Case, Letter, Restriction, Task, Work
from tests.staff.people import at_desk, hire
from tests.staff.restricted import PHONE, POST, leave, reached, standing, url
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db


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
    Work.objects.filter(pk=work.pk).update(attempts=0, status="waiting", trouble="", started_at=None)
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


def test_whoever_looks_after_a_system_is_asked_to_set_it_back_and_asked_again(monkeypatch) -> None:
    system = register.controller("mipmap").inventory.systems["mipmap_platform_db"]
    monkeypatch.setitem(system.__dict__, "settings", ())
    monkeypatch.setitem(system.__dict__, "owner", "it@example.cn")
    case, pia = assessing("mipmap", right="CN_RESTRICT"), hire("Pia", "mipmap")
    standing(case, days=0)
    case.refresh_from_db()
    lifting.lift(case, by=pia, reason="ended")
    leave(case)
    task = Task.objects.get(work__case=case, work__operation="lift")
    today = worklist.today_of(case)
    assert task.mails == 1 and task.due_on == today + timedelta(days=tasks_by_hand.DAYS_TO_ANSWER)
    Task.objects.filter(pk=task.pk).update(next_mail_at=timezone.now(), due_on=today)
    tasks_by_hand.chase(timezone.now())
    case.refresh_from_db()
    assert (Task.objects.get(pk=task.pk).mails, case.state, case.waits_for) == (2, "closed", "")
    sent = outbox.read(case.letters.filter(kind="task").latest("pk"))
    assert sent["to"] == "it@example.cn" and "Dana" not in sent["text"]
    number = re.search(r"(?m)^(\d{3} \d{3})$", sent["text"])[1]
    link = re.search(r"(/mipmap/task/[\w-]+/)", sent["text"])[1]
    browser = Client()
    assert browser.post(link, {"code": number}).status_code == 302
    assert "限制处理已结束" in browser.get(link, headers={"accept-language": "zh"}).content.decode()
    page = at_desk(pia).get(url("case", case)).content.decode()
    assert "A person was asked to do it" in page
    # It cannot be done; somebody presses "try again", and nothing is taken for done by that.
    work = Work.objects.get(pk=task.work_id)
    Task.objects.filter(pk=task.pk).update(answer="")
    assert steps.task_answered(task, "exception", by=journal.By("system_owner"), note="It is locked.")
    lifting.do_lift(work)
    assert Work.objects.get(pk=work.pk).status == Work.Status.WAITING
    Task.objects.filter(pk=task.pk).update(answer="")
    browser.post(link, {"answer": "done"})
    assert Work.objects.get(pk=work.pk).result == {"by_hand": "done", "checked": 0}
    assert Restriction.objects.get(case=case).lifted_at


def test_nobody_is_asked_any_more_to_set_back_what_another_case_restricts_by_now(monkeypatch) -> None:
    system = register.controller("mipmap").inventory.systems["mipmap_platform_db"]
    monkeypatch.setitem(system.__dict__, "settings", ())
    monkeypatch.setitem(system.__dict__, "owner", "it@example.cn")
    one, other = (assessing("mipmap", right="CN_RESTRICT") for _ in range(2))
    standing(one, days=0)
    lifting.lift(one, by=hire("Pia", "mipmap"), reason="ended")
    leave(one)
    standing(other, days=30)
    Task.objects.update(next_mail_at=timezone.now())
    tasks_by_hand.chase(timezone.now())
    assert Task.objects.get().mails == 1
    lifting.watch(timezone.now())
    assert one.works.get(operation="lift").result == {"overtaken": True}
    assert Restriction.objects.get(case=one).lifted_at


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
