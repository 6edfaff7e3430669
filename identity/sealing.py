"""Authenticated encryption in chunks under one key per sealed thing; destroying the key destroys the thing.

A data key (AES-256) is stored wrapped under a key of the installation
(``PORTAL_SEALING_KEYS``, first one current, the others still readable).
Sealed bytes are ``magic | key id | nonce prefix | chunk …`` where each chunk
is AES-GCM (NIST SP 800-38D) with nonce ``prefix | counter | last?``, so that
chunks can be neither reordered nor cut off at the end.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
import unicodedata
import uuid
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone

from identity.models.keys import SealingKey

MAGIC = b"DRP1"
CHUNK = 64 * 1024
TAG = 16
HEADER = len(MAGIC) + 16 + 7


class SealBroken(Exception):
    """The bytes were changed, cut, or sealed for another purpose."""


class KeyDestroyed(Exception):
    """The key is gone, and with it whatever it sealed."""


def new_key() -> SealingKey:
    """Make and store a data key, wrapped under the current installation key."""
    return new_keys(1)[0]


def new_keys(count: int) -> list[SealingKey]:
    """Several at once, in one statement."""
    keys = [SealingKey(id=uuid.uuid4()) for _ in range(count)]
    for key in keys:
        _wrap(key, secrets.token_bytes(32))
    return SealingKey.objects.bulk_create(keys)


def _wrap(key: SealingKey, plain: bytes) -> None:
    name, installation_key = next(iter(settings.SEALING_KEYS.items()))
    nonce = secrets.token_bytes(12)
    key.wrapped_by = name
    key.wrapped = nonce + AESGCM(installation_key).encrypt(nonce, plain, key.id.bytes)


def _unwrap(key: SealingKey) -> bytes:
    if key.wrapped is None:
        raise KeyDestroyed("This content was destroyed on its date.")
    installation_key = settings.SEALING_KEYS.get(key.wrapped_by)
    if installation_key is None:
        raise SealBroken(f"No installation key named {key.wrapped_by}: add it to PORTAL_SEALING_KEYS.")
    wrapped = bytes(key.wrapped)
    try:
        return AESGCM(installation_key).decrypt(wrapped[:12], wrapped[12:], key.id.bytes)
    except InvalidTag:
        raise SealBroken("A data key does not open with its installation key.") from None


def rewrap(key: SealingKey) -> bool:
    """Wrap under the current installation key; False when it already is, or is destroyed."""
    if key.wrapped is None or key.wrapped_by == next(iter(settings.SEALING_KEYS)):
        return False
    _wrap(key, _unwrap(key))
    key.save(update_fields=["wrapped", "wrapped_by"])
    return True


def destroy(key: SealingKey) -> None:
    """Forget the key for ever. What it sealed is unreadable from the next statement on.

    The row stays, so that a copy restored later is known to be destroyed.
    """
    SealingKey.objects.filter(pk=key.pk).update(wrapped=None, wrapped_by="", destroyed_at=timezone.now())
    key.wrapped = None


def seal(key: SealingKey, plain: bytes, purpose: str) -> bytes:
    """Seal bytes for one purpose (``submission``, ``subject`` …); only the same purpose opens them."""
    return b"".join(seal_stream(key, (plain,), purpose))


def unseal(key: SealingKey, sealed: bytes, purpose: str) -> bytes:
    """Raises :class:`KeyDestroyed` or :class:`SealBroken`."""
    return b"".join(unseal_stream(key, (bytes(sealed),), purpose))


def seal_stream(key: SealingKey, parts: Iterable[bytes], purpose: str) -> Iterator[bytes]:
    """Seal a stream with a bounded buffer of one chunk."""
    cipher, prefix = AESGCM(_unwrap(key)), secrets.token_bytes(7)
    yield MAGIC + key.id.bytes + prefix
    for number, (chunk, last) in enumerate(_rechunk(parts, CHUNK)):
        yield cipher.encrypt(_nonce(prefix, number, last), chunk, _bound(key, purpose))


def unseal_stream(key: SealingKey, parts: Iterable[bytes], purpose: str) -> Iterator[bytes]:
    """Open a stream chunk by chunk; nothing is yielded from a chunk that was changed."""
    cipher = AESGCM(_unwrap(key))
    stream = iter(parts)
    head = b""
    for part in stream:
        head += part
        if len(head) >= HEADER:
            break
    if head[: len(MAGIC)] != MAGIC or head[len(MAGIC) : len(MAGIC) + 16] != key.id.bytes:
        raise SealBroken("Not sealed with this key.")
    prefix, rest = head[HEADER - 7 : HEADER], head[HEADER:]

    def remaining() -> Iterator[bytes]:
        yield rest
        yield from stream

    for number, (chunk, last) in enumerate(_rechunk(remaining(), CHUNK + TAG)):
        try:
            yield cipher.decrypt(_nonce(prefix, number, last), chunk, _bound(key, purpose))
        except InvalidTag:
            raise SealBroken("Sealed content was changed, cut, or sealed for another purpose.") from None


def _bound(key: SealingKey, purpose: str) -> bytes:
    return key.id.bytes + purpose.encode()


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">I", number) + (b"\x01" if last else b"\x00")


def _rechunk(parts: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    buffer = bytearray()
    for part in parts:
        buffer += part
        while len(buffer) > size:
            yield bytes(buffer[:size]), False
            del buffer[:size]
    yield bytes(buffer), True


def seal_short(text: str, purpose: str) -> str:
    """Seal a short-lived text, such as a form's answers in a session, without a stored key of its own."""
    name, installation_key = next(iter(settings.SEALING_KEYS.items()))
    nonce = secrets.token_bytes(12)
    sealed = nonce + _short_cipher(installation_key, purpose).encrypt(nonce, text.encode(), None)
    return f"{name}:{base64.b64encode(sealed).decode()}"


def unseal_short(sealed: str, purpose: str) -> str:
    """Open it under whichever installation key sealed it; raises :class:`SealBroken`."""
    name, _, encoded = sealed.partition(":")
    installation_key = settings.SEALING_KEYS.get(name)
    if installation_key is None:
        raise SealBroken("Sealed under an installation key that is no longer listed.")
    try:
        content = base64.b64decode(encoded, validate=True)
        return _short_cipher(installation_key, purpose).decrypt(content[:12], content[12:], None).decode()
    except (InvalidTag, ValueError):
        raise SealBroken("A short sealed text was changed, or sealed for another purpose.") from None


def _short_cipher(installation_key: bytes, purpose: str) -> AESGCM:
    # The purpose is in the key itself (RFC 5869), so nothing sealed for one purpose opens for another.
    info = b"short:" + purpose.encode()
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(installation_key))


def blind(scope: str, kind: str, value: str) -> str:
    """A keyed hash that finds equal values without keeping them; scoped, so that controllers never meet."""
    exact = unicodedata.normalize("NFC", value.strip())
    folded = exact.lower() if kind == "email" else exact
    message = "\x1f".join((scope, kind, folded)).encode()
    return hmac.new(settings.INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()
