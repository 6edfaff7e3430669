"""The words about letters by post: why an act was refused, and why a letter came back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as later

PROBLEMS = {
    "not_yours": later("This step needs another role, and nobody decides about themselves."),
    "bad_date": later("Give the date as year-month-day, 2027-01-31."),
    "future": later("The day cannot lie ahead."),
    "before_made": later("The letter was put together later than that."),
    "too_late": later("The last day on which the notice may leave is over: the dates stay."),
    "proof_empty": later("Attach a scan or photo that shows that it was posted."),
    "proof_late": later(
        "The day by which it had to leave is over: attach a scan or photo that shows that it was posted in time."
    ),
    "proof_too_large": later("The scan is too large: at most 8 MB."),
    "proof_not_a_document": later("Attach the scan as PDF, PNG or JPEG."),
    "proof_too_many_pixels": later("The picture is too large: at most 50 million pixels."),
    "proof_virus": later("The virus scanner found something in a scan."),
    "proof_down": later("The virus scanner does not answer. Try again later."),
    "not_printed": later(
        "Nobody has taken this letter to print it since it was put together. Take it first."
    ),
    "doubt": later("A doubt is open: settle it before the letter leaves."),
    "changed": later("The letter was withdrawn or posted meanwhile. Look again."),
    "files_gone": later(
        "The files that the letter names are no longer there, or not for long. Put it together anew."
    ),
    "files_not_taken": later(
        "The letter says that a data carrier lies beside it. Take the files for it first."
    ),
    "marked": later("The letter was posted already."),
    "not_here": later("The content of this case is destroyed, or somebody acts in it for another person."),
    "show_first": later("To see or change the address, show name and address first, with a reason."),
    "postal_lines": later("At most five lines of 44 letters or 22 Hanzi fit the envelope’s window."),
    "letters_wait": later("A letter still waits to be posted there: post it or withdraw it first."),
    "came_back": later(
        "The post brought a letter back from this address: correct it, or settle the doubt about it, first."
    ),
    "moot": later("The answer was given, so this letter has nothing left to say."),
    "by_mail": later(
        "Letters about this case go by mail now: write it again as a reply, or set a postal address first."
    ),
    "before_posted": later("It cannot have come back before it was posted."),
    "why_returned": later("Choose what the post says."),
}
STOPPED = {
    "doubt": later("a doubt is open"),
    "came_back": later("a letter came back from this address"),
}
"""Why a letter cannot leave yet, in a list."""
FIELDS = {
    "where": "#where",
    "posted_on": "#id_posted_on",
    "proof": "#id_proof",
    "postal": "#id_postal",
    "returned_on": "#id_returned_on",
    "reason": "#id_reason",
    "scan": "#id_scan",
}
WHY_RETURNED = {
    "moved": later("moved away"),
    "unknown": later("not known at that address"),
    "refused": later("refused"),
    "not_fetched": later("not picked up in time"),
    "other": later("another reason"),
}
