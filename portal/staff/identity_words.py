"""What staff read about identity: doubts and their evidence, what a settlement rests on, why an act was refused."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.look.days import in_words
from requests_app.models import Doubt
from requests_app.verification import need

Kind = Doubt.Kind
DOUBTS = {
    Kind.NEW_ADDRESS: later("They write from an address that is not on record"),
    Kind.RECENT_CHANGE: later("The address on record changed only lately"),
    Kind.LOOK_ALIKE: later("The address looks like another one"),
    Kind.ADDRESS_CHANGE: later("They want the answer at another address"),
    Kind.FAILED_ATTEMPTS: later("Several attempts failed"),
    Kind.MANDATE: later("The authority to act could not be checked"),
    Kind.BY_STAFF: later("A colleague doubts it"),
    Kind.BY_HAND: later("Identity is to be settled by hand"),
    Kind.POSTAL: later("Letters go to a postal address that nobody has settled as theirs"),
}
BASES = {
    "second_proof": later("The standard was earned a second way"),
    "asked_on_record": later("They answered at an address or number on record"),
    "document": later("A document was reviewed"),
    "authority": later("The authority was checked with whoever gave it"),
    "known_person": later("A record of the house shows it"),
    "mistake": later("The doubt was mistaken"),
}
PROOFS = {
    "data_points": later("Facts to compare with our records"),
    "declaration": later("A signed declaration"),
    "document": later("An identity document, as the last resort"),
}
METHODS = {
    need.ACCOUNT: later("account sign-in"),
    need.EMAIL_CODE: later("code by e-mail"),
    need.SMS_CODE: later("code by text message"),
    need.TWO_POINTS: later("two facts that fit our records"),
    need.THREE_POINTS: later("three facts that fit our records"),
    need.DECLARATION: later("signed declaration"),
    need.DOCUMENT: later("document reviewed"),
    need.STAFF_CHECK: later("settled by hand, by two people"),
    "mandate": later("authority checked and accepted"),
    "person_confirms": later("confirmed by the person acted for"),
    "own_address": later("code to the address of the one who acts"),
    "permission": later("signed permission"),
    "power_of_attorney": later("power of attorney"),
}
CHECKS = {
    "name_fits": later("The name fits what we hold"),
    "in_date": later("It is still valid"),
    "masked": later("Nothing we do not need is readable"),
    "untouched": later("I see no sign that it was altered"),
}
REFUSED = {
    "not_yours": later("This step needs another role, and nobody decides about themselves."),
    "same_person": later("A second person must agree: you proposed it."),
    "reason": later("Write down the reason."),
    "basis": later("Choose what it rests on."),
    "document_alone": later(
        "A document shows a name, and not that an address is theirs: it cannot settle this."
    ),
    "closed": later("Somebody settled this meanwhile."),
    "nothing_may_be_asked": later("The law lets nobody ask for proof here."),
    "not_askable": later("This was asked or shown already."),
    "document_needs_doubt": later("A document is the last resort: a doubt must be on record first."),
    "not_on_record": later("No system holds this. Give an address, number or customer number on record."),
    "cure_first": later("Ask them once more first; this law wants it before a refusal."),
    "cured": later("They were asked once more already."),
    "no_address": later("No letter could leave: there is no address, or today’s limit is reached."),
    "silent": later("A system does not answer, so it cannot be seen who this is. Try again later."),
    "busy": later("A colleague is looking at it just now."),
    "gone": later("It was destroyed."),
    "moved": later("The case has moved on. Look at it again."),
}


def evidence_of(doubt: Doubt) -> str:
    """What the doubt was raised on, in words; counts and dates only."""
    known = doubt.references
    if day := known.get("changed_on"):
        return _("It changed on %(day)s.") % {"day": in_words(date.fromisoformat(day))}
    if "resembles_known" in known:
        if known["resembles_known"]:
            return _("A very similar address is on record. It may be a mistake in typing, or somebody else.")
        return _("It mixes letters of different scripts.")
    if "codes" in known:
        return _("%(n)s wrong codes were typed.") % {"n": known["codes"]}
    if "facts" in known:
        return _("%(n)s times facts were given that do not fit.") % {"n": known["facts"]}
    if day := known.get("until"):
        return _("Both codes were right. Nothing goes there before %(day)s.") % {
            "day": in_words(date.fromisoformat(day))
        }
    if asked := known.get("asked"):
        return _("Asked for: %(proof)s") % {"proof": PROOFS.get(asked, asked)}
    if doubt.kind == Kind.NEW_ADDRESS:
        return _("What they told us fits one person. The address on record was told.")
    return ""
