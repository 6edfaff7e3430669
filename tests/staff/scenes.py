"""Cases and mails as staff meet them: searched and undecided, proposed, held."""

from __future__ import annotations

import itertools
from datetime import timedelta

from django.utils import timezone

from identity.models import User
from requests_app import journal, lifecycle, register
from requests_app.decision import determine, suggest
from requests_app.intake.open_case import Arrival, fingerprint, keep
from requests_app.models import Case, Submission, Tray
from tests.build import build_case, found

_numbers = itertools.count(1)
LAW = "N.Y. Tax Law § 1135"


def delete_right(controller: str) -> str:
    """The right by which data is erased there."""
    return "DELETE" if controller == "mimap" else "CN_DELETE"


def assessing(
    controller: str = "mimap", *, by: User | None = None, name: str = "Dana Whitfield",
    email: str = "dana.whitfield@example.org", right: str = "",
) -> Case:  # fmt: skip
    """Searched: some holdings hold rows, one of them with a retention that the law must carry."""
    now = timezone.now()
    holdings = register.controller(controller).inventory.holdings()
    recent = {"oldest": (now - timedelta(days=600)).date(), "newest": (now - timedelta(days=70)).date()}
    held = {
        holding.key: found(9, "", **recent) if holding.retention else found(2, "")
        for holding in itertools.islice(holdings, 9)
    } | {holding.key: found(0, "") for holding in itertools.islice(holdings, 4)}
    case = build_case(
        held, controller=controller, right=right or delete_right(controller), name=name, email=email,
        state=lifecycle.State.ASSESSING, received_at=now - timedelta(days=5),
    )  # fmt: skip
    journal.record(
        case, "searched", by=journal.PIPELINE, references={"systems": 1, "rows": 20, "digest": "d" * 64},
        preview_digest="d" * 64, waits_for="decision", identified_at=now, methods=["email_code"],
        standard="reasonable", assignee=by,
    )  # fmt: skip
    return case


def approving(controller: str = "mimap", *, by: User, ground: str = "") -> Case:
    """Decided and proposed by this person; ``ground`` stands in for the one the inventory suggests."""
    case = assessing(controller)
    suggest.follow(case, by=by)
    for advice in suggest.undecided(determine.advise(case)):
        answers = {q.key: _answer(q) for q in advice.assessment.open_questions}
        wanted = suggest.suggestion(advice)
        choice, exemption = (wanted.choice, wanted.exemption) if wanted else ("grant", "")
        determine.decide(
            case, advice.holding, by=by, choice=choice, exemption=exemption, answers=answers
        )  # fmt: skip
    for advice in determine.advise(case):
        if advice.determination and advice.determination.exemption:
            code = ground or advice.determination.exemption
            used = next(e for e in advice.exemptions if e.code == code)
            answers = dict(advice.answers)
            answers |= {f.key: _answer(f) for f in used.unanswered(advice.facts)}
            answers |= {piece.key: "file 12" for piece in used.evidence}
            determine.decide(
                case, advice.holding, by=by, choice=advice.determination.choice, exemption=used.code,
                answers=answers,
            )  # fmt: skip
    determine.propose(case, by=by)
    return case


def held_mail(
    controller: str = "mimap", *, text: str = "Please send me what you have on me.", sender: str = "ana@example.net",
    subject: str = "A question", name: str = "Ana", reason: str = "nothing_asked",
) -> Submission:  # fmt: skip
    """A mail that no rule could sort."""
    known = register.controller(controller)
    raw = (
        f"From: {name} <{sender}>\r\nTo: {known.mailboxes[0].address}\r\nSubject: {subject}\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()
    arrival = Arrival(
        controller=known, channel="email", received_at=timezone.now() - timedelta(days=1), language="en",
        verbatim=raw, arrival_key=fingerprint("held", str(next(_numbers))), email=sender,
    )  # fmt: skip
    return keep(arrival, Tray.HELD, reason)[0]


def _answer(question: object) -> str:
    kind, must = question.kind, question.must_be
    if kind == "yes_no":
        return "no" if must is False else "yes"
    if kind == "date":
        return "2029-01-31"
    if kind == "choice":
        return question.choices[0].value
    return LAW
