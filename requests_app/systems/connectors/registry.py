"""Which connector a name in the inventory means: add a file, add a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from requests_app.register.inventory import System

from .base import Connector, SystemRefused
from .http import http
from .manual import manual
from .memory import memory
from .opendsr import opendsr
from .sql import sql

CONNECTORS: Mapping[str, Callable[[System, str], Connector]] = {
    "sql": sql,
    "http": http,
    "memory": memory,
    "manual": manual,
    "opendsr": opendsr,
}


def operations_of(system: System) -> frozenset[str]:
    """What the system's connector can do; the rest is asked of a person. Nothing is sent."""
    return connect(system, {}).operations


def connect(system: System, environ: Mapping[str, str], *, work: str = "") -> Connector:
    """A connector for the system, its address from the variable the inventory names; sends nothing yet.

    ``work`` names what is carried out, so that a system which remembers what it was asked tells a
    retry from the same asked anew. Without it whatever this connector writes is new.
    """
    if system.connector not in CONNECTORS:
        raise SystemRefused(system.key, "unknown connector")
    address = environ.get(system.secret, "")
    if system.connector == "http":
        return http(system, address, work)
    return CONNECTORS[system.connector](system, address)


@contextmanager
def connect_all(
    systems: Iterable[System], environ: Mapping[str, str], *, work: str = ""
) -> Iterator[Mapping[str, Connector]]:
    """A connector per system key, closed at the end; a wrong address shows when it is used, not here."""
    with ExitStack() as stack:
        yield {system.key: stack.enter_context(connect(system, environ, work=work)) for system in systems}
