"""What was answered, and what sending it sets going, as rows of words."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from portal.look.days import in_words
from portal.public.draft import Draft
from portal.public.offers import Offer
from requests_app import law, owed

Row = dict[str, object]


def answers_given(
    draft: Draft,
    rights: list[Offer],
    language: str,
    change: dict[str, str],
    correctable: list[tuple[str, str]],
) -> list[dict[str, object]]:
    """Two groups of rows: the request, and how we reach the person."""
    asked = [
        {
            "term": _("You ask us to"),
            "value": "\n".join(offer.right.title.in_(language) for offer in rights),
            "url": change["rights"],
            "about": _("what you ask us to do"),
        }
    ]
    if "lives_in_california" in change:
        asked.append(
            {
                "term": _("You live in California"),
                "value": in_california(draft.text("lives_in_california")),
                "url": change["lives_in_california"],
                "about": _("whether you live in California"),
            }
        )
    if "correction" in change:
        said = draft.correction
        asked.append(
            {
                "term": dict(correctable).get(said.get("field", ""), _("What is wrong?")),
                "value": "\n".join(part for part in (said.get("to", ""), said.get("why", "")) if part),
                "url": change["correction"],
                "about": _("what is wrong"),
            }
        )
    reach = []
    if "name" in change:
        reach.append(
            {"term": _("Name"), "value": draft.text("name"), "url": change["name"], "about": _("your name")}
        )
    reach.append(
        {
            "term": _("E-mail"),
            "value": draft.text("email"),
            "url": change["email"],
            "about": _("your e-mail address"),
        }
    )
    return [
        {"title": _("Your request"), "rows": asked},
        {"title": _("How we find and reach you"), "rows": reach},
    ]


def in_california(answer: str) -> str:
    """The answer as it was offered."""
    return {"yes": _("Yes"), "no": _("No"), "unknown": _("I do not know")}.get(answer, "")


def what_follows(rights: list[Offer], now: datetime, language: str) -> list[Row]:
    """Today, next, and the day of each answer if it were sent this minute."""
    proof = any(offer.right.standard.level is not law.Level.NONE for offer in rights)
    rows: list[Row] = [
        {"term": _("Today"), "value": _("You get a reference, and the clock starts.")},
        {
            "term": _("Next"),
            "value": _("We e-mail you a code, so that nobody else can ask in your name.")
            if proof
            else _("Our systems carry it out. You need not prove anything."),
        },
    ]
    under = owed.calendars()
    for offer in rights:
        respond = owed.dates(offer.regime, offer.code, now, under=under).respond
        sentence = _("We answer.") if len(rights) == 1 else offer.right.title.in_(language)
        if respond.last_on != respond.due_on:
            last = last_day(offer.right, in_words(respond.last_on, "long"))
            sentence = _("%(first)s %(second)s") % {"first": _ended(sentence), "second": last}
        rows.append(
            {
                "term": _("By %(day)s") % {"day": in_words(respond.due_on, "long")},
                "value": sentence,
                "reasons": respond.reasons,
                "provisional": respond.provisional,
            }
        )
    return rows


def last_day(right: law.Right, day: str) -> str:
    """The law's last day, or the outer limit of a promise where no law names a day."""
    if right.respond.house:
        return _("In no case later than %(day)s.") % {"day": day}
    return _("The law’s last day is %(day)s.") % {"day": day}


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "。")) else sentence + _(".")
