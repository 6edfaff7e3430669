"""What an operator reads when the portal cannot start: each value that is missing or wrong, in one message, and no secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack import ROOT, STACK

NEEDED = ("SECRET_KEY", "PORTAL_SEALING_KEYS", "PORTAL_INDEX_KEY", "DATABASE_URL", "REDIS_URL",
          "PORTAL_ORIGIN", "PORTAL_VAULT", "PORTAL_MAIL_DOMAIN")  # fmt: skip


def start_without(names: tuple[str, ...], *command: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in STACK.environment().items() if name not in names}
    kept["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    return subprocess.run(
        [sys.executable, *command], env=kept, cwd=ROOT, capture_output=True, text=True, input=""
    )


@pytest.mark.parametrize(
    ("names", "command"),
    [
        (NEEDED, ("manage.py", "check")),
        (("SECRET_KEY",), ("manage.py", "migrate")),
        (("SECRET_KEY", "PORTAL_INDEX_KEY"), ("manage.py", "mail_inlet")),
        (NEEDED, ("manage.py", "receive_mail")),
    ],
)
def test_one_message_names_every_missing_secret(names: tuple[str, ...], command: tuple[str, ...]) -> None:
    ended = start_without(names, *command)
    assert ended.returncode != 0 and ended.stdout == ""
    lines = ended.stderr.strip().splitlines()
    assert lines[0] == "The portal cannot start:" and len(lines) == 1 + len(names), ended.stderr
    for name in names:
        assert f"{name} is not set" in ended.stderr
    if "receive_mail" in command:
        # The mail is good and must be kept by the MTA until the portal is.
        assert ended.returncode == os.EX_TEMPFAIL


@pytest.mark.parametrize(
    "command",
    [("-m", "gunicorn", "portal.wsgi", "--bind", "127.0.0.1:0"), ("-m", "celery", "-A", "portal", "worker")],
    ids=["web", "worker"],
)
def test_no_process_starts_without_its_secrets(command: tuple[str, ...]) -> None:
    ended = start_without(("SECRET_KEY", "PORTAL_INDEX_KEY"), *command)
    assert ended.returncode != 0
    assert "SECRET_KEY is not set" in ended.stderr and "PORTAL_INDEX_KEY is not set" in ended.stderr


def test_a_secret_file_that_cannot_be_read_is_named_and_never_its_content(tmp_path: Path) -> None:
    environment = STACK.environment() | {
        "SECRET_KEY_FILE": str(tmp_path / "none"),
        "PORTAL_INDEX_KEY": "short",
    }
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"], env=environment | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 1
    assert (
        "SECRET_KEY_FILE cannot be read" in ended.stderr and "PORTAL_INDEX_KEY is too short" in ended.stderr
    )
    assert "short\n" not in ended.stderr.replace("too short", "")


def test_one_message_names_every_value_that_cannot_be_meant() -> None:
    wrong = {"PORTAL_MAIL_INLET_PORT": "smtp", "PORTAL_ALARM_DAYS": "soon", "EMAIL_USE_TLS": "maybe",
             "PORTAL_LOG_LEVEL": "chatty",
             "PORTAL_TRUSTED_PROXIES": "unix,proxy.example", "PORTAL_SEALING_KEYS": "k1:c2hvcnQ="}  # fmt: skip
    environment = STACK.environment() | wrong | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    environment.pop("PORTAL_MAILROOM", None)
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    lines = ended.stderr.strip().splitlines()
    assert lines[0] == "The portal cannot start:" and len(lines) == 1 + len(wrong), ended.stderr
    assert all(f"{name} must be " in ended.stderr for name in wrong)
