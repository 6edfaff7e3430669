"""Where embedded servers keep data and sockets, whatever the checkout's path and owner."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534


def package_folder(name: str) -> Path:
    """Where a wheel's files lie, without importing it (its import has side effects we do not want)."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(
            f"The package {name} is missing: run make again, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def socket_folder(run: Path) -> Path:
    """A private folder with a short name: a socket's path may have at most 107 bytes."""
    mark = hashlib.sha256(f"{run.resolve()}:{os.getuid()}".encode()).hexdigest()[:12]
    folder = Path("/tmp") / f"drp-{mark}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid not in {os.getuid(), NOBODY}:
        raise PermissionError(f"{folder} belongs to someone else. Remove it and start again.")
    return folder


@dataclass(frozen=True)
class Stewardship:
    """As whom PostgreSQL runs, since it refuses root, and where its files may therefore lie."""

    prefix: tuple[str, ...]
    as_nobody: bool
    binaries: Path
    data: Path

    def run(self, *command: str, **options: object) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as its steward; raises ``CalledProcessError``."""
        if self.as_nobody:
            options |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        return subprocess.run(
            [*self.prefix, str(self.binaries / command[0]), *command[1:]],
            check=True,
            text=True,
            capture_output=True,
            cwd="/",
            **options,  # type: ignore[call-overload]
        )


def steward(binaries: Path, data: Path) -> Stewardship:
    """Choose how to run PostgreSQL here: ourselves, else as nobody, else in a user namespace, else from a copy."""
    if os.getuid() != 0:
        return Stewardship((), False, binaries, data)
    data.parent.mkdir(parents=True, exist_ok=True)
    if _reachable_by_nobody(binaries / "postgres") and _reachable_by_nobody(data.parent):
        return Stewardship((), True, binaries, data)
    namespace = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    if shutil.which("unshare") and subprocess.run([*namespace, "true"], capture_output=True).returncode == 0:
        return Stewardship(namespace, False, binaries, data)
    mark = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]
    elsewhere = Path(tempfile.gettempdir()) / f"drp-pg-{mark}"
    elsewhere.mkdir(mode=0o711, exist_ok=True)
    copy = elsewhere / "pginstall"
    if not copy.exists():
        shutil.copytree(binaries.parent, copy, symlinks=True)
    return Stewardship((), True, copy / "bin", elsewhere / "data")


def _reachable_by_nobody(path: Path) -> bool:
    outcome = subprocess.run(
        ["test", "-x", str(path)], user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", check=False
    )
    return outcome.returncode == 0
