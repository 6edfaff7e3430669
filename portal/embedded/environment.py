"""The environment `make run` gives to the portal's processes: secrets made once, private sockets, sample systems."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

from portal.embedded.postgres import Postgres
from portal.embedded.valkey import Valkey

SAMPLES = {"mipmap": "MIPMAP_CUSTOMER_DB", "mimap": "MIMAP_CUSTOMER_DB"}
"""Sample customer database of each shipped pack, and the variable its inventory names."""

CLIENT = {"client_id": "data-rights-portal", "client_secret": "known-to-everybody"}
"""How the portal is known at the sample companies' sign-in."""


def made_once(run: Path) -> dict[str, str]:
    """Secrets of this checkout, kept in ``run/secrets.json`` (mode 0600)."""
    path = run / "secrets.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    made = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "PORTAL_INDEX_KEY": secrets.token_urlsafe(48),
        "PORTAL_SEALING_KEYS": "home:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    run.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(made, file)
    return made


def sample_url(postgres: Postgres, slug: str) -> str:
    """SQLAlchemy's address of a sample customer database."""
    return postgres.url(f"sample_{slug}").replace("postgresql://", "postgresql+psycopg://")


def environment(
    run: Path, postgres: Postgres, valkey: Valkey, *, web_port: int, mail_port: int
) -> dict[str, str]:
    """Every variable the portal needs here."""
    values = made_once(run) | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": postgres.url("portal"),
        "REDIS_URL": valkey.url,
        "PORTAL_EMBEDDED": "on",
        "PORTAL_ORIGIN": f"http://localhost:{web_port}",
        "PORTAL_HOSTS": "localhost,127.0.0.1",
        "PORTAL_VAULT": str(run / "vault"),
        "PORTAL_SUPPRESSION": str(run / "suppression" / "ledger.jsonl"),
        "PORTAL_STATIC_ROOT": str(run / "static"),
        "PORTAL_MAILROOM": str(run / "mailroom"),
        "PORTAL_MAIL_DOMAIN": "requests.localhost",
        "PORTAL_MAIL_INLET_HOST": "127.0.0.1",
        "PORTAL_MAIL_INLET_PORT": str(mail_port),
        "PORTAL_LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
        "C_FORCE_ROOT": "1",
    }
    values |= {variable: sample_url(postgres, slug) for slug, variable in SAMPLES.items()}
    return values


def sign_in_settings(port: int) -> dict[str, str]:
    """What the portal reads to send customers and staff there."""
    issuer = f"http://localhost:{port}"
    return {
        "MIMAP_ACCOUNT_ISSUER": issuer,
        "MIMAP_ACCOUNT_SECRET": CLIENT["client_secret"],
        "MIPMAP_ACCOUNT_ISSUER": issuer,
        "MIPMAP_ACCOUNT_SECRET": CLIENT["client_secret"],
        "PORTAL_STAFF_OIDC_ISSUER": issuer,
        "PORTAL_STAFF_OIDC_CLIENT_ID": CLIENT["client_id"],
        "PORTAL_STAFF_OIDC_CLIENT_SECRET": CLIENT["client_secret"],
    }
