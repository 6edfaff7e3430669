"""Why a mail is where it is, and what it seems to ask for, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

SET_ASIDE = {
    "spam": later("Advertising or spam"),
    "service": later("A question for customer service"),
    "not_ours": later("Meant for somebody else"),
    "double": later("The same as another mail"),
}
WHY = {
    "unread": later("It is just being read"),
    "unscanned": later("The virus scanner does not answer; it is read as soon as it does"),
    "infected": later("The virus scanner found something in it"),
    "unreadable": later("It could not be read"),
    "encrypted": later("It is encrypted; ask its sender to write in plain text"),
    "too_big": later("It is too big"),
    "too_deep": later("Its parts are nested too deep"),
    "too_many_parts": later("It has too many parts"),
    "too_many_lines": later("It has too many lines"),
    "too_many_headers": later("It has too many headers"),
    "no_sender": later("It names no sender"),
    "several_senders": later("It names several senders"),
    "own_address": later("It comes from one of our own addresses"),
    "case_gone": later("It answers a case that is destroyed"),
    "case_closed": later("It answers a case that is closed"),
    "other_sender": later("It answers a case, but from another address"),
    "forged_sender": later("It answers a case, but its sender’s address is probably forged"),
    "message_id_used_before": later("Another mail came under the same number"),
    "maybe_bounce": later("A letter of ours may not have arrived"),
    "nothing_asked": later("No request was recognised"),
    "again": later("The same address asked for the same today"),
    "for_many": later("It names several people: an agent may be writing for them"),
    "for_another": later("Somebody may be writing for somebody else"),
    "keeps_a_part": later("It names one consent of several, and may want to keep it"),
    "brought_back": later("Brought back by staff"),
    "auto_generated": later("A program sent it"),
    "list": later("It came by a mailing list"),
    "asks": later("It may ask for something staff must judge"),
    "also": later("It asks for something more"),
    "unopened": later("Nobody opened it within a year; its content is destroyed"),
}
BY_STAFF = {
    "split": later("Opened by staff as cases of several people"),
    "linked": later("Put on a case by staff"),
    "settled": later("Read by staff"),
}
PROOF = {
    "pass": later("Its domain stands for it"),
    "fail": later("Its domain disowns it: probably forged"),
    "none": later("Its domain says nothing about it"),
    "": later("Not checked"),
}

OPERATIONS = {
    "access": later("Access or a copy"),
    "categories": later("Which kinds of data"),
    "delete": later("Deletion"),
    "cancel": later("Closing an account"),
    "correct": later("Correction"),
    "port": later("Data in a portable form"),
    "opt_out": later("No sale or sharing"),
    "limit": later("Limited use of sensitive data"),
    "marketing_opt_out": later("No more advertising"),
    "withdraw_consent": later("Consent taken back"),
    "restrict": later("Restriction"),
    "automated_decision": later("A decision made by a machine"),
    "explain": later("An explanation"),
    "complaint": later("A complaint"),
    "unclear": later("Something about personal data"),
}
"""What a mail asks for, where no statute here has a name for it."""


def why(reason: str) -> str:
    """A reason kept by the mail room."""
    whole, _colon, detail = reason.partition(":")
    if whole == "staff":
        return str(SET_ASIDE.get(detail) or BY_STAFF.get(detail) or detail)
    first = whole.split(",")[0]
    return str(WHY.get(first) or WHY.get(detail) or _("A person must read it"))
