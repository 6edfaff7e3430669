"""What production runs is what `make run` runs, and it is closed by default."""

import subprocess
import sys

import yaml

from tests.stack import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = {"web", "worker", "beat", "mail", "migrate"}


def test_the_compose_file_follows_its_schema() -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec",
         str(ROOT / "docker-compose.yml")],
        capture_output=True, text=True,
    )  # fmt: skip
    assert outcome.returncode == 0, outcome.stdout


def test_our_containers_are_closed() -> None:
    for name in OURS:
        service = COMPOSE["services"][name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service.get("user") or "USER portal" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_every_lasting_service_says_whether_it_is_well() -> None:
    for name, service in COMPOSE["services"].items():
        assert name == "migrate" or "healthcheck" in service, name


def test_no_secret_stands_in_the_compose_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name in ("SECRET_KEY", "PORTAL_INDEX_KEY", "PORTAL_SEALING_KEYS"):
        assert f"{name}_FILE" in text and f"{name}:" not in text


def test_the_image_carries_no_embedded_server() -> None:
    assert "embedded.txt" not in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "pgserver" not in (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
