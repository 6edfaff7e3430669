"""What a case still needs, and why: never more than the right may ask, never less than it takes."""

from __future__ import annotations

import pytest

from requests_app import doubts, journal, law
from requests_app.law import Level
from requests_app.models import Case, Doubt
from requests_app.verification import need, needs
from tests.people import open_case

pytestmark = pytest.mark.django_db
CODE, SIGNED = need.EMAIL_CODE, need.DECLARATION


def _case(right: str, methods: list[str] | None = None, controller: str = "mimap") -> Case:
    case = open_case(controller, right)
    level = law.regime(case.regime, case.received_on).right(right).standard.level
    case.standard, case.methods = level, methods or []
    return case


@pytest.mark.parametrize("right", ["OPT_OUT", "LIMIT", "ADMT_OPT_OUT"])
def test_an_opt_out_needs_nothing_and_no_method_may_be_asked(right: str, monkeypatch) -> None:
    """V0, and by construction: even doubts and what staff asked for add nothing (11 CCR 7060(b))."""
    case = open_case("mimap", "DELETE")
    Case.objects.filter(pk=case.pk).update(right=right, standard="none", asked_proof=["document"])
    case.refresh_from_db()
    Doubt.objects.create(case=case, kind=Doubt.Kind.RECENT_CHANGE, raised_at=case.received_at)
    assert needs.needs_of(case) == ()
    assert not any(needs.may_ask(case, method) for method in need.METHOD_WORDS)
    assert doubts.raise_doubt(case, Doubt.Kind.NEW_ADDRESS, by=journal.PIPELINE) is None
    assert not doubts.block_release(case)


@pytest.mark.parametrize(
    ("controller", "right", "methods", "open_needs"),
    [
        ("mimap", "KNOW_CAT", [], {"identity"}),
        ("mimap", "KNOW_CAT", [CODE], set()),
        ("mimap", "KNOW_CAT", ["two_data_points"], set()),
        ("mimap", "KNOW_CAT", [need.DOCUMENT], {"identity"}),
        ("mimap", "KNOW_PCS", [CODE], {"declaration"}),
        ("mimap", "KNOW_PCS", [SIGNED], {"identity"}),
        ("mimap", "KNOW_PCS", [CODE, SIGNED], set()),
        ("mimap", "KNOW_PCS", ["two_data_points", SIGNED], {"identity"}),
        ("mimap", "KNOW_PCS", ["three_data_points", SIGNED], set()),
        ("mimap", "KNOW_PCS", ["account"], set()),
        ("mimap", "KNOW_PCS", [need.DOCUMENT, SIGNED], {"identity"}),
        ("mipmap", "CN_COPY", ["sms_code"], set()),
        ("mipmap", "CN_COPY", ["two_data_points"], {"identity"}),
    ],
)
def test_what_was_earned_meets_exactly_what_the_standard_asks(controller, right, methods, open_needs) -> None:
    """TRUST 6, 7: two facts are not three, and a document is no identity."""
    found = needs.outstanding(_case(right, methods, controller))
    assert {one.code for one in found} == open_needs
    for one in found:
        assert one.reasons and one.words.en and one.words.zh


def test_an_address_that_changed_lately_asks_for_a_second_proof() -> None:
    """TRUST 17."""
    case = _case("KNOW_CAT", [CODE])
    assert needs.outstanding(case) == ()
    doubts.raise_doubt(case, Doubt.Kind.RECENT_CHANGE, by=journal.PIPELINE, references={"days": 5})
    assert [one.code for one in needs.outstanding(case)] == ["second_proof"]
    case.methods = [CODE, "two_data_points"]
    assert needs.outstanding(case) == () and case.standard == Level.REASONABLE
