"""Conditions of the SQL connector: one compiled text for any number of values, exact wherever the server is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.types import BigInteger, Integer, NullType

from .base import Key, Match
from .sql_mariadb import exactly
from .sql_schema import Table
from .sql_values import as_kind, lower_forms

KEYS, LIMIT, MATCH = "portal_keys", "portal_limit", "portal_match_"
"""Names of parameters; an update would confuse a plain ``keys`` with a column of that name."""


def search(table: Table, columns: Sequence[str], matches: Sequence[Match]) -> Select[Any]:
    """Rows that satisfy any of the matches, each match's values in a parameter of its own, :data:`MATCH` and its number."""
    conditions = (_condition(table, match, number) for number, match in enumerate(matches))
    limit: BindParameter[int] = bindparam(LIMIT)
    return select(*(table.c[name] for name in columns)).where(or_(*conditions)).limit(limit)


def _condition(table: Table, match: Match, number: int) -> ColumnElement[bool]:
    """``match`` as a condition on one parameter, so that one compiled text serves any number of values."""
    parameter = f"{MATCH}{number}"
    if not match.ignore_case:
        return _same(table, match.fields, parameter)
    (name,) = match.fields
    lowered = func.lower(table.c[name], type_=table.c[name].type)
    if name not in table.tells.ignores_case:
        return _among(table, lowered, parameter)
    exact = exactly(lowered).in_(_list(parameter))
    # Where the collation ignores case, the column itself can be looked up by its index first.
    return and_(table.c[name].in_(_list(parameter)), exact) if table.tells.ignores_case[name] else exact


def _same(table: Table, names: Sequence[str], parameter: str) -> ColumnElement[bool]:
    """These columns together are one of the parameter's values: by the index, then letter by letter."""
    columns = [table.c[name] for name in names]
    if len(columns) > 1:
        found: ColumnElement[bool] = tuple_(*columns).in_(_list(parameter))
    else:
        found = _among(table, columns[0], parameter)
    if not any(name in table.tells.ignores_case for name in names):
        return found
    exact = [exactly(c) if c.name in table.tells.ignores_case else c for c in columns]
    return and_(found, (tuple_(*exact) if len(exact) > 1 else exact[0]).in_(_list(parameter)))


def _among(table: Table, subject: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """PostgreSQL takes the values as one array, and so keeps the plan whatever their number."""
    if table.arrays and not isinstance(subject.type, NullType):
        # A number too large for the column matches nothing; cast to the column it would be an error.
        kind = BigInteger() if isinstance(subject.type, Integer) else subject.type
        values: BindParameter[Any] = bindparam(parameter, type_=ARRAY(kind))
        return subject == any_(values)
    return subject.in_(_list(parameter))


def _list(parameter: str) -> BindParameter[Any]:
    return bindparam(parameter, expanding=True)


def differs(table: Table, name: str, value: Any) -> ColumnElement[bool]:
    """The column holds something else than ``value``; nothing is a value like any other here."""
    column: ColumnElement[Any] = table.c[name]
    if value is None:
        return column.is_not(None)
    kind = column.type
    return (exactly(column) if name in table.tells.ignores_case else column).is_distinct_from(
        literal(value, kind)
    )


def values_of(match: Match) -> list[Any]:
    """What a match's parameter is given."""
    if len(match.fields) > 1:
        return list(match.values)
    if match.ignore_case:
        return sorted({form for (value,) in match.values for form in lower_forms(value)})
    return [value for (value,) in match.values]


def keyed(table: Table) -> ColumnElement[bool]:
    """Rows whose primary key is in the parameter :data:`KEYS`."""
    return _same(table, table.key, KEYS)


def key_values(table: Table, keys: Sequence[Key]) -> list[Any]:
    """What that parameter is given."""
    return list(keys) if len(table.key) > 1 else [key[0] for key in keys]


def cast(match: Match, table: Table) -> Match:
    """Values in the columns' own types; a value that cannot be one of them matches nothing."""
    kinds = [table.kinds[name] for name in match.fields]
    values = []
    for value in match.values:
        try:
            values.append(tuple(as_kind(part, kind) for part, kind in zip(value, kinds, strict=True)))
        except (ValueError, TypeError):
            continue
    return Match(match.fields, tuple(values), match.ignore_case)
