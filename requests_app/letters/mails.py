"""Each kind of mail and what it may say: nothing a stranger typed goes to an address nobody has proved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from identity.flows.email_code import LIFE
from requests_app import law, register
from requests_app.law import Level
from requests_app.letters import links, outbox
from requests_app.letters.outbox import Words
from requests_app.letters.text import CountedRow, LetterText, counted_rows, day_in, plain_row
from requests_app.models import Case
from requests_app.register import Controller


def acknowledgement(
    cases: Sequence[Case], *, code: str = "", unknown: bool = False, beside: Sequence[Case] = ()
) -> Words:
    """That we have it, until when we answer, and the code or that no system knows the address.

    One mail for all cases of a submission, in fixed words: not even the name. ``beside`` are those of which an
    earlier one spoke: these were found in the same request only since.
    """
    lead = cases[0]
    # Sister cases share their receipt; the one due first shows the counting.
    soonest = min(cases, key=lambda case: case.due_on)
    return _render(
        "acknowledgement",
        lead,
        code=_spaced(code),
        unknown=unknown,
        minutes=int(LIFE.total_seconds() // 60),
        home=links.home(lead),
        beside=references(beside, lead.language),
        cases=[
            {
                "reference": case.spaced_reference,
                "right": _right(case).title.in_(case.language),
                "received": day_in(case.received_on, case.language),
                "answer_by": day_in(case.due_on, case.language),
                "link": links.case_link(case),
            }
            for case in cases
        ],
        counted=_lines_up_to_the_date(soonest),
        asks_proof=any(_right(case).standard.level is not Level.NONE for case in cases),
        in_words=all(_right(case).in_words for case in cases),
        acting=_acting(cases),
    )


def references(cases: Sequence[Case], language: str) -> str:
    """Their references in a row; empty for none."""
    return law.LISTING.in_(language).join(case.spaced_reference for case in cases)


def code(case: Case, typed: str) -> Words:
    """A code to type into the page that asked for it."""
    return _render("code", case, code=_spaced(typed), minutes=int(LIFE.total_seconds() // 60))


def code_alone(controller: Controller, language: str, typed: str) -> Words:
    """The same to somebody who has no case."""
    said = {
        "code": _spaced(typed),
        "minutes": int(LIFE.total_seconds() // 60),
        "sender": controller.text(controller.legal_name, language),
    }
    return outbox.render("code", language, said)


def person_asked(case: Case) -> Words:
    """To the person somebody acts for, at an address on record: do they allow it? In our words alone, no name."""
    return _render("person_asked", case, right=_right(case).title.in_(case.language), named=_named(case))


def person_told(case: Case) -> Words:
    """To the same, where the law asks nothing of them: that somebody acts, and what to do if that is wrong."""
    return _render("person_told", case, right=_right(case).title.in_(case.language), named=_named(case))


def papers_again(case: Case, reason: str) -> Words:
    """What was shown does not do; which reason, and how to show it again."""
    return _render("papers_again", case, reason=reason)


def answered_elsewhere(case: Case) -> Words:
    """To one who acted: that the person got the answer. Nothing of what it says."""
    return _render("answered_elsewhere", case, right=_right(case).title.in_(case.language))


def reminder(case: Case, missing: Sequence[str] = ()) -> Words:
    """That it is the requester's turn, and what is still missing in their language."""
    return _render("reminder", case, missing=missing, acting=case.capacity != law.SELF)


def address_notice(case: Case) -> Words:
    """To an address on record: somebody gave another one. Fixed words, and not the other address."""
    return _render("address_notice", case, right=_right(case).title.in_(case.language), mailbox=mailbox(case))


def own_change(case: Case, field: str) -> Words:
    """To every address on record: that somebody signed in changed a field, by its title; never what it says."""
    return _render("own_change", case, field=field, mailbox=mailbox(case))


def text(case: Case, kind: str, *, code: str = "") -> Words:
    """A text message of a few words: ``code``, ``acknowledgement``, ``reminder``, ``answer``, ``address_notice``."""
    return _render(
        f"text_{kind}",
        case,
        name=register.controller(case.controller).text(
            register.controller(case.controller).name, case.language
        ),
        code=_spaced(code),
        minutes=int(LIFE.total_seconds() // 60),
        mailbox=mailbox(case),
    )


def date_moved(case: Case, before: date) -> Words:
    """That the days off were announced, so that our day is another one, and how it was counted."""
    return _render(
        "date_moved", case, before=day_in(before, case.language), counted=_lines_up_to_the_date(case),
        right=_right(case).title.in_(case.language), provisional=case.provisional,
    )  # fmt: skip


def task(
    case: Case, language: str, *, system: str, link: str, number: str, due_on: date, first: bool
) -> Words:
    """To whoever looks after a system: that something is to be done there, and where to say so. Names nobody."""
    return outbox.render(
        "task",
        language,
        {
            "reference": case.spaced_reference,
            "system": system,
            "link": link,
            "number": _spaced(number),
            "due": day_in(due_on, language),
            "first": first,
            "own_motion": case.own_motion,
        },
    )


def task_stopped(case: Case, language: str, *, system: str, link: str, number: str) -> Words:
    """To whoever was asked to do something in a system: not to do it for now. Names nobody."""
    return outbox.render(
        "task_stopped",
        language,
        {"reference": case.spaced_reference, "system": system, "link": link, "number": _spaced(number)},
    )


def message_reply(case: Case, message: str) -> Words:
    """What a member of staff wrote; to a proved address."""
    return _render("message_reply", case, message=message.strip())


def answer(case: Case, letter: LetterText) -> Words:
    """The answer itself, and where the rest lies."""
    return _render("answer", case, letter=letter.plain())


def more_time(case: Case, letter: LetterText) -> Words:
    """That the answer takes longer, why, and until when."""
    return _render("more_time", case, letter=letter.plain())


def restriction_lifted(case: Case, letter: LetterText) -> Words:
    """That what was only kept is used again."""
    return _render("restriction_lifted", case, letter=letter.plain())


def restriction_over(case: Case, day: date, *, ends: bool, stuck: bool = False) -> Words:
    """To staff: that the day has come on which a restriction ends, or is looked at; or that its lifting is ``stuck``."""
    controller = register.controller(case.controller)
    language = controller.languages[0]
    link = links.staff_case(case)
    said = {"reference": case.spaced_reference, "day": day_in(day, language), "ends": ends, "stuck": stuck}
    return outbox.render("restriction_over", language, said | {"link": link})


def joined(case: Case, kept: Case) -> Words:
    """That the same thing was asked twice, and under which reference and by when both are answered."""
    return _render(
        "joined", case, right=_right(case).title.in_(case.language), kept=kept.spaced_reference,
        kept_by=day_in(kept.due_on, case.language),
    )  # fmt: skip


def mistaken(case: Case, beside: Case | None) -> Words:
    """That we had read a request in a letter where there was none, and closed it; ``beside`` is theirs and stays."""
    return _render(
        "mistaken", case, right=_right(case).title.in_(case.language),
        beside=beside.spaced_reference if beside else "",
    )  # fmt: skip


def not_identified(case: Case, letter: LetterText) -> Words:
    """The answer to somebody we could not identify."""
    return _render("not_identified", case, letter=letter.plain())


def up_to_the_date(case: Case) -> Sequence[CountedRow]:
    """How the answer's date was counted, without what comes after it."""
    counted = counted_rows(law.Reckoning.from_json(case.reckoning), case.language)
    return counted[: next((number for number, row in enumerate(counted, 1) if row.total), len(counted))]


def _lines_up_to_the_date(case: Case) -> list[str]:
    return [plain_row(row, case.language) for row in up_to_the_date(case)]


def _acting(cases: Sequence[Case]) -> dict[str, object] | None:
    """What one who acts for another is told of what comes next; ``None`` for somebody who asks for themselves."""
    lead, grants = cases[0], []
    for case in cases:
        capacity = law.regime(case.regime, case.received_on).capacity(case.capacity)
        if capacity.for_another and (grant := capacity.authority(case.right)):
            grants.append(grant)
    if not grants:
        return None
    asks = {ask.key: ask.words.in_(lead.language) for grant in grants for ask in grant.required}
    return {
        "named": _named(lead),
        "asks": list(asks.values()),
        "confirms": any(grant.person == "confirms" for grant in grants),
        "told": any(grant.person == "is_told" for grant in grants),
    }


def _named(case: Case) -> str:
    return law.regime(case.regime, case.received_on).capacity(case.capacity).named.in_(case.language)


def mailbox(case: Case) -> str:
    """Where anybody may write to the controller."""
    controller = register.controller(case.controller)
    return controller.mailboxes[0].address if controller.mailboxes else controller.mail_from


def _spaced(code: str) -> str:
    """Two groups of three, easier to read over; the space may be typed or not."""
    return f"{code[:3]} {code[3:]}" if code else ""


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
