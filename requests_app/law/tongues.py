"""What the law says in a language beyond English and Chinese: its catalogue knows each text by the English one.

A text with values in it, such as a date, stands in the catalogue with their places numbered: ``The law’s last day:
{1}.`` So the sentences that a case has kept since it was counted can be told in a language that came later.
"""

from __future__ import annotations

import re
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path

DAY = "{weekday} {day} {month} {year}"
"""How a day stands in a sentence; a catalogue may put the four in another order."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
OWN = (DAY, *WEEKDAYS, *MONTHS)

_PLACE = re.compile(r"\{(\d+)\}")
_A_DAY = re.compile(rf"({'|'.join(WEEKDAYS)}) (\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})")
_FEWEST_SIGNS = 6
"""Of its own that a text with places needs, to be told from what merely looks like it."""
_catalogues: dict[str, GNUTranslations] = {}


def learn(language: str, compiled: Path) -> None:
    """Tell in ``language`` what its compiled catalogue (``.mo``) knows; what it lacks is told in English."""
    with compiled.open("rb") as file:
        _catalogues[language] = GNUTranslations(file)
    say.cache_clear()
    _forms.cache_clear()


def known() -> frozenset[str]:
    """Languages learned beside English and Chinese."""
    return frozenset(_catalogues)


@lru_cache(maxsize=8192)
def say(language: str, english: str) -> str:
    """``english`` in ``language``, as far as its catalogue knows it."""
    catalogue = _catalogues.get(language)
    if catalogue is None or not english:
        return english
    told = catalogue.gettext(english)
    if told != english:
        return told
    for form, template in _forms(language):
        if found := form.fullmatch(english):
            return _filled(template, [say(language, value) for value in found.groups()])
    return _A_DAY.sub(lambda day: _day(language, day), english)


def form_of(template: str) -> re.Pattern[str]:
    """What matches a text that was made from ``template``, its values in their order."""
    parts = _PLACE.split(template)
    return re.compile(
        "".join(re.escape(part) if n % 2 == 0 else "(.+?)" for n, part in enumerate(parts)), re.S
    )


@lru_cache(maxsize=64)
def _forms(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Texts with places, those that say most themselves first."""
    entries: dict[str, str] = vars(_catalogues[language])["_catalog"]
    templates = {key: told for key, told in entries.items() if isinstance(key, str) and _in_order(key)}
    longest_first = sorted(templates, key=lambda key: -len(_PLACE.sub("", key)))
    return [(form_of(key), templates[key]) for key in longest_first]


def _filled(template: str, values: list[str]) -> str:
    return _PLACE.sub(lambda place: values[int(place[1]) - 1], template)


def _in_order(key: str) -> bool:
    """Whether it is a text of the law with places, numbered as they come."""
    places = _PLACE.findall(key)
    numbered = [str(n) for n in range(1, len(places) + 1)]
    return bool(places) and places == numbered and len(_PLACE.sub("", key).strip()) >= _FEWEST_SIGNS


def _day(language: str, day: re.Match[str]) -> str:
    weekday, number, month, year = day.groups()
    told = {"weekday": say(language, weekday), "day": number, "month": say(language, month), "year": year}
    return _catalogues[language].gettext(DAY).format(**told)
