"""Two sample customer databases, one per controller: real tables, made-up people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    MetaData,
    Table,
    create_engine,
    inspect,
    select,
)

from . import mimap, mipmap

VERSION = 2
"""Raised when the tables or the people change; a database of another version is built anew."""

SAMPLES: dict[str, tuple[MetaData, Callable[[Connection, date], None]]] = {
    "mimap": (mimap.METADATA, mimap.fill),
    "mipmap": (mipmap.METADATA, mipmap.fill),
}

MARK = Table(
    "portal_sample",
    MetaData(),
    Column("version", Integer, primary_key=True),
    Column("built_on", Date, nullable=False),
)
"""Tells a finished sample from an empty or half-built database."""


class ForeignDatabase(RuntimeError):
    """The database holds tables of these names that no sample made; they are somebody's."""


def build(slug: str, url: str, today: date) -> bool:
    """Fill the database at ``url`` with the sample of that controller, as if the day were ``today``.

    Does nothing, and says so by ``False``, when the sample is there already:
    what somebody erased from it stays erased.
    """
    metadata, fill = SAMPLES[slug]
    engine = create_engine(url)
    try:
        present = set(inspect(engine).get_table_names())
        marked = MARK.name in present
        if marked and _built_version(engine) == VERSION:
            return False
        if not marked and present & set(metadata.tables):
            raise ForeignDatabase("Tables stand here already that no sample made; nothing was changed.")
        with engine.begin() as connection:
            for tables in (metadata, MARK.metadata):
                tables.drop_all(connection)
                tables.create_all(connection)
            fill(connection, today)
            connection.execute(MARK.insert().values(version=VERSION, built_on=today))
        return True
    finally:
        engine.dispose()


def _built_version(engine: Engine) -> int | None:
    with engine.connect() as connection:
        return connection.scalar(select(MARK.c.version))
