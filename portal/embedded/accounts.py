"""A sign-in provider for `make run` and the tests: real OpenID Connect, made-up people, no password asked.

It is ``oidc-provider-mock``, made stricter: a proof key is demanded (RFC 7636)
and a token says when its owner signed in (``auth_time``), as OpenID Connect
Core 1.0 asks of a provider that is sent ``max_age``.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass, field, replace

import oidc_provider_mock
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask
from oidc_provider_mock import _app as provider
from oidc_provider_mock import _storage as storage
from werkzeug.serving import run_simple


def _person(subject: str, email: str, **claims: object) -> storage.User:
    return storage.User(sub=subject, claims={"email": email, "email_verified": True, **claims})


PEOPLE = (
    _person("MM100001", "dana@example.com"),
    _person("100001", "dana@example.cn"),
    _person("olu", "olu@example.com"),
)
"""Dana as MiMap's customer and as MipMap's (王丹娜); Olu as staff."""


@dataclass(kw_only=True, frozen=True)
class _Code(storage.AuthorizationCode):
    """Remembers the proof key and the moment of signing in."""

    code_challenge: str = ""
    code_challenge_method: str = ""
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_auth_time(self) -> int:
        return self.auth_time


class _Grant(provider.AuthorizationCodeGrant):
    """Refuses to hand out a token without the proof key."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        CodeChallenge(required=True)(self)

    def save_authorization_code(self, code: str, request: object) -> None:
        super().save_authorization_code(code, request)
        kept, asked = storage.storage.get_authorization_code(code), request.payload.data
        storage.storage.store_authorization_code(
            replace(
                kept,
                code_challenge=asked.get("code_challenge", ""),
                code_challenge_method=asked.get("code_challenge_method", ""),
            )
        )


provider.AuthorizationCodeGrant = _Grant
provider.AuthorizationCode = _Code


def build(people: tuple[storage.User, ...] = PEOPLE) -> Flask:
    """The provider's application, with these people to be signed in by one press."""
    return oidc_provider_mock.app(require_nonce=True, user_claims=people)


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    run_simple("127.0.0.1", int(os.environ["ACCOUNTS_PORT"]), build().wsgi_app, threaded=True)
