"""Whether a system can be reached the way its inventory says, and who is asked where none can."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from .inventory import System

Found = Iterator[tuple[str, str]]

CONNECTORS = frozenset({"sql", "http", "opendsr", "memory", "manual"})
_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


def check_system(system: System) -> Found:
    """What keeps it from being reached, or whoever looks after it from being asked."""
    yield from _connector(system)
    yield from _owner(system)


def _connector(system: System) -> Found:
    if system.connector not in CONNECTORS:
        yield (
            f"{system.key} uses the connector {system.connector}, which does not exist.",
            f"Use {', '.join(sorted(CONNECTORS))}.",
        )
    if system.connector in {"http", "opendsr"}:
        yield from _http(system)
    if (system.connector == "opendsr") != (system.processor is not None):
        yield (
            f"{system.key} is asked by OpenDSR, but not described." if system.processor is None
            else f"{system.key} describes OpenDSR, but uses the connector {system.connector}.",
            "Use the connector `opendsr` and say under `opendsr` which identities it is sent.",
        )  # fmt: skip
    if system.connector in {"sql", "http", "opendsr"} and not _VARIABLE.fullmatch(system.secret):
        yield (
            f"{system.key} has no environment variable for its address.",
            "Put the variable's name in `secret`; never the address itself.",
        )


def _http(system: System) -> Found:
    if system.http is None:
        yield f"{system.key} is reached over HTTP, but not described.", "Describe its calls under `http`."
        return
    host = (urlsplit(system.http.base).hostname or "").lower()
    if host not in {name.lower() for name in system.http.hosts}:
        yield f"{system.key} is called at {host}, which is not among its hosts.", "Correct `base` or `hosts`."
    if urlsplit(system.http.base).scheme != "https" and not system.http.networks:
        yield (
            f"{system.key} is called without TLS.",
            "Use https; plain http is for named private networks only.",
        )
    for name, calls in system.http.collections.items():
        collection = system.collections.get(name)
        if collection is None:
            yield f"{system.key} describes calls of the unknown collection {name}.", "Correct the name."
        elif {"delete", "update"} & calls.keys() and "read" not in calls:
            yield f"{name} is written and never read back.", "Describe its call `read`."


def _owner(system: System) -> Found:
    told = system.processor is None or system.processor.exemptions or system.owner
    for holding in (holding for c in system.collections.values() for holding in c.holdings):
        if not told and (holding.erase == "keep" or holding.retention is not None):
            yield (
                f"{holding.key} is to be kept, which {system.key} cannot be told over the wire.",
                "Set `opendsr.exemptions` if it reads our extension, or name an `owner` who is asked by mail instead.",
            )
    if system.redact_files and not system.is_asked:
        yield (
            f"{system.key} sets redact_files, but nobody sends files for it.",
            "Take it away: only systems that are asked answer with files.",
        )
    if system.connector == "manual" and not _ADDRESS.fullmatch(system.owner):
        yield (
            f"{system.key} is done by hand, but nobody is named to do it.",
            "Give the address of whoever looks after it as `owner`.",
        )
