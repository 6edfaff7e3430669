"""The quiet column: why a question is asked, and what else somebody may do."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from portal.public.draft import Draft
from portal.public.offers import Offer, offers
from requests_app import law
from requests_app.register import Controller

Why = dict[str, object]
ENGLISH_GLOSS = re.compile(r"\s*\([A-Z][^()]*\)$")


def of_question(
    controller: Controller, step: str, language: str, authorities: list[law.Authority] | None = None
) -> list[Why]:
    """Beside one question."""
    kept = {"title": _("Your answers are kept"), "text": _("Back and forth loses nothing, for eight hours in this browser.")}  # fmt: skip
    match step:
        case "what":
            return [
                {
                    "title": _("Not sure?"),
                    "text": _("Choose what comes nearest. A person reads it and asks you if it is unclear."),
                },
                kept,
            ]
        case "how-far-back":
            return [
                {
                    "title": _("Why we ask"),
                    "text": _("You may have all of it, or only what is recent. Neither takes longer."),
                    "citation": "11 CCR §§ 7020(e), 7024(h)",
                },
                kept,
            ]
        case "where":
            return [
                {
                    "title": _("You live elsewhere?"),
                    "text": _(
                        "We handle your request by the same promise, as a house rule. Say “No” and go on."
                    ),
                }
            ]
        case "who":
            return [
                {
                    "title": _("For somebody else?"),
                    "text": _(
                        "Then we ask what the law lets us ask, and no more. On the next pages you see what that is."
                    ),
                },
                kept,
            ]
        case "age":
            return [
                {
                    "title": _("Why we ask"),
                    "text": _("From a certain age on, young people ask for themselves."),
                }
            ]
        case "how":
            return [*_said_to(controller, language), kept]
        case "their-name" | "their-e-mail":
            return [*of_authority(authorities or [], language), kept]
        case "name":
            return [
                {
                    "title": _("Why we ask"),
                    "text": _("So that we can greet you. We never ask for a photo of your ID here."),
                },
                kept,
            ]
        case "which":
            return [{"title": _("Why we ask"), "text": _("Each consent can be taken back by itself.")}, kept]
        case "e-mail":
            return [_no_email(controller, language), kept]
        case _:
            return [kept]


def of_authority(authorities: list[law.Authority], language: str) -> list[Why]:
    """What somebody who acts for another will be asked for, and what never; each with its rule."""
    asked: dict[str, str] = {}
    for ask in (ask for grant in authorities for ask in grant.required):
        cited = _("%(sentence)s (%(citation)s).") % {
            "sentence": ask.words.in_(language).rstrip(".。"),
            "citation": law.cite_in(ask.citation, language),
        }
        asked.setdefault(ask.key, _unconfirmed(cited, ask.confirmed))
    if not asked:
        return of_limits(authorities, language)
    said = {"title": _("What you will be asked to show"), "text": " ".join(asked.values())}
    return [said, *of_limits(authorities, language)]


def of_limits(authorities: list[law.Authority], language: str) -> list[Why]:
    """What is never asked on this path, each with its rule."""
    limits = {limit.words.en: limit for grant in authorities for limit in grant.never}
    return [
        {
            "title": "" if n else _("What we do not ask"),
            "text": limit.words.in_(language),
            "citation": law.cite_in(limit.citation, language),
        }
        for n, limit in enumerate(limits.values())
    ]


def _unconfirmed(text: str, confirmed: bool) -> str:
    return text if confirmed else _("%(first)s %(second)s") % {"first": text, "second": _("(To be confirmed by counsel.)")}  # fmt: skip


def _said_to(controller: Controller, language: str) -> list[Why]:
    """Applicants, suppliers' contacts and employees may not know that they have the same rights; what is alike is said once."""
    said: dict[tuple[str, str, bool], dict[str, None]] = {}
    for offer in offers(controller):
        for relation in offer.regime.relations:
            if relation.says:
                rule = (relation.says.in_(language), relation.citation, relation.confirmed)
                said.setdefault(rule, {})[relation.title.in_(language)] = None
    english, told = language == "en", {}
    for (words, citation, confirmed), who in said.items():
        cited = _("%(sentence)s (%(citation)s).") % {
            "sentence": ("; " if english else "、").join(who),
            "citation": law.cite_in(citation, language),
        }
        told.setdefault(words, []).append(_unconfirmed(cited, confirmed))
    between = " " if english else ""
    return [{"title": words.rstrip(".。"), "text": between.join(each)} for words, each in told.items()]


def of_check(draft: Draft, language: str) -> list[Why]:
    """Beside the answers: which promise it is when the law named does not apply."""
    if draft.text("lives_in_california") in {"no", "unknown"}:
        return [house_rule()]
    return []


def house_rule() -> Why:
    """Said plainly wherever a request from outside California is shown."""
    return {
        "title": _("Handled by our own promise"),
        "text": _(
            "The California law may not apply to you. We handle your request in the same way and by the same "
            "dates all the same, as a house rule."
        ),
    }


def records(rights: list[Offer], language: str) -> str:
    """What is kept of a request and why, in the rulebook's own words."""
    told = []
    for offer in rights:
        kept = offer.regime.records
        sentence, citation = kept.words.in_(language), law.cite_in(kept.citation, language)
        told.append(
            _("%(sentence)s (%(citation)s).") % {"sentence": sentence.rstrip(".。"), "citation": citation}
        )
    return " ".join(dict.fromkeys(told))


def of_sent(controller: Controller, language: str, *, outside: bool) -> list[Why]:
    """Beside the confirmation."""
    found: list[Why] = [
        {
            "title": _("Come back with"),
            "text": _("your reference and your e-mail address. No account, no password."),
        }
    ]
    if outside:
        found.append(house_rule())
    if controller.mailboxes:
        address = controller.mailboxes[0].address
        found.append(
            {
                "title": _("Something wrong?"),
                "text": _("Reply to our e-mail or write to:"),
                "links": [{"url": f"mailto:{address}", "title": address}],
            }
        )
    return found


def of_code(controller: Controller) -> list[Why]:
    """Beside the code."""
    return [
        {
            "title": _("No e-mail?"),
            "text": _(
                "It can take some minutes. Look in your junk mail too, and check the address you gave."
            ),
        },
        {
            "title": _("Why a code"),
            "text": _(
                "It shows that the address is yours, so that nobody else can see or delete your information."
            ),
        },
    ]


def of_case(controller: Controller, language: str, *, withdraw_url: str, outside: bool) -> list[Why]:
    """Beside a case: other ways, and the way to stop."""
    found: list[Why] = []
    for route in controller.outside_routes:
        found.append(
            {
                "title": controller.text(route.title, language),
                "text": controller.text(route.detail, language),
                "citation": _cited(route.citation, language),
            }
        )
    if outside:
        found.insert(0, house_rule())
    if withdraw_url:
        found.append(
            {
                "title": _("Need to stop?"),
                "text": _("You may ask again at any time."),
                "links": [{"url": withdraw_url, "title": _("Withdraw this request")}],
            }
        )
    return found


def _cited(citation: str, language: str) -> str:
    """A Chinese citation that a pack glosses in English needs no gloss on a Chinese page."""
    return ENGLISH_GLOSS.sub("", citation) if language == "zh-Hans" else citation


def _no_email(controller: Controller, language: str) -> Why:
    address = controller.address.get(language) or controller.address.get("en", "")
    if not address:
        return {
            "title": _("Why we ask"),
            "text": _("Our answer goes there, and it shows that you are the one who asks."),
        }
    where = f"{controller.text(controller.legal_name, language)}, {address}"
    return {
        "title": _("Without e-mail?"),
        "text": _("Write to %(where)s. A letter counts just as much, and the same dates hold.")
        % {"where": where},
    }
