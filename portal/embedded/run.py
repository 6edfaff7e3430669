"""`make run`: the whole portal on one machine, with made-up people in two sample companies."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

from honcho.manager import Manager

from portal.embedded.environment import SAMPLES, environment, sample_url, sign_in_settings
from portal.embedded.leftovers import MARK, end_leftovers
from portal.embedded.postgres import Postgres
from portal.embedded.samples import build
from portal.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Start servers, prepare the databases, then supervise the portal's processes until interrupted."""
    run = Path(os.environ.get("PORTAL_RUN", ROOT / ".run")).resolve()
    web_port = int(os.environ.get("PORT", "8000"))
    mail_port = int(os.environ.get("MAIL_PORT", "2525"))
    accounts_port = int(os.environ.get("ACCOUNTS_PORT", "8090"))
    end_leftovers(str(run))
    for port, variable in ((web_port, "PORT"), (mail_port, "MAIL_PORT"), (accounts_port, "ACCOUNTS_PORT")):
        if _busy(port):
            print(f"Port {port} is in use by another program. Choose another: make run {variable}={port + 1}")
            return 1
    postgres, valkey = Postgres(run), Valkey(run)
    print("Starting PostgreSQL and Valkey …", flush=True)
    postgres.start()
    valkey.start()
    try:
        # Whatever the operator has set (DATABASE_URL, REDIS_URL …) wins over what is embedded.
        values = environment(run, postgres, valkey, web_port=web_port, mail_port=mail_port)
        values |= sign_in_settings(accounts_port) | dict(os.environ) | {"ACCOUNTS_PORT": str(accounts_port)}
        _prepare(run, postgres, values)
        return _supervise(values | {MARK: str(run)}, web_port, mail_port)
    finally:
        valkey.stop()
        postgres.stop()


def _prepare(run: Path, postgres: Postgres, values: dict[str, str]) -> None:
    for folder in ("vault", "mailroom", "static"):
        (run / folder).mkdir(parents=True, exist_ok=True)
    postgres.ensure_database("portal")
    print("Building two sample companies with 2,000 made-up people each …", flush=True)
    for slug in SAMPLES:
        postgres.ensure_database(f"sample_{slug}")
        build(slug, sample_url(postgres, slug), datetime.now(UTC).date())
    for command in (
        ["migrate", "--verbosity", "0"],
        ["collectstatic", "--no-input", "--verbosity", "0"],
        ["check_register"],
        ["make_demo_staff"],
    ):
        subprocess.run([sys.executable, str(ROOT / "manage.py"), *command], env=values, check=True)


def _supervise(values: dict[str, str], web_port: int, mail_port: int) -> int:
    python = shlex.quote(sys.executable)
    manage = f"{python} {shlex.quote(str(ROOT / 'manage.py'))}"
    # Root is warned about by Celery; here it is a bare machine's only user, and nothing listens outside.
    celery = f"{python} -W ignore -m celery --quiet -A portal --workdir {shlex.quote(str(ROOT))}"
    manager = Manager()
    for name, command in {
        "web": f"exec {python} -m gunicorn portal.wsgi --chdir {shlex.quote(str(ROOT))} "
        f"--bind 127.0.0.1:{web_port} --workers 2 --threads 4 --log-level warning",
        "worker": f"exec {celery} worker --concurrency 2 --loglevel WARNING --without-gossip --without-mingle",
        "beat": f"exec {celery} beat --loglevel WARNING",
        "mail": f"exec {manage} mail_inlet",
        "accounts": f"exec {python} -W ignore -m portal.embedded.accounts",
    }.items():
        manager.add_process(name, command, env=values, cwd=str(ROOT))
    Thread(target=_tell_when_ready, args=(web_port, mail_port), daemon=True).start()
    manager.loop()
    return manager.returncode or 0


def _tell_when_ready(web_port: int, mail_port: int) -> None:
    """Print where everything is once the web process answers, below what the others say at their start."""
    while True:
        try:
            urlopen(f"http://127.0.0.1:{web_port}/readyz", timeout=2).close()
            break
        except OSError:
            time.sleep(0.3)
    print(
        f"""
The portal is at       http://localhost:{web_port}/
  MiMap Inc (New York)   http://localhost:{web_port}/mimap/    as dana@example.com
  MipMap (Beijing)       http://localhost:{web_port}/mipmap/   as dana@example.cn (王丹娜)
Mail it has sent       http://localhost:{web_port}/mailroom/
Staff sign in at       http://localhost:{web_port}/staff/
  olu@example.com        correct-horse-olu    handler: decides and proposes
  pia@example.com        correct-horse-pia    privacy lead: approves
  cora@example.com       correct-horse-cora   counsel
  ada@example.com        correct-horse-ada    auditor: reads the journal, nothing personal
  adam@example.com       correct-horse-adam   administrator: sees to staff, reads no case
  "With your organisation" is a sign-in of the sample companies: press MM100001 (Dana), 100001 (王丹娜) or olu.
  The second factor is set up at first sign-in with any authenticator app.
Send it a mail         make mail FROM=dana@example.com TO=bd@mimap.com \\
                         SUBJECT="My data" BODY="Please send me a copy of my data."
                       (or any mail program: SMTP on localhost:{mail_port})
Stop with Ctrl-C.
""",
        flush=True,
    )


def _busy(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    sys.exit(main())
