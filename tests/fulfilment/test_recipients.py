"""Those who received the data: each told, each with a date to answer by, each answer on record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from requests_app import worklist
from requests_app.fulfilment import recipients
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from tests.people import approved, decided, open_case, run_pipeline, verified
from tests.staff.people import at_desk, hire


@pytest.fixture
def deletion(furnished) -> Case:
    """Dana's data is erased; those who received it do not know yet."""
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    case = approved(decided(verified(open_case("mimap", "DELETE")), olu), pia)
    run_pipeline()
    return Case.objects.get(pk=case.pk)


def _works(case: Case) -> list[Work]:
    return list(case.works.filter(operation=Work.Operation.NOTIFY).order_by("pk"))


def test_each_recipient_is_told_and_its_answer_noted_and_only_the_telling_holds_the_letter_up(
    deletion,
) -> None:
    olu = deletion.proposed_by
    desk = at_desk(olu)
    here = f"/staff/mimap/{deletion.reference}/"
    first, *others = _works(deletion)
    assert others and len({w.system for w in _works(deletion)}) == len(_works(deletion))
    # What says that nobody else holds it is a sentence for the requester, and nobody to tell.
    assert not [w for w in _works(deletion) if w.result["whom"]["en"].startswith("Nobody")]
    shown = desk.get(here).content.decode()
    assert all(w.result["whom"]["en"].rstrip(".") in shown.replace("&#x27;", "'") for w in (first, *others))
    assert not recipients.answered(deletion, first.pk, "done", by=olu), "nobody answers who was not told"
    desk.post(f"{here}recipients/{first.pk}/", {"said": "told"})
    assert Case.objects.get(pk=deletion.pk).state == State.FULFILLING
    desk.post(f"{here}recipients-told/")
    run_pipeline()
    closed = Case.objects.get(pk=deletion.pk)
    assert closed.state == State.CLOSED
    assert not recipients.told(closed, by=olu) and not recipients.told(closed, by=olu, only=first.pk)
    first.refresh_from_db()
    assert not recipients.is_late(first, worklist.today_at("mimap") + timedelta(days=29))
    assert recipients.is_late(first, worklist.today_at("mimap") + timedelta(days=32))
    for said, status in (("done", 302), ("refused", 302), ("nonsense", 302)):
        assert desk.post(f"{here}recipients/{first.pk}/", {"said": said}).status_code == status
    first.refresh_from_db()
    assert first.result["answer"] == "refused" and not recipients.is_late(first, worklist.today_at("mimap"))
    names = list(deletion.events.values_list("name", flat=True))
    assert (
        names.count("recipient_told"),
        names.count("recipients_told"),
        names.count("recipient_answered"),
    ) == (1, 1, 2)
    assert desk.post(f"{here}recipients/{deletion.works.first().pk}/", {"said": "done"}).status_code == 404
    assert desk.get(f"{here}recipients/{first.pk}/").status_code == 405


def test_nobody_may_note_it_who_does_not_work_the_case(deletion) -> None:
    (first, *_others) = _works(deletion)
    for other in (hire("Max", "mipmap", role="handler"), hire("Ada", "mimap")):
        url = f"/staff/mimap/{deletion.reference}/recipients/{first.pk}/"
        assert at_desk(other).post(url, {"said": "told"}).status_code in {403, 404}
    assert _works(deletion)[0].status == Work.Status.WAITING
