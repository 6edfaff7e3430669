"""Every letter with invented data, so that its words can be read without anybody's case."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from requests_app import law
from requests_app.law import Words
from requests_app.letters import outbox
from requests_app.letters.text import LetterText, Section, counted_rows, day_in, plain_row
from requests_app.register import Controller

REFERENCE, CODE = "K7PW 3M9T", "271 828"
NAME = Words("Dana Example", "王例")
OUTCOMES = ("granted", "granted_in_part", "refused", "not_identified", "withdrawn")
_FILLED = Words("[Here follows what the case itself says.]", "[此处为案件本身的内容。]")
_OPENING = Words("You asked us on {day}: {right}.", "您于{day}向我们提出：{right}。")
_MESSAGE = Words("What a member of staff writes stands here.", "此处为工作人员书写的内容。")
_SYSTEM = Words("Shop", "商城")
_ASK = Words("Facts to compare with our records", "与我们的记录核对的信息")
FROM_THE_HOUSE = frozenset({"digest", "mention", "restriction_over"})
"""To staff, about counts and references only."""


def kinds() -> tuple[str, ...]:
    """Every kind of mail and text message, by the name of its template."""
    folder = Path(settings.BASE_DIR) / "templates" / "emails"
    found = (path.stem for path in folder.glob("*.txt"))
    return tuple(sorted(kind for kind in found if kind not in FROM_THE_HOUSE))


def mail(
    controller: Controller, kind: str, language: str, right: law.Right, dates: law.Reckoning
) -> outbox.Words:
    """One kind of mail as it would go out about that right, received on the day of ``dates``."""
    origin = settings.PORTAL_ORIGIN
    title = right.title.in_(language)
    due = day_in(dates.respond.due_on, language)
    link = f"{origin}/{controller.slug}/follow/…/"
    case = {
        "reference": REFERENCE, "right": title, "received": day_in(dates.received_on, language),
        "answer_by": due, "link": link,
    }  # fmt: skip
    context: dict[str, object] = {
        "reference": REFERENCE, "answer_by": due, "link": link, "home": f"{origin}/{controller.slug}/",
        "sender": controller.text(controller.legal_name, language), "name": controller.text(controller.name, language),
        "code": CODE, "minutes": 30, "cases": [case], "counted": [plain_row(row, language) for row in counted_rows(dates, language)], "right": title,
        "asks_proof": right.standard.level is not law.Level.NONE, "in_words": right.in_words, "message": _MESSAGE.in_(language),
        "letter": _MESSAGE.in_(language), "kept": REFERENCE, "kept_by": due, "before": due, "due": due, "until": due,
        "day": due, "stop": link, "number": CODE, "first": True, "system": _SYSTEM.in_(language),
        "mailbox": controller.mail_from, "missing": [_ASK.in_(language)], "named": "–", "reason": "unreadable",
    }  # fmt: skip
    return outbox.render(kind, language, context)


def answer(
    controller: Controller, regime: law.Regime, right: law.Right, outcome: str, language: str, received_at: datetime,
    dates: law.Reckoning,
) -> LetterText:  # fmt: skip
    """An answer of the required blocks alone; a case's own findings stand where the letter says so."""
    day: date = dates.received_on
    opening = (
        _OPENING.in_(language)
        .replace("{day}", day_in(day, language))
        .replace("{right}", right.title.in_(language))
    )
    return LetterText(
        language=language,
        written_on=received_at.date(),
        reference=REFERENCE,
        name=NAME.in_(language),
        title=right.title.in_(language),
        opening=((opening,),),
        sections=tuple(
            Section(
                "", ((block.words.in_(language),), *(((_FILLED.in_(language),),) if block.filled else ())),
                blocks=frozenset({block.code}),
            )
            for block in regime.required_blocks(right.code, outcome)
        ),
        closing=(),
        sender=(controller.text(controller.legal_name, language),),
        counted=counted_rows(dates, language),
        brand=controller.brand.brand,
    )  # fmt: skip
