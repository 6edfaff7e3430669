"""What SQLAlchemy sends to a customer database, recorded, to be sent again by the bare driver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Engine


@dataclass(frozen=True)
class Call:
    """A statement with its parameters, or the end of a transaction."""

    text: str
    parameters: Any = None


COMMIT, ROLLBACK = Call("COMMIT"), Call("ROLLBACK")


@contextmanager
def recorded() -> Iterator[list[Call]]:
    """Every call on any engine of this process within the block, in order."""
    calls: list[Call] = []

    def statement(_connection: Any, _cursor: Any, text: str, parameters: Any, *_: Any) -> None:
        calls.append(Call(text, dict(parameters)))

    def commit(_connection: Any) -> None:
        calls.append(COMMIT)

    def rollback(_connection: Any) -> None:
        calls.append(ROLLBACK)

    listeners = {"before_cursor_execute": statement, "commit": commit, "rollback": rollback}
    for name, listener in listeners.items():
        event.listen(Engine, name, listener)
    try:
        yield calls
    finally:
        for name, listener in listeners.items():
            event.remove(Engine, name, listener)


def directly(url: str) -> psycopg.Connection:
    """The driver alone, at the isolation that our connector asks for."""
    connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"))
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def replay(connection: psycopg.Connection, calls: list[Call]) -> None:
    """Send the same again and fetch what comes back."""
    for call in calls:
        if call is COMMIT:
            connection.commit()
        elif call is ROLLBACK:
            connection.rollback()
        else:
            cursor = connection.execute(call.text, call.parameters)
            if cursor.description:
                cursor.fetchall()
