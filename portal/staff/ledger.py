"""The holdings of a case as the decide page prints them: what was found, what the law allows, what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.look.days import in_words
from portal.staff import words
from portal.staff.doors import Place
from requests_app import law
from requests_app.decision import evidence, suggest
from requests_app.decision.advice import Advice
from requests_app.decision.determine import Choice
from requests_app.models import Case

Row = dict[str, object]
PAPER = ".paper"
"""What a file's field is called after the evidence it proves."""
KINDS = {"citation": "text", "text": "text", "date": "text", "yes_no": "radio", "choice": "radio"}


def rows(
    place: Place, case: Case, advice: list[Advice], *,
    typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None,
) -> list[Row]:  # fmt: skip
    """A row for every holding in which something was found."""
    attached = papers_of(place, case)
    return [
        _row(place, case, one, typed or {}, errors or {}, attached) for one in advice if one.holding.found
    ]


def papers_of(place: Place, case: Case) -> dict[str, list[Row]]:
    """The papers of a case by the evidence they prove."""
    found: dict[str, list[Row]] = {}
    for paper in case.papers.all():
        row = {
            "pk": paper.pk,
            "name": evidence.name_of(case, paper),
            "size": filesizeformat(paper.size),
            "url": place.url("paper", case.reference, paper.pk),
        }
        found.setdefault(paper.evidence, []).append(row)
    return found


def empty(place: Place, advice: list[Advice]) -> list[str]:
    """Titles of the holdings in which nothing was found."""
    return [title(place, one) for one in advice if not one.holding.found]


def title(place: Place, advice: Advice) -> str:
    """What the inventory calls it."""
    return place.controller.text(advice.declared.title, words.page_language())


def where(place: Place, advice: Advice) -> str:
    """System and collection."""
    return f"{words.system_title(place.controller, advice.declared.system)} · {advice.declared.collection}"


def chosen(advice: Advice) -> str:
    """The determination as the select's value: ``grant``, ``retain:DEL8`` or nothing."""
    kept = advice.determination
    if kept is None or not kept.choice:
        return ""
    return f"{kept.choice}:{kept.exemption}" if kept.exemption else kept.choice


def asked_of(advice: Advice) -> Iterator[tuple[law.Exemption | None, list[law.Question], list[law.Evidence]]]:
    """The statute's questions for one holding, by the ground that asks them; none where nobody needs to answer.

    Granting needs no ground, so its questions stay away once a person has decided to grant.
    """
    kept = advice.determination
    if advice.granting and (kept is None or kept.choice in {"", Choice.GRANT}):
        yield None, list(advice.granting), []
        return
    if kept is not None and kept.choice == Choice.GRANT:
        return
    waiting = {question.key: question for question in advice.assessment.open_questions}
    for ground in advice.assessment.grounds:
        if ground.offered:
            continue
        exemption = ground.exemption
        facts = [waiting.pop(fact.key, fact) for fact in exemption.facts]
        if facts or exemption.evidence:
            yield exemption, facts, list(exemption.evidence)
    # Where a second regime matches, its own ground is tested by itself.
    for exemption in advice.tested[1:]:
        yield exemption, list(exemption.facts), list(exemption.evidence)
    if waiting:
        yield None, list(waiting.values()), []


def proofs_of(advice: Advice) -> Iterator[law.Evidence]:
    """The evidence asked for on one holding's form."""
    for _exemption, _facts, proofs in asked_of(advice):
        yield from proofs


def fields_of(advice: Advice) -> Iterator[str]:
    """Keys of the answers that the form holds for one holding."""
    for _exemption, facts, proofs in asked_of(advice):
        for piece in (*facts, *proofs):
            yield piece.key


def asked_before(found: Iterable[law.Full]) -> list[Row]:
    """What earlier answers mean for a request: one line for each window that they fill."""
    lang = words.page_language()
    return [
        {
            "text": f"{full.window.words.in_(lang)}{law.between_sentences(lang)}{full.why.in_(lang)}",
            "citation": law.cite_in(full.window.citation, lang),
            "confirmed": full.window.confirmed,
        }
        for full in found
    ]


def _row(
    place: Place, case: Case, advice: Advice, typed: Mapping[str, str], errors: Mapping[str, str],
    attached: Mapping[str, list[Row]],
) -> Row:  # fmt: skip
    key, lang = advice.holding.holding_key, words.page_language()
    grounds = advice.assessment.grounds
    return {
        "key": key,
        "title": title(place, advice),
        "where": where(place, advice),
        "found": advice.holding.found,
        "span": _span(advice),
        "allows": "; ".join(ground_line(ground, lang) for ground in grounds),
        # A ground knows whether the retention behind it is confirmed, too.
        "unconfirmed": not all(ground.confirmed for ground in grounds),
        "suggested": _suggested(case, advice, lang),
        "determination": {
            "name": f"{key}.choice",
            "id": f"{key}.choice",
            "kind": "select",
            "value": typed.get(f"{key}.choice", chosen(advice)),
            "groups": _choices(case, advice, lang),
            "errors": errors.get(f"{key}.choice") or errors.get(f"{key}.exemption") or "",
        },
        "questions": [
            _asked(advice, exemption, facts, proofs, typed, errors, lang, attached)
            for exemption, facts, proofs in asked_of(advice)
        ],
    }


def _asked(
    advice: Advice, exemption: law.Exemption | None, facts: list[law.Question], proofs: list[law.Evidence],
    typed: Mapping[str, str], errors: Mapping[str, str], lang: str, attached: Mapping[str, list[Row]],
) -> Row:  # fmt: skip
    quoted = next((fact for fact in facts if fact.statute), None)
    ground = next((g for g in advice.assessment.grounds if g.exemption is exemption), None)
    citation = quoted.citation if quoted else exemption.citation if exemption else ""
    statute = quoted.statute if quoted else None
    approver = {
        "privacy_lead": _("Approved by the privacy lead."),
        "counsel": _("Approved by counsel as well."),
    }
    about = [ground.why.in_(lang)] if ground else []
    if exemption:
        about += [approver.get(exemption.approver, "")]
    return {
        "fields": [
            *(_question(advice, fact, typed, errors, lang) for fact in facts),
            *(_evidence(advice, piece, typed, errors, lang, attached) for piece in proofs),
        ],
        "statute": statute,
        "lang": "" if statute is None or statute.to_json().get(lang) else next(iter(statute.to_json()), ""),
        "citation": citation,
        "title": exemption.title if exemption else None,
        "confirmed": exemption.confirmed if exemption else True,
        "about": law.between_sentences(lang).join(part for part in about if part),
    }


def _question(
    advice: Advice, fact: law.Question, typed: Mapping[str, str], errors: Mapping[str, str], lang: str
) -> Row:
    name = f"{advice.holding.holding_key}.{fact.key}"
    answered = advice.answers.get(fact.key, "")
    choices = [(choice.value, choice.words) for choice in fact.choices]
    if fact.kind == "yes_no":
        choices = [("yes", _("Yes")), ("no", _("No"))]
    suggested = fact.suggested.isoformat() if isinstance(fact.suggested, date) else fact.suggested or ""
    said = next((words.in_(lang) for value, words in _worded(fact) if value == suggested), suggested)
    said = law.cite_in(said, lang) if fact.kind == "citation" else said
    return {
        "name": name,
        "id": name,
        "kind": KINDS[fact.kind],
        "label": fact.words,
        "value": typed.get(name, answered),
        "choices": choices,
        "attrs": {"placeholder": _("YYYY-MM-DD")} if fact.kind == "date" else {},
        "unanswered": not answered,
        "suggested": "" if answered else said,
        # Earlier requests are remembered here; everything else suggested stands in the inventory.
        "remembered": fact.key.endswith(".earlier"),
        "claimed": fact in advice.granting,
        "use": f"{advice.holding.holding_key}|{fact.key}",
        "errors": errors.get(name, ""),
    }


def _worded(fact: law.Question) -> list[tuple[str, law.Words]]:
    return [(choice.value, choice.words) for choice in fact.choices]


def _evidence(
    advice: Advice, piece: law.Evidence, typed: Mapping[str, str], errors: Mapping[str, str], lang: str,
    attached: Mapping[str, list[Row]],
) -> Row:  # fmt: skip
    name = f"{advice.holding.holding_key}.{piece.key}"
    answered = advice.answers.get(piece.key, "")
    return {
        "name": name,
        "id": name,
        "kind": "text",
        "label": piece.words.in_(lang),
        "hint": _("Evidence: attach it below, or say what it is and where it is kept."),
        "value": typed.get(name, answered),
        "unanswered": not answered and piece.key not in attached,
        "paper_name": f"{name}{PAPER}",
        "papers": attached.get(piece.key, []),
        "errors": errors.get(name, ""),
    }


def _choices(case: Case, advice: Advice, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The select in groups: not decided and granting, then the grounds at hand, then every other ground."""
    _regime, right = words.rules_of(case)
    erases = right.erases
    kind = Choice.RETAIN if erases else Choice.WITHHOLD
    verb = pgettext("determination", "Retain") if erases else pgettext("determination", "Withhold")
    at_hand = [ground.exemption for ground in advice.assessment.grounds]
    others = [exemption for exemption in advice.exemptions if exemption not in at_hand]

    def options(exemptions: list[law.Exemption]) -> list[tuple[str, str]]:
        return [
            (f"{kind}:{e.code}", _("%(verb)s: %(ground)s") % {"verb": verb, "ground": _named(e, lang)})
            for e in exemptions
        ]

    groups = [("", [("", _("Not decided")), (str(Choice.GRANT), words.granting(right))])]
    if at_hand:
        groups.append((_("Grounds at hand"), options(at_hand)))
    if others:
        groups.append((_("Other grounds, with their own questions"), options(others)))
    return groups


def _named(exemption: law.Exemption, lang: str) -> str:
    """Its title, and that counsel has not confirmed it where that is so."""
    title_ = exemption.title.in_(lang)
    return title_ if exemption.confirmed else f"{title_} ({_('to be confirmed by counsel')})"


def _suggested(case: Case, advice: Advice, lang: str) -> str:
    found = suggest.suggestion(advice)
    if found is None or chosen(advice):
        return ""
    groups = _choices(case, advice, lang)
    wanted = f"{found.choice}:{found.exemption}" if found.exemption else found.choice
    return next((text for _group, options in groups for value, text in options if value == wanted), "")


def ground_line(found: law.Ground, lang: str) -> str:
    """A ground in one line: what it is, where it stands, until when."""
    cited = law.cite_in(found.exemption.citation, lang)
    until = _("until %(day)s") % {"day": in_words(found.until, "plain")} if found.until else ""
    return " · ".join(part for part in (found.exemption.title.in_(lang), cited, until) if part)


def _span(advice: Advice) -> str:
    oldest, newest = advice.holding.oldest_on, advice.holding.newest_on
    if oldest is None or newest is None:
        return ""
    if oldest == newest:
        return in_words(oldest, "plain")
    return _("%(first)s to %(last)s") % {
        "first": in_words(oldest, "plain"),
        "last": in_words(newest, "plain"),
    }
