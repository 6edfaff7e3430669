"""The words of the clock's acts: why there is no more time, why an answer is late, why a letter was written down late."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as later

WHY_NOT = {
    "others": later(
        "The notice names somebody else’s address or number, or another case. Look again before it leaves."
    ),
    "answered": later("The case is answered: its clock has ended."),
    "extended": later("More time was taken already, and it is given once."),
    "no_extension": later("These rules give no more time."),
    "too_late": later("The last day on which the notice may leave is over."),
    "pending": later("The notice has not left yet; the dates move once it has."),
    "withheld": later("The notice cannot leave: too many letters went to this unproved address today."),
    "no_address": later("No address is known to which the notice could go."),
    "not_your_move": later("This step needs another role."),
    "reason": later("Choose the reason: the notice must give it."),
    "until": later("Give a day after our date now and no later than the longest one, as year-month-day."),
    "not_late": later("The answer is not late."),
    "changed": later("The case has moved on. Look at it again."),
}
LATE_REASONS = {
    "systems": later("A system did not answer or failed"),
    "proof": later("Proof of identity came late"),
    "staff": later("Nobody was free to work on it"),
    "counsel": later("Counsel had to be asked"),
    "mail": later("A letter did not arrive"),
    "mistake": later("We made a mistake"),
}
LOGGED_LATE = {
    "post_room": later("It lay in the post room"),
    "branch": later("A branch or a colleague passed it on late"),
    "absence": later("Nobody was there to write it down"),
    "overlooked": later("It was overlooked"),
}
