"""What must not wait until somebody looks for it: dates that have come or are about to."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.staff import views
from portal.staff.doors import Place

Row = dict[str, object]


def rows(place: Place, near: dict[str, int]) -> list[Row]:
    """A line for each kind of alarm there is, the worst first; ``near`` as :func:`views.counted` gives it."""
    found = []
    if near["alarms"]:
        # Somebody believes that their information is no longer secure: no right with a clock, but nothing waits less.
        text = ngettext(
            "%(n)s report that information is no longer secure",
            "%(n)s reports that information is no longer secure",
            near["alarms"],
        )
        found.append(_alert(text, near["alarms"], f"{place.url('queue')}?view=security", "failed"))
    if near["over"]:
        text = ngettext("%(n)s case is past our date", "%(n)s cases are past our date", near["over"])
        found.append(_alert(text, near["over"], f"{place.url('queue')}?view=late", "failed"))
    if near["soon"]:
        text = ngettext(
            "%(n)s case must be answered by tomorrow",
            "%(n)s cases must be answered by tomorrow",
            near["soon"],
        )
        found.append(_alert(text, near["soon"], f"{place.url('queue')}?view=soon", "waiting"))
    if n := near["paper_due"]:
        text = ngettext(
            "%(n)s letter must be posted by tomorrow", "%(n)s letters must be posted by tomorrow", n
        )
        found.append(_alert(text, n, place.url("to_post"), "waiting"))
    if n := near["review"] + near["review_matters"]:
        text = ngettext(
            "%(n)s legal hold is to be looked at again", "%(n)s legal holds are to be looked at again", n
        )
        found.append(
            _alert(
                text, n, f"{place.url('holds')}{'' if near['review_matters'] else '?show=people'}", "waiting"
            )
        )
    return found


def _alert(text: str, n: int, url: str, state: str) -> Row:
    said = text % {"n": f"{n}{'+' if n >= views.COUNT_TO else ''}"}
    return {"title": said, "state": state, "url": url, "link": _("See")}
