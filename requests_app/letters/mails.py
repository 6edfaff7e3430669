"""Each kind of mail and what it may say: nothing a stranger typed goes to an address nobody has proved."""

from __future__ import annotations

from identity.flows.email_code import LIFE
from requests_app import law, register
from requests_app.law import Level
from requests_app.letters import links, outbox
from requests_app.letters.outbox import Words
from requests_app.letters.text import LetterText, counted_rows, day_in
from requests_app.models import Case


def acknowledgement(case: Case) -> Words:
    """That we have it, and until when we answer. Fixed text: not even the name."""
    right = _right(case)
    counted = counted_rows(law.Reckoning.from_json(case.reckoning), case.language)
    up_to_the_date = next((number for number, row in enumerate(counted, 1) if row.total), len(counted))
    return _render(
        "acknowledgement",
        case,
        right=right.title.in_(case.language),
        received=day_in(case.received_on, case.language),
        counted=counted[:up_to_the_date],
        asks_proof=right.standard.level is not Level.NONE,
    )


def code(case: Case, typed: str) -> Words:
    """A code to type into the page that asked for it."""
    return _render("code", case, code=typed, minutes=int(LIFE.total_seconds() // 60))


def unknown_address(case: Case) -> Words:
    """That we hold nothing under this address; said once."""
    return _render("unknown_address", case, home=links.home(case))


def reminder(case: Case) -> Words:
    """That it is the requester's turn."""
    return _render("reminder", case)


def message_reply(case: Case, message: str) -> Words:
    """What a member of staff wrote; to a proved address."""
    return _render("message_reply", case, message=message.strip())


def answer(case: Case, letter: LetterText) -> Words:
    """The answer itself, and where the rest lies."""
    return _render("answer", case, letter=letter.plain())


def not_identified(case: Case, letter: LetterText) -> Words:
    """The answer to somebody we could not identify."""
    return _render("not_identified", case, letter=letter.plain())


def _render(kind: str, case: Case, **said: object) -> Words:
    controller = register.controller(case.controller)
    context = {
        "reference": case.spaced_reference,
        "answer_by": day_in(case.due_on, case.language),
        "link": links.case_link(case),
        "sender": controller.text(controller.legal_name, case.language),
    }
    return outbox.render(kind, case.language, context | said)


def _right(case: Case) -> law.Right:
    return law.regime(case.regime, case.received_on).right(case.right)
