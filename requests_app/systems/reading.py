"""Read a person's rows: all at once while walking, or one collection by its keys; always streaming."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from requests_app.register.inventory import Collection

from .connectors.base import Connector, Key, Row


def read(connector: Connector, collection: Collection, keys: Iterable[Key]) -> Iterator[Row]:
    """Rows as dictionaries of the declared columns, in chunks. For all at once drain ``Walk.rows()``."""
    return connector.read(collection, keys, tuple(collection.fields))
