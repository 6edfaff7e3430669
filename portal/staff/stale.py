"""Two people on one determination: whoever saves second sees both texts, and nothing of the first's is lost unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.staff import ledger, words
from portal.staff.doors import Place
from requests_app import rules
from requests_app.decision.advice import Advice
from requests_app.models import Case

SEEN = "seen."


def stamp(advice: Advice) -> str:
    """What the form showed of one holding, as a mark that comes back with it."""
    kept = {name: advice.answers.get(name, "") for name in ledger.fields_of(advice)}
    return _mark(ledger.chosen(advice), kept)


def stamps(advice: list[Advice]) -> list[tuple[str, str]]:
    """The hidden fields of the form."""
    return [(f"{SEEN}{one.holding.holding_key}", stamp(one)) for one in advice if one.holding.found]


def stamp_of(fields: Mapping[str, str]) -> str:
    """The same of fields that belong to no holding."""
    return _mark("", {name: value.strip() for name, value in fields.items()})


def is_stale(advice: Advice, typed: Mapping[str, str]) -> bool:
    """Whether somebody saved this holding since the form was opened."""
    seen = typed.get(f"{SEEN}{advice.holding.holding_key}", "")
    return bool(seen) and seen != stamp(advice)


def is_untouched(advice: Advice, typed: Mapping[str, str]) -> bool:
    """Whether the form says of this holding what it showed when it was opened."""
    key = advice.holding.holding_key
    return typed.get(f"{SEEN}{key}", "") == _mark(typed.get(f"{key}.choice", ""), _answers(advice, typed))


def conflicts(
    place: Place, case: Case, advice: list[Advice], typed: Mapping[str, str]
) -> list[dict[str, object]]:
    """Both texts of every holding that two people changed."""
    asked, lang = rules.questions(case), words.page_language()

    def told(choice: str, one: Advice, answers: Mapping[str, str]) -> list[str]:
        kind, _colon, code = choice.partition(":")
        ground = next((e.title.in_(lang) for e in one.exemptions if e.code == code), code)
        lines = [" · ".join(part for part in (_choice(case, kind), ground) if part)]
        for name, value in answers.items():
            question = asked.get(name)
            lines += [f"{question.words.in_(lang) if question else name} {value}"] if value else []
        return lines

    found = []
    for one in advice:
        if not is_stale(one, typed) or is_untouched(one, typed):
            continue
        kept = one.determination
        found.append(
            {
                "title": ledger.title(place, one),
                "key": one.holding.holding_key,
                "who": str(kept.by) if kept and kept.by else "",
                "at": kept.decided_at if kept else None,
                "theirs": told(ledger.chosen(one), one, one.answers),
                "mine": told(typed.get(f"{one.holding.holding_key}.choice", ""), one, _answers(one, typed)),
            }
        )
    return found


def _choice(case: Case, kind: str) -> str:
    if kind == "grant":
        return words.granting(words.rules_of(case)[1])
    return {
        "withhold": pgettext("determination", "Withhold"),
        "retain": pgettext("determination", "Retain"),
    }.get(kind, _("Nobody has answered"))


def _answers(advice: Advice, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed for a holding besides the choice."""
    start = f"{advice.holding.holding_key}."
    return {
        name.removeprefix(start): value.strip()
        for name, value in typed.items()
        if name.startswith(start) and name != f"{start}choice"
    }


def _mark(choice: str, answers: Mapping[str, str]) -> str:
    said = {name: value for name, value in answers.items() if value}
    return hashlib.sha256(json.dumps([choice, said], sort_keys=True).encode()).hexdigest()[:20]
