"""Where letters on paper go: staff set the address, and one that is new here is a doubt until it is settled."""

from __future__ import annotations

from django.db import transaction

from identity.models import User
from requests_app import access, doubts, journal, subject
from requests_app.letters import by_post
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Doubt
from requests_app.subject import Subject

ADDRESS_SET = "post_address_set"
MADE_BY_HAND = frozenset({"message_reply", "more_time", "joined"})
"""Letters that do not come by themselves when the way they go changes."""
LONGEST_ADDRESS = 500
"""Characters, line breaks among them."""


class NotPosted(Exception):
    """It was refused; ``problems`` are pairs of a field and a key of the page's words."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(key for _field, key in problems))
        self.problems = problems


def doubt_address(case: Case) -> None:
    """Nobody has compared the address with what is on record: a doubt, once, however the case came here."""
    raised = Doubt.objects.filter(case=case, kind=Doubt.Kind.POSTAL).exists()
    if not raised and case.outcome != Outcome.NOT_IDENTIFIED:
        doubts.raise_doubt(case, Doubt.Kind.POSTAL, by=journal.PIPELINE)


def may_set(case: Case, told: Subject) -> bool:
    """Whether staff may say where its letters go: of a closed case, too, as what came back or is written then must arrive."""
    return case.state != State.ARCHIVED and not told.representative


def set_address(case: Case, address: str, *, by: User) -> None:
    """From now on letters are posted there; with nothing they go by mail again. Raises :class:`NotPosted`.

    An address that is new here is a doubt, whatever was settled about an earlier one.
    """
    refuse_unless_theirs(case, by)
    address = "\n".join(line.strip() for line in address.splitlines() if line.strip())[:LONGEST_ADDRESS]
    if address and not by_post.fits(address):
        raise NotPosted([("postal", "postal_lines")])
    with transaction.atomic():
        case = (
            Case.objects.select_for_update(of=("self",)).select_related("key", "submission").get(pk=case.pk)
        )
        told = subject.read(case)
        if not may_set(case, told):
            raise NotPosted([("", "not_here")])
        if address == told.post_to:
            return
        waits = {letter.kind for letter in by_post.all_laid_ready(case) if not by_post.is_marked(letter)}
        if not address and waits & MADE_BY_HAND:
            raise NotPosted([("", "letters_wait")])
        if not by_post.withdraw(case, "address_changed"):
            raise NotPosted([("", "marked")])
        told.post_to = address
        if address:
            by_post.redirect(case, told)
        else:
            by_post.withdraw_notices(case, "address_changed")
        who = journal.staff(by.pk)
        doubts.withdraw(case, Doubt.Kind.POSTAL, by=who, reason="address_changed")
        if address:
            doubts.raise_doubt(case, Doubt.Kind.POSTAL, by=who)
        journal.record(
            case, ADDRESS_SET, by=who, reason="" if address else "by_mail",
            follow=True, sealed_subject=subject.seal(case, told),
        )  # fmt: skip


def refuse_unless_theirs(case: Case, by: User) -> None:
    """Raises :class:`NotPosted` unless the case is this member of staff's to work, and not about them."""
    desk = access.desk(by)
    if not desk.works_for(case.controller) or desk.is_about(case):
        raise NotPosted([("", "not_yours")])
