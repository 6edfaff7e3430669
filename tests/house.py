"""The portal as a running house for one test: a database of its own, real processes, real mail."""

from __future__ import annotations

import contextlib
import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from portal.embedded.environment import SAMPLES, sample_url
from portal.embedded.samples import build
from requests_app.systems.connectors import sql_engine
from tests import nursery
from tests.nursery import Child
from tests.stack import ROOT, STACK

TEMPLATE = "portal"


def clone(source: str, name: str) -> None:
    """A copy of a whole database in a moment; the source must have no connections."""
    with psycopg.connect(STACK.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [source]
        )
        connection.execute(
            # Copying files takes a third of the work of writing each page to the log.
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )


def build_samples() -> None:
    """Both sample customer databases, and a copy of each that nobody writes to: houses' own are made from that."""
    for slug in SAMPLES:
        STACK.postgres.ensure_database(f"sample_{slug}")
        build(slug, sample_url(STACK.postgres, slug), datetime.now(UTC).date())
        clone(f"sample_{slug}", f"built_{slug}")


def drop(name: str) -> None:
    """Remove a database, whoever is still connected."""
    with psycopg.connect(STACK.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(check: Callable[[], object], what: str, seconds: float = 40) -> object:
    """Wait for something true; fails with what was waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s for {what}")


class House:
    """Starts the same commands as production against this test's databases."""

    def __init__(self, number: int) -> None:
        self.name = f"house_{number}"
        self.folder = STACK.run / self.name
        self.processes: dict[str, Child] = {}
        self.web_port = free_port()
        self.mail_port = free_port()
        self.extra: dict[str, str] = {}

    @property
    def url(self) -> str:
        """Where the web process answers."""
        return f"http://localhost:{self.web_port}"

    @property
    def mailroom(self) -> Path:
        """Where the mails it sends are kept."""
        return self.folder / "mailroom"

    def open(self) -> None:
        """Make the databases and point this process's Django at them."""
        for part in ("mailroom", "vault"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        connections.close_all()
        clone(TEMPLATE, self.name)
        self._before = dict(connections["default"].settings_dict)
        for known in (settings.DATABASES["default"], connections["default"].settings_dict):
            known["NAME"] = self.name
        self._settings = (settings.PORTAL_VAULT, os.environ.copy(), settings.PORTAL_SUPPRESSION)
        settings.PORTAL_VAULT = self.folder / "vault"
        settings.PORTAL_SUPPRESSION = self.folder / "suppression" / "ledger.jsonl"
        STACK.valkey.client().flushall()

    def with_samples(self) -> None:
        """Give this house customer databases of its own, to be erased from."""
        for slug, variable in SAMPLES.items():
            clone(f"built_{slug}", f"{self.name}_{slug}")
            url = sample_url(STACK.postgres, slug).replace(f"sample_{slug}", f"{self.name}_{slug}")
            self.extra[variable] = os.environ[variable] = url

    def lose(self, slug: str) -> None:
        """Nobody reaches this customer database any more, in this process, until :meth:`find`."""
        address = self.extra[SAMPLES[slug]]
        os.environ[SAMPLES[slug]] = address.replace("?host=", "?host=/nowhere")

    def find(self, slug: str) -> None:
        """It is back."""
        os.environ[SAMPLES[slug]] = self.extra[SAMPLES[slug]]

    def environment(self) -> dict[str, str]:
        """What its processes read."""
        return (
            STACK.environment()
            | {
                "DJANGO_SETTINGS_MODULE": "portal.settings",
                "DATABASE_URL": STACK.postgres.url(self.name),
                "PORTAL_ORIGIN": self.url,
                "PORTAL_VAULT": str(self.folder / "vault"),
                "PORTAL_SUPPRESSION": str(self.folder / "suppression" / "ledger.jsonl"),
                "PORTAL_MAILROOM": str(self.mailroom),
                "PORTAL_MAIL_INLET_PORT": str(self.mail_port),
                "PORTAL_STATIC_ROOT": str(STACK.run / "static"),
            }
            | self.extra
        )

    def start(self, *names: str) -> None:
        """Start ``web``, ``worker``, ``beat`` or ``mail`` and wait until each is there."""
        commands = {
            "web": ["-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{self.web_port}", "--threads", "4"],
            "worker": ["-m", "celery", "-A", "portal", "worker", "--concurrency", "2", "--loglevel", "INFO",
                       "--without-gossip", "--without-mingle"],
            "beat": ["-m", "celery", "-A", "portal", "beat", "--loglevel", "WARNING"],
            "mail": [str(ROOT / "manage.py"), "mail_inlet"],
        }  # fmt: skip
        for name in names:
            log = self.folder / f"{name}.log"
            self.processes[name] = Child(commands[name], self.environment(), out=log, errors=log)
        for name in names:
            until(lambda name=name: self._is_up(name), f"{name} to start:\n{self.log(name)}")

    def log(self, name: str) -> str:
        """The end of a process's output."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def manage(self, *command: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a management command in this house."""
        return nursery.run([str(ROOT / "manage.py"), *command], self.environment(), self.folder, stdin)

    def kill(self, name: str) -> None:
        """``kill -9`` to a process and its children."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def posted(self, to: str) -> list[EmailMessage]:
        """The mails sent to an address, oldest first."""
        found = []
        for path in sorted(self.mailroom.glob("*.log"), key=lambda p: p.stat().st_mtime):
            for part in re.split(rb"(?m)^-{79}\n", path.read_bytes()):
                message = email.message_from_bytes(part, policy=email.policy.default)
                if part.strip() and to in str(message["To"]):
                    found.append(message)
        return found

    def mails(self, to: str) -> list[str]:
        """Subjects and plain texts of the mails sent to an address, oldest first."""
        found = []
        for message in self.posted(to):
            body = message.get_body(("plain",))
            found.append(f"{message['Subject']}\n{body.get_content() if body else ''}")
        return found

    def code_for(self, to: str, after: int = 0) -> str:
        """The newest six digits mailed to an address, once more than ``after`` such mails have come."""

        def newest() -> str | None:
            codes = [m for m in self.mails(to) if re.search(r"(?m)^\s*\d{3} \d{3}\s*$", m)]
            if len(codes) <= after:
                return None
            return re.findall(r"(?m)^\s*(\d{3} \d{3})\s*$", codes[-1])[-1]

        return str(until(newest, f"a code by mail\n{self.log('worker')}"))

    def close(self) -> None:
        """Stop everything and give this process its own database back."""
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):  # one that broke has said so in its log
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            if process.wait(15) is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()
        connections.close_all()
        for known in (settings.DATABASES["default"], connections["default"].settings_dict):
            known["NAME"] = self._before["NAME"]
        settings.PORTAL_VAULT, settings.PORTAL_SUPPRESSION = self._settings[0], self._settings[2]
        for variable in SAMPLES.values():
            sql_engine.forget(os.environ[variable])
            os.environ[variable] = self._settings[1][variable]
        for name in (self.name, *(f"{self.name}_{slug}" for slug in SAMPLES)):
            drop(name)

    def _is_up(self, name: str) -> bool:
        process = self.processes[name]
        if process.poll() is not None:
            raise AssertionError(f"{name} ended at once:\n{self.log(name)}")
        if name == "web":
            try:
                return (
                    urllib.request.urlopen(f"http://127.0.0.1:{self.web_port}/readyz", timeout=5).status
                    == 200
                )
            except OSError:
                return False
        if name == "mail":
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.mail_port)) == 0
        return name == "beat" or " ready." in self.log(name)
