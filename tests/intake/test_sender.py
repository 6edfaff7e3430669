"""Whether a sender is believed: our own host's word, a real signature, and nothing a stranger can write himself."""

from __future__ import annotations

from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from requests_app.intake import envelope, mail, proof
from requests_app.letters.addresses import case_address
from requests_app.models import Case, Message, Submission
from tests.intake.letters_by_post import ASK, letter
from tests.people import open_case, run_pipeline

OURS, NOW = "mx.mimap.com", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def judged(settings):
    settings.MAIL_AUTH_HOSTS = frozenset({OURS})


def proof_of(*results: str) -> str:
    raw = "\r\n".join(f"Authentication-Results: {one}" for one in results).encode() + b"\r\n" + letter()
    return proof.proof_of(raw, envelope.look_at(raw), "dana@example.com")


@pytest.mark.parametrize(("results", "expected"), [
    ([f"{OURS}; dmarc=pass header.from=example.com"], "pass"),
    ([f"{OURS} 1; spf=fail smtp.mailfrom=x.org; dmarc=fail (p=none) header.from=example.com"], "fail"),
    ([f"{OURS}; dmarc=none header.from=example.com"], "none"),
    ([f"{OURS}; none"], "none"),
    ([], "none"),
    (["mx.evil.example; dmarc=pass header.from=example.com"], "none"),
    ([f"{OURS}.evil.example; dmarc=pass header.from=example.com"], "none"),
    ([f"{OURS}; dmarc=fail header.from=example.com", f"{OURS}; dmarc=pass header.from=example.com"], "fail"),
    ([f"mx.evil.example; x=({OURS}; dmarc=pass)"], "none"),
    ([f"{OURS}; spf=softfail (dmarc=pass header.from=example.com)"], "none"),
    ([f"{OURS}; dmarc=pass header.from=evil.example"], "none"),
    ([f"{OURS}; dkim=pass header.d=example.com"], "pass"),
    ([f"{OURS}; dkim=pass header.d=mail.example.com"], "pass"),
    ([f"{OURS}; dkim=pass header.d=evil.example"], "none"),
    ([f"{OURS}; dkim=pass header.d=com"], "none"),
    ([f"{OURS}; spf=pass smtp.mailfrom=bounce@example.com"], "pass"),
    ([f"{OURS}; dkim=fail header.d=example.com; spf=pass smtp.mailfrom=evil.example"], "none"),
])  # fmt: skip
def test_only_the_word_of_our_own_host_counts(judged, results: list[str], expected: str) -> None:
    """TRUST 3."""
    assert proof_of(*results) == expected


def test_where_no_host_is_named_nobody_is_asked() -> None:
    assert proof_of(f"{OURS}; dmarc=pass header.from=example.com") == ""


@pytest.mark.django_db
@pytest.mark.parametrize("result", ["pass", "fail", "none"])
def test_a_spoofed_mail_opens_an_unverified_case_and_writes_to_the_address_alone(
    judged, samples, result
) -> None:
    """TRUST 2: the code goes to the address, which the spoofer does not read."""
    raw = f"Authentication-Results: {OURS}; dmarc={result} header.from=example.com\r\n".encode() + letter(ASK)
    receipt = mail.receive(raw, received_at=NOW)
    run_pipeline()
    case = Case.objects.get(reference=receipt.cases[0])
    assert (case.state, case.methods, case.submission.sender_proof) == ("verifying", [], result)


@pytest.mark.django_db
def test_a_forged_sender_joins_no_conversation_even_with_the_secret_address(judged) -> None:
    case = open_case()
    for result, expected in (("fail", "forged_sender"), ("pass", "")):
        raw = f"Authentication-Results: {OURS}; dmarc={result} header.from=example.com\r\n".encode()
        receipt = mail.receive(raw + letter("Hello"), received_at=NOW, recipients=[case_address(case)])
        assert receipt.reason == expected
    assert Message.objects.count() == 1
    assert Submission.objects.filter(joined=case).count() == 1


# --- signatures, with a resolver of our own -------------------------------------------


@pytest.fixture(scope="module")
def signing() -> tuple[bytes, dict[str, str]]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    import base64

    record = f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"
    names = {f"s._domainkey.{domain}": record for domain in ("example.com", "evil.example")}
    return pem, names | {"_dmarc.example.com": "v=DMARC1; p=reject"}


def resolver(names: dict[str, str]):
    def look_up(name: object, timeout: float = 5) -> str | None:
        asked = name.decode() if isinstance(name, bytes) else str(name)
        return names.get(asked.rstrip("."))

    return look_up


@pytest.mark.parametrize(
    ("signer", "changed", "expected"),
    [
        ("example.com", False, "pass"),
        ("example.com", True, "fail"),
        ("evil.example", False, "fail"),
        ("", False, "fail"),
    ],
)
def test_a_signature_must_hold_and_be_the_senders_domains(
    settings, signing, signer, changed, expected
) -> None:
    settings.MAIL_CHECK_SIGNATURES = True
    pem, names = signing
    raw = letter()
    if signer:
        raw = dkim.sign(raw, b"s", signer.encode(), pem, include_headers=[b"from", b"subject"]) + raw
    if changed:
        raw = raw.replace(b"delete", b"DELETE")
    found = proof.proof_of(raw, envelope.look_at(raw), "dana@example.com", resolver=resolver(names))
    assert found == expected


def test_a_resolver_that_is_down_proves_nothing(settings, signing) -> None:
    settings.MAIL_CHECK_SIGNATURES = True

    def down(*_: object, **__: object) -> str:
        raise TimeoutError

    raw = dkim.sign(letter(), b"s", b"example.com", signing[0]) + letter()
    assert proof.proof_of(raw, envelope.look_at(raw), "dana@example.com", resolver=down) in {"none", "fail"}
