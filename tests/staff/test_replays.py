"""What a restore brought back and a person has to look at: shown to staff, tried again when they say so, never by the hour."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from identity import sealing
from identity.models import User
from requests_app import systems
from requests_app.fulfilment import catch_up, suppression
from requests_app.fulfilment.replay import Left, Outcome
from requests_app.models import Case, SubjectRecord, Work
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
PAGE = "/staff/mimap/after-a-restore/"
REFUSED = systems.SystemRefused("mimap_shop_db", "no index on customers.email", "customers")
AWAY = systems.SystemUnreachable("mimap_shop_db", "ConnectionTimeout")
LEFT = Outcome("open", (Left("customers", "not_shown", 2),))


class Ledger:
    """One entry, and how often it was carried out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.case = assessing()
        work = Work.objects.create(case=self.case, system="mimap_shop_db", operation="delete", round=7)
        suppression.note(self.case, work, "erase", {"steps": []})
        work.delete()
        self.times, self.ends = 0, Outcome("again")
        self.fails: systems.SystemFailure | None = None
        monkeypatch.setattr(catch_up, "replay", self)

    def __call__(self, *_: Any, **__: Any) -> Outcome:
        self.times += 1
        if self.fails:
            raise self.fails
        return self.ends

    def stands(self) -> str:
        return SubjectRecord.objects.get(case_reference=self.case.reference).purpose


@pytest.fixture
def desks() -> tuple[Client, Client]:
    """Olu's and Pia's, from before the restore: a portal that starts with an open entry serves nobody."""
    olu, pia = at_desk(hire("Olu", "mimap")), at_desk(hire("Pia", "mimap"))
    assert olu.get(PAGE).status_code == pia.get(PAGE).status_code == 200
    return olu, pia


@pytest.fixture
def ledger(desks: Any, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    return Ledger(monkeypatch)


@pytest.mark.parametrize(
    ("fails", "ends", "stands", "each_hour", "said"),
    [
        (AWAY, LEFT, "replay_away", True, "It did not answer in time"),
        (REFUSED, LEFT, "replay_open", False, "A large table has no index on customers.email"),
        (None, LEFT, "replay_open", False, "2: not shown to be the one of then"),
    ],
)
def test_what_waits_for_a_person_waits_in_sight_and_is_not_tried_each_hour(
    ledger: Ledger,
    desks: tuple[Client, Client],
    fails: Any,
    ends: Outcome,
    stands: str,
    each_hour: bool,
    said: str,
) -> None:
    ledger.fails, ledger.ends = fails, ends
    catch_up.carry_out(None, lambda entry, outcome: None)
    assert (ledger.stands(), ledger.times) == (stands, 1)
    catch_up.carry_out_waiting()
    assert ledger.times == 1 + each_hour
    record, (olu, pia) = SubjectRecord.objects.get(), desks
    shown = olu.get(PAGE).content.decode()
    assert said in shown and ledger.case.reference in shown and "Try again" not in shown
    assert "After a restore" in olu.get("/staff/mimap/").content.decode()
    assert olu.post(f"{PAGE}{record.pk}/", {"act": "again"}).status_code == 404
    if each_hour:
        pia.post(f"{PAGE}{record.pk}/", {"act": "leave", "reason": "It is Bob's"})
    assert (
        ledger.stands() == stands and ("Leave it as it is" in pia.get(PAGE).content.decode()) is not each_hour
    )
    # Pia has seen to the cause: one more try, and where nothing is left to do it is off the list.
    ledger.fails, ledger.ends = None, Outcome("again")
    assert pia.post(f"{PAGE}{record.pk}/", {"act": "again"}).status_code == 302
    catch_up.carry_out_waiting()
    assert ledger.stands() == "replayed" and "Nothing is open" in pia.get(PAGE).content.decode()
    assert "After a restore" not in olu.get("/staff/mimap/").content.decode()


def test_it_may_be_left_as_it_is_with_a_reason_that_the_ledger_keeps(
    ledger: Ledger, desks: tuple[Client, Client]
) -> None:
    ledger.ends = LEFT
    catch_up.carry_out(None, lambda entry, outcome: None, kept=["mimap_shop_db"])
    record, (_olu, pia) = SubjectRecord.objects.get(), desks
    assert "Try again" not in pia.get(PAGE).content.decode(), "nothing is written where nobody restored"
    pia.post(f"{PAGE}{record.pk}/", {"act": "again"})
    pia.post(f"{PAGE}{record.pk}/", {"act": "leave", "reason": " "})
    assert ledger.stands() == "replay_kept"
    pia.post(f"{PAGE}{record.pk}/", {"act": "leave", "reason": "It is Bob's"})
    assert ledger.stands() == "replay_accepted" and catch_up.behind() == []
    assert "Bob" not in suppression.path().read_text()


def test_ones_own_case_is_not_among_them(ledger: Ledger, desks: tuple[Client, Client]) -> None:
    ledger.ends = LEFT
    catch_up.carry_out(None, lambda entry, outcome: None)
    _olu, pia = desks
    assert ledger.case.reference in pia.get(PAGE).content.decode()
    own = sealing.blind("mimap", "email", User.objects.get(name="Pia").email)
    Case.objects.filter(pk=ledger.case.pk).update(subject_index=own)
    assert ledger.case.reference not in pia.get(PAGE).content.decode()
    assert pia.post(f"{PAGE}{SubjectRecord.objects.get().pk}/", {"act": "again"}).status_code == 404
