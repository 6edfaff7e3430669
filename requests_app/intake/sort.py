"""Which rights a letter asks for, and the words that led to it; where unsure, a person decides."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from requests_app import law
from requests_app.intake.phrases import Phrases, rules
from requests_app.register import Controller

LONGEST_SENTENCE = 600
_SIMPLIFIED = str.maketrans(
    "刪個資訊數據帳號賬註銷複製請將權關閉閱導類種對於們這與並還沒無為轉發郵後錯誤實繼續給說該戶儲處報聯繫營廣訴舉貴",
    "删个资讯数据账号账注销复制请将权关闭阅导类种对于们这与并还没无为转发邮后错误实继续给说该户储处报联系营广诉举贵",
)
_BREAK = re.compile(
    r"(?<=[.!?;])\s+|[。！？；!?;]+|\n\s*\n|\n\s*(?:[-*•·]|\(?\d{1,2}[.)、]|[一二三四五六七八九十]、)\s*"
)
_HANZI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_NO_WORDS = re.compile(r"\S+@\S+|https?://\S+")
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_PREFIX = re.compile(r"^\s*(?:(?:re|fw|fwd|aw|回复|回覆|答复|转发|轉發)\s*[:：]\s*)+", re.IGNORECASE)

UNCLEAR = "unclear"
"""Speaks of personal data and asks for nothing we know."""
ASKED_BY_REFUSING = frozenset({"opt_out", "automated_decision"})
"""What one asks for by saying that one does not want it."""

Operation = str
ORDER = ("categories", "access", "port", "correct", "restrict", "delete", "cancel")
"""A copy is given before what it copies is erased."""


@dataclass(frozen=True)
class Asked:
    """One thing the letter asks for, in the letter's words."""

    what: str
    words: str
    sure: bool


@dataclass(frozen=True)
class Sorting:
    """Everything the rules saw, sure things first."""

    asked: tuple[Asked, ...]
    doubts: tuple[str, ...]

    def sure_of(self) -> list[str]:
        """What is asked beyond doubt."""
        return [] if self.doubts else [asked.what for asked in self.asked if asked.sure]

    def suggested(self) -> list[str]:
        """What a person should look for."""
        return [asked.what for asked in self.asked]

    def words_for(self, what: str) -> str:
        """The words that led to it."""
        return next((asked.words for asked in self.asked if asked.what == what), "")


@dataclass(frozen=True)
class Verdict:
    """What to do with the letter: rights to open now, and what is left for a person."""

    rights: tuple[str, ...]
    words: dict[str, str]
    """By right, or by operation where no case is opened by rule, the words that led to it."""
    others: tuple[str, ...]
    """Operations recognised or suspected for which no case is opened by rule."""
    doubts: tuple[str, ...]


def sort(subject: str, text: str) -> Sorting:
    """Read a letter's own words; ``subject`` counts unless it only repeats an earlier mail's."""
    title = "" if _PREFIX.match(subject) else subject
    sentences = list(_sentences(f"{title}\n\n{text}"))
    whole = "\n".join(sentences)
    asked = [found for phrases in rules().rights if (found := _asked(phrases, sentences))]
    if len(asked) > 1:
        asked = [found for found in asked if found.what != UNCLEAR]
    doubts = tuple(name for name, pattern in rules().doubts.items() if pattern.search(whole))
    return Sorting(tuple(sorted(asked, key=lambda a: not a.sure)), doubts)


def decide(controller: Controller, sorting: Sorting, at: datetime) -> Verdict:
    """Turn what is asked into rights this controller offers to what arrives at that moment."""
    offered = _Offered(controller, at)
    rights: dict[str, str] = {}
    others: list[str] = []
    words: dict[str, str] = {}
    sure = sorting.sure_of()
    for what in sorting.suggested():
        code = offered.right_for(what) if what in sure else None
        if code:
            rights.setdefault(code, sorting.words_for(what))
        elif what in sure or not _weaker_sign_of_the_same(what, sure):
            others.append(offered.operation(what))
            words.setdefault(offered.operation(what), sorting.words_for(what))
    if _might_lose_a_copy(offered, rights, others):
        others, rights = list(dict.fromkeys([*others, *map(offered.operation, sure)])), {}
    offered_order = list(offered.by_code)
    ordered = sorted(rights, key=lambda code: (_turn(offered.by_code[code]), offered_order.index(code)))
    return Verdict(tuple(ordered), words | rights, tuple(dict.fromkeys(others)), sorting.doubts)


def language_for(controller: Controller, text: str) -> str:
    """Chinese for a letter mostly in Hanzi, another by its common words, else English; if not offered, the first."""
    sample = _NO_WORDS.sub(" ", text[:5000])
    hanzi = len(_HANZI.findall(sample))
    latin = len(_LATIN_WORD.findall(sample))
    if not hanzi and not latin:
        return controller.languages[0]
    # A Chinese word has two signs, more or less.
    chinese = hanzi / 2 >= latin and len(_KANA_OR_HANGUL.findall(sample)) * 5 < hanzi
    wanted = "zh-Hans" if chinese else _by_common_words(sample.lower(), latin) or "en"
    return wanted if wanted in controller.languages else controller.languages[0]


def _by_common_words(sample: str, latin: int) -> str:
    """The language of which the letter has most words that are common in it alone, if those are one in six or more."""
    counts = {code: len(pattern.findall(sample)) for code, pattern in rules().common.items()}
    most = max(counts, key=counts.__getitem__, default="")
    return most if most and counts[most] * 6 >= max(latin, 1) else ""


def _turn(operation: Operation) -> int:
    return ORDER.index(operation) if operation in ORDER else len(ORDER)


class _Offered:
    """The rights one controller offers, by what they do."""

    def __init__(self, controller: Controller, at: datetime) -> None:
        regimes = {code: law.regime_at(code, at) for code in controller.regimes}
        self.by_code = {r.code: regimes[r.regime].right(r.code).operation for r in controller.rights}
        self.accounts_are_closed = any(
            right.operation == "cancel" for regime in regimes.values() for right in regime.rights.values()
        )

    def operation(self, what: str) -> Operation:
        """What the law calls it."""
        if what == "delete_account":
            # Where no statute knows the closing of an account, to delete one is to delete the data in it.
            return "cancel" if self.accounts_are_closed else "delete"
        return {"copy": "access", "see": "access"}.get(what, what)

    def right_for(self, what: str) -> str | None:
        """The offered right, or ``None``."""
        operation = self.operation(what)
        codes = [code for code, does in self.by_code.items() if does == operation]
        if not codes and what == "categories":
            codes = [code for code, does in self.by_code.items() if does == "access"]
            what = "see"
        if len(codes) > 1 and what in {"see", "copy"}:
            # Statutes with one right to see and another to have a copy name the second so.
            copies = [code for code in codes if code.endswith("_COPY")]
            codes = copies if what == "copy" else [code for code in codes if code not in copies]
        return codes[0] if codes else None


def _weaker_sign_of_the_same(what: str, sure: list[str]) -> bool:
    """Whether an unsure sign adds nothing: "my personal data" beside a plain request about it."""
    return bool(sure) and (what in {"see", "copy"} and bool({"see", "copy", "categories"} & set(sure)))


def _might_lose_a_copy(offered: _Offered, rights: dict[str, str], others: list[str]) -> bool:
    """Erasing must not begin by rule while the letter may also want a copy of what would be erased."""
    return "access" in others and any(offered.by_code[code] in {"delete", "cancel"} for code in rights)


def _asked(phrases: Phrases, sentences: list[str]) -> Asked | None:
    best: Asked | None = None
    refused = False
    for sentence in sentences:
        for pattern in phrases.sure:
            for found in pattern.finditer(sentence):
                words = found[0][:160]
                if phrases.what not in ASKED_BY_REFUSING and rules().negated.search(
                    sentence[: found.start()]
                ):
                    refused = True
                elif best is None or not best.sure:
                    best = Asked(phrases.what, words, _is_plain(phrases.what, sentence, found))
        if best is None:
            hint = next((hit for pattern in phrases.maybe if (hit := pattern.search(sentence))), None)
            if hint and not rules().negated.search(sentence[: hint.start()]):
                best = Asked(phrases.what, hint[0][:160], sure=False)
    if best and best.sure and refused:
        return Asked(best.what, best.words, sure=False)
    return best


def _is_plain(what: str, sentence: str, found: re.Match[str]) -> bool:
    if what in {"copy", "see", "delete", "delete_account", "cancel"}:
        near = sentence[max(0, found.start() - 120) : found.end() + 80]
        if _is_no_request(near, sentence):
            return False
        if rules().not_personal.search(sentence[found.start() : found.end() + 8]):
            return False
        return bool(rules().of_oneself.search(sentence) or re.search(r"request|right|1798|权|申请", found[0]))
    if what == "automated_decision" and not (
        rules().of_oneself.search(sentence) or rules().contests.search(sentence)
    ):
        # Whether we use such things at all is a question like any other.
        return False
    # Whoever asks how to be left alone may simply be left alone; what needs proof and a person is not begun by that.
    return what not in {
        "correct",
        "restrict",
        "port",
        "automated_decision",
    } or not rules().only_asks_how.search(sentence[max(0, found.start() - 120) : found.end() + 80])


def _is_no_request(near: str, sentence: str) -> bool:
    return bool(
        rules().only_asks_how.search(near) or rules().is_past.search(near) or rules().trouble.search(sentence)
    )


def _sentences(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text).translate(_SIMPLIFIED).lower()
    folded = folded.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    # A line of a hard-wrapped paragraph goes on in the next one.
    joined = re.sub(r"(?<=[^\n]{45})\n(?=[^\n\s\-*•\d])", " ", folded)
    sentences = []
    for piece in _BREAK.split(joined):
        for line in piece.split("\n"):
            clauses = re.split(r"[,，]", line) if _HANZI.search(line) else [line]
            for clause in clauses:
                words = " ".join(clause.split())
                sentences += [words[i : i + LONGEST_SENTENCE] for i in range(0, len(words), LONGEST_SENTENCE)]
    return [sentence for sentence in sentences if sentence]
