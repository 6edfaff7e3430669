"""The journal told to the requester: a sentence for each event. An event without one is ours alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.look.days import in_words
from requests_app import law
from requests_app.models import CaseEvent, Channel

TITLES = {
    "receive": gettext_noop("You sent your request"),
    "acknowledged": gettext_noop("We told you how we check that it is you"),
    "code_requested": gettext_noop("You asked for a new code"),
    "code_refused": gettext_noop("We sent no further code for now"),
    "code_wrong": gettext_noop("A code that did not fit was typed"),
    "recounted": gettext_noop("The days off changed, so we counted our date again"),
    "proof_incomplete": gettext_noop("What you showed counts; something is still missing"),
    "reminded": gettext_noop("We reminded you"),
    "facts_given": gettext_noop("You told us things we can compare"),
    "facts_compared": gettext_noop("We compared them and forgot them"),
    "proof_asked": gettext_noop("We asked you to show once more that it is you"),
    "told_what_is_missing": gettext_noop("We told you what is missing"),
    "document_given": gettext_noop("You sent a document"),
    "document_decided": gettext_noop("A person looked at your document, and it was destroyed"),
    "address_on_record_told": gettext_noop("We told the address we have on record"),
    "address_change_asked": gettext_noop("You asked for the answer at another address"),
    "address_changed": gettext_noop("The answer goes to your new address"),
    "address_kept": gettext_noop("The answer goes to your old address"),
    "settle_identity": gettext_noop("You showed that it is you"),
    "ask_more_proof": gettext_noop("We asked you to show once more that it is you"),
    "searched": gettext_noop("We searched our systems"),
    "system_unreachable": gettext_noop("One of our systems does not answer"),
    "propose": gettext_noop("A person looked at it and proposed an answer"),
    "send_back": gettext_noop("A second person asked for another look"),
    "approve": gettext_noop("A second person agreed"),
    "cooling_off": gettext_noop("It was agreed; you have some days to think better of it"),
    "undo": gettext_noop("You thought better of it before anything was done"),
    "task_done": gettext_noop("A person looked after one of our systems by hand"),
    "self_made": gettext_noop("You changed it yourself, after showing who you are"),
    "at_once": gettext_noop("Nobody has to decide: our systems carry it out"),
    "preview_changed": gettext_noop("Your data changed meanwhile, so we look again"),
    "not_as_decided": gettext_noop("It could not be done as decided, so we look again"),
    "waits_for_sister": gettext_noop("It waits until you have your copy"),
    "sister_answered": gettext_noop("You have your copy, so it goes on"),
    "system_confirmed": gettext_noop("A system is done, and we checked it"),
    "system_failed": gettext_noop("One of our systems did not manage it yet"),
    "recipients_told": gettext_noop("We told those who had received it to delete it too"),
    "fulfil": gettext_noop("All systems are done"),
    "send_letter_back": gettext_noop("We took the answer back for another look"),
    "not_identified": gettext_noop("We could not make sure that it is you"),
    "laid_ready_to_post": gettext_noop("Our letter is printed and goes to the post"),
    "answer": gettext_noop("We answered"),
    "letter_returned": gettext_noop("The post brought our letter back to us"),
    "withdraw": gettext_noop("You withdrew your request"),
    "mark_duplicate": gettext_noop("We joined it with another request of yours"),
    "unmark_duplicate": gettext_noop("We took it apart from your other request again"),
    "appeals": gettext_noop("You asked us to look at an answer again"),
    "appealed": gettext_noop("You asked for a second look; it has a request of its own"),
    "asked_anew": gettext_noop("You asked again; it has a request of its own"),
    "asks_anew": gettext_noop("You asked again with the same answers"),
    "tell": gettext_noop("The request was closed without a letter"),
    "unsplit": gettext_noop("We had opened this by mistake"),
    "address_corrected": gettext_noop("You put your e-mail address right"),
    "supplement": gettext_noop("We found something more and look again"),
    "message_received": gettext_noop("You wrote to us"),
    "enclosed": gettext_noop("You sent a file with it"),
    "message_sent": gettext_noop("We wrote to you"),
    "extend": gettext_noop("We needed more time and told you why"),
    "package_destroyed": gettext_noop("Your files were destroyed on their date"),
    "package_opened": gettext_noop("Your files were downloaded"),
    "package_reissued": gettext_noop("We made your files ready again"),
    "person_asked": gettext_noop("We ask the person concerned, if we have an address for them"),
    "person_told": gettext_noop("We tell the person concerned, if we have an address for them"),
    "papers_shown": gettext_noop("A paper or statement was shown to us"),
    "papers_seen": gettext_noop("We noted what was shown to us"),
    "mandate_accepted": gettext_noop("We accepted what was shown"),
    "mandate_doubted": gettext_noop("What was shown does not do yet"),
    "person_confirmed": gettext_noop("The person concerned said yes"),
    "person_denied": gettext_noop("The person concerned said no"),
}

ACTING = {
    "receive": gettext_noop("You sent a request for somebody else"),
    "acknowledged": gettext_noop("We told you what to show"),
    "settle_identity": gettext_noop("You may act, and the request goes on"),
    "not_identified": gettext_noop("We could not make sure that you may act"),
}
"""Where one acts for another, in place of the sentence above."""
ABOUT = {
    "receive": gettext_noop("Somebody sent a request for you"),
    "person_asked": gettext_noop("We asked you, if we have an address for you"),
    "person_told": gettext_noop("We told you, if we have an address for you"),
    "person_confirmed": gettext_noop("You said yes"),
    "person_denied": gettext_noop("You said no"),
    "acknowledged": gettext_noop("We told them what to show"),
    "settle_identity": gettext_noop("The request goes on"),
    "not_identified": gettext_noop("We could not make sure that they may act for you"),
}
"""And for the person it is about."""

OF_NO_PROOF = {"acknowledged": gettext_noop("We told you that we have your request")}
"""Where nobody has to show who they are."""
NOT_ERASED = {"recipients_told": gettext_noop("We told those who had received it")}
"""Where something else was done than erasing."""
IN_WORDS = {"fulfil": ""}
"""Where a person answers, and no system has anything to do."""

DETAILS = {
    "code_refused": gettext_noop("Too many were asked for. Try again in an hour."),
    "system_unreachable": gettext_noop("We keep trying. Your date does not change."),
    "system_failed": gettext_noop("We keep trying. Your date does not change."),
    "approve": gettext_noop("It was not the person who proposed it."),
    "withdraw": gettext_noop("You may ask again at any time."),
    "not_identified": gettext_noop("Nothing was shown or deleted."),
}

CHANNELS = {
    Channel.WEB: gettext_noop("On this site."),
    Channel.EMAIL: gettext_noop("By e-mail."),
    Channel.POST: gettext_noop("By letter."),
    Channel.PHONE: gettext_noop("By phone."),
    Channel.IN_PERSON: gettext_noop("In person."),
}


def told(
    events: Iterable[CaseEvent],
    *,
    right: law.Right | None = None,
    capacity: str = law.SELF,
    acts: bool = False,
) -> list[dict[str, object]]:
    """Past steps, oldest first; the same thing several times in a row is said once, at its last time.

    Where somebody acts for another, ``acts`` says which of the two reads it.
    """
    instead = _instead(right)
    if capacity != law.SELF:
        instead |= ACTING if acts else ABOUT
    steps: list[dict[str, object]] = []
    last = ""
    for event in events:
        title = instead.get(event.name, TITLES.get(event.name))
        if not title:
            continue
        detail = "" if event.name in instead and event.name != "receive" else _detail(event)
        step = {"title": _(title), "at": event.at, "detail": detail, "state": "past"}
        if event.name == last:
            steps[-1] = step
        else:
            steps.append(step)
        last = event.name
    return steps


def _instead(right: law.Right | None) -> dict[str, str]:
    """What is said otherwise of this right."""
    if right is None:
        return {}
    proof_free = right.standard.level is law.Level.NONE
    return (
        (OF_NO_PROOF if proof_free else {})
        | ({} if right.erases else NOT_ERASED)
        | (IN_WORDS if right.in_words else {})
    )


def _detail(event: CaseEvent) -> str:
    if event.name == "receive":
        came = event.references.get("channel")
        return _(CHANNELS[came]) if came in CHANNELS else ""
    if event.name == "recounted":
        before, after = (date.fromisoformat(event.references[f"due_{side}"]) for side in ("before", "after"))
        if before == after:
            return _("It stays %(day)s.") % {"day": in_words(after, "long")}
        return _("It was %(before)s and is now %(after)s.") % {
            "before": in_words(before, "long"), "after": in_words(after, "long"),
        }  # fmt: skip
    if event.name == "searched" and "systems" in event.references:
        number = event.references["systems"]
        if number > 1:
            return _("%(n)s systems.") % {"n": number}
    return _(DETAILS[event.name]) if event.name in DETAILS else ""
