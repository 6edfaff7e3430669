"""Why there is nothing to fetch, and what whoever reads it can do about it: only what is true of their request now."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.look.days import in_words
from requests_app import doubts, register
from requests_app.lifecycle import NO_ANSWER
from requests_app.models import Case, Letter


def why_none(case: Case, *, theirs: bool) -> str:
    """``theirs``: the answer belongs to whoever reads this, and not to the other side of somebody who acts."""
    if not theirs:
        return _("The answer goes to the other one of you: only there are its files.")
    if case.outcome in NO_ANSWER:
        return _("This request ended without an answer of its own, so there are no files.")
    if case.answered_at is None:
        return _("None were made yet. We answer by %(day)s, and write to you when we do.") % {
            "day": in_words(case.due_on, "long")
        }
    if doubts.block_files(case):
        return _(
            "They stay shut until a person has made sure who asks. Write to us about this request, and that person reads it."
        )
    if case.letters.filter(status=Letter.Status.TO_POST).exists():
        return _("Our answer goes to you by post. What can be fetched here opens when it is posted.")
    return gone(case) or _("Our answer came without files. What it says stands on the page of your request.")


def gone(case: Case) -> str:
    """Of files that were there: until when, and how to have them again; empty where none are missing."""
    newest = case.packages.order_by("-pk").first()
    if newest is None or (newest.destroyed_at is None and newest.expires_at > timezone.now()):
        return ""
    # Their last day is the controller's own.
    zone = ZoneInfo(register.controller(case.controller).zone)
    until = min(newest.expires_at, newest.destroyed_at or newest.expires_at).astimezone(zone).date()
    return _(
        "Your files were open until %(day)s and are destroyed. If you need them again, write to us about this request: "
        "a person can search anew, and you then get what we hold at that time."
    ) % {"day": in_words(until, "long")}
