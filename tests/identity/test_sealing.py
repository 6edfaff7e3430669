"""What is sealed opens only whole, only with its key, only for its purpose, and never after destruction."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity import sealing, vault
from identity.models import SealingKey

pytestmark = pytest.mark.django_db

SIZES = [0, 1, sealing.CHUNK - 1, sealing.CHUNK, sealing.CHUNK + 1, 3 * sealing.CHUNK, 200_000]


@pytest.mark.parametrize("size", SIZES)
def test_any_size_comes_back_as_it_was(size: int) -> None:
    key = sealing.new_key()
    plain = bytes(number % 251 for number in range(size))
    assert sealing.unseal(key, sealing.seal(key, plain, "test"), "test") == plain


def _cut(sealed: bytes) -> bytes:
    return sealed[:-1]


def _drop_last_chunk(sealed: bytes) -> bytes:
    return sealed[: sealing.HEADER + sealing.CHUNK + sealing.TAG]


def _swap_chunks(sealed: bytes) -> bytes:
    head, size = sealed[: sealing.HEADER], sealing.CHUNK + sealing.TAG
    body = sealed[sealing.HEADER :]
    return head + body[size : 2 * size] + body[:size] + body[2 * size :]


def _flip(sealed: bytes) -> bytes:
    return sealed[:-5] + bytes([sealed[-5] ^ 1]) + sealed[-4:]


@pytest.mark.parametrize("damage", [_cut, _drop_last_chunk, _swap_chunks, _flip])
def test_damage_is_noticed(damage) -> None:
    key = sealing.new_key()
    sealed = sealing.seal(key, b"x" * (2 * sealing.CHUNK + 10), "test")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(key, damage(sealed), "test")


def test_another_purpose_or_another_key_opens_nothing() -> None:
    key, other = sealing.new_key(), sealing.new_key()
    sealed = sealing.seal(key, b"Dana", "subject")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(key, sealed, "letter")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(other, sealed, "subject")


def test_a_destroyed_key_opens_nothing_ever_again() -> None:
    key = sealing.new_key()
    sealed = sealing.seal(key, b"Dana", "subject")
    sealing.destroy(key)
    for copy in (key, SealingKey.objects.get(pk=key.pk)):
        with pytest.raises(sealing.KeyDestroyed):
            sealing.unseal(copy, sealed, "subject")


def test_old_installation_keys_stay_readable_until_rewrapped(settings) -> None:
    key = sealing.new_key()
    sealed = sealing.seal(key, b"Dana", "subject")
    fresh = {"new": b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"}
    settings.SEALING_KEYS = fresh | settings.SEALING_KEYS
    assert sealing.unseal(key, sealed, "subject") == b"Dana"
    assert sealing.rewrap(key) and not sealing.rewrap(key)
    settings.SEALING_KEYS = fresh
    assert sealing.unseal(SealingKey.objects.get(pk=key.pk), sealed, "subject") == b"Dana"


def test_a_file_in_the_vault_shows_nothing_and_comes_back_whole(tmp_path, settings) -> None:
    settings.PORTAL_VAULT = tmp_path
    key = sealing.new_key()
    stored = vault.write(key, (b"Dana Whitfield lives here. " for _ in range(9000)), "rows")
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Dana" not in on_disk
    assert b"".join(vault.read(key, stored.path, "rows")) == b"Dana Whitfield lives here. " * 9000
    vault.remove(stored.path)
    vault.remove(stored.path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@settings(max_examples=50)
@given(st.text(max_size=40), st.text(max_size=40))
def test_blind_hashes_agree_only_for_the_same_value_in_the_same_scope(one: str, two: str) -> None:
    import unicodedata

    same = unicodedata.normalize("NFC", one.strip()) == unicodedata.normalize("NFC", two.strip())
    assert (sealing.blind("mimap", "phone", one) == sealing.blind("mimap", "phone", two)) is same
    assert sealing.blind("mimap", "phone", one) != sealing.blind("mipmap", "phone", one)
