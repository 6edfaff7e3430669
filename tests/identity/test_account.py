"""An account proves something only by a sign-in that was begun here, just now, at its own provider: TRUST 13 and 14."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from joserfc.jwk import OctKey, RSAKey

from identity.flows import account
from identity.flows.account import NotProved, Provider
from portal.embedded.environment import CLIENT
from tests.providers import Liar, lying_provider, parameter, press, real_provider

BACK = "http://localhost/mimap/account/back/"


def now() -> datetime:
    """Read each time: a sign-in takes some."""
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with real_provider() as found:
        yield found


@pytest.fixture
def liar(django_db_setup: None) -> Iterator[Liar]:
    cache.clear()
    with lying_provider() as found:
        yield found


def at(issuer: str) -> Provider:
    return Provider(issuer, **CLIENT)


@pytest.mark.parametrize("fresh", [True, False])
def test_a_person_signs_in_at_a_real_provider(django_db_setup: None, issuer, fresh) -> None:
    url, begun = account.begin(at(issuer), redirect_uri=BACK, fresh=fresh, now=now())
    assert ("max_age=0" in url and "prompt=login" in url) is fresh
    assert parameter(url, "code_challenge_method") == "S256" and begun.verifier not in url
    who = account.answer(at(issuer), begun.to_json(), press(url, "MM100001"), now=now())
    assert (who.subject, who.email, who.name) == ("MM100001", "dana@example.com", f"{issuer}|MM100001")
    assert who.authenticated_at and now() - who.authenticated_at < timedelta(minutes=1)


def test_a_stolen_code_is_worth_nothing_without_the_browser_that_asked(django_db_setup: None, issuer) -> None:
    """The proof key stays here, and a code opens once."""
    url, begun = account.begin(at(issuer), redirect_uri=BACK, fresh=True, now=now())
    stolen = press(url, "MM100001")
    _other_url, thief = account.begin(at(issuer), redirect_uri=BACK, fresh=True, now=now())
    with pytest.raises(NotProved, match="code_refused"):
        account.answer(at(issuer), thief.to_json(), stolen | {"state": thief.state}, now=now())
    url, begun = account.begin(at(issuer), redirect_uri=BACK, fresh=True, now=now())
    mine = press(url, "MM100001")
    account.answer(at(issuer), begun.to_json(), mine, now=now())
    with pytest.raises(NotProved, match="code_refused"):
        account.answer(at(issuer), begun.to_json(), mine, now=now())


RETURNS = {
    "another browser's state": ({"state": "x"}, "state"),
    "no state": ({"state": ""}, "state"),
    "another provider's answer": ({"iss": "https://evil.example"}, "issuer"),
    "they said no": ({"error": "access_denied"}, "declined"),
    "no code": ({"code": ""}, "declined"),
}


@pytest.mark.parametrize("attack", RETURNS)
def test_a_way_back_that_does_not_fit_is_refused_before_the_provider_is_asked(liar, attack) -> None:
    changed, reason = RETURNS[attack]
    _url, begun = account.begin(at(liar.issuer), redirect_uri=BACK, fresh=True, now=now())
    came_back = {"state": begun.state, "code": "c"} | changed
    with pytest.raises(NotProved, match=reason):
        account.answer(at(liar.issuer), begun.to_json(), came_back, now=now())
    assert not liar.seen


def test_a_sign_in_that_took_too_long_or_was_never_begun_is_refused(liar) -> None:
    _url, begun = account.begin(at(liar.issuer), redirect_uri=BACK, fresh=True, now=now())
    came_back = {"state": begun.state, "code": "c"}
    with pytest.raises(NotProved, match="too_late"):
        account.answer(at(liar.issuer), begun.to_json(), came_back, now=now() + timedelta(minutes=11))
    with pytest.raises(NotProved, match="not_begun"):
        account.answer(at(liar.issuer), {}, came_back, now=now())
    assert not liar.seen


TOKENS = {
    "of another provider": {"iss": "https://evil.example"},
    "for another client": {"aud": "somebody-else"},
    "for several, of which another may act": {"aud": [CLIENT["client_id"], "other"], "azp": "other"},
    "of another sign-in": {"nonce": "another"},
    "of no sign-in": {"nonce": None},
    "from the past": {"exp": int(time.time()) - 600},
    "without an end": {"exp": None},
    "about nobody": {"sub": None},
    "about a number": {"sub": 17},
    "with another access token": {"at_hash": "x"},
    "that does not say when they signed in": {"auth_time": None},
    "of an old sign-in": {"auth_time": int(time.time()) - 3600},
}


@pytest.mark.parametrize("attack", TOKENS)
def test_a_token_that_does_not_fit_proves_nothing(liar, attack) -> None:
    with pytest.raises(NotProved, match="token|not_fresh"):
        _answer(liar, **TOKENS[attack])


@pytest.mark.parametrize("how", ["none", "another key", "shared secret"])
def test_a_token_signed_by_anybody_else_proves_nothing(liar, how) -> None:
    match how:
        case "none":
            liar.alg = "none"
        case "another key":
            liar.signed_with = RSAKey.generate_key(2048)
        case _:
            liar.alg, liar.signed_with = "HS256", OctKey.import_key(CLIENT["client_secret"] * 3)
    with pytest.raises(NotProved, match="token"):
        _answer(liar)


@pytest.mark.parametrize("said", [False, None, "true", 1])
def test_an_address_the_provider_did_not_verify_is_no_address(liar, said) -> None:
    assert _answer(liar).email == "dana@example.com"
    assert _answer(liar, email_verified=said).email == ""


@pytest.mark.parametrize(
    "about",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": None}],
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(liar, about) -> None:
    liar.about = about
    with pytest.raises(NotProved, match="unreachable"):
        account.begin(at(liar.issuer), redirect_uri=BACK, fresh=True, now=now())


def test_outside_a_developers_machine_only_https_is_spoken(liar, settings) -> None:
    settings.PORTAL_EMBEDDED = False
    with pytest.raises(NotProved, match="unreachable"):
        account.begin(at(liar.issuer), redirect_uri=BACK, fresh=True, now=now())


def _answer(liar: Liar, **claims: object) -> account.Account:
    _url, begun = account.begin(at(liar.issuer), redirect_uri=BACK, fresh=True, now=now())
    liar.honest(begun.nonce, **claims)
    return account.answer(at(liar.issuer), begun.to_json(), {"state": begun.state, "code": "c"}, now=now())
