"""What production runs is what `make run` runs, and it is closed by default."""

import http.client
import subprocess
import sys
from urllib.parse import urlsplit

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


def test_production_asks_for_https_but_answers_its_own_health_check(house) -> None:
    house.extra = {"PORTAL_ORIGIN": "https://privacy.example.com", "PORTAL_HOSTS": "privacy.example.com"}
    house.start("web")
    here = f"http://127.0.0.1:{house.web_port}"
    answers = {
        (path, host): get(here + path, host)
        for path, host in (
            ("/readyz", "127.0.0.1:8000"), ("/mimap/", "privacy.example.com"), ("/mimap/", "evil.example")
        )
    }  # fmt: skip
    assert answers["/readyz", "127.0.0.1:8000"] == (200, "")
    assert answers["/mimap/", "privacy.example.com"] == (301, "https://privacy.example.com/mimap/")
    assert answers["/mimap/", "evil.example"][0] == 400


def get(url: str, host: str) -> tuple[int, str]:
    """Status and Location of one request, following nothing."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request("GET", parts.path, headers={"Host": host})
    answer = connection.getresponse()
    return answer.status, answer.headers.get("Location", "")
