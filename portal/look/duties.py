"""How long a duty gives, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.law.regime import Duty


def in_time(duty: Duty) -> str:
    """A duty's length in words."""
    n = duty.number
    match duty.count:
        case "calendar_days":
            return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}
        case "business_days":
            return ngettext("%(n)s business day", "%(n)s business days", n) % {"n": n}
        case "working_days":
            return ngettext("%(n)s working day", "%(n)s working days", n) % {"n": n}
        case "months":
            return ngettext("%(n)s month", "%(n)s months", n) % {"n": n}
        case _:
            return _("At once")
