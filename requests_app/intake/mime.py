"""A mail's bytes made readable: one sender, a subject, a text, what is attached; bounded."""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from itertools import islice

from requests_app.intake import html_text

MAX_DEPTH = 20
MAX_PARTS = 200
MAX_LINES = 1_500_000
MAX_TEXT = 200_000
"""Signs of text that are read; the rest stays in the original."""
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
_EXACT_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:\\@]{1,64}@[^\s<>()\[\]\",;:\\@]{1,189}")


class UnreadableMail(Exception):
    """The mail is beyond a limit or makes no sense; the reason is a word, never a quotation."""


@dataclass(frozen=True)
class Attachment:
    """Named as the sender named it; typed by nobody yet."""

    name: str
    declared_type: str
    size: int
    digest: str


@dataclass(frozen=True)
class Mail:
    """What a mail says."""

    sender: str
    """The one address in From, exactly as given; empty when there is none or more than one."""
    senders: int
    name: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...]


def read(raw: bytes) -> Mail:
    """Raises :class:`UnreadableMail` and nothing else, whatever a stranger's bytes provoke in the parser."""
    try:
        return _read(raw)
    except UnreadableMail:
        raise
    except Exception:
        # Not chained: the parser's message may quote the mail.
        raise UnreadableMail("unreadable") from None


def _read(raw: bytes) -> Mail:
    _refuse_bombs(raw)
    message = BytesParser(policy=policy.compat32).parsebytes(raw)
    if len(message.keys()) > 1000:
        raise UnreadableMail("too_many_headers")
    parts = list(_walk(message, 0))
    if len(parts) > MAX_PARTS:
        raise UnreadableMail("too_many_parts")
    sender, senders, name = _sender(message)
    return Mail(
        sender=sender,
        senders=senders,
        name=name,
        subject=_one_line(_decoded(_raw_value(message, "subject")))[:500],
        text=_text(message)[:MAX_TEXT],
        attachments=tuple(_attachment(part) for part in parts if _is_attached(part)),
    )


def _refuse_bombs(raw: bytes) -> None:
    # The parser keeps a rule for each boundary it has met and tries them on every line.
    if raw.count(b"\n") > MAX_LINES:
        raise UnreadableMail("too_many_lines")
    boundaries = re.finditer(rb"boundary\s*=", raw, re.IGNORECASE)
    if next(islice(boundaries, MAX_PARTS, None), None) is not None:
        raise UnreadableMail("too_many_parts")


def _walk(part: Message, depth: int) -> Iterator[Message]:
    if depth > MAX_DEPTH:
        raise UnreadableMail("too_deep")
    yield part
    if part.is_multipart():
        for child in part.get_payload():
            yield from _walk(child, depth + 1)


def _text(part: Message) -> str:
    """The writer's own words: not what is attached, not mail inside the mail."""
    kind = part.get_content_type()
    if _is_attached(part) or kind == "message/rfc822":
        return ""
    if part.is_multipart():
        texts = [_text(child) for child in part.get_payload()]
        if kind == "multipart/alternative":
            return next((text for text in texts if text.strip()), "")
        return "\n\n".join(text for text in texts if text.strip())
    if kind.startswith("multipart/"):
        # Called multipart, but its boundary never comes: what is there is still somebody's words.
        return _clean(_characters(part))
    if kind == "text/html":
        return _clean(html_text.to_text(_characters(part)))
    return _clean(_characters(part)) if kind.startswith("text/") else ""


def _is_attached(part: Message) -> bool:
    disposition = _raw_value(part, "content-disposition").split(";")[0].strip().lower()
    if part.get_content_maintype() == "multipart":
        return False
    return disposition == "attachment" or part.get_content_maintype() != "text"


def _attachment(part: Message) -> Attachment:
    payload = part.get_payload(decode=True) or b""
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        name = ""
    return Attachment(
        _one_line(_decoded(name))[:200],
        part.get_content_type()[:100],
        len(payload),
        hashlib.sha256(payload).hexdigest(),
    )


def _characters(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if payload is None:
        return ""
    return characters(payload[: MAX_TEXT * 4], str(part.get_param("charset") or ""))


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


def _sender(message: Message) -> tuple[str, int, str]:
    values = [_as_text(value) for name, value in message.raw_items() if name.lower() == "from"]
    if len(values) != 1:
        return "", len(values), ""
    # Addresses are read before anything is decoded: an encoded name cannot smuggle one in.
    bare = re.sub(r'"(?:[^"\\]|\\.){0,500}"', " ", values[0][:4000])
    bare = re.sub(r"\([^()]{0,500}\)", " ", bare)
    if set('"()') & set(bare):
        return "", 0, ""
    in_angles = re.findall(r"<\s*([^<>]*?)\s*>", bare)
    outside = re.split(r"[\s,;:]+", re.sub(r"<[^<>]*>", " ", bare))
    if not in_angles and len([word for word in outside if word]) > 1:
        return "", sum("@" in word for word in outside), ""
    found = dict.fromkeys(in_angles + [word for word in outside if "@" in word])
    addresses = list(found)
    if len(addresses) != 1 or not _EXACT_ADDRESS.fullmatch(addresses[0]):
        return "", len(addresses), ""
    name = _one_line(_decoded(values[0].split("<")[0])).strip("\" '") if in_angles else ""
    return addresses[0], 1, name[:200]


def _raw_value(message: Message, wanted: str) -> str:
    return next((_as_text(value) for name, value in message.raw_items() if name.lower() == wanted), "")


def _as_text(value: object) -> str:
    octets = str(value).encode("utf-8", "surrogateescape")
    return characters(octets[:20_000], "utf-8")


def _decoded(value: str) -> str:
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


def _one_line(text: str) -> str:
    spaced = re.sub(r"\s+", " ", text)
    return unicodedata.normalize("NFC", _CONTROLS.sub("", spaced)).strip()


def _clean(text: str) -> str:
    lines = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", lines).strip()
