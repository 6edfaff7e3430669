"""A system that remembers what it was asked tells a retry from the same asked anew: only a person asks anew."""

from __future__ import annotations

import pytest

from requests_app import worklist
from requests_app.models import Work
from tests.build import build_case
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("final", [True, False])
def test_only_after_its_last_word_and_by_a_person_a_system_is_asked_under_another_name(final: bool) -> None:
    case = build_case({})
    work = Work.objects.create(case=case, system="mimap_shop_db", operation="set", round=3)
    name = worklist.name_of(work)
    worklist.begin(work)
    worklist.fail(work, "refused: said yes, but nothing changed" if final else "unreachable: x", final=final)
    # What goes on by itself is the same attempt.
    worklist.try_again_now(Work.objects.get(pk=work.pk))
    assert worklist.name_of(Work.objects.get(pk=work.pk)) == name
    worklist.fail(work, work.trouble, final=final)
    desk = at_desk(hire("Olu", "mimap"))
    assert desk.post(f"/staff/mimap/{case.reference}/again/{work.pk}/").status_code == 302
    anew = Work.objects.get(pk=work.pk)
    assert (worklist.name_of(anew) != name) is final and anew.next_try_at is not None
    # Until it is answered with a last word again, another click hastens what was asked.
    desk.post(f"/staff/mimap/{case.reference}/again/{work.pk}/")
    assert worklist.name_of(Work.objects.get(pk=work.pk)) == worklist.name_of(anew)
