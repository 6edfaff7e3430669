"""A case of our own motion in words: what gave rise to it, what it rests on, and the record that closes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from portal.look.days import in_words, page_language
from portal.staff import reveal, words
from portal.staff.doors import Place
from requests_app import law, lifecycle, permits
from requests_app.models import Case, CaseEvent, Cause, Determination

Row = dict[str, object]
CAUSES = {
    Cause.CHILD: later("A child’s data was found"),
    Cause.RETENTION: later("A retention period has expired"),
    Cause.BREACH: later("A breach or security report"),
    Cause.OTHER: later("Something else, said in words"),
}
KINDS = {
    "email": later("E-mail address"),
    "phone": later("Mobile number"),
    "customer_id": later("Customer number"),
}
DOINGS = {
    "delete": later("Deletion of our own motion"),
    "correct": later("Correction of our own motion"),
    "restrict": later("Restriction of our own motion"),
}
SET_ASIDE = {
    "mistaken": later("The finding was mistaken"),
    "other_person": later("The wrong person was named"),
    "another_case": later("Another case does it"),
    "nothing_to_do": later("Nothing need be done"),
}


def title(right: law.Right) -> str:
    """What is done, where nobody exercises a right."""
    return str(DOINGS[right.operation])


def facts(case: Case) -> list[str]:
    """For the head of its pages: why it is here, and by which rules exemptions are judged."""
    regime, _right = words.rules_of(case)
    return [
        _("Nobody asked: %(cause)s") % {"cause": CAUSES[Cause(case.cause)]},
        _("Exemptions by %(law)s") % {"law": regime.title.in_(page_language())},
    ]


def basis(place: Place, code: str) -> tuple[str, str, bool]:
    """What it rests on in words, its citation, and whether counsel has yet to confirm it."""
    ground = next((one for one in law.own_motions(place.controller.regimes) if one.code == code), None)
    if ground is None:
        return _("Our own decision"), "", False
    lang = page_language()
    return ground.words.in_(lang), law.cite_in(ground.citation, lang), not ground.confirmed


def panel(request: HttpRequest, place: Place, case: Case, concluded: CaseEvent | None = None) -> Row | None:
    """What the pages show beside such a case, with the record that ``concluded`` it; ``None`` for a request."""
    if not case.own_motion:
        return None
    told = reveal.told_of(case)
    found: Row = {"cause": CAUSES[Cause(case.cause)]}
    if told is not None:
        rests_on, citation, unconfirmed = basis(place, told.motion["basis"])
        found |= {
            "found_on": date.fromisoformat(told.motion["found_on"]),
            "basis": rests_on,
            "citation": citation,
            "unconfirmed": unconfirmed,
            "reason": reveal.masked_in(told.motion["reason"], told, reveal.is_shown(request, case))
            if place.may_do(permits.READ_PAPERS)
            else "",
        }
    if concluded is not None:
        found["outcome"] = words.OUTCOMES.get(case.outcome, "")
        found["record"] = [_line(place, case, one) for one in concluded.references["record"]["holdings"]]
    return found


def set_aside(place: Place, case: Case) -> list[tuple[str, object]]:
    """The reasons to choose from, for whoever may leave it off now."""
    return list(SET_ASIDE.items()) if place.may(case, lifecycle.SET_ASIDE) else []


def _line(place: Place, case: Case, one: Mapping[str, object]) -> Row:
    lang, (regime, right) = page_language(), words.rules_of(case)
    parts = [ngettext("%(n)s row", "%(n)s rows", int(str(one["found"]))) % {"n": one["found"]}]
    granted = one["choice"] == Determination.Choice.GRANT
    counts = {
        "erased": _("%(n)s erased"),
        "masked": _("%(n)s masked"),
        "left": _("%(n)s left, another person’s too"),
        "corrected": _("%(n)s corrected"),
    }
    if granted:
        did = [text % {"n": one[key]} for key, text in counts.items() if key in one]
        parts += did or [words.granting(right)]
    elif ground := regime.exemptions.get(str(one.get("ground", ""))):
        parts.append(
            _("stays: %(why)s (%(citation)s)")
            % {"why": ground.title.in_(lang), "citation": law.cite_in(ground.citation, lang)}
        )
        if until := str(one.get("until", "")):
            parts.append(_("until %(day)s") % {"day": in_words(date.fromisoformat(until))})
    title = words.holding_title(place.controller, str(one["holding"]))
    return {"title": title, "detail": " · ".join(parts), "state": "ok" if granted else "hand"}
