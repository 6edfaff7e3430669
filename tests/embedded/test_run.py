"""`make run` on a bare machine: up, killed without mercy, up again with everything still there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.house import free_port, until
from tests.stack import ROOT

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]
ACCOUNTS = free_port()


def _environment(run: Path, web: int, mail: int) -> dict[str, str]:
    """Nothing but what any shell has: the tests' own settings must not help."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    ports = {"PORT": str(web), "MAIL_PORT": str(mail), "ACCOUNTS_PORT": str(ACCOUNTS)}
    return kept | {"PORTAL_RUN": str(run)} | ports


def _start(run: Path, web: int, mail: int) -> subprocess.Popen[bytes]:
    with (run.parent / "run.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "portal.embedded.run"],
            cwd=ROOT, env=_environment(run, web, mail), stdout=log, stderr=log,
        )  # fmt: skip


def _told(run: Path) -> int:
    """How often it has said where everything is; what a killed run left behind may still answer on the port."""
    return (run.parent / "run.log").read_text().count("Stop with Ctrl-C")


def _ready(web: int) -> bool:
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{web}/readyz", timeout=3).status == 200
    except OSError:
        return False


def _journal(run: Path, web: int, mail: int) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "portal.embedded.manage", "verify_journal"],
        cwd=ROOT, env=_environment(run, web, mail), capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def test_it_comes_back_after_kill_9_from_a_path_with_a_space(tmp_path: Path) -> None:
    run, web, mail = tmp_path / "a run" / "here", free_port(), free_port()
    run.parent.mkdir()
    first = _start(run, web, mail)
    until(lambda: _told(run) == 1, "the first start", 120)
    sent = subprocess.run(
        [sys.executable, "-m", "portal.embedded.send_mail", "dana@example.com", "bd@mimap.com", "My data",
         "Please send me a copy of all my data."],
        cwd=ROOT, env=_environment(run, web, mail), capture_output=True, text=True,
    )  # fmt: skip
    assert sent.returncode == 0, sent.stdout + sent.stderr
    until(lambda: "1 chains verified, 0 broken" in _journal(run, web, mail), "the case", 60)
    first.send_signal(signal.SIGKILL)
    first.wait()

    second = _start(run, web, mail)
    try:
        until(lambda: _told(run) == 2 and second.poll() is None, "the second start", 120)
        assert "1 chains verified, 0 broken" in _journal(run, web, mail)
        twice = _start(run.with_name("other"), web, mail)
        assert twice.wait(30) == 1, "a busy port must be named, not fought over"
    finally:
        second.send_signal(signal.SIGTERM)
        second.wait(60)
    assert not _ready(web)
    assert "in use by another program" in (run.parent / "run.log").read_text()
