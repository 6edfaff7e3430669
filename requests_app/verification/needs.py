"""What a case still needs, and why: the law's standard against what was earned, and what staff asked after a doubt.

Identity is settled when every need of every source is met. None of them asks anything
of a right whose standard is none, but an agent's signed permission.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from requests_app import doubts, law, register
from requests_app.law import HOUSE, Reason, Words
from requests_app.models import Case, Doubt
from requests_app.verification import acting, need, standard
from requests_app.verification.need import Need, met_by

ENOUGH_FOR_REASONABLE = (need.ACCOUNT, *need.CODES, *need.POINTS, need.STAFF_CHECK)
ENOUGH_FOR_HIGH = (need.ACCOUNT, *need.CODES, need.THREE_POINTS, need.STAFF_CHECK)
"""Why a code weighs as much as three facts: docs/decisions/006."""
SECOND_PROOFS = (need.ACCOUNT, *need.POINTS, need.DOCUMENT, need.STAFF_CHECK)
ASKED = {
    "data_points": (need.TWO_POINTS, need.THREE_POINTS),
    "declaration": (need.DECLARATION,),
    "document": (need.DOCUMENT,),
}
"""What staff may ask for beyond the standard, by its code in ``Case.asked_proof``."""
_ASKED_WORDS = {
    "data_points": Words(
        "Tell us some things that we can compare with our records.", "请提供几项可与我们的记录核对的信息。"
    ),
    "declaration": Words("Sign that you are the person concerned.", "请签署声明，确认您就是本人。"),
    "document": Words(
        "Show a document, with everything we do not need blacked out.", "请出示证件，并遮盖我们不需要的内容。"
    ),
}


def identity_needs(case: Case) -> Iterable[Need]:
    """From the standard the law sets for this right and these holdings; one who acts for another shows authority."""
    if case.own_motion:
        return
    needed = _standard(case)
    if needed.level is law.Level.NONE or acting.acts(case):
        return
    high = needed.level is law.Level.HIGH
    methods = ENOUGH_FOR_HIGH if high else ENOUGH_FOR_REASONABLE
    signs = needed.declaration and need.ACCOUNT not in case.methods
    cited = tuple(r for r in needed.reasons if r.rule.startswith("11 CCR")) or needed.reasons
    declared = cited[-1:] if signs else ()
    # Why a declaration is asked is said beside the declaration, unless it is the only reason there is.
    others = tuple(reason for reason in needed.reasons if reason not in declared) or needed.reasons
    yield Need(
        "identity", methods, Words("Show that it is you.", "证明您就是本人。"),
        others, met_by(methods, case.methods),
    )  # fmt: skip
    if signs:
        yield Need(
            "declaration", (need.DECLARATION,),
            Words("Sign that you are the person concerned.", "签署声明，确认您就是本人。"),
            declared, met_by((need.DECLARATION,), case.methods),
        )  # fmt: skip


def doubt_needs(case: Case, doubted: Sequence[Doubt] | None = None) -> Iterable[Need]:
    """A second proof where the address on record changed only lately."""
    standing = doubts.open_doubts(case) if doubted is None else doubted
    if any(doubt.kind == doubts.Kind.RECENT_CHANGE for doubt in standing):
        yield Need(
            "second_proof", SECOND_PROOFS,
            Words(
                "Your contact details with us changed only lately, so we check in one more way.",
                "您在我们这里登记的联系方式最近有变更，因此我们需再用另一种方式核实。",
            ),
            (_CHANGED,), met_by(SECOND_PROOFS, case.methods),
        )  # fmt: skip


def asked_needs(case: Case) -> Iterable[Need]:
    """What staff asked for after a recorded doubt."""
    if not doubts.applies(case):
        return
    for code in case.asked_proof:
        # Either number of facts answers a request for some; one given before it was asked does not count again.
        methods = ASKED[code]
        used = [method for method in case.methods if method in methods]
        yield Need(f"asked:{code}", methods, _ASKED_WORDS[code], (_DOUBTED,), used[0] if used else "")


def needs_of(
    case: Case, known: acting.Known | None = None, doubted: Sequence[Doubt] | None = None
) -> tuple[Need, ...]:
    """Everything this case needs or needed, met or not, in the order in which it is asked.

    ``known`` of its authority, and the doubts that stand, where a page has read them anyway.
    """
    return (
        *identity_needs(case), *acting.authority_needs(case, known), *doubt_needs(case, doubted), *asked_needs(case),
    )  # fmt: skip


def outstanding(case: Case) -> tuple[Need, ...]:
    """What is still open; empty means that identity may be settled."""
    return tuple(n for n in needs_of(case) if not n.met)


def may_ask(case: Case, method: str) -> bool:
    """Whether this method may be asked of this case now; the server refuses every other."""
    return any(method in n.methods for n in outstanding(case))


def _standard(case: Case) -> law.Standard:
    controller = register.controller(case.controller)
    return standard.standard_of(case, controller, has_account=need.ACCOUNT in case.methods)


_CHANGED = Reason(
    Words(
        "An address that changed lately may be somebody else’s by now.",
        "最近变更过的联系方式可能已由他人使用。",
    ),
    rule=HOUSE,
    house=True,
)
_DOUBTED = Reason(
    Words(
        "A person here wrote down why what we have is not enough.",
        "我们的工作人员已记录现有信息不足以确认的原因。",
    ),
    rule=HOUSE,
    house=True,
)
