"""Clients that send prepared requests over HTTP, and what that took."""

from __future__ import annotations

import http.client
import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

CLIENTS = 8


@dataclass(frozen=True)
class Sending:
    """One prepared request and the answer that shows it was done."""

    path: str
    expects: int
    method: str = "POST"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def per_second(port: int, sendings: Iterable[Sending], clients: int = CLIENTS) -> float:
    """Requests a second from several clients at once, each on one connection."""
    waiting = deque(sendings)
    number = len(waiting)
    troubles: list[Exception] = []

    def client() -> None:
        try:
            with_connection(port, waiting)
        except Exception as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    if troubles:
        raise troubles[0]
    return number / took


def with_connection(port: int, waiting: deque[Sending]) -> list[float]:
    """Send until nothing waits; gives the seconds of each."""
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    seconds = []
    try:
        while waiting:
            try:
                sending = waiting.popleft()
            except IndexError:
                break
            started = time.perf_counter()
            connection.request(sending.method, sending.path, sending.body, sending.headers)
            answer = connection.getresponse()
            answer.read()
            seconds.append(time.perf_counter() - started)
            if answer.status != sending.expects:
                raise RuntimeError(f"{sending.path} answered {answer.status}, not {sending.expects}")
    finally:
        connection.close()
    return seconds
