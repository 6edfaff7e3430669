"""Prove control of an account by signing in at its own identity provider (OpenID Connect Core 1.0, code flow).

Authlib speaks the protocol and judges the claims; keys come from the
provider's own list. Every sign-in has a state, a nonce and a proof key of its
own (RFC 7636) and is used once. Nothing is kept here: what was begun goes back
to the caller as plain values, and comes in again with the answer.
"""

from __future__ import annotations

import contextlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from django.conf import settings
from django.core.cache import cache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from redis.exceptions import RedisError
from requests import RequestException

LIFE = timedelta(minutes=10)
"""How long a sign-in may take that was begun here."""
FRESH = timedelta(minutes=5)
"""How long ago a fresh sign-in may be (``auth_time``), and how long it may then be relied upon."""
SKEW_SECONDS = 60
TIMEOUT_SECONDS = 5
KNOWN_FOR_SECONDS = 300
SIGNATURES = ["RS256", "PS256", "ES256", "EdDSA"]
"""Asymmetric only: with a shared secret or none, whoever knows the client could write tokens."""


@dataclass(frozen=True)
class Provider:
    """Where people sign in, and who we are there. ``issuer`` is exactly what its tokens must name."""

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Begun:
    """A sign-in under way; kept in the browser's own session until the answer comes."""

    issuer: str
    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    begun_at: str
    fresh: bool

    def to_json(self) -> dict[str, Any]:
        """For a session."""
        return asdict(self)


@dataclass(frozen=True)
class Account:
    """Who signed in: the issuer's own name for them, and what it vouches for."""

    issuer: str
    subject: str
    email: str
    """Empty unless the provider says that it verified the address."""
    authenticated_at: datetime | None
    claims: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Unique in the world: a subject means nothing without its issuer."""
        return f"{self.issuer}|{self.subject}"


class NotProved(Exception):
    """Nobody is signed in. ``reason`` is a fixed word: it never carries what the provider or a stranger said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def begin(provider: Provider, *, redirect_uri: str, fresh: bool, now: datetime) -> tuple[str, Begun]:
    """The address to send the browser to, and what to keep; ``fresh`` demands that they sign in anew.

    Raises :class:`NotProved` (``unreachable``) when the provider does not answer.
    """
    about = _about(provider)
    begun = Begun(
        issuer=provider.issuer,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        redirect_uri=redirect_uri,
        begun_at=now.isoformat(),
        fresh=fresh,
    )
    with _client(provider, about, begun) as client:
        anew = {"prompt": "login", "max_age": "0"} if fresh else {}
        url, _state = client.create_authorization_url(
            about["authorization_endpoint"],
            state=begun.state,
            nonce=begun.nonce,
            code_verifier=begun.verifier,
            **anew,
        )
    return url, begun


def answer(
    provider: Provider, begun: Mapping[str, Any], came_back: Mapping[str, str], *, now: datetime
) -> Account:
    """Judge the way back from the provider; raises :class:`NotProved`. The caller forgets ``begun`` either way."""
    try:
        kept = Begun(**begun)
    except TypeError:
        raise NotProved("not_begun") from None
    _judge_return(provider, kept, came_back, now)
    about = _about(provider)
    try:
        with _client(provider, about, kept) as client:
            token = client.fetch_token(
                about["token_endpoint"],
                grant_type="authorization_code",
                code=came_back["code"],
                code_verifier=kept.verifier,
                allow_redirects=False,
            )
    except (AuthlibBaseError, RequestException, ValueError, KeyError):
        raise NotProved("code_refused") from None
    return _account(provider, about, kept, token, now)


def _judge_return(provider: Provider, begun: Begun, came_back: Mapping[str, str], now: datetime) -> None:
    # A state of another browser, or none: somebody wants this browser signed in as somebody else.
    if not hmac.compare_digest(begun.state.encode(), came_back.get("state", "").encode()):
        raise NotProved("state")
    # RFC 9207: the answer of another provider, mixed up with this one's.
    if begun.issuer != provider.issuer or came_back.get("iss", provider.issuer) != provider.issuer:
        raise NotProved("issuer")
    if now - datetime.fromisoformat(begun.begun_at) > LIFE:
        raise NotProved("too_late")
    if came_back.get("error") or not came_back.get("code"):
        raise NotProved("declined")


def _account(
    provider: Provider, about: Mapping[str, Any], begun: Begun, token: Mapping[str, Any], now: datetime
) -> Account:
    params = {
        "nonce": begun.nonce,
        "client_id": provider.client_id,
        "access_token": token.get("access_token"),
        "max_age": FRESH.total_seconds() if begun.fresh else None,
    }
    must = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
    }
    try:
        opened = jwt.decode(token["id_token"], _keys(provider, about), algorithms=SIGNATURES)
        claims = CodeIDToken(opened.claims, opened.header, must, params)
        claims.validate(now=int(now.timestamp()), leeway=SKEW_SECONDS)
    except (JoseError, AuthlibBaseError, ValueError, KeyError, TypeError):
        raise NotProved("token") from None
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise NotProved("token")
    signed_in_at = claims.get("auth_time")
    at = datetime.fromtimestamp(signed_in_at, now.tzinfo) if signed_in_at else None
    if begun.fresh and (at is None or now - at > FRESH):
        # The provider let an old sign-in stand although a new one was asked for (11 CCR 7061).
        raise NotProved("not_fresh")
    email = claims.get("email")
    verified = isinstance(email, str) and claims.get("email_verified") is True
    return Account(
        issuer=provider.issuer,
        subject=subject,
        email=email if verified else "",
        authenticated_at=at,
        claims={name: value for name, value in claims.items() if isinstance(value, str | int | bool)},
    )


def _client(provider: Provider, about: Mapping[str, Any], begun: Begun) -> OAuth2Session:
    offered = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    how = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        token_endpoint_auth_method=how,
        scope="openid email",
        redirect_uri=begun.redirect_uri,
        code_challenge_method="S256",
        default_timeout=TIMEOUT_SECONDS,
    )


def _about(provider: Provider) -> Mapping[str, Any]:
    """The provider's own description of itself (OpenID Connect Discovery 1.0)."""
    about = _fetch(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if about.get("issuer") != provider.issuer or not all(_is_safe(about.get(name)) for name in needed):
        raise NotProved("unreachable")
    return about


def _keys(provider: Provider, about: Mapping[str, Any]) -> KeySet:
    return KeySet.import_key_set(_fetch(provider, about["jwks_uri"]))  # type: ignore[arg-type]


def _fetch(provider: Provider, url: str) -> Mapping[str, Any]:
    if not _is_safe(url):
        raise NotProved("unreachable")
    key = f"oidc:{provider.issuer}:{url}"
    try:
        if isinstance(kept := cache.get(key), dict):
            return kept
    except (RedisError, OSError):
        pass
    try:
        with OAuth2Session() as client:
            said = client.request(
                "GET", url, withhold_token=True, timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
        found = said.json() if said.status_code == 200 else None
    except (RequestException, ValueError):
        found = None
    if not isinstance(found, dict):
        raise NotProved("unreachable")
    with contextlib.suppress(RedisError, OSError):
        cache.set(key, found, KNOWN_FOR_SECONDS)
    return found


def _is_safe(url: object) -> bool:
    """https, except on a developer's own machine."""
    if not isinstance(url, str):
        return False
    near = ("http://localhost:", "http://127.0.0.1:") if settings.PORTAL_EMBEDDED else ()
    return url.startswith(("https://", *near))
