"""A controller with a host name of its own is served there without its slug, and shows nothing of another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from requests_app import register
from tests.stack import ROOT

pytestmark = pytest.mark.django_db
HOST = "privacy.mimap.example"


@pytest.fixture
def hosted(tmp_path: Path, settings) -> None:
    """The shipped packs, one of them with a host name."""
    packs = tmp_path / "packs"
    shutil.copytree(ROOT / "portal" / "controllers", packs)
    told = packs / "mimap" / "controller.toml"
    text = told.read_text(encoding="utf-8")
    assert "hosts = []" in text
    told.write_text(text.replace("hosts = []", f'hosts = ["{HOST}"]'), encoding="utf-8")
    settings.PORTAL_CONTROLLERS = packs
    settings.ALLOWED_HOSTS = [HOST, "localhost", "testserver"]


@pytest.mark.parametrize(
    ("host", "path", "status", "shows"),
    [
        (HOST, "/", 200, "MiMap"),
        (HOST, "/policy/", 200, "MiMap"),
        (HOST, "/mimap/", 200, "MiMap"),
        (HOST, "/mipmap/", 404, ""),
        (HOST, "/.well-known/security.txt", 200, "/mimap/.well-known/security.txt"),
        (HOST, "/livez", 200, "live"),
        ("localhost", "/mimap/", 200, "MiMap"),
        ("localhost", "/mipmap/", 200, "MipMap"),
        ("localhost", "/nobody/", 404, ""),
    ],
)
def test_who_is_served_where(hosted, client, host: str, path: str, status: int, shows: str) -> None:
    answer = client.get(path, headers={"host": host})
    assert answer.status_code == status
    assert shows in answer.content.decode()
    assert register.by_host(HOST).slug == "mimap"
