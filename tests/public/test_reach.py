"""How far back a request to know reaches, and what a deletion leaves: said before it is sent, and kept to."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from requests_app import law, register, subject
from requests_app.models import Case, Work
from requests_app.response import compose
from tests.people import approved, decided, member, open_case, run_pipeline, verified
from tests.public.conftest import Visitor

pytestmark = pytest.mark.django_db

RECEIVED = datetime(2026, 6, 15, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "begins"), [("twelve_months", date(2025, 6, 15)), ("all", date(2022, 1, 1)), ("never", None)]
)
def test_where_a_choice_begins(code: str, begins: date | None) -> None:
    span = law.regime("ccpa").right("KNOW_PCS").span(code)
    assert (span and span.begins_on(date(2026, 6, 15))) == begins


def test_that_it_is_asked_of_those_who_want_to_know_and_of_nobody_else(dana: Visitor) -> None:
    assert dana.post(dana.at("ask/what/"), {"rights": ["DELETE"]}).url == dana.at("ask/where/")
    assert dana.post(dana.at("ask/what/"), {"rights": ["KNOW_PCS"]}).url == dana.at("ask/how-far-back/")
    refused = dana.post(dana.at("ask/how-far-back/"), {"span": "for ever"})
    assert "Say how far back we shall look" in refused.content.decode()
    (case,) = dana.send("KNOW_PCS", span="twelve_months")
    assert subject.read(case).details["span"] == "twelve_months"
    dana.answer_all("KNOW_CAT", span="all")
    assert "Everything since 1 January 2022" in dana.get(dana.at("ask/check/")).content.decode()


def answered(span: str) -> tuple[Case, dict[str, int], dict[str, int]]:
    """A copy asked for, searched, approved and read: what was found by holding, what was read by collection."""
    olu, pia = member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")
    case = verified(open_case("mimap", "KNOW_PCS", details={"span": span} if span else {}))
    found = dict(case.holdings.values_list("holding_key", "found"))
    approved(decided(case, olu), pia)
    run_pipeline()
    read = case.works.get(operation=Work.Operation.ACCESS).result["collections"]
    return case, found, read


def test_that_the_choice_decides_what_is_searched_and_given(samples: None) -> None:
    _case, whole, read_whole = answered("")
    case, recent, read_recent = answered("twelve_months")
    inventory = register.controller("mimap").inventory
    dated = {c.name for c in inventory.collections() if c.collected_at}
    fewer = [key for key, n in recent.items() if n < whole[key]]
    assert fewer and all(key.split(".")[0] in dated for key in fewer)
    assert recent["customers.identity"] == whole["customers.identity"] == 1, "what bears no date is given"
    # What is read for the package is what was found, collection by collection.
    for name in dated:
        most = max((n for key, n in recent.items() if key.split(".")[0] == name), default=0)
        parts = sum(n for key, n in recent.items() if key.split(".")[0] == name)
        assert most <= read_recent.get(name, 0) <= parts, name
    assert sum(read_recent.values()) < sum(read_whole.values())
    case.refresh_from_db()
    letter, _outcome = compose.answer(case, package_until=date(2027, 1, 1))
    said = " ".join(str(part) for paragraph in letter.opening for part in paragraph)
    assert "it covers what we collected from" in said and "included whatever its age" in said


def test_that_a_deletion_names_what_goes_and_what_stays_before_it_is_sent(dana: Visitor) -> None:
    dana.answer_all("DELETE")
    page = dana.get(dana.at("ask/check/")).content.decode()
    inventory = register.controller("mimap").inventory
    assert "What goes" in page and "What stays for now, and why" in page and "What a person decides" in page
    kept = [holding for holding in inventory.holdings() if holding.retention]
    for holding in kept:
        assert holding.title["en"] in page and f"{holding.retention.months} months from its date" in page
    dana.answer_all("KNOW_CAT")
    assert "What goes" not in dana.get(dana.at("ask/check/")).content.decode()


def test_that_a_guardian_reports_a_childs_information(dana: Visitor, li: Visitor) -> None:
    (case,) = dana.send("MINOR_REPORT", capacity="guardian", email="parent@example.org", age="under_18")
    assert (case.right, case.capacity) == ("MINOR_REPORT", "guardian")
    (case,) = li.send("CN_MINOR", capacity="guardian", email="parent@example.cn", age="under_14")
    assert (case.right, case.capacity) == ("CN_MINOR", "guardian")
