"""The case file shows everything that hangs on a case, and reads it in twelve statements however much that is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from identity import sealing
from identity.models import User
from requests_app import access, doubts, journal, worklist
from requests_app.decision import hold, matter
from requests_app.intake import split
from requests_app.intake.open_case import fingerprint
from requests_app.letters import correspond, mails, outbox
from requests_app.models import (
    Approval,
    Case,
    Channel,
    Matter,
    Paper,
    Reading,
    SubjectRecord,
    Submission,
    WaitingReply,
    Work,
)
from tests.acting import open_acting, show_all
from tests.people import of_own_motion
from tests.staff import scenes
from tests.staff.people import at_desk, hire
from tests.staff.restricted import standing

pytestmark = pytest.mark.django_db
MOST = 12


def to_delete(by: User) -> Case:
    return scenes.assessing(by=by)


def to_know(by: User) -> Case:
    return scenes.assessing(by=by, right="KNOW_PCS")


def proposed(by: User) -> Case:
    return scenes.approving(by=by)


def answered(by: User) -> Case:
    case = scenes.assessing(by=by, right="KNOW_PCS")
    Case.objects.filter(pk=case.pk).update(state="responding", waits_for="readers")
    return case


def carried_out(by: User) -> Case:
    case = scenes.assessing(by=by)
    Case.objects.filter(pk=case.pk).update(state="fulfilling", waits_for="systems")
    for one in ("mimap_shop_db", "*"):
        Work.objects.create(
            case=case, system=one, operation="notify", status="waiting", result={"whom": {"en": one}}
        )
    return case


def complained_of(by: User) -> Case:
    first, case = scenes.approving(by=by), scenes.assessing(by=by)
    Case.objects.filter(pk=case.pk).update(answers_to=first, after=first)
    return case


def duplicate(by: User) -> Case:
    first, case = scenes.assessing(by=by), scenes.assessing(by=by)
    Case.objects.filter(pk=case.pk).update(
        duplicate_of=first, state="closed", outcome="duplicate", closed_at=timezone.now()
    )
    return case


def restricted(by: User) -> Case:
    case = scenes.assessing("mipmap", right="CN_RESTRICT")
    standing(case, days=0)
    return case


def acted_for(by: User) -> Case:
    case, _other = open_acting("mimap", "DELETE", "KNOW_PCS")
    show_all(case)
    return case


def nobody_asked(by: User) -> Case:
    return of_own_motion(by=by)


def long_told(by: User) -> Case:
    case = scenes.assessing(by=by)
    for _ in range(520):
        journal.record(case, "code_requested", by=journal.REQUESTER)
    return case


def hang_everything_on(case: Case, by: User, pia: User) -> None:
    """At least two of every kind of row that a case file can show."""
    case, who, now = Case.objects.select_related("key").get(pk=case.pk), journal.staff(by.pk), timezone.now()
    gone = hire("Cora", case.controller)
    for n in range(2):
        correspond.write_note(case, by=by, text=f"@Pia: note {n}", tell=[pia])
        journal.record(case, "assigned", by=journal.staff(gone.pk), references={"from": None, "to": gone.pk})
        Submission.objects.create(
            controller=case.controller, channel=Channel.EMAIL, arrival_key=fingerprint("late", str(case.pk), str(n)),
            received_at=now, language="en", key=sealing.new_key(), sealed=b"", joined=case,
        )  # fmt: skip
        Paper.objects.create(
            case=case, evidence="X", sealed_name=b"", content_type="image/png", path="x", size=1, digest="d" * 64,
            by=by, added_at=now,
        )  # fmt: skip
        Reading.objects.create(case=case, system="s", digest=str(n) * 64, length=3)
        Approval.objects.create(case=case, role=f"role{n}", by=pia, digest="d" * 64, approved_at=now)
        WaitingReply.objects.create(
            case=case, controller=case.controller, written_by=pia, written_at=now, sealed=b"", digest="d"
        )
        if not case.own_motion:
            outbox.queue(
                case=case,
                kind="acknowledgement",
                once=f"a{n}",
                to="x@example.org",
                words=mails.code(case, "000000"),
            )
        if case.subject_index:
            twin = scenes.assessing(case.controller, name="Dana Whitfield", right=case.right)
            Case.objects.filter(pk=twin.pk).update(subject_index=case.subject_index)
            for purpose in (SubjectRecord.Purpose.KNOW_WINDOW, SubjectRecord.Purpose.CORRECTION_REFUSED):
                SubjectRecord.objects.create(
                    controller=case.controller, purpose=purpose, subject_index=case.subject_index, made_at=now,
                    case_reference=twin.reference, keep_until=now.date() + timedelta(days=365),
                )  # fmt: skip
            later = worklist.today_of(case) + timedelta(days=90)
            hold.place(case, by=by, reason=f"A matter in court {n}", review_on=later)
            covered = matter.Covered((matter.Named(case.subject_index, case.reference),), ())
            matter.place(case.controller, by=by, name=f"M{n}", reason="An audit", citation="", review_on=later,
                         covers=covered)  # fmt: skip
    for kind in (doubts.Kind.BY_STAFF, doubts.Kind.ADDRESS_CHANGE):
        doubts.raise_doubt(case, kind, by=who)
    User.objects.filter(pk=gone.pk).update(is_active=False)


def split_off(by: User) -> Case:
    first = scenes.assessing(by=by)
    split.split(first, split.Found(("KNOW_PCS",)), by=by)
    split.split(
        first, split.Found(("DELETE", "KNOW_CAT"), another=True, name="Ben", email="b@example.net"), by=by
    )
    case = Case.objects.get(submission__split_from=first.submission, right="DELETE")
    Case.objects.filter(pk=case.pk).update(state="assessing", standard="reasonable", after=first)
    return case


SCENES = [
    to_delete, to_know, proposed, answered, carried_out, complained_of, duplicate, restricted, acted_for, nobody_asked,
    split_off, long_told,
]  # fmt: skip


@pytest.mark.parametrize("scene", SCENES)
def test_the_fullest_case_file_takes_twelve_statements(samples, scene, django_assert_max_num_queries) -> None:
    slug = "mipmap" if scene is restricted else "mimap"
    olu, pia = hire("Olu", slug), hire("Pia", slug)
    case = scene(olu)
    hang_everything_on(case, olu, pia)
    desk, url = at_desk(pia), reverse("staff:case", args=[slug, case.reference])
    desk.get(reverse("staff:home"))
    with django_assert_max_num_queries(MOST):
        page = desk.get(url).content.decode()
    told = ["note 1", "A matter in court 1", "A reply of Pia waits", "Mail and its files", "Evidence 2"]
    told += ["Settle"] if doubts.applies(case) else []
    assert not [one for one in told if one not in page]


def test_the_lists_of_what_hangs_on_cases_take_no_more(django_assert_max_num_queries) -> None:
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    for _ in range(3):
        hang_everything_on(scenes.assessing(by=olu), olu, pia)
    desk = at_desk(pia)
    desk.get(reverse("staff:home"))
    one = reverse("staff:matter", args=["mimap", Matter.objects.latest("pk").pk])
    shown = [reverse("staff:holds", args=["mimap"]) + query for query in ("", "?show=people", "?show=lifted")]
    for url in (
        one,
        *shown,
        *(reverse(f"staff:{name}", args=["mimap"]) for name in ("mentions", "to_release")),
    ):
        with django_assert_max_num_queries(MOST):
            assert desk.get(url).status_code == 200


def test_rows_read_together_are_those_read_one_by_one() -> None:
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    case = scenes.assessing(by=olu)
    hang_everything_on(case, olu, pia)
    kinds = {
        "letters": case.letters.defer("sealed_pdf").order_by("-pk"),
        "holds": hold.binding(case),
        "doubts": doubts.open_doubts(case),
        "messages": case.messages.order_by("-pk")[:1],
        "replies": case.waiting_replies.select_related("written_by", "ended_by"),
        "papers": case.papers.none(),
        "words": case.events.order_by("number").values("name", "at", "references"),
    }
    together = access.hanging_on(case, kinds)
    assert {name: [_plain(row) for row in rows] for name, rows in together.items()} == {
        name: [_plain(row) for row in rows.all()] for name, rows in kinds.items()
    }
    letter, held = together["letters"][0], together["holds"][-1]
    assert letter.get_deferred_fields() == {"sealed_pdf"} and bytes(letter.sealed)
    assert held.owner == olu and together["replies"][0].ended_by is None


def _plain(row: Any) -> dict[str, Any]:
    if isinstance(row, dict):
        return row
    read = [f.attname for f in row._meta.concrete_fields if f.attname not in row.get_deferred_fields()]
    values = {name: getattr(row, name) for name in read}
    return {name: bytes(one) if isinstance(one, memoryview) else one for name, one in values.items()}
