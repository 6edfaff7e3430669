"""A real IMAP server with one mailbox, for the tests that have their mail fetched."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from imap_tools import MailBoxUnencrypted

from tests.house import free_port, until

USER, PASSWORD = "u@x", "p/w"
"""With signs that an address must escape."""


@dataclass(frozen=True)
class Server:
    """Where it listens."""

    port: int

    @property
    def way_in(self) -> str:
        """The address a mailbox's environment variable holds."""
        return f"imap://{quote(USER)}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/INBOX"

    @contextmanager
    def mailbox(self, folder: str = "INBOX") -> Iterator[MailBoxUnencrypted]:
        """As its owner sees it."""
        box = MailBoxUnencrypted("127.0.0.1", self.port, timeout=10)
        with box.login(USER, PASSWORD, initial_folder=folder) as entered:
            yield entered

    def empty(self, *folders: str) -> None:
        """Nothing in the inbox, and none of these folders."""
        with self.mailbox() as box:
            box.delete(box.uids())
            for folder in folders:
                if box.folder.exists(folder):
                    box.folder.delete(folder)


@contextmanager
def running() -> Iterator[Server]:
    """Start it, and stop it at the end."""
    server = Server(free_port())
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "pymap"), "--host", "127.0.0.1", "--port", str(server.port),
         "--no-tls", "dict", "--demo-user", USER, "--demo-password", PASSWORD],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: _listens(server.port), "the IMAP server")
        server.empty()
        yield server
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
