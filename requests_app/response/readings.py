"""What readers left out of texts, applied to whatever leaves; the sealed originals stay as they were read."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.db import transaction

from identity import vault
from requests_app import systems
from requests_app.law import Words
from requests_app.models import Reading
from requests_app.register.inventory import Collection, Field

GROUNDS = {
    "other_person": Words("another person's data", "他人的个人信息"),
    "privileged": Words("advice of lawyers", "律师的法律意见"),
    "trade_secret": Words("a trade secret", "商业秘密"),
    "security": Words("details that protect against attacks", "用于防范攻击的安全细节"),
    "not_about_you": Words("nothing about you", "与您无关的内容"),
}
"""Why something is left out, in the words that stand in its place. Whether a law allows it is the reader's to judge."""
_LEFT_OUT = Words("[left out: {ground}]", "[此处略去：{ground}]")
_UNREAD = Words("[left out: not read yet]", "[此处略去：尚未审阅]")


def is_whole(reading: Reading) -> bool:
    """Whether a file does not leave at all."""
    return not reading.collection and bool(reading.left_out)


def count_of(reading: Reading) -> int:
    """In how many places something is left out; a whole file is one."""
    return 1 if is_whole(reading) else len(reading.left_out) + len(reading.boxes)


def forget_made(reading: Reading) -> None:
    """Take what was drawn from an earlier reading out of the vault, once it is certain that it goes."""
    paths = reading.made_files
    transaction.on_commit(lambda: [vault.remove(path) for path in paths], robust=True)


def digest(system: str, collection: str, path: str, text: str) -> str:
    """Names one text in one place without telling it."""
    content = json.dumps([system, collection, path, text]).encode()
    return hmac.new(settings.INDEX_KEY.encode(), content, hashlib.sha256).hexdigest()


def named(ground: str, language: str) -> str:
    """What stands where something was left out."""
    words = GROUNDS.get(ground, GROUNDS["other_person"])
    return _LEFT_OUT.in_(language).format(ground=words.in_(language))


def cut(text: str, left_out: Iterable[Sequence[object]], language: str) -> str:
    """The text without those passages, each named in its place."""
    shown, at = [], 0
    for start, end, ground, *_ in left_out:
        shown += [text[at : int(str(start))], named(str(ground), language)]
        at = int(str(end))
    return "".join([*shown, text[at:]])


class Readings:
    """All readings of a case, looked up by text."""

    def __init__(self, readings: Iterable[Reading], language: str) -> None:
        self._language = language
        self._known = {reading.digest: reading for reading in readings}
        self._places = {(r.system, r.collection, r.field) for r in self._known.values()}

    def applied(self, collection: Collection, name: str, value: object) -> object:
        """The column's value as it may leave."""

        def change(path: str, part: Field, text: str) -> str:
            place = (collection.system, collection.name, path)
            if not part.redact and place not in self._places:
                return text
            reading = self._known.get(digest(*place, text))
            if reading is not None and reading.confirmed_at:
                return cut(text, reading.left_out, self._language)
            return _UNREAD.in_(self._language) if part.redact and text.strip() else text

        return systems.retold(value, collection.fields[name], name, change)

    def instead_of(self, system: str, file: str, *, must: bool) -> str:
        """What is given instead of a file; empty where the file itself may leave, or the one made of it.

        One that ``must`` be read may not before it was, also where it came a moment ago.
        """
        reading = self._known.get(digest(system, "", "", file))
        if reading is None:
            return _UNREAD.in_(self._language) if must else ""
        begun = reading.must or reading.marked_by_id or reading.boxes or reading.left_out
        if not (reading.confirmed_at or begun or must):
            # Offered to readers, and nobody marked anything: it leaves as it came.
            return ""
        if not reading.confirmed_at or (reading.boxes and not reading.left_out and not reading.made):
            return _UNREAD.in_(self._language)
        return named(str(reading.left_out[0][2]), self._language) if reading.left_out else ""

    def made_of(self, system: str, file: str) -> Mapping[str, str]:
        """Where the file lies that leaves in this one's place; empty where it leaves as it came."""
        reading = self._known.get(digest(system, "", "", file))
        return reading.made if reading is not None else {}
