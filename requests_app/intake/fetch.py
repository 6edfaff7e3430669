"""Polls the mailboxes the policies name: a message is marked and filed only after it is safely kept."""

from __future__ import annotations

import imaplib
import logging
import os
import re
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxUnencrypted
from imap_tools.utils import encode_folder

from requests_app import register, worklist
from requests_app.intake import mail
from requests_app.models import MailboxMark

log = logging.getLogger(__name__)

TAKEN = "Taken"
MOST_AT_ONCE = 200
TIMEOUT_SECONDS = 30
BEGINNING_BYTES = 64 * 1024
"""What is kept of a mail too big to take; the whole of it stays in the folder for taken mail."""
LOCK_SPACE = 0x3A11
_CONNECTION_TROUBLE = (imaplib.IMAP4.abort, OSError)
_SERVER_TROUBLE = (imaplib.IMAP4.error, ImapToolsError)


class UnusableAddress(ValueError):
    """The mailbox's environment variable does not hold an imaps:// address."""


@dataclass(frozen=True)
class Door:
    """Where a mailbox is, and how to get in."""

    encrypted: bool
    host: str
    port: int
    user: str
    password: str
    folder: str


def fetch_all() -> int:
    """Poll every mailbox that has an address; one mailbox's trouble stays its own."""
    taken = 0
    for controller in register.controllers():
        for mailbox in controller.mailboxes:
            address = os.environ.get(mailbox.imap_secret, "")
            if address:
                taken += _fetch(mailbox.address, mailbox.imap_secret, address)
    return taken


def read_door(address: str) -> Door:
    """``imaps://user:password@host:port/folder``; raises :class:`UnusableAddress`, which quotes nothing."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise UnusableAddress from None
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
        raise UnusableAddress
    encrypted = parts.scheme == "imaps"
    return Door(
        encrypted=encrypted,
        host=parts.hostname,
        port=port or (993 if encrypted else 143),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def _fetch(recipient: str, name: str, address: str) -> int:
    with worklist.alone(LOCK_SPACE, zlib.crc32(name.encode()) & 0x7FFFFFFF) as mine:
        if not mine:
            return 0
        try:
            with _entered(read_door(address)) as box:
                return _take_all(box, recipient, name)
        except UnusableAddress:
            log.error("%s does not hold imaps://user:password@host/folder; the mailbox is not polled", name)
        except (*_CONNECTION_TROUBLE, *_SERVER_TROUBLE) as trouble:
            log.warning("The mailbox of %s cannot be read now: %s", name, type(trouble).__name__)
    return 0


@contextmanager
def _entered(door: Door) -> Iterator[BaseMailBox]:
    kind = MailBox if door.encrypted else MailBoxUnencrypted
    box = kind(door.host, door.port, timeout=TIMEOUT_SECONDS)
    try:
        yield box.login(door.user, door.password, initial_folder=door.folder)
    finally:
        try:
            box.logout()
        except (*_CONNECTION_TROUBLE, *_SERVER_TROUBLE):
            log.info("A mailbox was left without goodbye")


def _take_all(box: BaseMailBox, recipient: str, name: str) -> int:
    taken, broken = 0, False
    position = _position(box, name)
    uids = _waiting(box, position)[:MOST_AT_ONCE]
    folder = _folder_for_taken(box) if uids else ""
    for uid in uids:
        try:
            done = _take(box, uid, recipient, folder)
        except (*_CONNECTION_TROUBLE, OperationalError, InterfaceError) as trouble:
            log.warning("Polling %s stopped and goes on later: %s", name, type(trouble).__name__)
            break
        except Exception as trouble:
            # It stays unseen, so that the next poll tries it again; the others are taken now.
            log.error("One message of %s was not taken: %s", name, type(trouble).__name__)
            done = False
        taken += done
        # The mark stops before the first that was not taken: the next poll begins there, seen or unseen.
        broken = broken or not done
        if not broken:
            position.last_uid = max(position.last_uid, int(uid))
    _remember(position)
    return taken


def _position(box: BaseMailBox, name: str) -> MailboxMark:
    """How far this mailbox was read. Under a new UIDVALIDITY (RFC 3501, 2.3.1.1) no number is the old one."""
    status = box.folder.status(box.folder.get() or "INBOX", ("UIDVALIDITY", "UIDNEXT"))
    validity, after_all = int(status["UIDVALIDITY"]), int(status["UIDNEXT"]) - 1
    known = MailboxMark.objects.filter(mailbox=name).first()
    if known is None:
        # What lies here read from before our time was somebody's to answer.
        return MailboxMark(mailbox=name, uid_validity=validity, last_uid=after_all, read_at=datetime.now(UTC))
    if known.uid_validity != validity:
        log.warning(
            "The mailbox of %s was renumbered; what came since the last poll is looked at again", name
        )
        known.uid_validity, known.last_uid = validity, _before(box, known.read_at)
    return known


def _before(box: BaseMailBox, moment: datetime) -> int:
    """The number after which everything has come since the day before that moment; a mail taken twice is one."""
    since = box.uids(f"SINCE {_imap_day(moment - timedelta(days=1))}", charset=None)
    return min(map(int, since)) - 1 if since else 0


def _waiting(box: BaseMailBox, position: MailboxMark) -> list[str]:
    """What nobody has read, and what came since the last poll even if somebody has read it meanwhile."""
    unseen = box.uids("UNSEEN", charset=None)
    since = box.uids(f"UID {position.last_uid + 1}:*", charset=None)
    # "n:*" names the last message even where its number is below n.
    return sorted({*unseen, *(uid for uid in since if int(uid) > position.last_uid)}, key=int)


def _remember(position: MailboxMark) -> None:
    MailboxMark.objects.update_or_create(
        mailbox=position.mailbox,
        defaults={
            "uid_validity": position.uid_validity,
            "last_uid": position.last_uid,
            "read_at": datetime.now(UTC),
        },
    )


def _take(box: BaseMailBox, uid: str, recipient: str, folder: str) -> bool:
    about = _fetched(box, uid, "(RFC822.SIZE INTERNALDATE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", about.line)
    too_big = bool(size) and int(size[1]) > settings.MAX_MAIL_BYTES
    content = _fetched(
        box, uid, f"(BODY.PEEK[]<0.{BEGINNING_BYTES}>)" if too_big else "(BODY.PEEK[])"
    ).content
    if content is None:
        return False
    receipt = mail.receive(
        content, received_at=_arrived_at(about.line), recipients=[recipient], cut_off=too_big
    )
    if receipt.result == "rejected":
        return False
    _checked(box.client.uid("STORE", uid, "+FLAGS", r"(\Seen)"))
    _file(box, uid, folder)
    return True


@dataclass(frozen=True)
class _Fetched:
    line: bytes
    content: bytes | None


def _fetched(box: BaseMailBox, uid: str, what: str) -> _Fetched:
    line, content = b"", None
    for item in _checked(box.client.uid("FETCH", uid, what)):
        if isinstance(item, tuple):
            line, content = line + item[0], item[1]
        elif isinstance(item, bytes):
            line += item
    return _Fetched(line, content)


def _checked(answer: tuple[str, list]) -> list:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error("The server said no")
    return data


def _arrived_at(line: bytes) -> datetime:
    """When the server took it in; a date to come is not believed."""
    now = datetime.now(UTC)
    stamp = imaplib.Internaldate2tuple(line)
    return min(datetime.fromtimestamp(time.mktime(stamp), UTC), now) if stamp else now


def _folder_for_taken(box: BaseMailBox) -> str:
    folders = {folder.name: folder.delim for folder in box.folder.list()}
    below_inbox = f"INBOX{folders.get('INBOX') or '/'}{TAKEN}"
    for name in (TAKEN, below_inbox):
        if name in folders:
            return name
    try:
        box.folder.create(TAKEN)
    except _SERVER_TROUBLE:
        # Some servers keep every folder below INBOX.
        box.folder.create(below_inbox)
        return below_inbox
    return TAKEN


def _file(box: BaseMailBox, uid: str, folder: str) -> None:
    # Asked anew: before the login a server may name fewer of its abilities.
    able = b" ".join(filter(None, _checked(box.client.capability()))).upper().split()
    target = encode_folder(folder)
    if b"MOVE" in able:
        _checked(box.client.uid("MOVE", uid, target))
        return
    _checked(box.client.uid("COPY", uid, target))
    _checked(box.client.uid("STORE", uid, "+FLAGS", r"(\Deleted)"))
    if b"UIDPLUS" in able:
        # Only ours: a plain EXPUNGE would also remove what somebody else has marked.
        _checked(box.client.uid("EXPUNGE", uid))


def _imap_day(moment: datetime) -> str:
    """As IMAP writes a day, whatever the language of the machine."""
    day: date = moment.date()
    return f"{day.day}-{'JanFebMarAprMayJunJulAugSepOctNovDec'[day.month * 3 - 3 : day.month * 3]}-{day.year}"
