"""A part of a right that was asked for alone stays that part, whatever becomes of the inventory."""

from __future__ import annotations

import pytest

from requests_app import journal, subject
from requests_app.lifecycle import State
from tests.build import build_case


@pytest.mark.django_db
def test_a_part_that_vanished_is_never_taken_for_the_whole() -> None:
    case = build_case(controller="mipmap", right="CN_WITHDRAW", state=State.VERIFYING)
    told = subject.read(case)
    told.details[subject.PART] = "gone"
    journal.record(case, "built", by=journal.PIPELINE, sealed_subject=subject.seal(case, told))
    with pytest.raises(LookupError, match="gone"):
        subject.operation_of(case)
