"""Bytes of any charset, declared truly or not, to characters; encoded header words to text."""

from __future__ import annotations

import codecs
import re
import unicodedata
from email.header import decode_header

_NOT_CODECS = {
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "mbcs",
    "oem",
    "utf_7_imap",
}
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "hz",
    "big5": "big5hkscs",
    "ascii": "",
    "latin_1": "cp1252",
}
"""Mail says the narrow name and uses the wide set."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def characters(octets: bytes, charset: str) -> str:
    """Decode as declared, else as it looks, else with replacement signs; never fails."""
    declared = _codec(charset)
    for name in filter(None, (declared, "utf-8", "gb18030")):
        try:
            return octets.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return octets.decode(declared or "utf-8", "replace")


def _codec(charset: str) -> str:
    label = charset.strip(" \"'").lower().removeprefix("x-").removeprefix("unicode-1-1-")
    try:
        name = codecs.lookup(label).name.replace("-", "_")
        "".encode(name)
    except (LookupError, ValueError, UnicodeError):
        return ""
    if name in _NOT_CODECS:
        return ""
    return _WIDER.get({"iso8859_1": "latin_1"}.get(name, name), name)


def decoded(value: str) -> str:
    """RFC 2047 words to text; a word that cannot be decoded stays as it stands."""
    unfolded = re.sub(r"[\r\n]+[ \t]*", " ", value)
    try:
        pieces = decode_header(unfolded)
    except (ValueError, LookupError):
        return unfolded
    text = []
    for piece, charset in pieces:
        text.append(piece if isinstance(piece, str) else characters(piece, charset or "utf-8"))
    return "".join(text)


def one_line(text: str) -> str:
    """Without controls, invisible signs and line breaks."""
    spaced = re.sub(r"\s+", " ", text)
    return unicodedata.normalize("NFC", _CONTROLS.sub("", spaced)).strip()


def clean(text: str) -> str:
    """Without controls and invisible signs, lines kept."""
    lines = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", lines).strip()
