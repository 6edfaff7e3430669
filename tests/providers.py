"""Places to sign in: a real OpenID Connect provider with people in it, and one that says whatever a test wants."""

from __future__ import annotations

import json
import re
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import requests
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server as make_real_server

from portal.embedded.accounts import build
from portal.embedded.environment import CLIENT


@contextmanager
def real_provider(port: int = 0) -> Iterator[str]:
    """The issuer of a provider that answers while the block lasts."""
    server = make_real_server("127.0.0.1", port, build().wsgi_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(5)


def press(url: str, subject: str) -> dict[str, str]:
    """Sign in there as this person; gives what the provider sends back by the browser."""
    said = requests.post(url, data={"sub": subject}, allow_redirects=False, timeout=10)
    assert said.status_code == 302, said.text[:500]
    return dict(parse_qsl(urlsplit(said.headers["Location"]).query))


def sign_in_through(client: Client, start: str, subject: str):
    """A browser that follows the link, signs in, and comes back; gives the portal's answer."""
    off = client.get(start)
    assert off.status_code == 302 and "/oauth2/authorize" in off.url, off.url
    back = dict(parse_qsl(urlsplit(off.url).query))["redirect_uri"]
    return client.get(urlsplit(back).path, press(off.url, subject))


class _Silent(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nothing."""


class Liar:
    """A provider whose tokens are what the test says. ``seen`` are the forms its token endpoint was sent."""

    def __init__(self) -> None:
        self.key, self.alg = RSAKey.generate_key(2048), "RS256"
        self.claims: dict[str, object] = {}
        self.signed_with: object = None
        self.token: dict[str, object] = {}
        self.about: dict[str, object] = {}
        self.seen: list[dict[str, str]] = []
        self.issuer = ""

    def honest(self, nonce: str, /, **claims: object) -> None:
        """Claims that would be right, and what the test makes of them."""
        now = int(time.time())
        told = {
            "iss": self.issuer, "aud": CLIENT["client_id"], "sub": "MM100001", "iat": now, "exp": now + 300,
            "auth_time": now, "nonce": nonce, "email": "dana@example.com", "email_verified": True,
        }  # fmt: skip
        self.claims = {name: value for name, value in (told | claims).items() if value is not None}

    def __call__(self, environ, start_response):
        """Discovery, keys, token."""
        path = environ["PATH_INFO"]
        if path == "/token":
            size = int(environ.get("CONTENT_LENGTH") or 0)
            self.seen.append(dict(parse_qsl(environ["wsgi.input"].read(size).decode())))
            key = self.signed_with or self.key
            signed = (
                _unsigned(self.claims)
                if self.alg == "none"
                else jwt.encode({"alg": self.alg}, self.claims, key, algorithms=[self.alg])
            )
            said = {"access_token": "a", "token_type": "Bearer", "id_token": signed} | self.token
        elif path == "/jwks":
            said = {"keys": [self.key.as_dict(private=False)]}
        else:
            said = {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
            } | self.about  # fmt: skip
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(said).encode()]


def _unsigned(claims: dict[str, object]) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims))
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


@contextmanager
def lying_provider() -> Iterator[Liar]:
    """One that answers while the block lasts."""
    liar = Liar()
    server = make_server("127.0.0.1", 0, liar, handler_class=_Silent)
    liar.issuer = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def parameter(url: str, name: str) -> str:
    """One parameter of an address."""
    found = re.search(rf"[?&]{name}=([^&]+)", url)
    assert found, f"no {name} in {url}"
    return found[1]
