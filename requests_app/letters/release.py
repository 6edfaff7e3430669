"""Replies that a second person releases: what waits is exactly what leaves, and whatever changes drops the release."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from identity import sealing
from identity.models import User
from requests_app import access, journal, permits
from requests_app.letters import correspond, drafts
from requests_app.letters.locked import Standing
from requests_app.models import Case, Letter, WaitingReply

PURPOSE = "waiting-reply"
WAITS, SENT_BACK, WITHDRAWN = "reply_to_release", "reply_sent_back", "reply_withdrawn"


class NotReleased(Exception):
    """It was refused; ``why`` is a key of the page's words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Content:
    """What waits."""

    kind: str
    """A code of :func:`drafts.kinds`; empty for a reply without a draft."""
    written: str
    """What a person wrote between the locked paragraphs."""
    message: str
    """The whole of it."""
    to: str
    by_post: bool

    @property
    def digest(self) -> str:
        """SHA-256 of where it goes and what it says."""
        return hashlib.sha256(json.dumps([self.to, self.by_post, self.message]).encode()).hexdigest()


def lay(standing: Standing, *, by: User, kind: str, written: str) -> WaitingReply:
    """Keep it until somebody else releases it; sent twice it waits once. Raises ``NoAddress``."""
    case, content = standing.case, _content(standing, kind, written)
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        own = case.waiting_replies.filter(written_by=by)
        same = own.filter(ended_at=None, digest=content.digest).first()
        if same is not None:
            return same
        # What was sent back is written again with this.
        own.filter(ended=WaitingReply.Ended.SENT_BACK).update(ended=WaitingReply.Ended.WITHDRAWN)
        sealed = json.dumps(asdict(content), ensure_ascii=False).encode()
        reply = WaitingReply.objects.create(
            case=case, controller=case.controller, written_by=by, written_at=timezone.now(),
            sealed=sealing.seal(case.key, sealed, PURPOSE), digest=content.digest,
        )  # fmt: skip
        journal.record(case, WAITS, by=journal.staff(by.pk), references={"waiting": reply.pk})
    return reply


def read(reply: WaitingReply) -> Content:
    """What waits; raises ``KeyDestroyed`` after the purge."""
    return Content(**json.loads(sealing.unseal(reply.case.key, reply.sealed, PURPOSE)))


def waiting(desk: access.Desk, controller: str) -> QuerySet[WaitingReply]:
    """Those that wait on the cases this person may read, the oldest first."""
    found = WaitingReply.objects.filter(controller=controller, ended_at=None)
    return found.filter(case__in=access.cases_for(desk, controller)).order_by("written_at", "pk")


def against(reply: WaitingReply, standing: Standing, *, by: User) -> str:
    """Why this person cannot release it now: a key of the page's words; empty when they can."""
    desk = access.desk(by)
    if reply.ended_at is not None:
        return "ended"
    if not desk.may_do(permits.RELEASE_REPLY, reply.controller) or desk.is_about(standing.case):
        return "not_yours"
    if reply.written_by_id == by.pk:
        return "same_person"
    return "" if _still_stands(reply, standing) else "changed"


def release(reply: WaitingReply, standing: Standing, *, by: User, seen: str) -> Letter | None:
    """It leaves as it was seen: ``seen`` is the digest that stood on the page. Raises :class:`NotReleased`.

    ``None`` where the same reply has left already.
    """
    with transaction.atomic():
        standing = _locked(standing)
        held = WaitingReply.objects.select_for_update(of=("self",)).select_related("case__key", "written_by")
        reply = held.get(pk=reply.pk)
        if why := against(reply, standing, by=by):
            raise NotReleased(why)
        if seen != reply.digest:
            raise NotReleased("changed")
        _end(reply, WaitingReply.Ended.RELEASED, by)
        return correspond.reply(
            standing.case, by=reply.written_by, text=read(reply).message, once=f"waiting-{reply.pk}",
            released_by=by,
        )  # fmt: skip


def send_back(reply: WaitingReply, *, by: User, reason: str) -> bool:
    """It does not leave; why stands in a note that its writer is told of. ``False`` when its waiting is over."""
    return _stop(reply, WaitingReply.Ended.SENT_BACK, SENT_BACK, by, reason)


def withdraw(reply: WaitingReply, *, by: User) -> bool:
    """Its writer takes it back, or puts away what was sent back; ``False`` when it has left, or another wrote it."""
    if reply.written_by_id != by.pk:
        return False
    back = WaitingReply.objects.filter(pk=reply.pk, ended=WaitingReply.Ended.SENT_BACK)
    return bool(back.update(ended=WaitingReply.Ended.WITHDRAWN)) or _stop(
        reply, WaitingReply.Ended.WITHDRAWN, WITHDRAWN, by
    )


def _content(standing: Standing, kind: str, written: str) -> Content:
    message = drafts.whole(drafts.kinds().get(kind), standing, written)
    leaving = correspond.as_it_leaves(standing.case, message)
    return Content(kind, written, message, leaving.to, leaving.by_post)


def _still_stands(reply: WaitingReply, standing: Standing) -> bool:
    """Whether it would be written so today: its kind fits, and neither the locked paragraphs nor the address changed."""
    content = read(reply)
    kind = drafts.kinds().get(content.kind)
    if content.kind and (kind is None or not drafts.fits(kind, standing)):
        return False
    try:
        return _content(standing, content.kind, content.written).digest == reply.digest
    except correspond.NoAddress:
        return False


def _locked(standing: Standing) -> Standing:
    held = Case.objects.select_for_update(of=("self",)).select_related("key", "submission")
    return Standing(held.get(pk=standing.case.pk), standing.today, standing.lacks)


def _stop(reply: WaitingReply, ended: WaitingReply.Ended, event: str, by: User, reason: str = "") -> bool:
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=reply.case_id)
        if not WaitingReply.objects.select_for_update().filter(pk=reply.pk, ended_at=None).exists():
            return False
        _end(reply, ended, by)
        references = {"waiting": reply.pk, "to": reply.written_by_id}
        journal.record(reply.case, event, by=journal.staff(by.pk), references=references)
        if reason:
            correspond.write_note(reply.case, by=by, text=reason, tell=[reply.written_by])
    return True


def _end(reply: WaitingReply, ended: WaitingReply.Ended, by: User) -> None:
    WaitingReply.objects.filter(pk=reply.pk).update(ended=ended, ended_at=timezone.now(), ended_by=by)
