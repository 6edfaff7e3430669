"""A management command against the portal that `make run` has started: python -m portal.embedded.manage <command>."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from portal.embedded.environment import environment
from portal.embedded.postgres import Postgres
from portal.embedded.run import ROOT
from portal.embedded.valkey import Valkey


def main() -> int:
    """Give the command the running portal's environment; its exit code is ours."""
    run = Path(os.environ.get("PORTAL_RUN", ROOT / ".run")).resolve()
    postgres = Postgres(run)
    if not (run / "secrets.json").exists() or not postgres.running():
        print("The portal is not running here: start it with `make run` first.")
        return 1
    ports = {
        "web_port": int(os.environ.get("PORT", "8000")),
        "mail_port": int(os.environ.get("MAIL_PORT", "2525")),
    }
    values = environment(run, postgres, Valkey(run), **ports) | dict(os.environ)
    return subprocess.run([sys.executable, str(ROOT / "manage.py"), *sys.argv[1:]], env=values).returncode


if __name__ == "__main__":
    sys.exit(main())
