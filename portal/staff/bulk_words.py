"""What may be done to several cases at once, and to how many."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as later

CAP = 50
"""Cases at once; what is beyond it is said to be left out."""
ACTS = {
    "assign": later("Give to"),
    "more_time": later("Take more time"),
    "join": later("Join with the likely duplicate"),
}
