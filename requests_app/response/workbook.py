"""One system's rows as a workbook in which every cell is text: there is nowhere a formula could stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from requests_app.law import Words
from requests_app.response import zipping
from requests_app.response.rows import Source
from requests_app.response.sheets import PIECE, plain
from requests_app.systems import picked

MOST_ROWS = 1_000_000
"""A sheet holds 1,048,576; what is longer goes on in another."""
LONGEST_CELL = 32_000
"""Signs that Excel takes into one cell are 32,767; a text that is longer says at its end where the rest stands."""
_GOES_ON = Words(" [… {n} more characters: see data.json]", "［……其余{n}个字符见data.json］")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Signs that XML 1.0 cannot hold."""
_UNNAMEABLE = re.compile(r"[\[\]:*?/\\']")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def workbook(source: Source, titles: dict[str, str], made_at: datetime) -> Iterator[bytes]:
    """The XLSX file as a stream; ``titles`` name the sheets by collection."""
    return zipping.stream(_members(source, titles), made_at, sums=False)


def _members(source: Source, titles: dict[str, str]) -> Iterator[zipping.Member]:
    rows, goes_on = source.rows(), _GOES_ON.in_(source.case.language)
    held = next(rows, None)
    names: list[str] = []
    while held is not None:
        collection = held[0]
        columns = source.columns(collection)
        names.append(_name(titles.get(collection.name, collection.name), names))

        def sheet(name: str = collection.name, columns: list[str] = columns) -> Iterator[bytes]:
            nonlocal held
            yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{_row(columns)}'.encode()
            waiting, size, count = [], 0, 0
            while held is not None and held[0].name == name and count < MOST_ROWS:
                waiting.append(_row([_short(plain(picked(*held, column)), goes_on) for column in columns]))
                size, count = size + len(waiting[-1]), count + 1
                held = next(rows, None)
                if size > PIECE:
                    yield "".join(waiting).encode()
                    waiting, size = [], 0
            yield ("".join(waiting) + "</sheetData></worksheet>").encode()

        yield f"xl/worksheets/sheet{len(names)}.xml", sheet()
    if not names:
        names.append("-")
        yield (
            "xl/worksheets/sheet1.xml",
            [f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData/></worksheet>'.encode()],
        )
    yield from _frame(names)


def _row(cells: list[str]) -> str:
    return "<row>" + "".join(map(_cell, cells)) + "</row>"


def _short(value: str, goes_on: str) -> str:
    if len(value) <= LONGEST_CELL:
        return value
    return value[:LONGEST_CELL] + goes_on.format(n=f"{len(value) - LONGEST_CELL:,}")


def _cell(value: str) -> str:
    # Inline strings are shown as they are, whatever sign they begin with.
    text = escape(_FORBIDDEN.sub("\ufffd", value))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _name(title: str, taken: list[str]) -> str:
    plain_title = _UNNAMEABLE.sub(" ", _FORBIDDEN.sub(" ", title)).strip()[:25] or "-"
    number = sum(name.rsplit(" ", 1)[0] == plain_title or name == plain_title for name in taken)
    return plain_title if not number else f"{plain_title} {number + 1}"


def _frame(names: list[str]) -> Iterator[zipping.Member]:
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1)
    )
    yield (
        "xl/workbook.xml",
        [
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{listed}</sheets></workbook>'.encode()
        ],
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        [f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'.encode()],
    )
    yield (
        "_rels/.rels",
        [
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode()
        ],
    )
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in range(1, len(names) + 1)
    )
    yield (
        "[Content_Types].xml",
        [
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{parts}</Types>'.encode()
        ],
    )
