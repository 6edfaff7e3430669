"""What every use of an exemption leaves on record: its law, fields, facts, evidence, end, approvers, words, review."""

from __future__ import annotations

import json
from datetime import date

from identity import sealing
from identity.models import Role
from requests_app import law, rules, worklist
from requests_app.models import Case, Determination, Paper

PURPOSE = "use-of-exemption"
REVIEW_AFTER_MONTHS = 12
"""When a use without an end of its own is looked at again: our own rule."""


def approvers(exemptions: tuple[law.Exemption, ...]) -> list[str]:
    """Roles that must approve: the privacy lead always, counsel where one of them, or the rule of two, asks for it."""
    needed = {Role.PRIVACY_LEAD.value}
    if any(exemption.approver == Role.COUNSEL or exemption.two_approvers for exemption in exemptions):
        needed.add(Role.COUNSEL.value)
    return sorted(needed, reverse=True)


def set_down(
    case: Case, determination: Determination, *, fields: tuple[str, ...], answers: dict[str, str],
    papers: list[Paper],
) -> None:  # fmt: skip
    """Write the record of one determination's exemption as it goes to the second person."""
    used = rules.tested(case, determination.exemption)
    asked = {question.key for exemption in used for question in exemption.facts}
    proofs = [piece.key for exemption in used for piece in exemption.evidence]
    review_on = determination.until or law.months_on(worklist.today_of(case), REVIEW_AFTER_MONTHS)
    said = {
        "codes": [exemption.code for exemption in used],
        "citations": [exemption.citation for exemption in used],
        "confirmed": all(exemption.confirmed for exemption in used),
        "fields": list(fields),
        "facts": {key: value for key, value in answers.items() if key in asked},
        "evidence": [
            {
                "key": key,
                "note": answers.get(key, ""),
                "papers": [
                    {"paper": paper.pk, "digest": paper.digest} for paper in papers if paper.evidence == key
                ],
            }
            for key in proofs
        ],
        "until": determination.until.isoformat() if determination.until else None,
        "review_on": review_on.isoformat(),
        "approvers": approvers(used),
        "letter": [exemption.letter.in_(case.language) for exemption in used],
    }
    sealed = sealing.seal(case.key, json.dumps(said, ensure_ascii=False).encode(), PURPOSE)
    Determination.objects.filter(pk=determination.pk).update(sealed_use=sealed, review_on=review_on)


def read(case: Case, determination: Determination) -> dict[str, object] | None:
    """The record, or ``None`` while there is none; raises ``KeyDestroyed`` after the purge."""
    if determination.sealed_use is None:
        return None
    found: dict[str, object] = json.loads(sealing.unseal(case.key, determination.sealed_use, PURPOSE))
    found["until"] = date.fromisoformat(str(found["until"])) if found["until"] else None
    found["review_on"] = date.fromisoformat(str(found["review_on"]))
    return found
