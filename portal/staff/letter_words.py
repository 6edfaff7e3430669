"""What a letter is called, and what became of it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from requests_app.fulfilment import lifting
from requests_app.letters import by_post, outbox
from requests_app.models import Letter

KINDS = {
    "acknowledgement": later("Acknowledgement"),
    "code": later("Code"),
    "not_identified": later("Answer: not identified"),
    "reminder": later("Reminder"),
    "message_reply": later("Reply"),
    "joined": later("Joined with another request"),
    "mistaken": later("Opened by mistake"),
    "more_time": later("Notice of more time"),
    "answer": later("The answer"),
    by_post.KIND: later("The answer, by post"),
    "person_asked": later("To the person acted for: do you allow it?"),
    "person_told": later("To the person acted for: somebody asks"),
    "papers_again": later("Please show it again"),
    "answered_elsewhere": later("Answered to the person"),
    "address_notice": later("To the addresses on record: another one was given"),
    "own_change": later("To the addresses on record: something was changed"),
    "task": later("To a system’s owner: please do it"),
    "date_moved": later("Notice of another date"),
    "restriction_lifted": later("The restriction is lifted"),
}
STATUSES = {
    Letter.Status.DRAFT: later("Draft"),
    Letter.Status.QUEUED: later("In the outbox"),
    Letter.Status.SENT: later("Sent"),
    Letter.Status.FAILED: later("Could not be sent"),
    Letter.Status.WITHHELD: later("Withheld: too many to one address"),
    Letter.Status.TO_POST: later("To be posted"),
}


def status_words(letter: Letter) -> str:
    """How far it has come."""
    if letter.bounced_at:
        return str(_("The post brought it back") if letter.by_post else _("This person did not get our mail"))
    if letter.trouble == lifting.UNTOLD:
        return str(_("Not sent: the restriction stands"))
    if letter.by_post and letter.status == Letter.Status.WITHHELD:
        return str(_("Withdrawn before it was posted"))
    if letter.by_post and letter.status == Letter.Status.SENT:
        return str(_("Posted"))
    if letter.trouble == outbox.TAKEN_BACK:
        return str(_("Taken back before it left"))
    if letter.trouble == outbox.MISTYPED:
        return str(_("To an address that was mistyped"))
    if letter.trouble == "unsubscribed":
        return str(_("Not sent: they want no more notices"))
    return str(STATUSES.get(letter.status, letter.status))


def kind_words(letter: Letter) -> str:
    """What it is called."""
    return str(KINDS.get(letter.kind, letter.kind.replace("_", " ").capitalize()))
