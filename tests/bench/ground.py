"""What the measurements stand on: servers, sample companies, a house, processes with one set of options."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from tests.house import House, build_samples, free_port, until
from tests.stack import ROOT, STACK

WEB = ["--workers", "2", "--threads", "4", "--log-level", "warning"]
"""As the portal is served: see the Dockerfile."""
PROCESSES = 2
WORKER = ["--concurrency", str(PROCESSES), "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
_numbers = itertools.count(1)


def prepare() -> None:
    """Start the servers, migrate the database that houses are cloned from, build the sample companies."""
    STACK.start()
    call_command("migrate", verbosity=0)
    connections.close_all()
    build_samples()
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--no-input", "--verbosity", "0"],
        env=STACK.environment(), check=True,
    )  # fmt: skip


@contextmanager
def house(number: int) -> Iterator[House]:
    """A portal database and customer databases of its own."""
    mine = House(number)
    mine.open()
    mine.with_samples()
    try:
        yield mine
    finally:
        mine.close()


@contextmanager
def web(application: str, environment: dict[str, str]) -> Iterator[int]:
    """An application behind gunicorn; gives its port."""
    port = free_port()
    command = ["-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", *WEB]
    with _process(command, environment):
        until(lambda: _answers(port), f"{application} to listen")
        yield port


@contextmanager
def worker(application: str, environment: dict[str, str]) -> Iterator[int]:
    """A Celery worker; gives its number. Whoever starts it waits for its first task."""
    with _process(["-m", "celery", "-A", application, "worker", *WORKER], environment) as process:
        yield process


def family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from family(int(child))


def processor_seconds(pid: int) -> float:
    """What a process and all that it started have used of any core so far: others on the machine change it little."""
    ticks = 0
    for each in family(pid):
        told = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    """What it prints is shown only when the measurement fails."""
    log = STACK.run / f"bench{next(_numbers)}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command], env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output,
            stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        yield process.pid
    except BaseException:
        print(log.read_text(errors="replace")[-3000:], file=sys.stderr)
        raise
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
