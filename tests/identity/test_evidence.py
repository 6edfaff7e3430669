"""A paper shown to prove something: kept sealed, seen by one, destroyed when it is decided."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from identity import evidence, sealing
from identity.models import Evidence, SealingKey, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def picture(width: int = 8, height: int = 8, mark: bytes = b"DANA-CARD-417") -> bytes:
    """A PNG whose header says that size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return b"\x89PNG\r\n\x1a\n" + chunk + mark


def kept(matter: str = "submission:one") -> Evidence:
    return evidence.keep(matter=matter, kind="document", content=picture(), now=NOW)


def people() -> tuple[User, User]:
    return User.objects.create_user("olu@example.com"), User.objects.create_user("pia@example.com")


def test_what_lies_on_disk_is_sealed_under_a_key_of_its_own() -> None:
    one, other = kept(), kept()
    on_disk = (Path(settings.PORTAL_VAULT) / one.path).read_bytes()
    assert b"DANA-CARD-417" not in on_disk and one.key_id != other.key_id
    assert one.content_type == "image/png"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"GIF89a<script>", "not_a_document"),
        (b"MZ\x90\x00 an executable called passport.jpg", "not_a_document"),
        (b"<svg onload='alert(1)'/>", "not_a_document"),
        (b"\x89PNG\r\n\x1a\nnot a header at all, merely the magic", "not_a_document"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 40, "not_a_document"),
        (picture(50_000, 50_000), "too_many_pixels"),
        (b"%PDF-" + b"x" * evidence.MAX_BYTES, "too_large"),
    ],
)
def test_only_papers_are_kept_and_the_content_says_what_they_are(content: bytes, why: str) -> None:
    """TRUST 31, 32."""
    with pytest.raises(evidence.NotKept) as refusal:
        evidence.keep(matter="submission:one", kind="document", content=content, now=NOW)
    assert refusal.value.why == why and not Evidence.objects.exists()


def test_nobody_fills_the_vault_through_one_request() -> None:
    for _ in range(evidence.MAX_KEPT):
        kept()
    with pytest.raises(evidence.NotKept):
        kept()
    kept("submission:other")


def test_one_reviewer_at_a_time_sees_it() -> None:
    piece, (olu, pia) = kept(), people()
    held = {"matter": piece.matter, "now": NOW}
    with pytest.raises(evidence.Busy):
        evidence.read(piece.public_id, by=olu, **held)
    evidence.claim(piece.public_id, by=olu, **held)
    with pytest.raises(evidence.Busy):
        evidence.claim(piece.public_id, by=pia, **held)
    with pytest.raises(evidence.Busy):
        evidence.read(piece.public_id, by=pia, **held)
    _, content = evidence.read(piece.public_id, by=olu, **held)
    assert b"".join(content) == picture()
    later = {"matter": piece.matter, "now": NOW + evidence.REVIEW}
    evidence.claim(piece.public_id, by=pia, **later)
    with pytest.raises(evidence.Busy):
        evidence.read(piece.public_id, by=olu, **later)


def test_another_matters_paper_is_not_there() -> None:
    piece, (olu, _) = kept(), people()
    with pytest.raises(evidence.Gone):
        evidence.claim(piece.public_id, matter="submission:other", by=olu, now=NOW)


def test_deciding_destroys_the_content_and_keeps_the_line() -> None:
    piece, (olu, pia) = kept(), people()
    file = Path(settings.PORTAL_VAULT) / piece.path
    evidence.decide(piece.public_id, matter=piece.matter, by=olu, decision="fits", now=NOW)
    assert not file.exists() and SealingKey.objects.get(pk=piece.key_id).wrapped is None
    (line,) = evidence.of_matter(piece.matter)
    assert (line.decision, line.decided_by, line.destroyed_at) == ("fits", olu, NOW)
    with pytest.raises(evidence.Gone):
        evidence.claim(piece.public_id, matter=piece.matter, by=pia, now=NOW)
    with pytest.raises(sealing.KeyDestroyed):
        sealing.unseal(line.key, b"", "evidence")


def test_what_nobody_decides_is_destroyed_on_its_date() -> None:
    piece = kept()
    assert evidence.destroy_overdue(now=NOW + timedelta(days=29)) == 0
    assert evidence.destroy_overdue(now=NOW + timedelta(days=30)) == 1
    piece.refresh_from_db()
    assert piece.destroyed_at and not piece.decision
