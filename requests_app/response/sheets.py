"""Rows as CSV that no spreadsheet takes for formulas, and as JSON exactly as they are."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator

from requests_app.response.rows import Source
from requests_app.systems import picked

PIECE = 64 * 1024
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""First signs that make some spreadsheet calculate or run what follows (OWASP ASVS 5.0, 1.2.10)."""

NEGATIVE = re.compile(r"-\d+(\.\d+)?", re.ASCII)


def harmless(value: object) -> str:
    """The value as text; a quotation mark in front of what a spreadsheet would run."""
    text = plain(value)
    # Leading blanks do not stop a spreadsheet; a negative number is no formula.
    starts = text.startswith(FORMULA) or text.lstrip(" \u3000\ufeff").startswith(FORMULA)
    return f"'{text}" if starts and not NEGATIVE.fullmatch(text) else text


def plain(value: object) -> str:
    """The value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def csv_files(source: Source, folder: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """One file for each collection, in one reading. Each file must be read to its end before the next."""
    rows = source.rows()
    held = next(rows, None)
    seen: dict[str, int] = {}
    while held is not None:
        collection = held[0]
        seen[collection.name] = seen.get(collection.name, 0) + 1
        number = f"-{seen[collection.name]}" if seen[collection.name] > 1 else ""
        columns = source.columns(collection)

        def lines(name: str = collection.name, columns: list[str] = columns) -> Iterator[bytes]:
            nonlocal held
            text = io.StringIO(newline="")
            writer = csv.writer(text)
            # The byte order mark tells spreadsheets that it is UTF-8.
            text.write("\ufeff")
            writer.writerow(columns)
            while held is not None and held[0].name == name:
                writer.writerow([harmless(picked(*held, column)) for column in columns])
                if text.tell() > PIECE:
                    yield _taken(text)
                held = next(rows, None)
            yield _taken(text)

        yield f"{folder}/{collection.name}{number}.csv", lines()


def json_file(sources: dict[str, Source], about: dict[str, object]) -> Iterator[bytes]:
    """Everything given, with no sign put in front of a text, as one JSON document written row by row."""
    text = io.StringIO()
    head = json.dumps(about, ensure_ascii=False, indent=1)
    text.write(head[: head.rindex("}")].rstrip() + ',\n "records": [')
    first = True
    for key, source in sources.items():
        for collection, row in source.rows():
            record = {"system": key, "collection": collection.name, "row": row}
            text.write(("\n" if first else ",\n") + json.dumps(record, ensure_ascii=False))
            first = False
            if text.tell() > PIECE:
                yield _taken(text)
    text.write("\n]}\n")
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    piece = text.getvalue().encode("utf-8", "replace")
    text.seek(0)
    text.truncate()
    return piece
