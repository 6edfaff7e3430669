"""Starts the portal's commands as production does, from a process that has read the libraries already: seconds sooner."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings

from tests.stack import ROOT

LIBRARIES = [
    "PIL.ImageDraw",
    "allauth.account",
    "authlib.integrations.requests_client",
    "celery.app.base",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.worker",
    "celery.worker.consumer",
    "confusable_homoglyphs.confusables",
    "cron_descriptor",
    "cryptography.x509",
    "django.contrib.messages",
    "django.core.management",
    "django.db.models",
    "django.forms",
    "django.template",
    "django.test",
    "django.views.generic",
    "fideslang.models",
    "fontTools.fontBuilder",
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "imap_tools",
    "kombu.transport.redis",
    "markdown",
    "nh3",
    "pgtrigger.core",
    "psycopg",
    "pypdf",
    "pypdfium2",
    "requests_app.intake.mime",
    "requests_app.intake.sort",
    "requests_app.law.rulebook",
    "requests_app.letters.pdf",
    "requests_app.register.check",
    "requests_app.response.drawing",
    "requests_app.systems.connectors.opendsr",
    "requests_app.systems.connectors.registry",
    "requests_app.systems.drift",
    "requests_app.systems.erase",
    "segno",
    "sqlalchemy.dialects.postgresql",
    "typst",
    "whitenoise.middleware",
]
"""Other people's and our own; none reads Django's settings while it is imported: those are the child's own."""


class Child:
    """One running command; ``poll`` and ``wait`` as :class:`subprocess.Popen` has them."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        out: Path,
        errors: Path,
        told: str = os.devnull,
    ) -> None:
        """``told`` is the file it reads from; ``out`` and ``errors`` may be one file, and grow."""
        self._process = _SERVER.Process(
            target=_become, args=(list(command), dict(environment), told, out, errors), daemon=True
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """How it ended, or None while it runs."""
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for its end, at most so long; None if it still runs."""
        self._process.join(seconds)
        return self._process.exitcode


def run(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, told: bytes
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end, with these bytes as its input."""
    with tempfile.TemporaryDirectory(dir=folder) as kept:
        files = [Path(kept) / name for name in ("told", "out", "errors")]
        files[0].write_bytes(told)
        child = Child(command, environment, told=str(files[0]), out=files[1], errors=files[2])
        code = child.wait()
        assert code is not None
        return subprocess.CompletedProcess(command, code, files[1].read_bytes(), files[2].read_bytes())


def _become(command: list[str], environment: dict[str, str], told: str, out: Path, errors: Path) -> None:
    """Be the command: its arguments, environment, folder, input, output and group of processes."""
    os.setsid()
    grows = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    for number, path, how in ((0, told, os.O_RDONLY), (1, out, grows), (2, errors, grows)):
        opened = os.open(path, how, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    assert not settings.configured, "one of the LIBRARIES has read another house's settings"
    os.chdir(ROOT)
    sys.path[0] = str(ROOT)
    if command[0] == "-m":
        sys.argv = command[1:]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")


_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(LIBRARIES)
