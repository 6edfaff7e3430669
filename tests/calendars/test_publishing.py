"""A year announced: read strictly, kept for every process, open cases counted again, and what is answered left alone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from portal.public import sentences
from requests_app import journal, law, lifecycle, owed, pipeline, publishing, tasks
from requests_app.letters import outbox
from requests_app.models import Case, CaseEvent, Letter, PublishedYear
from tests.build import build_case
from tests.people import open_case
from tests.stack import ROOT
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db
LATE_IN_2026 = datetime(2026, 12, 14, 4, tzinfo=UTC)
GUIDE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
SAMPLE = re.search(r"```toml\n(.*?)```", GUIDE, re.DOTALL)[1]
"""The worked sample of the operator's guide, which must work."""
MOVING = SAMPLE.replace("last = 2027-01-03", "last = 2027-01-05")


def publish(text: str, where: Path, *options: str) -> str:
    said = StringIO()
    where.write_text(text, encoding="utf-8")
    call_command("publish_calendar", str(where), *options, stdout=said)
    return said.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cn-2027.toml"


def copy_asked(received_at: datetime = LATE_IN_2026) -> Case:
    return open_case("mipmap", "CN_COPY", received_at=received_at)


def recounts(case: Case) -> list[CaseEvent]:
    return list(case.events.filter(name="recounted"))


def test_that_a_published_year_moves_an_open_case_and_the_journal_says_from_what_to_what(file) -> None:
    case = copy_asked()
    assert (case.due_on, case.provisional) == (date(2027, 1, 5), True)
    assert f"{case.reference}  CN_COPY      due 2027-01-05 -> 2027-01-07" in publish(MOVING, file)
    case.refresh_from_db()
    assert (case.due_on, case.last_on, case.provisional) == (date(2027, 1, 7), date(2027, 1, 13), False)
    assert case.reckoning["calendar"] == "cn@2026-11-21+2027.2026-11-25"
    assert law.Reckoning.from_json(case.reckoning) == owed.dates(
        law.regime("pipl"), "CN_COPY", case.received_at
    )
    (event,) = recounts(case)
    assert (event.reason, event.references["due_before"], event.references["due_after"]) == (
        "year_published", "2027-01-05", "2027-01-07",
    )  # fmt: skip
    assert journal.verify(case) is None


def test_that_doing_it_twice_changes_nothing(file) -> None:
    case = copy_asked()
    publish(MOVING, file)
    case.refresh_from_db()
    before = (case.chain_head, case.reckoning)
    assert "was published already" in publish(MOVING, file)
    assert nothing_changes()
    case.refresh_from_db()
    assert (case.chain_head, case.reckoning) == before
    assert PublishedYear.objects.count() == len(recounts(case)) == 1


def nothing_changes() -> bool:
    return list(publishing.recount()) == []


def test_that_a_case_opened_afterwards_counts_with_it_from_the_start(file) -> None:
    publish(MOVING, file)
    case = copy_asked()
    assert (case.due_on, case.provisional, recounts(case)) == (date(2027, 1, 7), False, [])


def test_that_an_answered_or_closed_case_keeps_the_dates_it_was_answered_by(file) -> None:
    answered = build_case(controller="mipmap", right="CN_COPY", received_at=LATE_IN_2026)
    journal.advance(answered, lifecycle.ANSWER, by=journal.PIPELINE, outcome=lifecycle.Outcome.GRANTED,
                    answered_at=LATE_IN_2026)  # fmt: skip
    reopened = build_case(controller="mipmap", right="CN_COPY", received_at=LATE_IN_2026)
    journal.record(reopened, "built", by=journal.PIPELINE, answered_at=LATE_IN_2026)
    publish(MOVING, file)
    for case in (answered, reopened):
        case.refresh_from_db()
        assert (case.due_on, case.provisional, recounts(case)) == (date(2027, 1, 5), True, [])


def test_that_another_statutes_case_and_one_wholly_in_a_known_year_stay_as_they_are(file) -> None:
    cases = [
        open_case("mimap", "DELETE", received_at=LATE_IN_2026),
        copy_asked(datetime(2026, 6, 25, tzinfo=UTC)),
    ]
    publish(MOVING, file)
    assert [recounts(case) for case in cases] == [[], []]


def test_that_a_settled_year_is_journaled_even_where_no_day_moves(file) -> None:
    case = copy_asked(datetime(2026, 12, 10, 4, tzinfo=UTC))
    due_on = case.due_on
    publish(SAMPLE, file)
    (event,) = recounts(case)
    case.refresh_from_db()
    assert (case.due_on, case.provisional, event.followed_at is not None) == (due_on, False, True)


def test_that_an_extended_case_keeps_its_extension(file) -> None:
    case = open_case("mimap", "DELETE", received_at=datetime(2027, 12, 1, 20, tzinfo=UTC))
    longer = owed.columns(owed.dates(law.regime("ccpa"), "DELETE", case.received_at, extended=True))
    journal.record(case, "extend", by=journal.PIPELINE, extended=True, **longer)
    assert case.due_on == date(2028, 2, 28)
    publish(CALIFORNIA, file)
    case.refresh_from_db()
    assert (case.extended, case.reckoning["extended"], case.due_on) == (True, True, date(2028, 2, 25))
    assert len(recounts(case)) == 1


CALIFORNIA = """
calendar = "us_ca"
year = 2028
version = "2027-12-01"
citation = "Cal. Gov. Code § 6700"
confirmed = false
[[off]]
first = 2028-02-28
en = "A day of mourning"
zh = "哀悼日"
[[court]]
first = 2028-02-28
en = "A day of mourning"
zh = "哀悼日"
""".replace('"2027-12-01"', "2027-12-01")


def test_that_a_dry_run_lists_and_writes_nothing(file) -> None:
    case = copy_asked()
    said = publish(MOVING, file, "--dry-run")
    assert "2027-01-05 -> 2027-01-07" in said and "Would change 1 open cases" in said
    assert not PublishedYear.objects.exists() and not recounts(case)


@pytest.mark.parametrize(
    "recounted",
    [lambda: call_command("publish_calendar", stdout=StringIO()), tasks.recount],
    ids=["by hand", "by beat"],
)
def test_that_a_release_with_other_days_recounts_without_a_file(recounted) -> None:
    """A case counted under an earlier release's calendar, as it stands in the database after an upgrade."""
    case = copy_asked()
    earlier = case.reckoning | {"calendar": "cn@2025-01-01"}
    earlier["respond"] = earlier["respond"] | {"sla": "2027-01-04", "due_on": "2027-01-04"}
    journal.record(case, "built", by=journal.PIPELINE, reckoning=earlier, due_on=date(2027, 1, 4))
    recounted()
    case.refresh_from_db()
    assert (case.due_on, recounts(case)[0].reason) == (date(2027, 1, 5), "newer_calendar")


def test_that_statements_do_not_grow_with_the_cases(file, django_assert_max_num_queries) -> None:
    notice = law.read_notice(MOVING)
    for _number in range(12):
        copy_asked()
    publishing.keep(notice, MOVING)
    with django_assert_max_num_queries(12):
        assert len(list(publishing.recount())) == 12
    with django_assert_max_num_queries(3):
        assert nothing_changes()


@pytest.mark.parametrize(
    ("controller_language", "said"),
    [("zh-Hans", "最晚答复日期：2027年1月7日"), ("en", "We answer by: 7 January 2027")],
)
def test_that_whoever_was_promised_another_day_is_written_to_once(file, controller_language, said) -> None:
    case = copy_asked()
    journal.record(case, "built", by=journal.PIPELINE, language=controller_language)
    publish(MOVING, file)
    (event,) = recounts(case)
    pipeline.follow_up(event)
    case.refresh_from_db()
    publishing.tell(case)
    (letter,) = Letter.objects.filter(case=case, kind="date_moved")
    assert said in outbox.read(letter)["text"]
    assert ("2027年1月5日" in outbox.read(letter)["text"]) == (controller_language == "zh-Hans")


@pytest.mark.parametrize(
    ("language", "staff", "public"),
    [
        ("en", "now Thu 7 Jan 2027", "is now Thu 7 January 2027"),
        ("zh-Hans", "现为2027年1月7日", "现为2027年1月7日"),
    ],
)
def test_that_staff_and_requester_read_what_changed_and_why(file, language, staff, public) -> None:
    case = copy_asked()
    publish(MOVING, file)
    desk = at_desk(hire("Olu", "mipmap"))
    page = desk.get(
        reverse("staff:case", args=["mipmap", case.reference]), {"lang": language}
    ).content.decode()
    assert staff in page
    with translation.override(language.lower()):
        assert public in str(sentences.told(journal.timeline(case)))


MENDS = {
    "not TOML": ("year = ", "not readable TOML"),
    "no version": (SAMPLE.replace("version =", "edition ="), "version must be given as a day"),
    "a strange key": (SAMPLE + '\n[extra]\n', "no key 'extra'"),
    "no such calendar": (SAMPLE.replace('"cn"', '"atlantis"'), "No calendar 'atlantis'"),
    "a day in quotes": (SAMPLE.replace("first = 2027-01-01", 'first = "2027-01-01"'), "without quotes"),
    "a day of another year": (SAMPLE.replace("first = 2027-01-01", "first = 2026-12-31"), "not lie within 2027"),
    "one language": (SAMPLE.replace('zh = "元旦"', 'zh = ""'), "both languages"),
    "overlap": (SAMPLE.replace("last = 2027-01-03", "last = 2027-02-20").replace("[[off]]", "[[off]]", 1), "no run of"),
    "a weekday made up": (SAMPLE.replace("make_up = [", "make_up = [2027-03-01, "), "no Saturday or Sunday"),
    "a day off made up": (SAMPLE.replace("make_up = [", "make_up = [2027-01-02, "), "also listed as a day off"),
    "settled by the release": (
        re.sub(r"2027", "2026", SAMPLE).replace("version = 2026-11-25", "version = 2026-11-01"),
        "This release ships cn 2026",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MENDS)
def test_that_a_mistake_in_the_file_is_one_sentence_that_says_what_to_mend(file, mistake) -> None:
    text, said = MENDS[mistake]
    with pytest.raises(CommandError, match=re.escape(said)) as refused:
        publish(text, file)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
    assert not PublishedYear.objects.exists()


def test_that_other_days_need_a_later_version(file) -> None:
    publish(SAMPLE, file)
    with pytest.raises(CommandError, match="version 2026-11-25 with other days"):
        publish(MOVING, file)
    case = copy_asked()
    publish(MOVING.replace("version = 2026-11-25", "version = 2026-12-01"), file)
    case.refresh_from_db()
    assert case.reckoning["calendar"].endswith("+2027.2026-12-01")
    assert PublishedYear.objects.count() == 2
