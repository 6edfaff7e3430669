"""The head of every page about one case: who, what, under which rules, and what may be done next."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from identity import sealing
from portal.look.days import in_words, page_language
from portal.staff import own_motion_words, reveal, words
from portal.staff.doors import Place
from requests_app import law, rules, subject
from requests_app.lifecycle import APPROVE, PROPOSE
from requests_app.models import Case, Letter
from requests_app.response.posting import WAITS


def head(request: HttpRequest, place: Place, case: Case, title: str = "") -> dict[str, object]:
    """What ``staff/case_head.html`` prints; ``title`` stands before the right's."""
    regime, right = words.rules_of(case)
    home = place.url("case", case.reference)
    trail = [{"url": place.url("queue"), "title": _("All open")}]
    if title:
        trail.append({"url": home, "title": _("Case file")})
    lang = page_language()
    statute, basis = regime.title.in_(lang), law.cite_in(right.basis, lang)
    under = _("%(basis)s · rules of %(version)s") % {
        # A Chinese citation names its law already.
        "basis": basis if basis.startswith(statute) else f"{statute} · {basis}",
        "version": _version(case.regime_version),
    }
    shown = reveal.is_shown(request, case)
    asked = own_motion_words.title(right) if case.own_motion else right.title.in_(lang)
    return {
        "case": {
            "reference": case.reference,
            "title": _titled(title, asked),
            "state": case.state,
            "own_motion": case.own_motion,
            "masked": reveal.who(request, place, case),
            "reveal_url": "" if shown or not place.works() else f"{home}#reveal",
            "trail": trail,
            "facts": [
                *(own_motion_words.facts(case) if case.own_motion else [under, *_also(case)]),
                *_part(place, case),
                *([] if case.own_motion else [words.came_by(case.channel)]),
                case.assignee.name if case.assignee else _("Nobody’s yet"),
                *([words.OUTCOMES.get(case.outcome, case.outcome)] if case.outcome else []),
            ],
        },
        "url": home,
    }


def _part(place: Place, case: Case) -> list[str]:
    """The part of the right that was asked for alone."""
    try:
        part = subject.part_of(case)
    except (LookupError, sealing.KeyDestroyed, sealing.SealBroken):
        return []
    return [place.controller.text(part.title, page_language())] if part else []


def _also(case: Case) -> list[str]:
    """The other statutes that match, each with what it calls the right."""
    lang = page_language()
    return [
        _("and %(law)s · %(right)s · rules of %(version)s")
        % {
            "law": match.regime.title.in_(lang),
            "right": match.right.title.in_(lang),
            "version": _version(match.regime.version),
        }
        for match in rules.matches(case)[1:]
    ]


def tools(place: Place, case: Case, letters: list[Letter]) -> list[dict[str, object]]:
    """The ways on from the case file, from the table of moves and the desk."""
    home = place.url("case", case.reference)
    found: list[dict[str, object]] = []
    if place.may(case, PROPOSE):
        found.append(
            {"words": _("Decide"), "url": place.url("decide", case.reference), "primary": True, "key": "d"}
        )
    if case.state in APPROVE.sources:
        mine = place.may(case, APPROVE)
        found.append(
            {
                "words": _("Second approval"),
                "url": place.url("approve", case.reference),
                "primary": mine,
                "key": "d",
            }
        )
    if case.waits_for == WAITS and place.works():
        url = place.url("post", case.reference)
        found.append({"words": _("Post the answer"), "url": url, "primary": True})
    elif place.works() and any(letter.status == Letter.Status.TO_POST for letter in letters):
        found.append({"words": _("Post a letter"), "url": place.url("post", case.reference)})
    if place.works() and case.key.wrapped is not None:
        if not case.own_motion:
            found.append({"words": _("Reply"), "url": f"{home}#reply", "key": "r"})
        found += [
            {"words": _("Note"), "url": f"{home}#note", "key": "n"},
            {"words": _("Assign"), "url": f"{home}#assign", "key": "a"},
        ]
    return found


def _titled(before: str, right: str) -> str:
    return _("%(before)s: %(right)s") % {"before": before, "right": right} if before else right


def _version(version: str) -> str:
    """A version is the day its rules came into force."""
    try:
        return in_words(date.fromisoformat(version), "plain")
    except ValueError:
        return version
