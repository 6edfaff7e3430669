"""A mail's parts, parsed without the long files in it: those are cut out first, and read from the raw bytes when asked for."""

from __future__ import annotations

import binascii
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesFeedParser
from itertools import islice

MAX_DEPTH = 20
MAX_PARTS = 200
MAX_LINES = 1_500_000
MAX_HEADERS = 1000
FEED_BYTES = 64 * 1024
_LONG = re.compile(rb"(?:[A-Za-z0-9+/]{4,1000}+\r?\n){1000,}+")
"""A thousand lines of base64 and more: the parser would hold each as an object of its own."""


class UnreadableMail(Exception):
    """The mail is beyond a limit or makes no sense; the reason is a word, never a quotation."""


@dataclass(frozen=True)
class Parsed:
    """The outermost part, and where its long files lie."""

    message: Message
    raw: bytes
    mark: str
    """Stands in the parts, with a number behind it, for what was cut out; nobody can have written it."""
    cuts: tuple[tuple[int, int], ...]

    def content(self, part: Message) -> bytes:
        """What a part holds, its transfer encoding undone; as much as can be."""
        payload = part.get_payload()
        if not isinstance(payload, str) or self.mark not in payload:
            return part.get_payload(decode=True) or b""
        before, _, after = payload.partition(self.mark)
        number, _, after = after.partition("\n")
        start, end = self.cuts[int(number)]
        cut = memoryview(self.raw)[start:end]
        if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64" and not before.strip():
            try:
                return binascii.a2b_base64(cut) + binascii.a2b_base64(after.encode("ascii", "replace"))
            except (binascii.Error, ValueError):
                pass
        return self._restored(part, payload)

    def _restored(self, part: Message, payload: str) -> bytes:
        whole = re.sub(
            rf"{self.mark}(\d+)\n",
            lambda found: self.raw[slice(*self.cuts[int(found[1])])].decode("ascii"),
            payload,
        )
        copy = Message()
        copy["Content-Transfer-Encoding"] = str(part.get("Content-Transfer-Encoding", ""))
        copy.set_payload(whole)
        return copy.get_payload(decode=True) or b""


def parse(raw: bytes) -> Parsed:
    """The parts of a mail that is no bomb; raises :class:`UnreadableMail`."""
    _refuse_bombs(raw)
    mark = f"cut-{secrets.token_hex(16)}-"
    cuts: list[tuple[int, int]] = []
    parser = BytesFeedParser(policy=policy.compat32)
    at = 0
    for found in _LONG.finditer(raw):
        _feed(parser, raw, at, found.start())
        parser.feed(f"{mark}{len(cuts)}\n".encode())
        cuts.append(found.span())
        at = found.end()
    _feed(parser, raw, at, len(raw))
    message = parser.close()
    if len(message.keys()) > MAX_HEADERS:
        raise UnreadableMail("too_many_headers")
    return Parsed(message, raw, mark, tuple(cuts))


def walk(part: Message, depth: int = 0) -> Iterator[Message]:
    """Every part, outermost first; raises :class:`UnreadableMail`."""
    if depth > MAX_DEPTH:
        raise UnreadableMail("too_deep")
    yield part
    if part.is_multipart():
        for child in part.get_payload():
            yield from walk(child, depth + 1)


def refuse_many(message: Message) -> None:
    """Raises :class:`UnreadableMail` when there are more parts than a letter has."""
    if next(islice(walk(message), MAX_PARTS, None), None) is not None:
        raise UnreadableMail("too_many_parts")


def _feed(parser: BytesFeedParser, raw: bytes, start: int, end: int) -> None:
    for at in range(start, end, FEED_BYTES):
        parser.feed(raw[at : min(at + FEED_BYTES, end)])


def _refuse_bombs(raw: bytes) -> None:
    # The parser keeps a rule for each boundary it has met and tries them on every line.
    if raw.count(b"\n") > MAX_LINES:
        raise UnreadableMail("too_many_lines")
    boundaries = re.finditer(rb"boundary\s*=", raw, re.IGNORECASE)
    if next(islice(boundaries, MAX_PARTS, None), None) is not None:
        raise UnreadableMail("too_many_parts")
