"""The record of processing: who answers, what they hold, and what they have published about it.

Read once per process from the directory the setting ``PORTAL_CONTROLLERS`` names.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from .check import check, check_packs
from .controller import Controller, Replies
from .pack import read_packs
from .problem import Problem, UnreadablePack

__all__ = [
    "Controller",
    "Problem",
    "Replies",
    "UnknownController",
    "UnreadablePack",
    "by_host",
    "by_mailbox",
    "check",
    "check_packs",
    "controller",
    "controllers",
    "read_packs",
]


class UnknownController(LookupError):
    """No pack has this slug."""


_read_once = cache(read_packs)


def controllers() -> tuple[Controller, ...]:
    """Every controller this deployment answers for, by slug."""
    return _read_once(Path(settings.PORTAL_CONTROLLERS))


def controller(slug: str) -> Controller:
    """The controller with that slug; ``UnknownController`` if there is none."""
    for candidate in controllers():
        if candidate.slug == slug:
            return candidate
    raise UnknownController(slug)


def by_host(host: str) -> Controller | None:
    """The controller whose pack lists this host name; a port and letter case make no difference."""
    wanted = _host_name(host)
    return next((c for c in controllers() if wanted in map(_host_name, c.hosts)), None)


def by_mailbox(address: str) -> Controller | None:
    """The controller whose policy names this mailbox; letter case makes no difference."""
    wanted = address.strip().casefold()
    return next((c for c in controllers() if any(m.address.casefold() == wanted for m in c.mailboxes)), None)


def _host_name(host: str) -> str:
    name, colon, port = host.strip().casefold().rpartition(":")
    return (name if colon and port.isdigit() else host.strip().casefold()).rstrip(".")
