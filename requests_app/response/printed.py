"""A copy on paper, for whoever gave no address that a code could go to: every record, field by field."""

from __future__ import annotations

from dataclasses import dataclass

from requests_app import law
from requests_app.law import Words
from requests_app.letters.pdf import Annexed
from requests_app.letters.text import passage
from requests_app.response import page, rows
from requests_app.response.ledger import Ledger

MOST_RECORDS = 1000
"""On paper; beyond that the files go along on a data carrier."""
_HEADING = Words("Your copy", "您的副本")
_CUT = Words(
    "{shown} of {n} records are printed; all of them are in the files on the data carrier that we enclose.",
    "共{n}条，此处印出{shown}条；全部内容见随函附上的数据载体。",
)
_RECORD = Words("Record {n}", "第{n}条")
_CARRIER = Words(
    "Files that were kept on paper or in another form are on the data carrier that we enclose.",
    "以其他形式保存的文件，见随函附上的数据载体。",
)


@dataclass(frozen=True)
class Annex:
    """What is printed behind the letter."""

    heading: str
    sections: tuple[Annexed, ...]
    needs_files: bool
    """Whether the data files must be enclosed on a data carrier, because paper does not hold all."""


NOTHING = Annex("", (), needs_files=False)


def annex(ledger: Ledger) -> Annex:
    """Everything that is given, at most a thousand records of it on paper."""
    language, left, sections = ledger.language, MOST_RECORDS, []
    by_hand = any(True for _path, _pieces in rows.files_by_hand(ledger))
    cut = False
    for key, source in rows.sources(ledger).items():
        lines = [line for line in ledger.lines if line.holding.system == key and line.found]
        system = next(system.title for system in ledger.systems if system.system.key == key)
        for card in page.cards(ledger, key, source, lines, at_most=left):
            n, shown = card["n"], card["rows"]
            left -= len(shown)
            note = ""
            if n > len(shown):
                cut = True
                note = "".join(passage(_CUT.in_(language), shown=str(len(shown)), n=str(n)))
            records = tuple(
                (
                    "".join(passage(_RECORD.in_(language), n=str(number))) if n > 1 else "",
                    tuple(zip(card["titles"], values, strict=True)),
                )
                for number, values in enumerate(shown, 1)
            )
            about = (*card["about"], *([card["hidden"]] if card["hidden"] else []), *([note] if note else []))
            sections.append(Annexed(f"{system}{law.COLON.in_(language)}{card['title']}", about, records))
    if by_hand:
        sections.append(Annexed("", (_CARRIER.in_(language),), ()))
    return Annex(_HEADING.in_(language), tuple(sections), needs_files=cut or by_hand)
