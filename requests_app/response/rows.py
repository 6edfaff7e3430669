"""The rows that are given: read from the sealed files, without what is withheld or never disclosed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from identity import vault
from requests_app.models import Case, Work
from requests_app.register.inventory import Collection, Field
from requests_app.response.ledger import ACCESS, CONFIRMED, Ledger
from requests_app.response.readings import Readings
from requests_app.systems import described, holdings_of

ROWS = "rows"
MADE_PURPOSE = "file-made"
"""Of files from which something was painted out, and of the text beside them."""

Row = dict[str, object]


@dataclass
class Source:
    """One system's sealed rows, read as often as needed, one row in memory at a time."""

    case: Case
    path: str
    collections: dict[str, Collection]
    granted: frozenset[str]
    """Keys of the holdings that are given."""
    today: date
    """The day on which rows were divided into holdings."""
    readings: Readings | None = None
    """What was left out of texts by their readers; ``None`` gives the texts as they were read."""
    given: Counter[str] = field(default_factory=Counter)
    """Rows given by collection; counted anew in every reading."""
    hidden: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Never-disclosed fields that do hold something, by collection and field."""
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Where documents hold what the inventory does not describe: it is not given, and staff are told."""

    def rows(self) -> Iterator[tuple[Collection, Row]]:
        """Every given row with its given columns, in the order they were read."""
        return ((collection, row) for collection, row, _whole in self.beside_whole())

    def beside_whole(self) -> Iterator[tuple[Collection, Row, Row]]:
        """The same, and each row as it was read: whose it is may stand in what is not given."""
        self.given.clear()
        self.hidden.clear()
        self.unknown.clear()
        for line in self._lines():
            read = json.loads(line)
            collection = self.collections.get(read["collection"])
            if collection is None:
                continue
            row = self._given(collection, read["row"])
            if self.readings:
                row = {name: self.readings.applied(collection, name, value) for name, value in row.items()}
            if row:
                self.given[collection.name] += 1
                yield collection, row, read["row"]

    def columns(self, collection: Collection) -> list[str]:
        """Columns of the collection that any row may have here, in the inventory's order.

        A document is as many columns as it has described ends, each under its path.
        """
        covered = {
            name for holding in collection.holdings if holding.key in self.granted for name in holding.fields
        }
        return [
            path
            for name, column in collection.fields.items()
            if name in covered
            for path, part in _shown(column, name)
            if not part.inner
        ]

    def _given(self, collection: Collection, row: Row) -> Row:
        # A holding nobody decided on is not given: only what was granted leaves the house.
        covered = {
            name
            for holding in holdings_of(collection, row, self.today)
            if holding.key in self.granted
            for name in holding.fields
        }
        kept: Row = {}
        for name, column in collection.fields.items():
            if name not in covered or name not in row:
                continue
            if column.never_disclose:
                if row[name] not in (None, ""):
                    self.hidden[collection.name, name] += 1
            elif column.is_document:
                kept[name] = self._document(collection, name, row[name])
            else:
                kept[name] = row[name]
        return kept

    def _document(self, collection: Collection, name: str, value: object) -> object:
        def never(path: str) -> None:
            self.hidden[collection.name, path] += 1

        def unknown(path: str) -> None:
            self.unknown[collection.name, path] += 1

        return described(value, collection.fields[name], name, never=never, unknown=unknown)

    def _lines(self) -> Iterator[bytes]:
        rest = bytearray()
        for chunk in vault.read(self.case.key, self.path, ROWS):
            rest += chunk
            *lines, tail = rest.split(b"\n")
            yield from (bytes(line) for line in lines if line.strip())
            rest = bytearray(tail)
        if rest.strip():
            yield bytes(rest)


def _shown(column: Field, path: str) -> Iterator[tuple[str, Field]]:
    if not column.never_disclose:
        yield path, column
        for inner in column.inner:
            yield from _shown(inner, f"{path}.{inner.name}")


def sources(ledger: Ledger, *, unredacted: bool = False) -> dict[str, Source]:
    """By system, for every system that has confirmed; the others are still to come.

    ``unredacted`` is for readers, and never for what leaves.
    """
    case = ledger.case
    readings = None if unredacted else Readings(ledger.readings, ledger.language)
    granted = frozenset(line.holding.key for line in ledger.lines if line.granted)
    found: dict[str, Source] = {}
    for work in confirmed(ledger.latest(ACCESS)):
        system = ledger.controller.inventory.systems[work.system]
        if any(line.granted and line.holding.system == work.system for line in ledger.lines):
            collections = dict(system.collections)
            found[work.system] = Source(
                case, work.result["path"], collections, granted, divided_on(ledger, work), readings
            )
    return found


def is_any_given(ledger: Ledger) -> bool:
    """Whether there is anything to hand over."""
    return bool(sources(ledger, unredacted=True)) or bool(sent_by_hand(ledger))


def confirmed(works: Iterable[Work]) -> list[Work]:
    """Those of the works that read whose sealed rows exist."""
    return [work for work in works if work.status == CONFIRMED and work.result.get("path")]


def files_by_hand(ledger: Ledger) -> Iterator[tuple[str, Iterator[bytes]]]:
    """What people sent for systems that no connector reads, under a name of ours that keeps their ending."""
    sent = sent_by_hand(ledger)
    readings = Readings(ledger.readings, ledger.language) if sent else None
    for work in sent if readings else ():
        ending = str(work.result.get("ending", ""))
        must = ledger.controller.inventory.systems[work.system].redact_files
        if instead := readings.instead_of(work.system, str(work.result["file"]), must=must):
            yield f"data/{work.system}/by-hand.txt", iter([instead.encode()])
        elif made := readings.made_of(work.system, str(work.result["file"])):
            for path, stored in ((made["ending"], made["path"]), (".txt", made["text"])):
                yield f"data/{work.system}/by-hand{path}", vault.read(ledger.case.key, stored, MADE_PURPOSE)
        else:
            yield (
                f"data/{work.system}/by-hand{ending}",
                vault.read(ledger.case.key, str(work.result["file"]), "task-file"),
            )


def sent_by_hand(ledger: Ledger) -> list[Work]:
    """The works that people answered with a file."""
    return files_of(ledger.latest(ACCESS))


def files_of(works: Iterable[Work]) -> list[Work]:
    """Those of the works that read which people answered with a file."""
    return [work for work in works if work.status == CONFIRMED and work.result.get("file")]


def divided_on(ledger: Ledger, work: Work) -> date:
    """The day of the search that was decided on; rows must fall into the same holdings now as then."""
    searches = ledger.latest(Work.Operation.SEARCH)
    search = next((other for other in searches if other.system == work.system), work)
    moment = search.confirmed_at or work.confirmed_at or ledger.case.received_at
    return moment.astimezone(ledger.zone).date()
