"""A table of figures, drawn alike on a page, in a spreadsheet and on paper."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from requests_app.response.sheets import harmless


@dataclass(frozen=True)
class Cell:
    """A word or a number, perhaps with the way to what is behind it."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Table:
    """Columns after the first hold numbers."""

    code: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def number(value: float | None, *, places: int = 0) -> str:
    """A figure as both languages write it; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{value:,.{places}f}"
    return text.removesuffix(".0") if places else text


def as_csv(about: Iterable[Sequence[str]], tables: Iterable[Table]) -> bytes:
    """One figure a line, as a spreadsheet can pivot it; no cell is ever a formula."""
    text = io.StringIO(newline="")
    # The byte order mark tells spreadsheets that it is UTF-8.
    text.write("\ufeff")
    writer = csv.writer(text)
    for line in about:
        writer.writerow([harmless(cell) for cell in line])
    for table in tables:
        for row in table.rows:
            for column, cell in zip(table.columns[1:], row[1:], strict=True):
                plain = cell.text.replace(",", "") if cell.text[:1].isdigit() else cell.text
                writer.writerow([harmless(one) for one in (table.title, row[0].text, column, plain)])
    return text.getvalue().encode()


def as_plain_csv(table: Table) -> bytes:
    """The table as it stands, its columns in the first line; no cell is ever a formula."""
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow([harmless(column) for column in table.columns])
    writer.writerows([harmless(cell.text) for cell in row] for row in table.rows)
    return text.getvalue().encode()
