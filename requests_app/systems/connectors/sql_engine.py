"""Engines: one small pool per process and address, with time limits; and what a driver's error means."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from functools import partial
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from requests_app.register.inventory import System

from . import sql_mariadb
from .base import SystemFailure, SystemRefused, SystemUnreachable
from .sql_schema import Schema

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 20
LOCK_SECONDS = 5
REST_SECONDS = 10

_RETRYABLE_STATES = ("08", "40", "53", "57", "55P03")
"""Connection lost, transaction rolled back, out of resources, operator or time limit, lock not available."""
_RETRYABLE_SQLITE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
)

_schemas: dict[tuple[int, str, str], tuple[System, Schema]] = {}
_engines: dict[tuple[int, str], Engine] = {}
_lock = threading.Lock()


def shared_schema(system: System, address: str) -> Schema:
    """This process's engine for the address, and what is known of the system's tables there."""
    process = os.getpid()  # a forked worker must not share its parent's sockets
    with _lock:
        held = _schemas.get((process, address, system.key))
        if held is not None and held[0] is system:
            return held[1]
        engine = _engines.get((process, address))
        if engine is None:
            engine = _engines[process, address] = _create(system, address)
        schema = Schema(engine, system)
        _schemas[process, address, system.key] = (system, schema)
        return schema


def forget(address: str) -> None:
    """Close the pool for an address and forget its tables, after a rotation or a migration."""
    with _lock:
        for schema in [key for key in _schemas if key[1] == address]:
            del _schemas[schema]
        for key in [key for key in _engines if key[1] == address]:
            _engines.pop(key).dispose(close=key[0] == os.getpid())


def failure_of(error: Exception, system: str, collection: str) -> SystemFailure:
    """Ours for theirs: the class of the error and its code, never its message, which may quote a row."""
    reason = type(error).__name__
    if isinstance(error, PoolTimeout):
        return SystemUnreachable(system, reason, collection)
    if not isinstance(error, DBAPIError):
        return SystemRefused(system, reason, collection)
    original: Any = error.orig
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", None)
        name = getattr(original, "sqlite_errorname", "")
        kind = SystemUnreachable if code is not None and code & 0xFF in _RETRYABLE_SQLITE else SystemRefused
        return kind(system, f"{reason} {name}".strip(), collection)
    code = original.args[0] if original is not None and original.args else None
    if isinstance(code, int):  # MariaDB's driver has numbers where PostgreSQL's has states
        lost = type(original).__name__ == "OperationalError" and code not in sql_mariadb.REFUSED
        return (SystemUnreachable if lost else SystemRefused)(
            system, f"{type(original).__name__} {code}", collection
        )
    state = getattr(original, "sqlstate", None)
    # Of that kind is also the driver's ConnectionTimeout, which no server can have given a state.
    operational = any(each.__name__ == "OperationalError" for each in type(original).__mro__)
    lost = error.connection_invalidated or (state is None and operational)
    again = lost or (state is not None and state.startswith(_RETRYABLE_STATES))
    kind = SystemUnreachable if again else SystemRefused
    return kind(system, f"{type(original).__name__} {state or ''}".strip(), collection)


def _create(system: System, address: str) -> Engine:
    if not address:
        raise SystemRefused(system.key, "no address configured")
    url: URL | None = None
    with contextlib.suppress(SQLAlchemyError, ValueError):
        url = _readable(address)
    if url is None:
        raise SystemRefused(system.key, "address not understood")
    if url.get_backend_name() == "postgresql":
        limits: dict[str, Any] = {
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "data-subject-rights",
            # A server that is gone, or a line that is cut, says nothing: the limits above are kept by the server.
            "keepalives": 1,
            "keepalives_idle": STATEMENT_SECONDS,
            "keepalives_interval": CONNECT_SECONDS,
            "keepalives_count": 2,
            "tcp_user_timeout": (STATEMENT_SECONDS + CONNECT_SECONDS) * 1000,
        }
        if "options" not in url.query:
            limits["options"] = (
                f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s"
                f" -c idle_in_transaction_session_timeout={10 * STATEMENT_SECONDS}s"
            )
        return _pooled(url, limits)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": LOCK_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if url.get_backend_name() == "mariadb":
        return _pooled(
            url, sql_mariadb.limits(CONNECT_SECONDS, STATEMENT_SECONDS, LOCK_SECONDS, 10 * STATEMENT_SECONDS)
        )
    raise SystemRefused(system.key, "only PostgreSQL, MariaDB and SQLite are supported")


def _pooled(url: URL, limits: dict[str, Any]) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=2,
        max_overflow=2,
        pool_timeout=CONNECT_SECONDS,
        pool_recycle=600,
        isolation_level="REPEATABLE READ",
        connect_args=limits,
    )
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", partial(_test_rested, engine))
    return engine


def _readable(address: str) -> URL:
    """``postgres:`` as well as ``postgresql:``, a socket folder as ``postgres:////run/folder/name``, ``mysql:``."""
    url = make_url(address)
    if url.get_backend_name() in ("postgres", "postgresql") or url.drivername == "postgres":
        url = url.set(drivername="postgresql+psycopg")
        if not url.host and url.database and "/" in url.database:
            folder, _, name = url.database.rpartition("/")
            url = url.set(database=name).update_query_dict({"host": "/" + folder.strip("/")})
    if url.drivername in ("mariadb", "mysql", "mysql+pymysql"):
        url = url.set(drivername="mariadb+pymysql")
    return url


def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rested_since"] = time.monotonic()


def _test_rested(engine: Engine, connection: Any, record: Any, _proxy: Any) -> None:
    """Ask whether it lives only after it has been idle: asking each time costs three round trips."""
    since = record.info.get("rested_since")
    if since is None or 0 <= time.monotonic() - since < REST_SECONDS:
        return
    try:
        engine.dialect.do_ping(connection)
    except Exception:
        raise DisconnectionError from None


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own begins would leave reads outside the transaction
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
