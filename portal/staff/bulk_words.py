"""What may be done to several cases at once, and to how many."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as later

from portal.staff import own_motion_words
from requests_app.fulfilment import recipients

CAP = 50
"""Cases at once; what is beyond it is said to be left out."""
ACTS = {
    "assign": later("Give to"),
    "more_time": later("Take more time"),
    "acknowledge": later("Say that we have it"),
    "join": later("Join with the likely duplicate"),
    "close": later("Close"),
}
TELLINGS = {
    "told": later("Third parties were told"),
    recipients.NOBODY: later("Nobody received anything in between"),
}
"""What is noted of opt-outs, in their own list."""
ALL_ACTS = ACTS | TELLINGS
NOT_SHOWN = "not_shown"
CLOSINGS = {NOT_SHOWN: later("Identity was not shown"), **own_motion_words.SET_ASIDE}
"""Why several are closed at once: what somebody asked for only so, all else only of our own motion."""
