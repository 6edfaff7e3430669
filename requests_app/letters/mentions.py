"""Colleagues named in a note: who they are, whether they may read it, and what they have not seen yet.

To be named gives nobody access: whoever may not see the case is not told, and the writer learns that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from identity.models import Duty, User
from requests_app import access, permits
from requests_app.models import Case, Mention, Message

_AT = re.compile(r"(?<![A-Za-z0-9_.@/])[@＠](?=\w)")
"""No sign stands before it: the one within an e-mail address names nobody."""
_WORD = re.compile(r"[\w.'’-]+")
_ENDS = ".'’-"
SHOWN = 20
"""Characters of a name that nobody has, when the writer is told so."""


@dataclass(frozen=True)
class Named:
    """What the signs @ in a note stand for."""

    people: tuple[User, ...]
    unknown: tuple[str, ...]
    """Names that no colleague who may see the case has, or that several have."""


def colleagues(case: Case, *, by: User) -> list[User]:
    """Everybody but ``by`` who may read the notes of this case, by name."""
    duties = Duty.objects.filter(controller=case.controller, role__in=permits.READ_PAPERS.who)
    found = User.objects.filter(is_active=True, pk__in=duties.values("user"))
    return but(found.order_by("name", "pk"), case, by=by)


def but(staff: Iterable[User], case: Case, *, by: User) -> list[User]:
    """Those of the controller's caseworkers but ``by``; nobody reads a case about themselves."""
    return [one for one in staff if one.pk != by.pk and not access.desk(one, ()).is_about(case)]


def may_be_told(case: Case, wanted: Iterable[User], *, by: User) -> list[User]:
    """Those of them who may."""
    numbers = {one.pk for one in wanted}
    return [one for one in colleagues(case, by=by) if one.pk in numbers] if numbers else []


def named(text: str, people: Sequence[User]) -> Named:
    """Whom ``@name`` stands for among these people: a whole name, or a first name that one alone has."""
    found: dict[int, User] = {}
    unknown: dict[str, None] = {}
    for sign in _AT.finditer(text):
        rest = text[sign.end() :]
        who = _who(rest, people)
        if who is not None:
            found[who.pk] = who
        elif word := _WORD.match(rest):
            unknown[word.group().rstrip(_ENDS)[:SHOWN]] = None
    return Named(tuple(found.values()), tuple(unknown))


def keep(note: Message, people: Iterable[User]) -> None:
    """Each of them is to read it."""
    rows = [
        Mention(
            message=note, case=note.case, controller=note.case.controller, user=one, made_at=note.written_at
        )
        for one in people
    ]
    Mention.objects.bulk_create(rows)


def of(desk: access.Desk, controller: str) -> QuerySet[Mention]:
    """Where this person was named, on cases whose notes they may read now; the latest first."""
    if not desk.may_do(permits.READ_PAPERS, controller):
        return Mention.objects.none()
    mine = Mention.objects.filter(user=desk.user, controller=controller)
    return mine.filter(case__in=access.cases_for(desk, controller)).order_by("-pk")


def see(desk: access.Desk, controller: str, number: int) -> Mention | None:
    """They have seen it; ``None`` where there is no such."""
    found = of(desk, controller).select_related("case").filter(pk=number).first()
    if found is not None and found.seen_at is None:
        Mention.objects.filter(pk=number, seen_at=None).update(seen_at=timezone.now())
    return found


def to_mail(controller: str, before: datetime) -> QuerySet[Mention]:
    """What nobody saw and no mail told of, made before that moment."""
    waiting = Mention.objects.filter(controller=controller, seen_at=None, mailed_at=None)
    return waiting.filter(made_at__lt=before)


def _who(rest: str, people: Sequence[User]) -> User | None:
    whole = [one for one in people if _begins(rest, one.name)]
    longest = max((len(one.name) for one in whole), default=0)
    candidates = [one for one in whole if len(one.name) == longest]
    if not candidates and (word := _WORD.match(rest)):
        first = word.group().rstrip(_ENDS).casefold()
        candidates = [
            one for one in people if first in (one.name.partition(" ")[0].casefold(), one.name.casefold())
        ]
    return candidates[0] if len(candidates) == 1 else None


def _begins(rest: str, name: str) -> bool:
    """Whether the name stands there, and no Latin letter follows that makes it another's; Hanzi follow without a gap."""
    if not name or rest[: len(name)].casefold() != name.casefold():
        return False
    after = rest[len(name) : len(name) + 1]
    return not (after.isascii() and after.isalnum())
