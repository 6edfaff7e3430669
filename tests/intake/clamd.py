"""A real clamd with one signature of our own, EICAR's harmless file, so that nothing is downloaded."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.house import until

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
WHERE = ("/usr/sbin/clamd", "/usr/local/sbin/clamd")


class NotInstalled(RuntimeError):
    """There is no clamd; `make test-services` installs it or says how."""


@dataclass
class Clamd:
    """Where it listens, and how to stop it."""

    address: str
    process: subprocess.Popen

    def stop(self) -> None:
        """Gone, as after a crash."""
        self.process.kill()
        self.process.wait(10)


@contextmanager
def running(folder: Path) -> Iterator[Clamd]:
    """Start it on a private socket; raises :class:`NotInstalled`."""
    program = shutil.which("clamd") or next((path for path in WHERE if Path(path).exists()), None)
    if program is None:
        raise NotInstalled("clamd is not installed: on Debian, apt-get install clamav-daemon")
    signatures = folder / "signatures"
    signatures.mkdir()
    (signatures / "eicar.ndb").write_text(f"Test.Eicar:0:*:{EICAR.hex()}\n")
    socket = folder / "clamd.sock"
    config = folder / "clamd.conf"
    config.write_text(
        f"DatabaseDirectory {signatures}\nLocalSocket {socket}\nForeground yes\nStreamMaxLength 1M\n"
        f"LogFile {folder / 'clamd.log'}\nMaxThreads 2\nTemporaryDirectory {folder}\n"
    )
    process = subprocess.Popen(
        [program, "--config-file", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    found = Clamd(f"unix:{socket}", process)
    try:
        until(socket.exists, f"clamd\n{_log(folder)}", 60)
        yield found
    finally:
        if process.poll() is None:
            found.stop()


def _log(folder: Path) -> str:
    log = folder / "clamd.log"
    return log.read_text() if log.exists() else ""
