"""How many SQL statements Django sends; what only opens and closes a transaction is counted apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection
from django.test.utils import CaptureQueriesContext

FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass
class Count:
    """Filled when the block ends."""

    sent: list[str] = field(default_factory=list)

    @property
    def work(self) -> list[str]:
        """Statements that ask or change something."""
        return [text for text in self.sent if not text.startswith(FRAME)]

    def __str__(self) -> str:
        return f"{len(self.work)} (+{len(self.sent) - len(self.work)})"


@contextmanager
def counted() -> Iterator[Count]:
    """Count what this process sends to the portal's database within the block."""
    count = Count()
    with CaptureQueriesContext(connection) as captured:
        yield count
    count.sent = [query["sql"] for query in captured.captured_queries]
