"""A code proves one address for one matter, once, soon, and within few tries."""

from datetime import UTC, datetime, timedelta

import pytest

from identity.flows import email_code
from identity.flows.email_code import Answer

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def _begin(
    matter: str = "submission:a", purpose: str = "verify", address: str = "x" * 64, at: datetime = NOW
):
    return email_code.begin(matter=matter, purpose=purpose, address_index=address, now=at)


def _answer(code: str, matter: str = "submission:a", purpose: str = "verify", at: datetime = NOW) -> Answer:
    return email_code.answer(matter=matter, purpose=purpose, code=code, now=at)


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_right_code_works_once_with_or_without_a_space() -> None:
    issued = _begin()
    assert _answer(f" {issued.code[:3]} {issued.code[3:]} ") is Answer.RIGHT
    assert _answer(issued.code) is Answer.WRONG


@pytest.mark.parametrize(
    ("elsewhere", "expected"),
    [
        ({"matter": "submission:b"}, Answer.WRONG),
        ({"purpose": "download"}, Answer.WRONG),
        ({"at": NOW + timedelta(minutes=10)}, Answer.EXPIRED),
    ],
)
def test_a_code_is_bound_to_matter_purpose_and_ten_minutes(elsewhere: dict, expected: Answer) -> None:
    assert _answer(_begin().code, **elsewhere) is expected


def test_after_five_wrong_tries_even_the_right_code_is_refused() -> None:
    issued = _begin()
    tries = [_answer(_wrong(issued.code)) for _ in range(5)]
    assert tries == [Answer.WRONG] * 4 + [Answer.EXHAUSTED]
    assert _answer(issued.code) is Answer.EXHAUSTED


def test_a_new_code_kills_the_old_one() -> None:
    old, new = _begin(), _begin(at=NOW + timedelta(seconds=1))
    if old.code != new.code:
        assert _answer(old.code, at=NOW + timedelta(seconds=2)) is Answer.WRONG
    assert _answer(new.code, at=NOW + timedelta(seconds=2)) is Answer.RIGHT


def test_codes_are_limited_per_matter_and_per_address() -> None:
    assert [bool(_begin()) for _ in range(7)] == [True] * 6 + [False]
    by_address = [bool(_begin(matter=f"submission:{n}", address="y" * 64)) for n in range(13)]
    assert by_address == [True] * 12 + [False]
