"""A mail's bytes made readable: one sender, a subject, a text, what is attached; bounded."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.message import Message

from requests_app.intake import html_text, wrapped
from requests_app.intake.attachments import MOST_FILES, Attachment, type_of
from requests_app.intake.charsets import characters, clean, decoded, one_line
from requests_app.intake.parsed import MAX_DEPTH, Parsed, UnreadableMail, parse, refuse_many

MAX_TEXT = 200_000
"""Signs of text that are read; the rest stays in the original."""
_SIGNED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_EXACT_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:\\@]{1,64}@[^\s<>()\[\]\",;:\\@]{1,189}")


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
    forwarded: str = ""
    """The text of a mail that lies inside this one as a whole."""
    encrypted: bool = False
    """Whether words of it can be read with a key only."""


def read(raw: bytes) -> Mail:
    """Raises :class:`UnreadableMail` and nothing else, whatever a stranger's bytes provoke in the parser."""
    try:
        return _read(raw)
    except UnreadableMail:
        raise
    except Exception:
        # Not chained: the parser's message may quote the mail.
        raise UnreadableMail("unreadable") from None


def files(raw: bytes) -> list[tuple[str, bytes]]:
    """Name and content of what is attached, in the order of :attr:`Mail.attachments`; raises :class:`UnreadableMail`."""
    try:
        return [(name, content) for name, _declared, content in Reading(parse(raw)).files]
    except UnreadableMail:
        raise
    except Exception:
        raise UnreadableMail("unreadable") from None


def _read(raw: bytes) -> Mail:
    parsed = parse(raw)
    message, reading = parsed.message, Reading(parsed)
    sender, senders, name = _sender(message)
    return Mail(
        sender=sender,
        senders=senders,
        name=name,
        subject=one_line(decoded(_raw_value(message, "subject")))[:500],
        text=reading.text[:MAX_TEXT],
        attachments=tuple(
            Attachment(
                one_line(decoded(title))[:200],
                declared[:100],
                type_of(content),
                len(content),
                hashlib.sha256(content).hexdigest(),
            )
            for title, declared, content in reading.files
        ),
        forwarded=reading.forwarded[:MAX_TEXT],
        encrypted=reading.encrypted,
    )


class Reading:
    """One walk through the parts: the writer's words, the mails inside the mail, the files."""

    def __init__(self, parsed: Parsed) -> None:
        refuse_many(parsed.message)
        self._parsed = parsed
        self.files: list[tuple[str, str, bytes]] = []
        """Name, declared type, content."""
        self.encrypted = False
        self._inside: list[str] = []
        self._opened = 0
        self.text = self._words(parsed.message)
        self.forwarded = "\n\n".join(self._inside)

    def _words(self, part: Message) -> str:
        kind = part.get_content_type()
        if part.is_multipart():
            return self._several(part, kind)
        if kind.startswith("multipart/"):
            # Called multipart, but its boundary never comes: what is there is still somebody's words.
            return clean(self._characters(part))
        if kind in _SIGNED and (inner := self._signed(part)) is not None:
            return inner
        if kind == "application/ms-tnef" or _file_name(part).lower() == "winmail.dat":
            return self._outlook(part)
        if is_attached(part):
            if kind in _SIGNED or kind == "application/pgp-encrypted":
                self.encrypted = self.encrypted or "enveloped" in str(
                    part.get_param("smime-type") or "enveloped"
                )
            self._keep(_file_name(part), kind, self._parsed.content(part))
            return ""
        if kind == "text/html":
            return clean(html_text.to_text(self._characters(part)))
        return self._plain(self._characters(part)) if kind.startswith("text/") else ""

    def _several(self, part: Message, kind: str) -> str:
        children = [child for child in part.get_payload() if isinstance(child, Message)]
        if kind == "message/rfc822":
            inside = [self._words(child) for child in children]
            self._inside += [f"{one_line(decoded(_raw_value(child, 'subject')))}\n\n{text}" for child, text in
                             zip(children, inside, strict=True)]  # fmt: skip
            return ""
        if kind == "multipart/encrypted":
            self.encrypted = True
        if kind.startswith("message/"):
            return ""
        texts = [self._words(child) for child in children]
        if kind == "multipart/alternative":
            return next((text for text in texts if text.strip()), "")
        return "\n\n".join(text for text in texts if text.strip())

    def _plain(self, text: str) -> str:
        opened = wrapped.open_text(text.replace("\r\n", "\n"))
        for name, content in opened.files:
            self._keep(name, "application/x-uuencode", content)
        self.encrypted = self.encrypted or wrapped.is_encrypted_text(opened.text)
        return clean(opened.text)

    def _signed(self, part: Message) -> str | None:
        inner = wrapped.open_signed(self._parsed.content(part))
        self._opened += 1
        if inner is None or self._opened > MAX_DEPTH:
            return None
        outer, self._parsed = self._parsed, parse(inner)
        try:
            refuse_many(self._parsed.message)
            return self._words(self._parsed.message)
        finally:
            self._parsed = outer

    def _outlook(self, part: Message) -> str:
        opened = wrapped.open_tnef(self._parsed.content(part))
        for name, content in opened.files:
            self._keep(name, "application/ms-tnef", content)
        return clean(opened.text) or clean(html_text.to_text(opened.html))

    def _characters(self, part: Message) -> str:
        return characters(self._parsed.content(part)[: MAX_TEXT * 4], str(part.get_param("charset") or ""))

    def _keep(self, name: str, declared: str, content: bytes) -> None:
        if len(self.files) < MOST_FILES:
            self.files.append((name, declared, content))


def is_attached(part: Message) -> bool:
    """Whether a part is a file beside the letter and not the letter."""
    disposition = _raw_value(part, "content-disposition").split(";")[0].strip().lower()
    if part.get_content_maintype() == "multipart":
        return False
    return disposition == "attachment" or part.get_content_maintype() != "text"


def _file_name(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        return ""


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
    name = one_line(decoded(values[0].split("<")[0])).strip("\" '") if in_angles else ""
    return addresses[0], 1, name[:200]


def _raw_value(message: Message, wanted: str) -> str:
    return next((_as_text(value) for name, value in message.raw_items() if name.lower() == wanted), "")


def _as_text(value: object) -> str:
    octets = str(value).encode("utf-8", "surrogateescape")
    return characters(octets[:20_000], "utf-8")
