"""Whatever a page or a mail says in English it can say in Chinese: no word of the code is missing from the catalogues."""

from __future__ import annotations

from django.conf import settings

from portal import catalogue, collected, languages
from portal.catalogue import Entry


def test_every_word_of_a_page_stands_in_a_chinese_catalogue() -> None:
    known = {(entry.text.english, entry.text.context) for entry in _chinese() if entry.done}
    said = {
        (text.english, text.context): place for text, place in collected.of_pages() if text.english.strip()
    }
    assert len(said) > 2500
    assert not {key: place for key, place in said.items() if key not in known}


def test_no_two_catalogues_say_the_same_words_otherwise() -> None:
    """The first one read would win on every page, whatever the other says: a context keeps them apart."""
    said: dict[str, set[tuple[str, ...]]] = {}
    for entry in _chinese():
        said.setdefault(entry.text.key, set()).add(entry.told)
    assert not {key: told for key, told in said.items() if len(told) > 1}


def test_no_translation_has_places_for_values_that_its_english_lacks() -> None:
    assert not {entry.text.english: entry.misplaced for entry in _chinese() if entry.misplaced}


def _chinese() -> list[Entry]:
    folders = (languages.catalogue(folder, "zh-Hans").with_suffix(".po") for folder in settings.LOCALE_PATHS)
    return [entry for po in folders if po.exists() for entry in catalogue.read(po)]
