"""Looks for a person's own words wherever the portal keeps or says anything in clear."""

from __future__ import annotations

import subprocess
from pathlib import Path

from django.contrib.sessions.models import Session

from tests.house import House
from tests.stack import STACK

PROCESSES = ("web", "worker", "beat", "mail")


def dump(house: House) -> str:
    """The whole portal database as text; its sealed columns as hexadecimal digits."""
    program = STACK.postgres.steward.binaries / "pg_dump"
    address = STACK.postgres.url(house.name)
    return subprocess.run([str(program), address], check=True, capture_output=True, text=True).stdout


def traces(house: House, words: tuple[str, ...]) -> list[str]:
    """Where any of these words stands readable: database, sessions, broker and cache, vault, logs."""
    database = dump(house).lower()
    assert "requests_app_case" in database
    places = {f"database: {word}": word.lower() in database for word in words}
    # pg_dump prints bytes as digits, and a session's content is packed: both are read as what they are.
    places |= {f"bytes in the database: {word}": word.encode().hex() in database for word in words}
    sessions = str([session.get_decoded() for session in Session.objects.all()]).lower()
    places |= {f"sessions: {word}": word.lower() in sessions for word in words}
    broker = b"".join(path.read_bytes() for path in STACK.valkey.data.rglob("*.aof"))
    assert broker
    places |= {f"broker: {word}": word.encode() in broker for word in words}
    for path in _files(house):
        content = path.read_bytes()
        places |= {f"{path.relative_to(house.folder)}: {word}": word.encode() in content for word in words}
    return [place for place, found in places.items() if found]


def _files(house: House) -> list[Path]:
    kept = [path for path in (house.folder / "vault").rglob("*") if path.is_file()]
    logs = [house.folder / f"{name}.log" for name in PROCESSES]
    return kept + [path for path in logs if path.exists()]
