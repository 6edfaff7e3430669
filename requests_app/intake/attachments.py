"""What is attached to a mail: typed by its content, never by its name, and shown to a scanner where one is set."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_BYTES = 25 * 1024 * 1024
MOST_FILES = 100

_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"#!", "text/x-script"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"-----BEGIN PGP", "application/pgp-encrypted"),
)
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_MARKUP = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(!doctype html|html|head|body|script|svg|\?xml|!--)", re.IGNORECASE
)


@dataclass(frozen=True)
class Attachment:
    """Named as the sender named it."""

    name: str
    declared_type: str
    type: str
    """By its content."""
    size: int
    digest: str


def type_of(content: bytes) -> str:
    """A media type read off the first bytes; ``application/octet-stream`` when they say nothing."""
    head = content[:4096]
    for sign, kind in _SIGNS:
        if head.startswith(sign):
            return _inside_zip(content) if kind == "application/zip" else kind
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:11] in (b"hei", b"mif") else "video/mp4"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if markup := _MARKUP.match(head):
        if b"<svg" in head.lower():
            return "image/svg+xml"
        return "application/xml" if markup[1] == b"?xml" else "text/html"
    if head and b"\x00" not in head and not _looks_binary(head):
        return "text/plain"
    return "application/octet-stream"


def _inside_zip(content: bytes) -> str:
    # An office file names its parts in the directory at the end; nothing is unpacked.
    directory = content[-64 * 1024 :]
    for folder, kind in _OFFICE.items():
        if folder in directory and b"[Content_Types].xml" in content[:4096] + directory:
            return kind
    if content[30:38] == b"mimetype" and content[38:].startswith(b"application/vnd.oasis.opendocument"):
        return "application/vnd.oasis.opendocument"
    return "application/zip"


def _looks_binary(head: bytes) -> bool:
    odd = sum(octet < 9 or 13 < octet < 32 for octet in head)
    return odd * 50 > len(head)
