"""Decide per holding, propose, approve: every rule is enforced here, whatever page or machine asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import transaction
from django.utils import timezone

from identity import sealing
from identity.models import User
from requests_app import access, doubts, finding, journal, law, lifecycle, rules
from requests_app.decision import contested, evidence, in_words, restricting, use
from requests_app.decision.advice import ANSWERS, advise, answers_to, left_register
from requests_app.decision.problem import NotAllowed
from requests_app.letters import by_post
from requests_app.lifecycle import State
from requests_app.models import Approval, Case, Determination, Holding, Paper

Choice = Determination.Choice
LEFT_REGISTER, SEARCH_AGAIN = "left_register", "search_again"


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
    if left_register(case):
        found.append(("", LEFT_REGISTER))
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


def search_again(case: Case, *, by: User) -> None:
    """Have the systems searched anew, where the register no longer describes what was found."""
    if not access.desk(by).may(case, lifecycle.PROPOSE):
        raise NotAllowed([("", "not_your_move")])
    with _still(case):
        if case.state != State.ASSESSING or not left_register(case):
            raise NotAllowed([("", "changed")])
        journal.record(
            case, SEARCH_AGAIN, by=journal.staff(by.pk), follow=True, reason=LEFT_REGISTER, preview_digest="",
            waits_for="",
        )  # fmt: skip


def digest(case: Case) -> str:
    """What an approval is bound to: the preview and every determination, or the words of the answer."""
    if finding.calls_for_words(case):
        return in_words.digest(case)
    decided = [
        [d.holding.holding_key, d.holding.digest, d.choice, d.exemption, str(d.until),
         hashlib.sha256(json.dumps(answers_to(case, d), sort_keys=True).encode()).hexdigest()]
        for d in Determination.objects.filter(holding__case=case).select_related("holding").order_by("holding")
    ]  # fmt: skip
    # What the requester sends meanwhile is read, and what the post does is kept: neither undoes an approval.
    papers = sorted([p.evidence, p.digest] for p in case.papers.exclude(evidence__in=Paper.NO_EVIDENCE))
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


def _until(holding: Holding, code: str, answers: dict[str, str]) -> date | None:
    typed = answers.get(f"{code}.until") if code else None
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NotAllowed([(f"{holding.holding_key}.{code}.until", "bad_date")]) from None
