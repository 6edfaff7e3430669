"""The figures as staff and as everybody sees them: every number with its way, no small number in public."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app import figures, journal, lifecycle
from requests_app.lifecycle import Outcome
from requests_app.models import Case
from tests.build import build_case
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def answered(
    outcome: Outcome = Outcome.GRANTED, right: str = "DELETE", days_ago: int = 10, **changes: object
) -> Case:
    case = build_case(right=right, received_at=timezone.now() - timedelta(days=days_ago))
    journal.advance(
        case, lifecycle.ANSWER, by=journal.PIPELINE, outcome=outcome, answered_at=timezone.now(), **changes
    )  # fmt: skip
    return case


def shown(name: str = "figures", who: str = "Pia", **asked: object) -> str:
    answer = at_desk(hire(who, "mimap")).get(reverse(f"staff:{name}", args=["mimap"]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_number_leads_to_exactly_its_cases() -> None:
    refused = answered(Outcome.REFUSED, grounds=["DEL8"])
    answered(Outcome.GRANTED)
    answered(Outcome.GRANTED, right="KNOW_PCS")
    desk = at_desk(hire("Pia", "mimap"))
    text = desk.get(reverse("staff:figures", args=["mimap"])).content.decode()
    links = re.findall(r'<a href="([^"]+figures/cases/[^"]+)">([\d,]+)</a>', text)
    assert len(links) > 10
    for url, number in links:
        rows = desk.get(url.replace("&amp;", "&")).context["rows"]
        assert len(rows) == int(number), url
    assert refused.reference in shown("figures_cases", ground="DEL8")


@pytest.mark.parametrize(("who", "sees"), [("Olu", False), ("Pia", True), ("Cora", True), ("Ada", True)])
def test_how_much_each_colleague_did_is_not_for_colleagues(who, sees) -> None:
    left = hire("Zoe", "mimap", role="handler")
    answered(assignee=left)
    left.duties.all().delete()
    page = shown(who=who)
    assert ("By handler" in page) is ("Zoe" in page) is sees, "also of one who has left"
    everyone = shown("figures_cases", who=who, handler="")
    # A handler's filter is not even heeded for those who may not see it.
    assert ("No case you may see" in everyone) is sees


def test_a_years_page_costs_the_same_for_one_case_and_many(django_assert_max_num_queries) -> None:
    desk = at_desk(hire("Pia", "mimap"))
    # The first page of a minute also writes down that somebody is at the desk.
    desk.get(reverse("staff:home"))
    answered(right="OPT_OUT")
    for many in (2, 6):
        while Case.objects.count() < many:
            answered()
        for name in ("figures", "figures_csv", "figures_cases"):
            with django_assert_max_num_queries(12):
                assert desk.get(reverse(f"staff:{name}", args=["mimap"])).status_code == 200


def test_every_limit_has_its_mark_among_the_days_whatever_days_it_counts() -> None:
    answered(right="DELETE"), answered(right="OPT_OUT")
    limits = [int(n) for n in re.findall(r"limit (\d+)", shown())]
    # Forty-five days, and the fewest that fifteen business days came to in the year.
    assert sorted(limits) == [min(limits), 45] and 15 < min(limits) < 25


def test_a_figures_cases_follow_page_by_page(monkeypatch) -> None:
    monkeypatch.setattr("portal.staff.figures.PAGE", 2)
    wanted = {answered(days_ago=n).reference for n in (3, 3, 3, 2, 1)}
    answered(right="KNOW_PCS")
    desk = at_desk(hire("Pia", "mimap"))
    here = reverse("staff:figures_cases", args=["mimap"])
    seen, url = [], f"{here}?right=DELETE"
    while url:
        context = desk.get(url).context
        seen += [row["reference"] for row in context["rows"]]
        url = context["next_url"] and here + context["next_url"]
    assert len(seen) == 5 and set(seen) == wanted
    assert "No case you may see" in desk.get(here, {"right": "DELETE\0x"}).content.decode()


def test_the_files_carry_the_same_numbers_and_no_formula() -> None:
    answered(Outcome.REFUSED, grounds=["DEL8", "=1+1"])
    desk = at_desk(hire("Pia", "mimap"))
    sheet = desk.get(reverse("staff:figures_csv", args=["mimap"]))
    lines = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert ["How requests were answered", "Delete your information", "Refused", "1"] in lines
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "@"))]
    assert "'=1+1" in {line[1] for line in lines if len(line) == 4}
    for language in ("en", "zh-Hans"):
        paper = desk.get(reverse("staff:figures_pdf", args=["mimap"]), {"lang": language})
        assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


@pytest.mark.parametrize("asked", [{"year": "1999"}, {"year": "x"}, {"regime": "pipl"}, {"after": "x.y"}, {"handler": "9" * 50},
                                   {"year": "²"}])  # fmt: skip
def test_of_a_strange_address_the_usual_page(asked) -> None:
    for name in ("figures", "figures_cases"):
        shown(name, **asked)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_everybody_reads_last_years_totals_and_nothing_smaller(language, monkeypatch) -> None:
    case = build_case(right="DELETE", language="en", received_at=timezone.now())
    last_year = case.received_on.year
    monkeypatch.setattr("requests_app.worklist.today_at", lambda slug: date(last_year + 1, 1, 31))
    journal.advance(
        case, lifecycle.ANSWER, by=journal.PIPELINE, outcome=Outcome.REFUSED, answered_at=timezone.now(), grounds=["DEL8"],
    )  # fmt: skip
    page = Client().get(reverse("public:figures", args=["mimap"]), {"lang": language})
    text = page.content.decode()
    assert page.status_code == 200 and str(last_year) in text and "7102" in text
    assert next([cell.text for cell in row[1:4]] for row in page.context["table"].rows) == ["1", "0", "1"]
    for small in (case.reference, "DEL8", "figures/cases", "Olu"):
        assert small not in text


def test_the_public_page_is_counted_once_an_hour(django_assert_num_queries) -> None:
    Client().get("/mimap/figures/")
    with django_assert_num_queries(0):
        assert Client().get("/mimap/figures/").status_code == 200


def test_only_a_controller_whose_law_wants_it_publishes_figures() -> None:
    assert Client().get("/mipmap/figures/").status_code == 404
    assert "/mipmap/figures/" not in Client().get("/mipmap/").content.decode()
    assert "/mimap/figures/" in Client().get("/mimap/policy/").content.decode()
    assert figures.years("mimap", timezone.now().date()) == [timezone.now().year]
