"""What happened to a case, told in sentences: each journal event, each message, each letter, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from identity.models import User
from portal.look.days import in_words
from portal.staff import identity_words, late_words, own_motion_words, papers, reveal, words
from portal.staff.contents import Contents
from portal.staff.doors import Place
from portal.staff.post_words import WHY_RETURNED
from requests_app import journal, law, permits, publishing
from requests_app.decision import more_time
from requests_app.intake import logged
from requests_app.letters import by_post, conversation, correspond, posted
from requests_app.models import Case, CaseEvent, Message
from requests_app.subject import Subject

LATEST = 200
SENTENCES = {
    # name: (sentence, icon)
    "receive": (later("The clock started"), "clock"),
    "opened_of_own_motion": (later("%(who)s opened it of our own motion"), "paper"),
    "take_up": (later("Nobody asked, so nobody is verified: the systems are next"), "half"),
    "conclude": (later("It is done: this record closes it, and no letter goes out"), "done"),
    "set_aside": (later("%(who)s set it aside; nothing was done"), "paper"),
    "ask_proof": (later("We asked for proof of identity"), "letter"),
    "need_no_proof": (later("We acknowledged; this right needs no proof"), "letter"),
    "acknowledged": (later("We acknowledged"), "letter"),
    "download_code_sent": (later("A code for the files was sent"), "letter"),
    "letter_incomplete": (later("The answer cannot go out: the letter lacks something"), "stop"),
    "package_reissued": (later("The files were packed again"), "lock"),
    "code_requested": (later("The requester asked for another code"), "letter"),
    "code_sent": (later("A code was sent"), "letter"),
    "code_refused": (later("No further code was sent: too many already"), "warning"),
    "code_wrong": (later("A wrong code was typed"), "warning"),
    "account_used": (later("The requester signed in to their account"), "lock"),
    "account_stopped": (later("An account was refused as proof: a sign of fraud"), "warning"),
    "proof_incomplete": (later("The code was right; more proof is needed"), "half"),
    "settle_identity": (later("Identity was settled"), "lock"),
    "ask_more_proof": (later("%(who)s asked for more proof"), "lock"),
    "not_identified": (later("Identity was not shown"), "warning"),
    "facts_given": (later("The requester told us facts to compare"), "letter"),
    "facts_compared": (later("The facts were compared and forgotten"), "half"),
    "proof_asked": (later("%(who)s asked for more proof"), "lock"),
    "told_what_is_missing": (later("We told the requester what is missing"), "letter"),
    "cure_requested": (later("%(who)s asked once more"), "letter"),
    "doubt_raised": (later("A doubt was raised"), "warning"),
    "doubt_proposed": (later("%(who)s would settle a doubt"), "half"),
    "doubt_settled": (later("A doubt was settled"), "done"),
    "doubt_stands": (later("%(who)s let a doubt stand"), "warning"),
    "hand_proposed": (later("%(who)s proposed to settle identity by hand"), "half"),
    "address_on_record_told": (later("The address on record was told"), "letter"),
    "address_change_asked": (later("The requester asked for another address"), "letter"),
    "address_changed": (later("The answer now goes to the new address"), "letter"),
    "address_kept": (later("The answer goes to the old address after all"), "letter"),
    "document_given": (later("The requester sent a document"), "lock"),
    "document_seen": (later("%(who)s looked at a document"), "lock"),
    "document_decided": (later("%(who)s decided about a document; it was destroyed"), "lock"),
    "waits_for_doubt": (later("It waits until a doubt is settled"), "paused"),
    "reminded": (later("We reminded the requester"), "letter"),
    "searched": (later("The systems were searched"), "done"),
    "system_unreachable": (later("%(system)s did not answer the search"), "stop"),
    "propose": (later("%(who)s proposed a decision"), "paper"),
    "send_back": (later("%(who)s sent the proposal back"), "half"),
    "approved_in_part": (later("%(who)s approved as %(role)s; another approval is needed"), "half"),
    "approve": (later("%(who)s approved"), "done"),
    "cooling_off": (later("The cooling-off period runs; the requester may still undo it"), "paused"),
    "undo": (later("The requester undid it before any work began"), "paper"),
    "task_chased": (later("Whoever looks after %(system)s was reminded"), "letter"),
    "task_overdue": (later("Whoever looks after %(system)s is overdue and was reminded"), "warning"),
    "task_done": (later("A person answered for %(system)s"), "done"),
    "task_exception": (later("A person says that %(system)s cannot do it"), "stop"),
    "processor_asked": (later("%(system)s was asked, over the wire"), "paper"),
    "processor_recalled": (later("%(system)s took back what it was asked, before it began"), "paper"),
    "processor_not_recalled": (
        later("%(system)s had begun already: what it was asked can no longer be taken back"),
        "warning",
    ),
    "processor_overdue": (later("%(system)s has not answered in time"), "warning"),
    "names_others": (later("The copy names other people; it waits for somebody to look"), "stop"),
    "texts_wait": (later("Texts wait to be read before the copy leaves"), "stop"),
    "text_read": (later("%(who)s read a text and marked what is left out"), "half"),
    "text_reopened": (later("%(who)s let a text be read again"), "half"),
    "text_file_opened": (later("%(who)s opened a file to read it"), "lock"),
    "texts_seen": (later("%(who)s agreed with what is left out of texts"), "half"),
    "texts_confirmed": (later("%(who)s agreed with the last texts; the answer goes on"), "done"),
    "undescribed_left_out": (
        later("Parts of documents that the inventory does not describe are left out of the copy"),
        "warning",
    ),
    "third_party_cleared": (later("%(who)s looked at the other people named and let them stand"), "done"),
    "self_made": (later("The requester changed it themselves, after showing who they are"), "lock"),
    "at_once": (later("This right waits for nobody: the systems carry it out"), "done"),
    "preview_changed": (later("The data changed after approval; the case came back"), "warning"),
    "waits_for_sister": (later("It waits for the sister case"), "paused"),
    "sister_answered": (later("The sister case was answered"), "done"),
    "system_confirmed": (later("%(system)s confirmed"), "done"),
    "system_failed": (later("%(system)s did not carry it out"), "stop"),
    "stopped_by_hold": (later("A legal hold stopped the erasure"), "stop"),
    "waits_for_recipients": (later("The systems are done; the recipients have to be told"), "half"),
    "recipients_told": (later("%(who)s told the recipients"), "done"),
    "recipient_told": (later("%(who)s told one of the recipients"), "half"),
    "recipient_answered": (later("%(who)s noted what a recipient answered"), "paper"),
    "fulfil": (later("The systems are done"), "done"),
    "send_letter_back": (later("%(who)s sent the letter back"), "half"),
    "answer_due": (later("Our date came while systems were at work"), "clock"),
    "answered_so_far": (later("An answer went out on time, naming what is still to come"), "letter"),
    "answer": (later("The answer went out"), "letter"),
    "laid_ready_to_post": (later("The letter is ready to be printed and posted"), "letter"),
    "letter_printed": (later("%(who)s took the letter to print it"), "lock"),
    "files_taken_for_post": (later("%(who)s took the data files for the letter"), "lock"),
    "notice_ready_to_post": (later("A letter is ready to be printed and posted"), "letter"),
    "letter_returned": (later("%(who)s noted that the post brought a letter back"), "warning"),
    "marked_posted": (later("%(who)s posted the letter"), "letter"),
    "posting_undone": (later("%(who)s took that back: it was not posted"), "half"),
    "post_letter_renewed": (later("%(who)s had the letter put together anew"), "half"),
    "post_address_set": (later("%(who)s changed where our letters go"), "letter"),
    "withdraw": (later("The requester withdrew"), "paper"),
    "mark_duplicate": (later("%(who)s marked it a duplicate"), "paper"),
    "to_be_answered": (later("It is answered in words: nothing is searched"), "paper"),
    "finding_written": (later("%(who)s wrote the answer"), "paper"),
    "appeals": (later("It asks for a second look at another case’s answer"), "paper"),
    "appealed": (later("The requester asked for a second look; it is a case of its own"), "warning"),
    "unmark_duplicate": (later("%(who)s took it out again: it is no duplicate"), "paper"),
    "merged": (later("%(who)s joined a duplicate to it"), "paper"),
    "unmerged": (later("%(who)s took a duplicate out again"), "paper"),
    "message_merged": (later("A message came over from the duplicate"), "letter"),
    "supplement": (later("%(who)s reopened it for a supplement"), "paper"),
    "retention_set": (later("The dates of destruction were set"), "clock"),
    "package_made": (later("The files were packed and sealed"), "lock"),
    "package_opened": (later("The requester downloaded the files"), "done"),
    "package_downloaded": (later("The requester downloaded the files"), "done"),
    "package_destroyed": (later("The files were destroyed"), "lock"),
    "purge": (later("Its content was destroyed"), "lock"),
    "message_received": (later("The requester wrote"), "letter"),
    "enclosed": (later("The requester sent a file"), "paper"),
    "note_written": (later("%(who)s wrote a note"), "paper"),
    "reply_written": (later("%(who)s replied"), "letter"),
    "assigned": (later("%(who)s gave it to %(to)s"), "paper"),
    "unassigned": (later("%(who)s put it back for anyone"), "paper"),
    "revealed": (later("%(who)s looked at name and address"), "lock"),
    "tried_again": (later("%(who)s asked %(system)s to try again"), "half"),
    "evidence_added": (later("%(who)s attached evidence"), "paper"),
    "evidence_removed": (later("%(who)s took evidence off again"), "paper"),
    "evidence_opened": (later("%(who)s opened evidence"), "lock"),
    "hold_placed": (later("%(who)s placed a legal hold"), "stop"),
    "hold_renewed": (later("%(who)s renewed the legal hold"), "stop"),
    "hold_lifted": (later("%(who)s lifted the legal hold"), "done"),
    "more_time_asked": (later("%(who)s sent the notice that it takes longer"), "letter"),
    "extended": (later("The notice left, and the dates moved"), "clock"),
    "more_time_lapsed": (later("The notice did not leave in time: the dates stay"), "warning"),
    "late_explained": (later("%(who)s said why it is late"), "clock"),
    "letter_taken_back": (later("%(who)s took a letter back before it left"), "letter"),
    "recounted": (later("The days off changed, so the dates were counted again"), "clock"),
    "letter_bounced": (later("This person did not get our mail: a letter came back"), "warning"),
    "letter_tried_again": (later("%(who)s had a letter sent again"), "letter"),
    "letter_seen_to": (later("%(who)s saw to a letter that did not arrive"), "letter"),
    "mail_linked": (later("%(who)s put a held mail on this case"), "letter"),
    "mail_unlinked": (later("%(who)s took a mail off this case again"), "letter"),
    "notices_stopped": (later("The requester wants no more notices"), "letter"),
    "person_asked": (later("The person acted for was asked, where an address is on record"), "letter"),
    "person_told": (later("The person acted for was told, where an address is on record"), "letter"),
    "person_on_record": (later("The address on record was noted"), "paper"),
    "papers_shown": (later("The one who acts showed something"), "paper"),
    "papers_seen": (later("%(who)s noted what was shown in person"), "paper"),
    "paper_opened": (later("%(who)s opened what was shown"), "lock"),
    "mandate_accepted": (later("%(who)s accepted the authority"), "done"),
    "mandate_doubted": (later("%(who)s doubted what was shown"), "warning"),
    "person_confirmed": (later("The person acted for said yes"), "done"),
    "person_denied": (later("The person acted for said no"), "stop"),
    "logged_by_staff": (later("%(who)s wrote it down"), "paper"),
    "evidence_packed": (later("%(who)s took the evidence pack"), "lock"),
    "sorted_by_staff": (later("%(who)s opened it from held mail"), "paper"),
}
BACK_REASONS = {
    "facts": later("A fact is missing or wrong"),
    "ground": later("The ground does not carry this"),
    "scope": later("Too much or too little is decided"),
    "letter": later("The letter must say it differently"),
}
ABOUT_PAPER = frozenset(
    {
        by_post.NOTICE_READY,
        posted.TAKEN,
        posted.MARKED,
        posted.UNMARKED,
        posted.RETURNED,
        correspond.TAKEN_BACK,
    }
)
JOINED = frozenset({"merged", "unmerged"})
DAYS_MOVED = {
    "due": later("our day: %(before)s before, now %(after)s"),
    "last": later("the law’s last day: %(before)s before, now %(after)s"),
    "acknowledge": later("acknowledgement: %(before)s before, now %(after)s"),
}
RECOUNT_REASONS = {
    publishing.YEAR_PUBLISHED: later("an announced year was published here"),
    publishing.NEWER_CALENDAR: later("a newer release brings a newer calendar"),
}
ACCOUNT_SIGNS = {
    "suspected": later("the company itself marks the account"),
    "unknown_account": later("no system knows the account"),
    "another_account": later("another account proved this request before"),
}
DOUBTS = {
    "unreadable": later("It cannot be read"),
    "not_signed": later("It is not signed by the person it speaks for"),
    "not_named": later("It does not name the one who asks, or the person"),
    "not_covered": later("It does not cover what is asked"),
    "expired": later("It is no longer in force"),
    "forged": later("Something in it does not fit together"),
}
"""Why what was shown does not do; the letter says the same in its own words."""
FILTERS = {
    "all": later("All"),
    "letters": later("Letters"),
    "clock": later("Clock"),
    "systems": later("Systems"),
    "notes": later("Notes"),
}
FILTERED = {
    "letters": frozenset({"message_received", "message_merged", "reply_written", "letter_taken_back", "answer", "answered_so_far", "laid_ready_to_post", "notice_ready_to_post", "marked_posted", "posting_undone", "letter_returned", "post_address_set", "ask_proof", "need_no_proof", "reminded",
                           "letter_bounced", "letter_tried_again", "letter_seen_to", "mail_linked", "mail_unlinked"}),
    "clock": frozenset({"receive", "opened_of_own_motion", "conclude", "more_time_asked", "extended", "more_time_lapsed", "late_explained", "reminded", "recounted", "retention_set", "answer_due", "answered_so_far", "answer"}),
    "systems": frozenset(
        {"searched", "system_unreachable", "system_confirmed", "system_failed", "tried_again", "fulfil", "recipients_told",
         "preview_changed", "stopped_by_hold", "processor_asked", "processor_overdue",
         "recipient_told", "recipient_answered"}
    ),
    "notes": frozenset({"note_written"}),
}  # fmt: skip


def tell(
    place: Place, case: Case, held: Contents, told: Subject | None, shown: bool, only: str = "all"
) -> list[dict[str, object]]:
    """The newest two hundred events as steps of a timeline; at most three queries."""
    found = _newest(case, held, only)
    reads = "messages" in held.there and place.may_do(permits.READ_PAPERS)
    said = Message.objects.filter(case=case).order_by("-pk")[:LATEST] if reads else ()
    messages = {m.pk: m for m in said}
    for message in messages.values():
        message.case = case
    names = names_of(found, held.people)
    return [_step(place, event, names, messages, told, shown) for event in found]


def _newest(case: Case, held: Contents, only: str) -> list[CaseEvent]:
    wanted = FILTERED.get(only)
    if held.chain is not None:
        return [event for event in reversed(held.chain) if wanted is None or event.name in wanted][:LATEST]
    events = CaseEvent.objects.filter(case=case).order_by("-number")
    return list((events if wanted is None else events.filter(name__in=wanted))[:LATEST])


def names_of(events: Iterable[CaseEvent], known: Iterable[User] = ()) -> dict[str, str]:
    """Names of the staff that events speak of, by number; one query where somebody is not ``known`` already."""
    names = {str(user.pk): str(user) for user in known}
    numbers = {event.by_ref for event in events if event.by_kind == journal.staff(0).kind}
    numbers |= {str(event.references["to"]) for event in events if "to" in event.references}
    wanted = [int(number) for number in numbers - names.keys() if number.isdigit()]
    return names | (
        {str(user.pk): str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}
    )


def _step(
    place: Place,
    event: CaseEvent,
    names: dict[str, str],
    messages: dict[int, Message],
    told: Subject | None,
    shown: bool,
) -> dict[str, object]:
    _words, icon = SENTENCES.get(event.name, ("", "paper"))
    known = event.references
    step: dict[str, object] = {
        "title": sentence(place, event, names),
        "at": event.at,
        "icon": icon,
        "detail": _opened(_detail(event)),
    }
    message = messages.get(known["message"]) if isinstance(known.get("message"), int) else None
    if message is not None:
        said = conversation.read(message)
        text = "\n\n".join(part for part in (said.get("subject", ""), said["text"]) if part)
        text = reveal.masked_in(text, told, shown)
        if message.kind == Message.Kind.NOTE:
            step["note"] = text
        else:
            step["reply"] = text
            mine = message.kind == Message.Kind.REPLY
            step["reply_from"] = _("From us") if mine else _("From the requester")
    return step


def sentence(place: Place, event: CaseEvent, names: dict[str, str]) -> str:
    """One event in words; ``names`` as :func:`names_of` gives them."""
    told, _icon = SENTENCES.get(event.name, (event.name.replace("_", " ").capitalize(), "paper"))
    known = event.references
    values = {
        "who": names.get(event.by_ref) or _by(event),
        "to": names.get(str(known.get("to", "")), ""),
        "system": words.system_title(place.controller, str(known.get("system", ""))),
        "role": words.ROLES.get(str(known.get("role", "")), ""),
    }
    return str(told) % values if "%(" in str(told) else str(told)


def _by(event: CaseEvent) -> str:
    kinds: dict[str, Callable[[], str]] = {
        "pipeline": lambda: _("The portal"),
        "requester": lambda: _("The requester"),
        "person": lambda: _("The person concerned"),
    }
    return kinds.get(event.by_kind, lambda: _("Staff"))()


def _opened(text: str) -> str:
    """It follows a full stop."""
    return text[:1].upper() + text[1:]


def _detail(event: CaseEvent) -> str:
    known, parts = event.references, []
    if event.name == "revealed":
        parts.append(str(reveal.REASONS.get(event.reason, event.reason)))
    elif event.name == publishing.RECOUNTED:
        parts += _recounted(event)
    elif event.name == more_time.TAKEN or (event.name in JOINED and "due_before" in known):
        parts.append(str(DAYS_MOVED["due"]) % _days(known, "due"))
        parts.append(str(DAYS_MOVED["last"]) % _days(known, "last"))
    elif event.name == logged.LOGGED and event.reason:
        parts.append(str(late_words.LOGGED_LATE.get(event.reason, event.reason)))
    elif event.name == more_time.LATE:
        parts.append(str(late_words.LATE_REASONS.get(event.reason, event.reason)))
    elif event.name == "account_stopped":
        parts.append(str(ACCOUNT_SIGNS.get(event.reason, event.reason)))
    elif event.name == journal.OPENED_OF_OWN_MOTION:
        parts += _of_own_motion(event)
    elif event.name == "set_aside":
        parts.append(str(own_motion_words.SET_ASIDE.get(event.reason, event.reason)))
    elif event.name == "send_back":
        parts.append(str(BACK_REASONS.get(event.reason, event.reason)))
    elif event.name == "mandate_doubted":
        parts.append(str(DOUBTS.get(event.reason, event.reason)))
    if "on_record" in known and not known["on_record"]:
        parts.append(_("no address on record"))
    elif event.name.startswith("doubt_"):
        parts.append(str(identity_words.DOUBTS.get(event.reason, event.reason)))
    if "channel" in known:
        parts.append(str(words.CHANNELS.get(known["channel"], known["channel"])))
    if "standard" in known:
        standard = words.STANDARDS.get(known["standard"], known["standard"])
        parts.append(_("standard: %(standard)s") % {"standard": standard})
    if "methods" in known:
        parts.append(_list(str(identity_words.METHODS.get(method, method)) for method in known["methods"]))
    if event.name in ABOUT_PAPER and "kind" in known:
        parts.append(str(papers.KINDS.get(known["kind"], known["kind"])))
    if event.name == posted.RETURNED:
        parts.append(str(WHY_RETURNED.get(event.reason, event.reason)))
    if "returned_on" in known:
        parts.append(_("came back on %(day)s") % {"day": in_words(date.fromisoformat(known["returned_on"]))})
    if "posted_on" in known:
        parts.append(_("posted on %(day)s") % {"day": in_words(date.fromisoformat(known["posted_on"]))})
    if "places" in known:
        parts.append(_list(known["places"]))
    if "rows" in known:
        parts.append(_("%(n)s rows") % {"n": known["rows"]})
    if "digest" in known and "evidence" in known:
        parts.append(f"{known['evidence'].partition('.')[0]} · {known['digest'][:12]}")
    if "case" in known:
        parts.append(str(known["case"]))
    if "review_on" in known:
        parts.append(
            _("to be reviewed on %(day)s") % {"day": in_words(date.fromisoformat(known["review_on"]))}
        )
    if "content_until" in known:
        day = in_words(date.fromisoformat(known["content_until"]))
        parts.append(_("content on %(day)s") % {"day": day})
    return " · ".join(parts)


def _of_own_motion(event: CaseEvent) -> Iterator[str]:
    """What gave rise to it, when it was found, and what it rests on."""
    known, lang = event.references, words.page_language()
    yield str(own_motion_words.CAUSES.get(event.reason, event.reason))
    yield _("found on %(day)s") % {"day": in_words(date.fromisoformat(known["found_on"]))}
    yield law.cite_in(known["basis"], lang) if known["basis_code"] else _("Our own decision")


def _recounted(event: CaseEvent) -> Iterator[str]:
    """Why, and every date that is another one now."""
    known = event.references
    yield str(RECOUNT_REASONS.get(event.reason, event.reason))
    for name, sentence in DAYS_MOVED.items():
        if known[f"{name}_before"] != known[f"{name}_after"]:
            yield str(sentence) % _days(known, name)
    if known["due_before"] == known["due_after"]:
        yield _("our day stays %(day)s") % {"day": in_words(date.fromisoformat(known["due_after"]))}
    if known["provisional_before"] and not known["provisional_after"]:
        yield _("no longer provisional")
    yield f"{known['calendar_before']} → {known['calendar_after']}"


def _days(known: Mapping[str, str | None], name: str) -> dict[str, str]:
    """One date before and after, in words."""
    both = {side: known[f"{name}_{side}"] for side in ("before", "after")}
    return {side: in_words(date.fromisoformat(day)) if day else "–" for side, day in both.items()}


def _list(parts: Iterable[str]) -> str:
    return ", ".join(parts)
