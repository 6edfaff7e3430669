"""A worker that is killed, ``kill -9``, before the n-th thing that it would change: ``mortal.py N``, counted from 0.

What counts is each statement that writes in a customer's database, each commit there, and what the portal's own
database is told first after such a commit. Where it lives longer than there is work, it ends like any other.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import django
from sqlalchemy import Engine, event

WRITES = ("INSERT", "UPDATE", "DELETE")


class Life:
    """So many changes, and then no more."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.committed = False

    def spend(self) -> None:
        """One change is about to be made."""
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def before_statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """In a customer's database."""
        if statement.lstrip().upper().startswith(WRITES):
            self.spend()

    def before_commit(self, _connection: Any) -> None:
        """There too."""
        self.spend()
        self.committed = True

    def told(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """In the portal's own."""
        if self.committed:
            self.committed = False
            self.spend()
        return execute(sql, params, many, context)


def main() -> None:
    """Do what a worker would, until there is no more work or it is killed."""
    django.setup()
    from django.db import connection

    from tests.people import run_pipeline

    life = Life(int(sys.argv[1]))
    event.listen(Engine, "before_cursor_execute", life.before_statement)
    event.listen(Engine, "commit", life.before_commit)
    with connection.execute_wrapper(life.told):
        run_pipeline()


if __name__ == "__main__":
    main()
