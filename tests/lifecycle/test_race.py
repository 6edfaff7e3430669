"""Two workers, one step: with real transactions on a real database."""

import threading
from datetime import UTC, datetime

from django.db import connection

from requests_app import journal
from requests_app.lifecycle import MOVES
from requests_app.models import Case, CaseEvent
from tests.people import open_case


def test_of_two_workers_one_wins_and_there_is_one_event(house) -> None:
    case = open_case(received_at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def worker() -> None:
        mine = Case.objects.get(pk=case.pk)
        start.wait()
        try:
            journal.advance(mine, MOVES["ask_proof"], by=journal.PIPELINE)
            outcomes.append("moved")
        except journal.IllegalMove:
            outcomes.append("lost")
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost", "moved"]
    assert CaseEvent.objects.filter(case=case, name="ask_proof").count() == 1
