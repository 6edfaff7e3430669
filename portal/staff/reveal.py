"""Personal data is masked until someone says why they need it; shown then to them alone, for a quarter of an hour."""

from __future__ import annotations

import time

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from identity import sealing
from portal.staff import words
from portal.staff.doors import Place
from requests_app import journal, permits, subject
from requests_app.models import REVEALED, Case

SHOWN_SECONDS = 15 * 60
KEY = "revealed"
REASONS = {
    "identify": _("To make sure who is asking"),
    "search": _("To find them in a system"),
    "write": _("To write to them"),
    "duplicate": _("To compare with another case"),
    "counsel": _("To give legal advice on this case"),
}


def is_shown(request: HttpRequest, case: Case) -> bool:
    """Whether this person gave a reason for this case within the last quarter of an hour."""
    return request.session.get(KEY, {}).get(case.public_id, 0) > time.time()


def show(request: HttpRequest, place: Place, case: Case, reason: str) -> None:
    """Record who looked and why, then show."""
    journal.record(case, REVEALED, by=journal.staff(place.desk.user.pk), reason=reason)
    kept = {key: until for key, until in request.session.get(KEY, {}).items() if until > time.time()}
    request.session[KEY] = kept | {case.public_id: int(time.time()) + SHOWN_SECONDS}


def who(request: HttpRequest, place: Place, case: Case) -> str:
    """Name and address, masked or not; nothing of either for who reads no papers."""
    told = told_of(case)
    if told is None:
        return str(_("Destroyed on its date"))
    if not place.may_do(permits.READ_PAPERS):
        return "***"
    if is_shown(request, case):
        address = " / ".join(told.post_to.splitlines())
        return " · ".join(part for part in (told.name, told.email, told.known_by, address) if part) or "–"
    return words.masked(told)


def who_acts(request: HttpRequest, case: Case) -> str:
    """The one who acts for another, masked or not; empty where nobody does."""
    told = told_of(case)
    if told is None or not told.representative:
        return ""
    holder = subject.Subject(name=told.written_by, email=told.writes_from)
    if is_shown(request, case):
        return f"{holder.name} · {holder.email}"
    return words.masked(holder)


def told_of(case: Case) -> subject.Subject | None:
    """What is known of the requester; ``None`` once the case's key is destroyed."""
    try:
        return subject.read(case)
    except (sealing.KeyDestroyed, sealing.SealBroken):
        return None


def masked_in(text: str, told: subject.Subject | None, shown: bool) -> str:
    """A text with the private link taken out, and name and address masked unless they are shown."""
    if told is None:
        return text
    if told.link:
        # Whoever holds the link stands at the requester's door.
        text = text.replace(told.link, "…")
    if shown:
        return text
    hidden = [(told.email, told.masked_email), (told.name, words.initials(told))]
    if told.representative:
        holder = subject.Subject(name=told.written_by, email=told.writes_from)
        hidden += [(holder.email, holder.masked_email), (holder.name, words.initials(holder))]
    hidden += [(line, "***") for line in (told.post_to or told.details.get("postal", "")).splitlines()]
    hidden += [(value, "***") for _kind, value in (*told.proved, *told.candidates)]
    for value, mask in hidden:
        if value:
            text = text.replace(value, mask)
    return text
