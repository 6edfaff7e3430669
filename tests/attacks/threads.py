"""Several people at the same moment, each with a database connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run all of them together; what each gave, or the exception it raised."""
    start = threading.Barrier(len(acts))
    given: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait(20)
            given[place] = act()
        except Exception as trouble:
            given[place] = trouble
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return given
