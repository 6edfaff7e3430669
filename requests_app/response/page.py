"""The page of a package that a person reads: where we looked, and what we hold, each field explained."""

from __future__ import annotations

import base64
import hashlib
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from requests_app import law, subject
from requests_app.law import Words
from requests_app.letters.text import day_in, from_right, passage
from requests_app.register.inventory import Collection, Field
from requests_app.response import words
from requests_app.response.done import never_reason
from requests_app.response.ledger import Ledger, Line
from requests_app.response.rows import Row, Source
from requests_app.response.sheets import plain
from requests_app.systems import picked

STYLE = (Path(__file__).resolve().parent / "package.css").read_text(encoding="utf-8")
SHOWN = 25
"""Rows of one collection on the page; all of them are in the files."""
MOST_COLUMNS_ON_PAPER = 5

_WORDS = {
    "title": Words("Your information at {controller}", "{controller}掌握的您的个人信息"),
    "made": Words("made {day}", "制作于{day}"),
    "looked": Words("Where we looked", "我们查找了哪里"),
    "what": Words("What", "内容"),
    "found": Words("Found", "找到"),
    "in_copy": Words("In this copy", "是否在副本中"),
    "field": Words("What it is", "项目"),
    "value": Words("What we hold", "我们掌握的内容"),
    "nothing": Words("Where we found nothing", "没有找到信息的地方"),
    "to_come": Words("Still to come", "尚未完成的部分"),
    "inside": Words("In this package", "文件清单"),
    "how": Words("How to read it", "如何阅读"),
    "how_text": Words(
        "Each box is one kind of thing we hold, under the name we use for it. "
        "The CSV files open in any spreadsheet; data.json is for programs.",
        "每个方框是一类信息及其名称。CSV文件可用电子表格软件打开，data.json供程序读取。",
    ),
    "wrong": Words("Incomplete or wrong?", "不完整或有误？"),
    "wrong_text": Words(
        "Answer our letter, or write on your request page: a person will look.",
        "请回复我们的信函，或在进度页面上留言，由专人查看。",
    ),
}
_EMPTY = Words("empty", "无内容")
_YES, _NO = Words("yes", "是"), Words("no", "否")
_WITHHELD = Words("no – the reason is in the letter", "否，理由见信函")
_LATER = Words("still to come", "尚未完成")
_NOT_SEARCHED = Words("has not answered yet", "尚未答复")
_ABOUT = Words("{title} – came from: {source} Used for: {purpose} Received by: {recipients}",
               "{title}——来源：{source}用途：{purpose}接收方：{recipients}")  # fmt: skip
_HIDDEN = Words("Not shown: {titles}. {reason}", "未显示：{titles}。{reason}")
_ALL_SHOWN = Words("The same as a file:", "数据文件：")
_SOME_SHOWN = Words("{shown} of {n} are shown here; all are in", "此处显示{n}条中的{shown}条，全部见")
_NOTHING_LINE = Words("{system}: {titles}", "{system}：{titles}")


def render(ledger: Ledger, sources: dict[str, Source], files: list[str], made_on: date) -> bytes:
    """The page as HTML: no script, no request to anywhere, every value escaped."""
    language, controller = ledger.language, ledger.controller
    name = controller.text(controller.name, language)
    brand = controller.brand
    style = (
        STYLE.replace("BRAND", brand.brand)
        .replace("MARK", brand.brand_mark)
        .replace("DARK", brand.brand_dark)
    )
    style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    said = {
        key: "".join(passage(form.in_(language), controller=name, day=day_in(made_on, language)))
        for key, form in _WORDS.items()
    }
    comma = law.LISTING.in_(language)
    nothing = []
    for system in ledger.systems:
        empty = [
            line.title for line in ledger.lines if line.holding.system == system.system.key and not line.found
        ]
        if system.searched and (empty or not system.found):
            nothing.append(
                _fill(_NOTHING_LINE, language, system=system.title, titles=comma.join(empty)).rstrip(": ：")
            )
    context = {
        "language": language,
        "from_right": from_right(language),
        "controller_name": name,
        "reference": ledger.case.spaced_reference,
        "name": subject.read(ledger.case).name,
        "words": said,
        # The sheet is our own file with colours that the register has checked.
        "style": mark_safe(style),  # noqa: S308
        "style_hash": mark_safe(f"sha256-{style_hash}"),  # noqa: S308
        "systems": [
            _system(ledger, system.system.key, sources.get(system.system.key)) for system in ledger.systems
        ],
        "nothing": nothing,
        "to_come": [system.title for system in ledger.outstanding],
        "files": [PurePosixPath(file) for file in files],
    }
    return render_to_string("letters/package.html", context).encode("utf-8", "replace")


def _system(ledger: Ledger, key: str, source: Source | None) -> dict[str, object]:
    language = ledger.language
    searched = next(system for system in ledger.systems if system.system.key == key)
    lines = [line for line in ledger.lines if line.holding.system == key and line.found]
    found = cards(ledger, key, source, lines, at_most=SHOWN) if source else []
    anchors = {card["name"]: card["anchor"] for card in found}
    return {
        "title": searched.title,
        "note": "" if searched.searched else _NOT_SEARCHED.in_(language),
        "lines": [
            {
                "title": line.title,
                "found": line.found,
                "given": _state(line).in_(language),
                "anchor": anchors.get(line.holding.collection, "") if line.granted else "",
            }
            for line in lines
        ],
        "cards": found,
    }


def _state(line: Line) -> Words:
    if line.outstanding:
        return _LATER
    return _YES if line.granted else _WITHHELD


def cards(
    ledger: Ledger, key: str, source: Source, lines: list[Line], *, at_most: int
) -> list[dict[str, Any]]:
    """Each collection of a system with what is given of it: ``title``, ``about``, ``n``, and ``at_most`` of its ``rows``."""
    shown: dict[str, list[Row]] = {}
    collections: dict[str, Collection] = {}
    for collection, row in source.rows():
        collections[collection.name] = collection
        kept = shown.setdefault(collection.name, [])
        if len(kept) < at_most:
            kept.append(row)
    return [
        _card(
            ledger, key, source, collections[name], rows, [x for x in lines if x.holding.collection == name]
        )
        for name, rows in shown.items()
    ]


def _card(
    ledger: Ledger, key: str, source: Source, collection: Collection, rows: list[Row], lines: list[Line]
) -> dict[str, Any]:
    language, text, n = ledger.language, ledger.controller.text, source.given[collection.name]
    columns = source.columns(collection)
    titles = [_title(ledger, collection, path) for path in columns]
    values = [
        [_shown(picked(collection, row, path), collection.part(path), language) for path in columns]
        for row in rows
    ]
    hidden = [
        _title(ledger, collection, path)
        for path, _part in collection.parts()
        if source.hidden[collection.name, path]
    ]
    reason = never_reason(ledger.regime, language)
    return {
        "name": collection.name,
        "anchor": f"{key}-{collection.name}",
        "title": f"{text(collection.title, language)} – {words.times(words.RECORDS, n, language)}",
        "about": [_about(ledger, line) for line in lines if line.granted],
        "n": n,
        "titles": titles,
        "rows": values,
        # On paper and on a phone each record stands for itself, its values below each other.
        "records": [list(zip(titles, one, strict=True)) for one in values],
        "stacked_on_paper": len(titles) > MOST_COLUMNS_ON_PAPER,
        "single": list(zip(titles, values[0], strict=True)) if n == 1 else [],
        "hidden": _fill(_HIDDEN, language, titles=law.LISTING.in_(language).join(hidden), reason=reason)
        if hidden
        else "",
        "where": _fill(
            _SOME_SHOWN if n > len(rows) else _ALL_SHOWN, language, shown=str(len(rows)), n=str(n)
        ),
        "file": f"data/{key}/{collection.name}.csv",
    }


def _title(ledger: Ledger, collection: Collection, path: str) -> str:
    """What a column is called; a part of a document after what holds it."""
    names = path.split(".")
    ways = [".".join(names[:count]) for count in range(1, len(names) + 1)]
    return " – ".join(ledger.controller.text(collection.part(way).title, ledger.language) for way in ways)


def _about(ledger: Ledger, line: Line) -> str:
    text, language, holding = ledger.controller.text, ledger.language, line.holding
    return _fill(
        _ABOUT,
        language,
        title=line.title,
        source=text(holding.source, language),
        purpose=text(holding.purpose, language),
        recipients=text(holding.recipients, language),
    )


def _shown(value: object, column: Field, language: str) -> str:
    if value in (None, "", [], {}):
        return _EMPTY.in_(language)
    if isinstance(value, list):
        return law.SEMICOLON.in_(language).join(_shown(part, column, language) for part in value)
    kind = column.data_type.removesuffix("[]")
    if kind == "date" and isinstance(value, str):
        try:
            return day_in(date.fromisoformat(value[:10]), language)
        except ValueError:
            return value
    if kind == "datetime" and isinstance(value, str):
        return _moment(value, language)
    if isinstance(value, bool):
        return (_YES if value else _NO).in_(language)
    return plain(value)


def _moment(value: str, language: str) -> str:
    """The day in words, the time as the system has it, and what clock it is read from."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    clock = "" if at.tzinfo is None else f" {at:%Z}"
    return f"{day_in(at.date(), language)}{' ' if law.is_chinese(language) else ', '}{at:%H:%M:%S}{clock}"


def _fill(form: Words, language: str, **values: str) -> str:
    return "".join(passage(form.in_(language), **values))
