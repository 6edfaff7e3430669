"""Starts real PostgreSQL and Valkey for a test session, and gives the portal its environment before Django loads.

Loaded by pytest as a plugin (``-p tests.stack``). ``python -m tests.stack manage …``
runs management commands against the same servers.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from portal.embedded.environment import environment
from portal.embedded.postgres import Postgres
from portal.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent


class Stack:
    """One set of scratch servers; started when first asked for, gone at the end."""

    def __init__(self) -> None:
        self.run = Path(tempfile.mkdtemp(prefix="drp-test-"))
        self.run.chmod(0o711)
        self.postgres = Postgres(self.run, scratch=True)
        self.valkey = Valkey(self.run)
        self.started = False

    def environment(self) -> dict[str, str]:
        """What the portal's processes read; the developer's own settings do not reach the tests."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | environment(self.run, self.postgres, self.valkey, web_port=8000, mail_port=2525)

    def start(self) -> None:
        """Start both servers once."""
        if self.started:
            return
        self.started = True
        atexit.register(self.stop)
        for folder in ("vault", "mailroom", "static"):
            (self.run / folder).mkdir(exist_ok=True)
        self.postgres.start()
        self.postgres.ensure_database("portal")
        self.valkey.start()

    def stop(self) -> None:
        """Stop them and remove every file."""
        self.valkey.stop()
        self.postgres.stop()
        shutil.rmtree(self.run, ignore_errors=True)
        shutil.rmtree(self.postgres.sockets.parent, ignore_errors=True)


STACK = Stack()
os.environ.update(STACK.environment() | {"DJANGO_SETTINGS_MODULE": "tests.settings"})
# Playwright's synchronous interface runs a loop in this thread; the tests use the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def main() -> int:
    """``manage <command> …`` with the servers running; several are parted by ``--`` and stop at the first that fails."""
    STACK.start()
    for _, command in itertools.groupby(sys.argv[2:], key="--".__ne__):
        if (told := list(command)) != ["--"]:
            done = subprocess.run([sys.executable, str(ROOT / "manage.py"), *told], env=os.environ)
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
