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
    capacity: law.Capacity | None,
    correctable: list[tuple[str, str]],
    part: str,
) -> list[dict[str, object]]:
    """Groups of rows: the request, whom it is about if it is another, and how we reach the one who asks.

    ``change`` names where each question that was asked can be answered anew; ``part`` is which consent, in words.
    """

    def row(asked: str, term: str, value: str, about: str) -> dict[str, str]:
        return {"term": term, "value": value, "url": change[asked], "about": about}

    titles = "\n".join(offer.right.title.in_(language) for offer in rights)
    request = [row("rights", _("You ask us to"), titles, _("what you ask us to do"))]
    if "words" in change:
        said = "\n".join(part for part in (draft.text("words"), draft.text("about")) if part)
        request.append(row("words", _("In your words"), said, _("what you tell or ask us")))
    if "part" in change:
        request.append(row("part", _("Which consent"), part, _("which consent you withdraw")))
    if "span" in change:
        spans = (span for offer in rights for span in offer.right.spans)
        reach = next((s.words.in_(language) for s in spans if s.code == draft.text("span")), "")
        request.append(row("span", _("How far back"), reach, _("how far back we look")))
    if "lives_in_california" in change:
        lives = in_california(draft.text("lives_in_california"))
        about = _("whether you live in California")
        request.append(row("lives_in_california", _("You live in California"), lives, about))
    if "correction" in change:
        said = draft.correction
        term = dict(correctable).get(said.get("field", ""), _("What is wrong?"))
        told = [_("We have: %(value)s") % {"value": said["was"]}] if said.get("was") else []
        told += [_("Right is: %(value)s") % {"value": said["to"]}] if said.get("to") else []
        value = "\n".join([*told, *filter(None, [said.get("why")])])
        request.append(row("correction", term, value, _("what is wrong")))
    if capacity and "capacity" in change:
        title = capacity.title.in_(language)
        request.append(row("capacity", _("It is for"), title, _("who this request is for")))
    if capacity and "age" in change:
        age = capacity.age(draft.text("age")).words.in_(language)
        request.append(row("age", _("Age of the child"), age, _("how old the child is")))
    if "relation" in change:
        known = relation_in(rights, draft.text("relation"), language)
        request.append(row("relation", _("Known to us"), known, _("how they came to know us")))
    groups: list[dict[str, object]] = [{"title": _("Your request"), "rows": request}]
    for_another = "person_name" in change
    if for_another:
        name, email = draft.text("person_name"), draft.text("person_email")
        person = [
            row("person_name", _("Name"), name, _("the name of the person it is about")),
            row("person_email", _("E-mail used with us"), email, _("the e-mail address they used with us")),
        ]
        groups.append({"title": _("The person it is about"), "rows": person})
    reach = []
    if "name" in change:
        reach.append(row("name", _("Name"), draft.text("name"), _("your name")))
    if draft.text("email"):
        reach.append(row("email", _("E-mail"), draft.text("email"), _("your e-mail address")))
    if draft.text("phone"):
        reach.append(row("email", _("Mobile number"), draft.text("phone"), _("your mobile number")))
    ours = _("You, who ask for them") if for_another else _("How we find and reach you")
    return [*groups, {"title": ours, "rows": reach}]


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
    if any(offer.right.standard.level is not law.Level.NONE for offer in rights):
        return _("We send you a code, so that nobody else can ask in your name.")
    if all(offer.right.in_words for offer in rights):
        return _("A person reads it, and a second one agrees to the answer. You need not prove anything.")
    return _("Our systems carry it out. You need not prove anything.")


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
