"""Whatever a page or a mail says in English it can say in Chinese: no word of the code is missing from the catalogues."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal import catalogue, collected


@pytest.fixture(scope="module")
def said() -> catalogue.Texts:
    return collected.of_pages()


def test_every_word_of_a_page_stands_in_a_chinese_catalogue(said) -> None:
    known = {key for told in _chinese().values() for key, text in told.items() if catalogue.done(text)}
    assert len(said) > 2500
    assert not {key: catalogue.place(text) for key, text in said.items() if key not in known}


def test_no_chinese_catalogue_keeps_what_no_page_says_any_more(said) -> None:
    assert not set().union(*_chinese().values()) - said.keys()


def test_no_two_catalogues_say_the_same_words_otherwise() -> None:
    """The first one read would win on every page, whatever the other says: a context keeps them apart."""
    said: dict[catalogue.Key, set[object]] = {}
    for told in _chinese().values():
        for key, text in told.items():
            said.setdefault(key, set()).add(text.string)
    assert not {key: told for key, told in said.items() if len(told) > 1}


def test_no_translation_has_places_for_values_that_its_english_lacks() -> None:
    told = [text for each in _chinese().values() for text in each.values()]
    assert not {str(text.id): wrong for text in told if (wrong := catalogue.misplaced(text))}


def test_the_compiled_catalogues_say_what_the_written_ones_do() -> None:
    """Else: ``manage.py check_language zh-Hans``."""
    assert not [po for po in _chinese() if not catalogue.is_compiled(po)]


def _chinese() -> dict[Path, catalogue.Texts]:
    return {po: catalogue.read(po) for po in catalogue.files("zh-Hans")}
