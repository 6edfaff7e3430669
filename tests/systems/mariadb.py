"""A real MariaDB on a private socket, its files gone with the session."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.house import until

WHERE = ("/usr/sbin/mariadbd", "/usr/local/sbin/mariadbd")


class NotInstalled(RuntimeError):
    """There is no MariaDB; `make test-services` installs it or says how."""


@contextmanager
def running() -> Iterator[str]:
    """Start it and give the address of an empty database; raises :class:`NotInstalled`."""
    program = shutil.which("mariadbd") or next((path for path in WHERE if Path(path).exists()), None)
    if program is None:
        raise NotInstalled(
            "mariadbd is not installed: on Debian, apt-get install mariadb-server-core mariadb-client-core"
        )
    folder = Path(tempfile.mkdtemp(prefix="mdb"))
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if user == "nobody":
        shutil.chown(folder, user)
    data, socket = folder / "data", folder / "socket"
    common = ["--no-defaults", f"--datadir={data}", f"--user={user}"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    subprocess.run(
        ["mariadb-install-db", *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True,
        **quiet,
    )
    flags = ["--skip-networking", f"--socket={socket}", f"--pid-file={folder / 'pid'}"]
    quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--skip-log-bin"]
    words = ["--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci"]
    process = subprocess.Popen(
        [program, *common, *flags, *quick, *words, f"--log-error={folder / 'log'}"], **quiet
    )
    try:
        until(socket.exists, f"MariaDB: {folder / 'log'}", 60)
        yield f"mariadb+pymysql://root@localhost/mysql?unix_socket={socket}"
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
