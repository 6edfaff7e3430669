"""Letters in other wrappings than MIME: Outlook's TNEF, S/MIME's signed envelope, uuencode, PGP; bounded, never failing."""

from __future__ import annotations

import binascii
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_ITEMS = 2000
"""Properties of a TNEF stream, pieces of a signed one: a real letter has a few dozen."""


@dataclass
class Unwrapped:
    """What was inside: the words, still as bytes or text, and the files."""

    text: str = ""
    html: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)


# --- TNEF (MS-OXTNEF) -----------------------------------------------------------------
_SIGNATURE = 0x223E9F78
_BODY, _MESSAGE, _NEW_FILE, _FILE_DATA, _FILE_TITLE, _FILE_PROPS = (
    0x0002800C, 0x00069003, 0x00069002, 0x0006800F, 0x00018010, 0x00069005,
)  # fmt: skip
_CODEPAGE = 0x00069007
_PR_BODY, _PR_HTML, _PR_LONG_NAME = 0x1000, 0x1013, 0x3707
_WIDTHS = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING8, _UNICODE, _BINARY, _MANY = 0x1E, 0x1F, 0x102, 0x1000


def open_tnef(raw: bytes) -> Unwrapped:
    """What a ``winmail.dat`` holds; as much of it as can be read."""
    found = Unwrapped()
    names: list[str] = []
    codec = "cp1252"
    try:
        for attribute, data in _attributes(raw):
            if attribute == _CODEPAGE and len(data) >= 4:
                codec = _codec(struct.unpack_from("<I", data)[0])
            elif attribute == _BODY and not found.text:
                found.text = data.rstrip(b"\x00").decode(codec, "replace")
            elif attribute == _MESSAGE:
                _read_message(data, found, codec)
            elif attribute == _NEW_FILE:
                names.append("")
                found.files.append(("", b""))
            elif found.files and attribute in {_FILE_TITLE, _FILE_DATA, _FILE_PROPS}:
                found.files[-1] = _file(found.files[-1], attribute, data, codec)
    except (struct.error, IndexError, ValueError, LookupError):
        return found
    return found


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    if len(raw) < 6 or struct.unpack_from("<I", raw)[0] != _SIGNATURE:
        return
    at, count = 6, 0
    while at + 9 <= len(raw) and count < MOST_ITEMS:
        attribute, length = struct.unpack_from("<II", raw, at + 1)
        data = raw[at + 9 : at + 9 + length]
        if len(data) != length:
            return
        yield attribute, data
        at, count = at + 9 + length + 2, count + 1


def _read_message(data: bytes, found: Unwrapped, codec: str) -> None:
    for number, kind, value in _properties(data):
        if number == _PR_BODY:
            found.text = _words(kind, value, codec) or found.text
        elif number == _PR_HTML:
            found.html = (
                value.rstrip(b"\x00").decode("utf-8", "replace")
                if kind == _BINARY
                else _words(kind, value, codec)
            )


def _file(now: tuple[str, bytes], attribute: int, data: bytes, codec: str) -> tuple[str, bytes]:
    if attribute == _FILE_TITLE:
        return now[0] or data.rstrip(b"\x00").decode(codec, "replace"), now[1]
    if attribute == _FILE_DATA:
        return now[0], data
    longer = (
        _words(kind, value, codec) for number, kind, value in _properties(data) if number == _PR_LONG_NAME
    )
    return next(longer, "") or now[0], now[1]


def _words(kind: int, value: bytes, codec: str) -> str:
    if kind == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\x00")
    return value.rstrip(b"\x00").decode(codec, "replace") if kind == _STRING8 else ""


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    count, at = struct.unpack_from("<I", data)[0], 4
    for _ in range(min(count, MOST_ITEMS)):
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        if number >= 0x8000:
            at = _past_name(data, at)
        single = kind & ~_MANY
        values = struct.unpack_from("<I", data, at)[0] if kind & _MANY or single not in _WIDTHS else 1
        at += 4 if kind & _MANY or single not in _WIDTHS else 0
        for _each in range(min(values, MOST_ITEMS)):
            if single in _WIDTHS:
                value, at = data[at : at + _WIDTHS[single]], at + _WIDTHS[single]
            else:
                length = struct.unpack_from("<I", data, at)[0]
                value, at = data[at + 4 : at + 4 + length], at + 4 + (length + 3) // 4 * 4
            yield number, single, value


def _past_name(data: bytes, at: int) -> int:
    at += 16
    by_string, length = struct.unpack_from("<II", data, at)
    return at + 8 + ((length + 3) // 4 * 4 if by_string else 0)


def _codec(codepage: int) -> str:
    known = {936: "gb18030", 950: "big5hkscs", 65001: "utf-8", 54936: "gb18030", 0: "cp1252"}
    name = known.get(codepage, f"cp{codepage}")
    "".encode(name)
    return name


# --- S/MIME (CMS, RFC 5652) -------------------------------------------------------------
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")


def open_signed(raw: bytes) -> bytes | None:
    """The mail inside a signed envelope, its signature not judged; ``None`` when it is encrypted or makes no sense."""
    try:
        outer = list(_elements(raw, 0))
        info = list(_elements(outer[0][1], 1))
        if info[0] != (0x06, _SIGNED_DATA):
            return None
        signed = list(_elements(next(_elements(info[1][1], 2))[1], 3))
        # SignedData: version, digestAlgorithms, encapContentInfo …
        inner = list(_elements(signed[2][1], 4))
        return b"".join(_octets(inner[1][1], 5)) if len(inner) > 1 else None
    except (IndexError, ValueError, StopIteration, RecursionError):
        return None


def _octets(data: bytes, depth: int) -> Iterator[bytes]:
    for tag, value in _elements(data, depth):
        if tag == 0x04:
            yield value
        elif tag == 0x24:
            yield from _octets(value, depth + 1)


def _elements(data: bytes, depth: int) -> Iterator[tuple[int, bytes]]:
    """The BER elements that stand beside each other in ``data``."""
    if depth > 12:
        raise ValueError
    at = 0
    while at < len(data) and data[at : at + 2] != b"\x00\x00":
        tag, value, at = _element(data, at, depth)
        yield tag, value


def _element(data: bytes, at: int, depth: int) -> tuple[int, bytes, int]:
    tag, length, at = data[at], data[at + 1], at + 2
    if length == 0x80:
        end = at
        while data[end : end + 2] != b"\x00\x00":
            if depth > 12:
                raise ValueError
            end = _element(data, end, depth + 1)[2]
        return tag, data[at:end], end + 2
    if length & 0x80:
        size = length & 0x7F
        length, at = int.from_bytes(data[at : at + size], "big"), at + size
    if at + length > len(data):
        raise ValueError
    return tag, data[at : at + length], at + length


# --- in the text itself -----------------------------------------------------------------
_UU = re.compile(
    r"^begin [0-7]{3,4} ([^\n]{1,200})\n((?:[ -`][^\n]{0,90}\n)*?)(?:[` ]?\n)?end[ \t]*$", re.MULTILINE
)
_CLEARSIGNED = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z]{1,40}:[^\n]{0,200}\n)*\n(.*?)\n-----BEGIN PGP SIGNATURE-----"
    r".*?(?:-----END PGP SIGNATURE-----|\Z)",
    re.DOTALL,
)
_PGP = re.compile(r"^-----BEGIN PGP MESSAGE-----\s*$", re.MULTILINE)


def open_text(text: str) -> Unwrapped:
    """A text without the files that are uuencoded in it and without PGP's signature around it."""
    found = Unwrapped()
    if "\nbegin " in f"\n{text}":
        for block in _UU.finditer(text):
            found.files.append((block[1].strip(), _uudecoded(block[2])))
        text = _UU.sub("", text)
    if "-----BEGIN PGP SIGNED" in text:
        text = _CLEARSIGNED.sub(lambda block: re.sub(r"(?m)^- ", "", block[1]), text)
    found.text = text
    return found


def is_encrypted_text(text: str) -> bool:
    """Whether a PGP message stands in the text."""
    return bool(_PGP.search(text))


def _uudecoded(lines: str) -> bytes:
    octets = []
    for line in lines.split("\n"):
        try:
            octets.append(binascii.a2b_uu(line.encode("ascii", "replace")) if line else b"")
        except (binascii.Error, ValueError):
            # Some programs fill the last group up; the length says how much counts.
            kept = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3 + 1
            try:
                octets.append(binascii.a2b_uu(line[:kept].encode("ascii", "replace")))
            except (binascii.Error, ValueError):
                continue
    return b"".join(octets)
