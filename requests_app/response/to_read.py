"""Which texts and files of a copy must be read before it leaves, and what of them is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.db import transaction
from django.db.models import Q, QuerySet

from requests_app import systems
from requests_app.models import Case, Reading
from requests_app.register.inventory import Collection, Field
from requests_app.response import rows
from requests_app.response.ledger import Ledger
from requests_app.response.readings import count_of, digest, forget_made

LEFT_OUT = "left_out"


def prepare(case: Case, ledger: Ledger, named: Iterable[str] = ()) -> int:
    """Open a reading for every text and file that must be read; how many still keep the copy back.

    ``named`` are places (``system.collection.path``) where others are named: their
    texts are offered for reading. Readings of what is no longer there are dropped.
    """
    # What somebody may have begun to mark keeps the copy back, so it is looked for wherever it was offered.
    known = list(case.readings.all())
    begun = {f"{r.system}.{r.collection}.{r.field}" for r in known if not r.must and not r.confirmed_at}
    found = {one.digest: one for one in _to_read(case, ledger, begun.union(named))}
    if not known and not found:
        return 0
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        kept = {reading.digest: reading for reading in case.readings.all()}
        gone = [r for r in kept.values() if r.digest not in found and not r.confirmed_at]
        if gone:
            Reading.objects.filter(pk__in=[reading.pk for reading in gone]).delete()
            for reading in gone:
                forget_made(reading)
        Reading.objects.bulk_create([new for key, new in found.items() if key not in kept], batch_size=500)
    return waiting(case).count()


def _to_read(case: Case, ledger: Ledger, offered: set[str]) -> Iterator[Reading]:
    inventory = ledger.controller.inventory
    declared = any(part.redact for c in inventory.collections() for _path, part in c.parts())
    if declared or offered:
        for collection, path, part, text in _texts(rows.sources(ledger, unredacted=True)):
            place = (collection.system, collection.name, path)
            if text.strip() and (part.redact or ".".join(place) in offered):
                yield Reading(
                    case=case, system=place[0], collection=place[1], field=path, digest=digest(*place, text),
                    length=len(text), must=part.redact,
                )  # fmt: skip
    for work in rows.sent_by_hand(ledger):
        must = inventory.systems[work.system].redact_files
        if must or place_of_file(work.system) in offered:
            name = digest(work.system, "", "", str(work.result["file"]))
            size = int(work.result.get("size", 0))
            yield Reading(case=case, system=work.system, digest=name, length=size, must=must)


def place_of_file(system: str) -> str:
    """What a system's file is offered to readers by, as a text is by system, collection and path."""
    return f"{system}.."


def _texts(sources: Mapping[str, rows.Source]) -> Iterator[tuple[Collection, str, Field, str]]:
    for source in sources.values():
        for collection, row in source.rows():
            told: list[tuple[str, Field, str]] = []

            def note(path: str, part: Field, text: str, told: list[tuple[str, Field, str]] = told) -> str:
                told.append((path, part, text))
                return text

            for name, value in row.items():
                systems.retold(value, collection.fields[name], name, note)
            for path, part, text in told:
                yield collection, path, part, text


def waiting(case: Case) -> QuerySet[Reading]:
    """Readings without which nothing leaves: what must be read, and what somebody began to mark."""
    return case.readings.filter(confirmed_at=None).filter(
        Q(must=True) | Q(marked_by__isnull=False) | ~Q(left_out=[]) | ~Q(boxes=[])
    )


def texts_of(ledger: Ledger, readings: Iterable[Reading]) -> dict[int, str]:
    """The originals of these readings, from the sealed rows, by the readings' numbers; files have none."""
    wanted = {reading.digest: reading.pk for reading in readings if reading.collection}
    found: dict[int, str] = {}
    if not wanted:
        return found
    for collection, path, _part, text in _texts(rows.sources(ledger, unredacted=True)):
        number = wanted.get(digest(collection.system, collection.name, path, text))
        if number is not None:
            found[number] = text
            if len(found) == len(wanted):
                break
    return found


def left_out_of(ledger: Ledger) -> int:
    """How many passages and files are left out of what stands in this copy.

    Where its rows are gone already, those of every copy of the case are counted.
    """
    confirmed = [one for one in ledger.readings if one.confirmed_at and (one.left_out or one.boxes)]
    marked = {reading.digest: reading for reading in confirmed}
    places = {(reading.system, reading.collection, reading.field) for reading in confirmed}
    standing = {digest(work.system, "", "", str(work.result["file"])) for work in rows.sent_by_hand(ledger)}
    try:
        for collection, path, _part, text in _texts(rows.sources(ledger, unredacted=True)) if marked else ():
            if (place := (collection.system, collection.name, path)) in places:
                standing.add(digest(*place, text))
    except FileNotFoundError:
        standing = set(marked)
    return sum(count_of(marked[name]) for name in standing & marked.keys())


def counted(ledger: Ledger) -> dict[str, int]:
    """The same as the journal keeps it beside an answer, for pages that cannot open every sealed row to count."""
    count = left_out_of(ledger)
    return {LEFT_OUT: count} if count else {}
