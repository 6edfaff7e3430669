"""Documents in columns: JSON with described parts, of which each is given, left out or erased by its own rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_
from typing import Any

from requests_app.register.inventory import Collection, Field

from . import json_text
from .connectors.base import Key, Row, SystemRefused
from .entries import Way, below, named_in, only, ways_in
from .masks import MAIL_DOMAIN, TEXT

_GONE = object()
_NEUTRAL = {"date": "1900-01-01", "datetime": "1900-01-01T00:00:00"}


class NoDocument(ValueError):
    """A column that is described as a document holds text that is no JSON."""


def document(value: Any, field: Field) -> Any:
    """What the column holds; where the system keeps it as text, read as JSON, of which a blank text is none.

    Raises :class:`NoDocument`.
    """
    if not (isinstance(value, str) and field.is_document):
        return value
    try:
        return json_text.read(value)
    except json_text.NoJson:
        pass
    raise NoDocument(field.name)


def unreadable(system: str, collection: Collection, column: str) -> SystemRefused:
    """What staff are told where text that should be JSON is none: the place, and nothing of the text."""
    reason = f"the column {column} holds no JSON"
    return SystemRefused(system, reason, collection.name, code="no_json", column=column)


def values_to_match(system: str, collection: Collection, row: Row, path: str) -> tuple[Any, ...]:
    """Every value at that path in a row that is searched; one that cannot be read is refused, never passed over."""
    name, *below = path.split(".")
    try:
        return tuple(_reach(document(row.get(name), collection.fields[name]), below))
    except NoDocument:
        pass
    raise unreadable(system, collection, name)


def refuse_unreadable(system: str, collection: Collection, row: Row, path: str) -> None:
    """Stop before a part is looked for in what is no JSON; a whole column is what it is."""
    if "." in path:
        values_to_match(system, collection, row, path)


def values_at(collection: Collection, row: Row, path: str) -> tuple[Any, ...]:
    """Every value at that path in a row, whatever lists lie between; none where the column is no JSON."""
    name, *below = path.split(".")
    try:
        return tuple(_reach(document(row.get(name), collection.fields[name]), below))
    except NoDocument:
        return ()


def _reach(content: Any, names: Sequence[str]) -> Iterator[Any]:
    if isinstance(content, list):
        for part in content:
            yield from _reach(part, names)
    elif not names:
        if content is not None:
            yield content
    elif isinstance(content, dict):
        yield from _reach(content.get(names[0]), names[1:])


def keys_at(collection: Collection, row: Row, fields: Sequence[str]) -> tuple[Key, ...]:
    """What a row holds by which another is found: its columns together, or each value at the one path inside.

    What stands inside is text here, as JSON has fewer types than columns have; a column reads it as its own.
    """
    if not collection.is_inside(fields[0]):
        value = tuple(row[name] for name in fields)
        return () if None in value else (value,)
    held = (value for value in values_at(collection, row, fields[0]) if not isinstance(value, dict | bool))
    return tuple((str(value),) for value in held)


def only_theirs(collection: Collection, row: Row, named: Mapping[str, Container[str]]) -> Row:
    """The row without those entries of its lists that name others alone; ``named``: by path, the person's own values.

    An entry that names nobody stays, and so does what stands beside the person outside of any list.
    """
    given = dict(row)
    for name in {path.partition(".")[0] for path in named}:
        field = collection.fields[name]
        ways = [way for way in ways_in(field, named) if way.tells_others]
        before = document(given[name], field)
        after = only(before, ways)
        if after != before:
            given[name] = json_text.rewritten(given[name], after) if isinstance(given[name], str) else after
    return given


def put(collection: Collection, row: Row, path: str, value: Any) -> Any:
    """The column's new value with that one part of its document set, where no list lies between.

    Raises :class:`NoDocument` where nothing holds that part.
    """
    name, *below = path.split(".")
    before = document(row.get(name), collection.fields[name])
    after = _put(before, below, value)
    return json_text.rewritten(row[name], after) if isinstance(row.get(name), str) else after


def _put(content: Any, names: Sequence[str], value: Any) -> Any:
    if not names:
        return value
    if not isinstance(content, dict):
        raise NoDocument(names[0])
    return {**content, names[0]: _put(content.get(names[0]), names[1:], value)}


def picked(collection: Collection, row: Row, path: str) -> Any:
    """The value at that path as one cell shows it: a list stays a list, what is not there is ``None``."""
    name, *below = path.split(".")
    value = row.get(name)
    if not below:
        return value
    try:
        return _picked(document(value, collection.fields[name]), below)
    except NoDocument:
        return None


def _picked(content: Any, names: Sequence[str]) -> Any:
    if isinstance(content, list):
        return [_picked(part, names) for part in content]
    if not names:
        return content
    return _picked(content.get(names[0]), names[1:]) if isinstance(content, dict) else None


def described(
    value: Any, field: Field, path: str, *, never: Callable[[str], None], unknown: Callable[[str], None]
) -> Any:
    """The document with its described parts alone, without what is never disclosed.

    ``never`` and ``unknown`` are told the path of everything left out, as never
    disclosed or as described nowhere. Text that is no JSON stands as it is, unless something
    in it would have to be left out or read first.
    """
    try:
        return _described(document(value, field), field, path, never, unknown)
    except NoDocument:
        # Readers find a text at the path of its own part; what stands in the place of the parts is at none.
        parts = (part for _, part in field.parts(path))
        if not any(part.never_disclose or (part.redact and part is not field) for part in parts):
            return value
    unknown(path)
    return None


def _described(
    content: Any, field: Field, path: str, never: Callable[[str], None], unknown: Callable[[str], None]
) -> Any:
    if isinstance(content, list):
        return [_described(part, field, path, never, unknown) for part in content]
    if not field.inner or content is None:
        return content
    if not isinstance(content, dict):
        unknown(path)
        return None
    known = {inner.name: inner for inner in field.inner}
    shown = {}
    for name, value in content.items():
        inner = known.get(name)
        if inner is None:
            # A key may itself be somebody's address, so it is not named.
            unknown(path)
        elif inner.never_disclose:
            if value not in (None, "", [], {}):
                never(f"{path}.{name}")
        else:
            shown[name] = _described(value, inner, f"{path}.{name}", never, unknown)
    return shown


def retold(content: Any, field: Field, path: str, change: Callable[[str, Field, str], str]) -> Any:
    """A given value with each of its texts changed; ``change`` takes its path, its field and the text."""
    if isinstance(content, list):
        return [retold(part, field, path, change) for part in content]
    if isinstance(content, str):
        return change(path, field, content)
    if isinstance(content, dict) and field.inner:
        known = {inner.name: inner for inner in field.inner}
        return {
            name: retold(part, known[name], f"{path}.{name}", change) if name in known else part
            for name, part in content.items()
        }
    if isinstance(content, dict) and field.redact:
        return change(path, field, json.dumps(content, ensure_ascii=False))
    return content


def is_ruled_inside(field: Field) -> bool:
    """Whether some part of the document has an erasing rule of its own."""
    return any(part.erase is not None for inner in field.inner for _, part in inner.parts(""))


@dataclass(frozen=True)
class Reshape:
    """What erasing makes of a document: part by part, the same however often it is done.

    A part follows its own rule, else that of what holds it. ``delete`` takes an
    object's key away and empties a list, ``null`` and ``mask`` leave the key.
    What nobody described goes, unless what holds it is kept; where an object is
    described and some of it erased, anything else in its place goes in any case.
    Of a document that names others as well only so much is treated as names the
    person: the value, or all of an entry of a list that names nobody else.
    """

    field: Field
    rule: str
    as_text: bool = False
    """The system keeps it as text."""
    nullable: bool = True
    serves: bool = False
    """The column serves a holding that stays too: nothing is taken away, only masked."""
    only: Mapping[str, Sequence[str]] = field_(default_factory=dict, repr=False)
    """By path from the column, the values there that name the person; empty where all of it is theirs."""

    def written(self) -> dict[str, Any]:
        """All but the field, as plain values: with the field as then described it can be made again."""
        return {name: value for name, value in vars(self).items() if name != "field"}

    def of(self, value: Any) -> Any:
        """The column's new value; raises :class:`NoDocument` where it holds no JSON."""
        if value is None:
            return None
        before = document(value, self.field)
        if before is None:
            return value
        if self.only:
            after = self._parted(before, self.field, ways_in(self.field, self.only), self.rule)
        else:
            after = self._treated(before, self.field, self.rule)
        if after is _GONE or after is None:
            after = None if self.nullable else [] if self.field.is_list else {}
        if after == before:
            return value
        if not self.as_text or after is None:
            return after
        return (
            json_text.rewritten(value, after)
            if isinstance(value, str)
            else json.dumps(after, ensure_ascii=False)
        )

    def changes(self, value: Any) -> bool:
        """Whether the column is not yet as it shall be."""
        return bool(self.of(value) != value)

    def _treated(self, content: Any, field: Field, inherited: str) -> Any:
        rule = field.erase or inherited
        if self.serves and rule in ("delete", "null"):
            rule = "mask"
        if rule == "keep" and not is_ruled_inside(field):
            return content
        if not field.inner or (rule in ("delete", "null") and not is_ruled_inside(field)):
            return self._whole(content, field, rule)
        return self._object(content, field, rule)

    def _parted(self, content: Any, field: Field, ways: list[Way], inherited: str) -> Any:
        """The document with what names the person treated, and all else in it as it was."""
        if isinstance(content, list):
            kept = []
            for part in content:
                after = self._parted(part, field, ways, inherited)
                if named_in(part, ways) == (True, False):
                    after = self._treated(part, field, inherited)
                if after is part or not (after is _GONE or after is None):
                    kept.append(after)
            return kept
        rule = field.erase or inherited
        if not isinstance(content, dict):
            return self._treated(content, field, rule) if named_in(content, ways)[0] else content
        known = {inner.name: inner for inner in field.inner}
        after = {}
        for name, value in content.items():
            nearer = below(ways, name)
            treated = self._parted(value, known[name], nearer, rule) if nearer else value
            if treated is not _GONE:
                after[name] = treated
        return after

    def _object(self, content: Any, field: Field, rule: str) -> Any:
        if isinstance(content, list):
            return [self._object(part, field, rule) for part in content]
        if not isinstance(content, dict):
            if rule == "keep":
                # It may hold what a part would erase, and nobody can tell which piece of it.
                rule = "mask" if self.serves else "null"
            return self._whole(content, field, rule) if rule != "delete" else None
        known = {inner.name: inner for inner in field.inner}
        after = {}
        for name, value in content.items():
            if name in known:
                treated = self._treated(value, known[name], rule)
                if treated is not _GONE:
                    after[name] = treated
            elif rule == "keep":
                after[name] = value
        return after

    def _whole(self, content: Any, field: Field, rule: str) -> Any:
        if rule == "keep":
            return content
        if rule == "delete":
            return [] if isinstance(content, list) else _GONE
        return _masked(content, field) if rule == "mask" else None


def _masked(content: Any, field: Field) -> Any:
    if isinstance(content, list):
        return [_masked(part, field) for part in content]
    if isinstance(content, bool):
        return False
    if isinstance(content, int | float):
        return 0
    if isinstance(content, str):
        kind = field.data_type.removesuffix("[]")
        mail = "email" in (field.identity, field.holds)
        return f"erased@{MAIL_DOMAIN}" if mail else _NEUTRAL.get(kind, TEXT)
    return {} if isinstance(content, dict) else None
