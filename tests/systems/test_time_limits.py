"""A system that is slow without end, or silent, is given up in time; one that fails on and on is left alone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import event

from requests_app.register.inventory import System
from requests_app.systems import Identifier, SystemUnreachable, find
from requests_app.systems.connectors import breaker, http_call, sql_engine
from requests_app.systems.connectors.http_call import Caller
from requests_app.systems.connectors.sql import SqlConnector

from .build import collection, column, words

NETWORKS = ("127.0.0.0/8", "::1/128")
PEOPLE = collection("people", [column("id", key=True, identity="customer_id")])
SILENT = System("silent", words("Silent"), "sql", "X", {"people": PEOPLE})


def drip(client: socket.socket) -> None:
    """Answers, one byte at a time, and never to the end."""
    client.recv(4096)
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        client.sendall(b" ")
        time.sleep(0.02)


def drip_headers(client: socket.socket) -> None:
    """Never comes to the end of its headers."""
    client.recv(4096)
    client.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        client.sendall(b"x")
        time.sleep(0.02)


def say_nothing(client: socket.socket) -> None:
    while client.recv(4096):
        pass


def hang_up(client: socket.socket) -> None:
    """Takes the call and ends it."""


@contextmanager
def listening(behave: Callable[[socket.socket], None]) -> Iterator[tuple[int, list[int]]]:
    """A port on which that is done with every caller, and the callers so far."""
    server = socket.create_server(("127.0.0.1", 0))
    callers: list[int] = []

    def serve(client: socket.socket) -> None:
        with client, suppress(OSError):
            behave(client)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, address = server.accept()
                callers.append(address[1])
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    breaker.forget()
    try:
        yield server.getsockname()[1], callers
    finally:
        breaker.forget()
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()


@pytest.mark.parametrize("behave", [drip, drip_headers, say_nothing])
def test_a_call_ends_when_its_time_is_over_however_the_other_end_goes_on(monkeypatch, behave) -> None:
    monkeypatch.setattr(http_call, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(http_call, "WHOLE_SECONDS", 3.0)
    with listening(behave) as (port, callers):
        caller = Caller("slow", f"http://localhost:{port}", "key", hosts=("localhost",), networks=NETWORKS)
        begun = time.monotonic()
        with pytest.raises(SystemUnreachable) as given_up:
            caller.call("GET", "/people")
        assert 0.3 <= time.monotonic() - begun < 12.0
        assert given_up.value.reason == "TimeoutError" and 2 <= len(callers) <= http_call.TRIES


def test_a_database_that_takes_the_call_and_says_nothing_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(sql_engine, "CONNECT_SECONDS", 2)
    with listening(say_nothing) as (port, _callers):
        begun = time.monotonic()
        with SqlConnector(SILENT, f"postgresql://x@127.0.0.1:{port}/x?sslmode=disable") as connector:
            found = find([SILENT], {"silent": connector}, [Identifier("customer_id", "1")])
        assert found.systems["silent"].state == "unreachable"
        assert time.monotonic() - begun < 15.0


def test_a_database_that_fails_on_and_on_is_left_alone_for_a_while(monkeypatch) -> None:
    with listening(hang_up) as (port, callers):
        for address, more in (("one", True), ("other", True), ("one", False)):
            before = len(callers)
            for _ in range(breaker.FAILURES_TO_OPEN + 3):
                with (
                    SqlConnector(
                        SILENT, f"postgresql://x@127.0.0.1:{port}/{address}?sslmode=disable"
                    ) as connector,
                    pytest.raises(SystemUnreachable),
                ):
                    connector.columns(PEOPLE)
            assert len(callers) - before == (breaker.FAILURES_TO_OPEN if more else 0)
        monkeypatch.setattr(breaker, "SECONDS_OPEN", 0.0)
        again = SqlConnector(SILENT, f"postgresql://x@127.0.0.1:{port}/one?sslmode=disable")
        with again as connector, pytest.raises(SystemUnreachable):
            connector.columns(PEOPLE)
        assert len(callers) - before == 1


def test_a_line_that_is_cut_is_noticed_without_the_server(postgres_url) -> None:
    """The limits that the server keeps are of no use once it is gone: the socket has its own."""
    given = {}
    engine = sql_engine._create(SILENT, postgres_url)
    event.listen(engine, "do_connect", lambda _dialect, _record, _args, more: given.update(more))
    with engine.connect() as connection:
        known = connection.connection.driver_connection.info.get_parameters()
    engine.dispose()
    longest = sql_engine.STATEMENT_SECONDS + sql_engine.CONNECT_SECONDS
    assert int(known["tcp_user_timeout"]) == longest * 1000 and known["keepalives"] == "1"
    assert int(known["keepalives_idle"]) + 2 * int(known["keepalives_interval"]) <= longest + 5
    assert given["connect_timeout"] == sql_engine.CONNECT_SECONDS
