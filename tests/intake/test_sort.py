"""Which rights a letter asks for: a labelled set of short letters, one sentence of the table each."""

import time
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from requests_app import register
from requests_app.intake.phrases import rules
from requests_app.intake.sort import decide, language_for, sort
from tests.intake import labelled

LETTERS = tomllib.loads((Path(__file__).parent / "letters.toml").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CASES = [(slug, letter) for slug in LETTERS for letter in LETTERS[slug]]


@pytest.mark.parametrize(("slug", "letter"), CASES, ids=[letter["text"][:40] for _, letter in CASES])
def test_a_letter_opens_what_it_asks_for_and_nothing_else(slug: str, letter: dict) -> None:
    sorting = sort(letter.get("subject", ""), letter["text"])
    verdict = decide(register.controller(slug), sorting, NOW)
    assert list(verdict.rights) == letter.get("rights", [])
    assert set(letter.get("others", [])) <= set(verdict.others)
    assert set(letter.get("doubts", [])) == set(verdict.doubts)
    if not letter.get("others") and not letter.get("rights"):
        assert not verdict.others


def test_letters_the_rules_were_never_tuned_on_are_mostly_understood_and_rarely_misunderstood() -> None:
    """A floor under what ``make bench`` prints: at least 150 letters, a third of them held out."""
    held_out, known = (labelled.letters(name) for name in ("held_out", "known"))
    assert len(held_out) + len(known) >= 150
    assert len(held_out) * 2.1 > len(known)
    assert not {mail["text"] for mail in held_out} & {mail["text"] for mail in known}
    read = labelled.read(held_out)
    assert read.whole().precision() >= 0.9
    assert read.whole().recall() >= 0.7
    assert read.told / read.asks >= 0.9


def test_the_words_that_led_to_a_right_are_shown() -> None:
    sorting = sort("", "Good day. I ask you to delete all my personal data. Thank you.")
    verdict = decide(register.controller("mimap"), sorting, NOW)
    assert verdict.words["DELETE"] == "delete all my personal data"


@pytest.mark.parametrize(
    ("slug", "text", "language"),
    [
        ("mipmap", "请删除我的 MipMap 账号 dana@example.cn", "zh-Hans"),
        ("mipmap", "Please delete my data. 谢谢", "en"),
        ("mipmap", "", "zh-Hans"),
        ("mipmap", "個人情報を削除してください", "en"),
        ("mimap", "请删除我的个人信息", "zh-Hans"),
    ],
)
def test_of_the_language_to_answer_in(slug: str, text: str, language: str) -> None:
    assert language_for(register.controller(slug), text) == language


def test_a_hostile_text_costs_little() -> None:
    begun = time.process_time()
    for text in (
        "delete my " * 2000,
        "请" * 20_000,
        "copy of " * 2500,
        "access to my " * 1500,
        "\n" * 20_000,
    ):
        sort("", text)
    assert time.process_time() - begun < 15, "seconds of the processor for five texts"


def test_a_further_language_brings_its_own_list_and_the_words_it_is_known_by(
    tmp_path: Path, settings
) -> None:
    (tmp_path / "phrases.toml").write_text(
        "[common]\nwords = '\\b(?:mi|viaj|miajn|kaj|la)\\b'\n[rights.delete]\nsure = ['\\bforviŝ\\w+ <~3>datum\\w+']\n[beside]\nof_oneself = '\\bmi(?:a\\w*)?\\b'\n",
        encoding="utf-8",
    )
    settings.CATALOGUES = {"eo": tmp_path / "LC_MESSAGES" / "django.mo"}
    rules.cache_clear()
    try:
        letter = "Bonvolu forviŝi miajn datumojn kaj konfirmu la forviŝon al mi."
        mimap = replace(register.controller("mimap"), languages=("en", "eo"))
        assert list(decide(mimap, sort("", letter), NOW).rights) == ["DELETE"]
        assert language_for(mimap, letter) == "eo"
        assert language_for(mimap, "Please delete my data, thank you.") == "en"
    finally:
        rules.cache_clear()
