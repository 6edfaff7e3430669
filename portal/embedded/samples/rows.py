"""Rows gathered in memory and written in one go per table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Integer, MetaData


class Rows:
    """The rows of every table of one sample, numbered as they come."""

    def __init__(self, metadata: MetaData) -> None:
        self._metadata = metadata
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in metadata.tables}
        self._keys = {
            table.name: column.name
            for table in metadata.tables.values()
            if len(keys := list(table.primary_key)) == 1
            for column in keys
            if isinstance(column.type, Integer) and not column.foreign_keys
        }

    def add(self, table: str, **values: Any) -> int:
        """One row; its number in the table, which is its key unless ``values`` give one."""
        rows = self._rows[table]
        number = len(rows) + 1
        if table in self._keys:
            values.setdefault(self._keys[table], number)
        rows.append(values)
        return number

    def next_number(self, table: str) -> int:
        """The number the next row of that table will have."""
        return len(self._rows[table]) + 1

    def write(self, connection: Connection) -> None:
        """All of them, referenced tables first."""
        for table in self._metadata.sorted_tables:
            if self._rows[table.name]:
                connection.execute(table.insert(), self._rows[table.name])
