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
    capacity: law.Capacity | None = None,
) -> list[dict[str, object]]:
    """Groups of rows: the request, whom it is about if it is another, and how we reach the one who asks."""
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
    if capacity and "capacity" in change:
        asked.append(
            {
                "term": _("It is for"),
                "value": capacity.title.in_(language),
                "url": change["capacity"],
                "about": _("who this request is for"),
            }
        )
    if capacity and "age" in change:
        asked.append(
            {
                "term": _("Age of the child"),
                "value": capacity.age(draft.text("age")).words.in_(language),
                "url": change["age"],
                "about": _("how old the child is"),
            }
        )
    if "relation" in change:
        asked.append(
            {
                "term": _("Known to us"),
                "value": relation_in(rights, draft.text("relation"), language),
                "url": change["relation"],
                "about": _("how they came to know us"),
            }
        )
    about = [
        {
            "term": _("Name"),
            "value": draft.text("person_name"),
            "url": change.get("person_name", ""),
            "about": _("the name of the person it is about"),
        },
        {
            "term": _("E-mail used with us"),
            "value": draft.text("person_email"),
            "url": change.get("person_email", ""),
            "about": _("the e-mail address they used with us"),
        },
    ]
    reach = [
        {"term": _("Name"), "value": draft.text("name"), "url": change["name"], "about": _("your name")},
        {
            "term": _("E-mail"),
            "value": draft.text("email"),
            "url": change["email"],
            "about": _("your e-mail address"),
        },
    ]
    if draft.text("phone"):
        number = {
            "term": _("Mobile number"),
            "value": draft.text("phone"),
            "url": change["email"],
            "about": _("your mobile number"),
        }
        reach = [*(reach if draft.text("email") else reach[:1]), number]
    return [
        {"title": _("Your request"), "rows": asked},
        *([{"title": _("The person it is about"), "rows": about}] if "person_name" in change else []),
        {
            "title": _("You, who ask for them")
            if "person_name" in change
            else _("How we find and reach you"),
            "rows": reach,
        },
    ]


def relation_in(rights: list[Offer], code: str, language: str) -> str:
    """How somebody came to know the controller, as it was offered."""
    for offer in rights:
        if relation := offer.regime.relation(code):
            return relation.title.in_(language)
    return _("Something else, or I do not know") if code else ""


def in_california(answer: str) -> str:
    """The answer as it was offered."""
    return {"yes": _("Yes"), "no": _("No"), "unknown": _("I do not know")}.get(answer, "")


def what_follows(
    rights: list[Offer], now: datetime, language: str, authorities: list[law.Authority] | None = None
) -> list[Row]:
    """Today, next, and the day of each answer if it were sent this minute."""
    rows: list[Row] = [
        {"term": _("Today"), "value": _("You get a reference, and the clock starts.")},
        {"term": _("Next"), "value": next_in(authorities, language) if authorities else _next(rights)},
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


def _next(rights: list[Offer]) -> str:
    if all(offer.right.standard.level is law.Level.NONE for offer in rights):
        return _("We do it. There is nothing to prove.")
    return _("We send you a code, so that nobody else can ask in your name.")


def next_in(authorities: list[law.Authority], language: str) -> str:
    """What the one who asks does next, and what the person acted for has to do with it."""
    asked = {ask.words.in_(language): None for grant in authorities for ask in grant.required}
    said = [_("You show:"), *asked] if asked else [_("Nothing for you to show.")]
    if any(grant.person == "confirms" for grant in authorities):
        said.append(_("The person you act for confirms with a code that we send to the address we have."))
    elif any(grant.person == "is_told" for grant in authorities):
        said.append(_("We tell the address we have that somebody asks."))
    return "\n".join(said)


def last_day(right: law.Right, day: str) -> str:
    """The law's last day, or the outer limit of a promise where no law names a day."""
    if right.respond.house:
        return _("In no case later than %(day)s.") % {"day": day}
    return _("The law’s last day is %(day)s.") % {"day": day}


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "。")) else sentence + _(".")
