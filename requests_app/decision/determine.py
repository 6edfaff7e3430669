"""Decide per holding, propose, approve: every rule is enforced here, whatever page or machine asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from identity import sealing
from identity.models import User
from requests_app import access, doubts, finding, journal, law, lifecycle, register, rules, windows
from requests_app.decision import contested, evidence, in_words, restricting, use
from requests_app.decision.problem import NotAllowed
from requests_app.letters import by_post
from requests_app.models import Approval, Case, Determination, Holding, Paper
from requests_app.register.inventory import Holding as Declared

Choice = Determination.Choice
ANSWERS = "answers"


@dataclass(frozen=True)
class Advice:
    """One holding as the decide page shows it."""

    holding: Holding
    declared: Declared
    determination: Determination | None
    answers: dict[str, str]
    facts: dict[str, object]
    """The answers as the law reads them: a yes is ``True``."""
    assessment: law.Assessment
    exemptions: tuple[law.Exemption, ...]
    """Those a person may use here."""
    tested: tuple[law.Exemption, ...] = ()
    """The exemption in use, and what every other matching regime calls it."""
    granting: tuple[law.Question, ...] = ()
    """What must be answered to grant: of a correction, which value and what is right."""


def advise(
    case: Case, holdings: Iterable[Holding] | None = None, full: tuple[law.Full, ...] | None = None
) -> list[Advice]:
    """Every holding with what the law allows and what is still open; two queries.

    ``holdings`` with their determinations, and the windows that are ``full``, where a page has read them anyway.
    """
    controller = register.controller(case.controller)
    regime = law.narrowed(rules.matches(case))
    declared = {holding.key: holding for holding in controller.inventory.holdings()}
    full, usable = windows.used_up(case) if full is None else full, rules.exemptions(case)
    codes = {exemption.code for exemption in usable}
    corrects = regime.right(case.right).operation == "correct"
    advice = []
    if holdings is None:
        holdings = case.holdings.select_related("determination").order_by("pk")
    for holding in holdings:
        kept = declared.get(holding.holding_key)
        if kept is None:
            continue
        determination = getattr(holding, "determination", None)
        answers = _read(case, determination)
        facts = facts_from(case, answers)
        chosen = determination.exemption if determination else ""
        claimed = [chosen] if chosen in codes else []
        assessment = law.assess(
            regime, case.right, facts_of(controller, kept, holding), facts, claimed=claimed, full=full
        )
        tested = rules.tested(case, chosen) if claimed else ()
        asked = contested.questions(case, kept) if corrects and holding.found else ()
        if asked and not claimed:
            waiting = set(contested.missing(asked, answers))
            still_open = (*assessment.open_questions, *(q for q in asked if q.key in waiting))
            assessment = replace(assessment, open_questions=still_open)
        advice.append(Advice(holding, kept, determination, answers, facts, assessment, usable, tested, asked))
    return advice


def facts_from(case: Case, answers: dict[str, str]) -> dict[str, object]:
    """Typed answers as facts; only a yes-or-no question turns into a truth value."""
    asked, truth = rules.questions(case), {"yes": True, "no": False}
    return {
        key: truth.get(value, value) if key in asked and asked[key].kind == "yes_no" else value
        for key, value in answers.items()
    }


def facts_of(controller: register.Controller, declared: Declared, holding: Holding) -> law.HoldingFacts:
    """What the inventory and the search say about a holding, as the law's own values."""
    fields = controller.inventory.systems[declared.system].collections[declared.collection].fields
    never = tuple(
        dict.fromkeys(
            part.never_disclose
            for name in declared.fields
            for _path, part in fields[name].parts(name)
            if part.never_disclose is not None
        )
    )
    kept = declared.retention
    return law.HoldingFacts(
        key=declared.key,
        category=declared.category,
        erase=declared.erase,
        collected_from_person=declared.collected_from_person,
        sensitive=declared.sensitive,
        retention=law.RetentionFacts(kept.exemption, kept.citation, kept.months, kept.confirmed) if kept else None,
        rows=holding.found,
        newest_on=holding.newest_on,
        oldest_on=holding.oldest_on,
        never_disclose=never,
        only_never_disclose=bool(never) and all(
            fields[name].never_disclose or fields[name].primary_key for name in declared.fields
        ),
    )  # fmt: skip


def decide(
    case: Case, holding: Holding, *, by: User, choice: str, exemption: str = "", answers: dict[str, str]
) -> None:
    """Save one holding's determination as far as it goes; what is malformed is refused, what is missing may come."""
    if case.state != lifecycle.State.ASSESSING or not access.desk(by).may(case, lifecycle.PROPOSE):
        raise NotAllowed([("", "not_your_move")])
    if choice not in {"", *Choice.values}:
        raise NotAllowed([(f"{holding.holding_key}.choice", "bad_choice")])
    code = exemption if choice in {Choice.RETAIN, Choice.WITHHOLD} else ""
    if code and code not in {candidate.code for candidate in rules.exemptions(case)}:
        raise NotAllowed([(f"{holding.holding_key}.exemption", "not_an_exemption")])
    clean = {key: value.strip() for key, value in answers.items() if value.strip()}
    until = _until(holding, code, clean)
    with _still(case):
        Determination.objects.update_or_create(
            holding=holding,
            defaults={
                "choice": choice,
                "exemption": code,
                "until": until,
                "sealed_answers": sealing.seal(
                    case.key, json.dumps(clean, ensure_ascii=False).encode(), ANSWERS
                ),
                "by": by,
                "decided_at": timezone.now(),
                "sealed_use": None,
                "review_on": None,
            },
        )


def problems(case: Case) -> list[tuple[str, str]]:
    """What still stands in the way of proposing, per field."""
    found: list[tuple[str, str]] = []
    if finding.calls_for_words(case):
        return in_words.problems(case)
    papers = list(case.papers.all())
    if not case.preview_digest:
        found.append(("", "not_searched"))
    if doubts.block_release(case):
        found.append(("", "doubt"))
    for advice in advise(case):
        if not advice.holding.found:
            continue
        key, determination = advice.holding.holding_key, advice.determination
        if determination is None or not determination.choice:
            found.append((f"{key}.choice", "undecided"))
            continue
        if determination.choice == Choice.GRANT:
            # Giving or erasing more than the law demands needs no ground, so no question stays open for it.
            found += [
                (f"{key}.{name}", "unanswered") for name in contested.missing(advice.granting, advice.answers)
            ]
            continue
        if not advice.tested:
            found.append((f"{key}.exemption", "no_exemption"))
        for used in advice.tested:
            proofs = evidence.given(case, advice.answers, (piece.key for piece in used.evidence), papers)
            for missing in used.missing(advice.facts, proofs):
                kind = "no_evidence" if isinstance(missing, law.Evidence) else "unanswered"
                found.append((f"{key}.{missing.key}", kind))
            found += [(f"{key}.{question.key}", "defeated") for question in used.defeated_by(advice.facts)]
    if any(one.choice == Choice.GRANT for one in Determination.objects.filter(holding__case=case)):
        found += restricting.problems(case)
    return found


def propose(case: Case, *, by: User) -> None:
    """Hand the case to a second person; refused while anything is open."""
    if not access.desk(by).may(case, lifecycle.PROPOSE):
        raise NotAllowed([("", "not_your_move")])
    with _still(case):
        open_problems = problems(case)
        if open_problems:
            raise NotAllowed(open_problems)
        case.approvals.filter(void=False).update(void=True)
        papers = list(case.papers.all())
        for advice in advise(case):
            if advice.determination and advice.tested:
                use.set_down(
                    case, advice.determination, fields=advice.declared.fields, answers=advice.answers,
                    papers=papers,
                )  # fmt: skip
        journal.advance(
            case, lifecycle.PROPOSE, by=journal.staff(by.pk), references={"digest": digest(case)},
            proposed_by=by, waits_for="approval",
        )  # fmt: skip


def digest(case: Case) -> str:
    """What an approval is bound to: the preview and every determination, or the words of the answer."""
    if finding.calls_for_words(case):
        return in_words.digest(case)
    decided = [
        [d.holding.holding_key, d.holding.digest, d.choice, d.exemption, str(d.until),
         hashlib.sha256(json.dumps(_read(case, d), sort_keys=True).encode()).hexdigest()]
        for d in Determination.objects.filter(holding__case=case).select_related("holding").order_by("holding")
    ]  # fmt: skip
    # What the requester sends meanwhile is read, and undoes no approval.
    papers = sorted([p.evidence, p.digest] for p in case.papers.exclude(evidence=Paper.ENCLOSED))
    terms = restricting.bound(case)
    bound = [case.preview_digest, decided, papers, *([terms] if terms else [])]
    return hashlib.sha256(json.dumps(bound).encode()).hexdigest()


def roles_needed(case: Case) -> list[str]:
    """Which roles must approve what is decided now, under every regime that matches."""
    decided = Determination.objects.filter(holding__case=case).exclude(exemption="")
    codes = decided.values_list("exemption", flat=True).distinct()
    return use.approvers(tuple(exemption for code in codes for exemption in rules.tested(case, code)))


def roles_outstanding(case: Case) -> list[str]:
    """Roles that have not approved this very digest yet."""
    current = digest(case)
    given = set(case.approvals.filter(void=False, digest=current).values_list("role", flat=True))
    return [role for role in roles_needed(case) if role not in given]


def approve(case: Case, *, by: User, seen_digest: str, typed_reference: str) -> bool:
    """Approve exactly what was shown; True when the last needed approval is given and fulfilment begins.

    An erasure is signed for with its reference as well: what is gone cannot be had back.
    """
    desk = access.desk(by)
    if not desk.may(case, lifecycle.APPROVE):
        raise NotAllowed([("", "not_your_move")])
    erases = law.regime(case.regime, case.received_on).right(case.right).erases
    if erases and access.signs_in(typed_reference) != case.reference:
        raise NotAllowed([("reference", "reference")])
    with _still(case):
        if doubts.block_release(case):
            raise NotAllowed([("", "doubt")])
        # Asked once more: what an approval sets going must stand on facts and evidence that are there now.
        if seen_digest != digest(case) or problems(case):
            raise NotAllowed([("", "changed")])
        role = next((r for r in roles_outstanding(case) if r in desk.roles[case.controller]), None)
        already = case.approvals.filter(void=False, digest=seen_digest, by=by).exists()
        if role is None or already:
            raise NotAllowed([("", "not_your_move")])
        Approval.objects.create(case=case, role=role, by=by, digest=seen_digest, approved_at=timezone.now())
        if roles_outstanding(case):
            journal.record(case, "approved_in_part", by=journal.staff(by.pk), references={"role": role})
            return False
        journal.advance(
            case, lifecycle.APPROVE, by=journal.staff(by.pk), references={"role": role, "digest": seen_digest},
            waits_for="systems",
        )  # fmt: skip
    return True


def send_back(case: Case, *, by: User, reason: str) -> None:
    """Return the proposal to the handler, with a reason code."""
    if not access.desk(by).may(case, lifecycle.SEND_BACK):
        raise NotAllowed([("", "not_your_move")])
    with transaction.atomic():
        case.approvals.filter(void=False).update(void=True)
        journal.advance(
            case, lifecycle.SEND_BACK, by=journal.staff(by.pk), reason=reason, waits_for="decision"
        )


def is_shown(case: Case) -> bool:
    """Whether there is anything to decide: somebody was identified, or the law asks for no proof."""
    return case.identified_at is not None or case.standard == law.Level.NONE


def take_back(case: Case, *, by: User, reason: str) -> None:
    """Take an answer that has not gone out back to the desk; what the systems hold is searched anew."""
    if not access.desk(by).may(case, lifecycle.SEND_LETTER_BACK) or not is_shown(case):
        raise NotAllowed([("", "not_your_move")])
    with _still(case):
        if not by_post.withdraw(case, "sent_back"):
            raise NotAllowed([("", "changed")])
        case.approvals.filter(void=False).update(void=True)
        journal.advance(
            case,
            lifecycle.SEND_LETTER_BACK,
            by=journal.staff(by.pk),
            reason=reason,
            preview_digest="",
            waits_for="",
        )


@contextmanager
def _still(case: Case) -> Iterator[None]:
    """What is decided, proposed and approved here takes turns, so that an approval covers what was decided."""
    with transaction.atomic():
        try:
            journal.keep_still(case)
        except journal.IllegalMove:
            raise NotAllowed([("", "changed")]) from None
        yield


def _read(case: Case, determination: Determination | None) -> dict[str, str]:
    if determination is None or determination.sealed_answers is None:
        return {}
    return json.loads(sealing.unseal(case.key, determination.sealed_answers, ANSWERS))


def _until(holding: Holding, code: str, answers: dict[str, str]) -> date | None:
    typed = answers.get(f"{code}.until") if code else None
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NotAllowed([(f"{holding.holding_key}.{code}.until", "bad_date")]) from None
