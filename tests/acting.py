"""People who act for Dana and others in the tests, and the papers they show."""

from __future__ import annotations

import itertools
import re
import struct
import zlib
from datetime import UTC, datetime

from identity.models import User
from requests_app import register, subject
from requests_app.intake.open_case import Arrival, fingerprint, open_cases
from requests_app.letters import outbox
from requests_app.models import Case, Letter
from requests_app.verification import representative, visit
from tests.people import DANA, run_pipeline

ANA = {"mimap": "ana@agents.example", "mipmap": "ana@agents.example.cn"}
_numbers = itertools.count(1)


def picture(width: int = 4) -> bytes:
    """A small real PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * (width + 1))) + chunk(b"IEND", b"")  # fmt: skip


def open_acting(
    controller: str = "mimap", *rights: str, capacity: str = "agent", person: str = "", holder: str = "",
    age: str = "", name: str = "Dana Whitfield",
) -> list[Case]:  # fmt: skip
    """Ana asks for Dana: one case for each right, begun."""
    known = register.controller(controller)
    representative_ = {"name": "Ana Ruiz", "email": holder or ANA[controller]} | ({"age": age} if age else {})
    arrival = Arrival(
        controller=known, channel="web", received_at=datetime.now(UTC), language=known.languages[0], verbatim=b"{}",
        arrival_key=fingerprint("acting", str(next(_numbers)), str(datetime.now(UTC))), name=name,
        email=person or DANA[controller], rights=rights or (known.rights[0].code,), capacity=capacity,
        representative=representative_,
    )  # fmt: skip
    opened = open_cases(arrival)
    run_pipeline()
    return refreshed(*opened.cases)


def refreshed(*cases: Case) -> list[Case]:
    """As they stand now."""
    return [Case.objects.select_related("key", "submission").get(pk=case.pk) for case in cases]


def show_all(case: Case) -> None:
    """Ana shows everything that is required."""
    for ask in representative.may_show(case):
        if ask.instead_of or ask.last_resort:
            continue
        if ask.how == "words":
            representative.state(case, ask.key, "It concerns the estate.")
        else:
            representative.show(case, ask.key, picture())


def accept(case: Case, by: User, *, to_holder: bool = False, **wrong: bool) -> None:
    """Olu answers the checklist as it must be answered, but for ``wrong``."""
    answers = {key: question.must_be for key, question in representative.checklist(case).items()}
    answers |= {key: value for key, value in answers.items() if key not in wrong} | wrong
    representative.accept(case, by=by, answers=answers, answer_to_holder=to_holder)


def prove_own_address(case: Case) -> None:
    """Ana types the code that was sent to her own address."""
    waiting = visit.ask_for(case, acting=True)
    outcome, _case = visit.answer(case.controller, waiting, _newest_code(case))
    assert outcome.value == "right"


def _newest_code(case: Case) -> str:
    newest = Letter.objects.filter(case=case, kind="code").select_related("key").latest("pk")
    assert outbox.read(newest)["to"] == subject.read(case).writes_from
    found = re.search(r"\d{3} \d{3}", outbox.read(newest)["text"])
    assert found
    return found.group()


def letters_to(address: str) -> list[str]:
    """Kinds of the letters queued or sent to an address, oldest first."""
    return [
        letter.kind for letter in Letter.objects.select_related("key").order_by("pk") if outbox.read(letter)["to"] == address
    ]  # fmt: skip
