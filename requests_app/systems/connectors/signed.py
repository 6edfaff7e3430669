"""Whether bytes were signed by whoever a known authority says owns a host name."""

from __future__ import annotations

import base64
import binascii
import ssl
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from requests.certs import where

LONGEST_CHAIN = 64 * 1024


class NotSigned(Exception):
    """It was not; the text is a reason of ours."""


class NotTrusted(NotSigned):
    """Not the signature but the certificate failed: wrong name, unknown authority, out of date."""


def verify(certificates: bytes, domain: str, body: bytes, signature: str | None, now: datetime) -> None:
    """Return if it was; ``signature`` is base64 of RSA (PKCS #1 v1.5) or ECDSA with SHA-256.

    ``certificates`` is PEM, the signer's first. ``None`` as the signature judges the certificate alone.
    """
    key = _trusted_key(certificates, domain, now)
    if signature is None:
        return
    try:
        raw = base64.b64decode(signature, validate=True)
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(raw, body, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(raw, body, ec.ECDSA(hashes.SHA256()))
        else:
            raise NotTrusted("its certificate has a key of another kind")
    except (InvalidSignature, binascii.Error, ValueError):
        raise NotSigned("its signature is wrong") from None


def _trusted_key(certificates: bytes, domain: str, now: datetime) -> object:
    if len(certificates) > LONGEST_CHAIN:
        raise NotTrusted("its certificate is too long")
    try:
        leaf, *others = x509.load_pem_x509_certificates(certificates)
        known = _authorities(ssl.get_default_verify_paths().cafile or where())
        verifier = PolicyBuilder().store(known).time(now).build_server_verifier(x509.DNSName(domain))
        verifier.verify(leaf, others)
        return leaf.public_key()
    except (ValueError, VerificationError, x509.UnsupportedGeneralNameType):
        raise NotTrusted("its certificate is not to be trusted") from None


@lru_cache(maxsize=4)
def _authorities(path: str) -> Store:
    """Those whom TLS trusts here as well (``SSL_CERT_FILE``)."""
    return Store(x509.load_pem_x509_certificates(Path(path).read_bytes()))
