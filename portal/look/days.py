"""Dates and moments in the reader's language, always with the weekday a person plans by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.utils import dateformat, formats, timezone
from django.utils.translation import get_language

ENGLISH, CHINESE = "en", "zh-Hans"
WEEKDAYS_ZH = "一二三四五六日"
_BY_DJANGO = {code.lower(): code for code in settings.TONGUES}

ENGLISH_STYLES = {
    "long": "D j F Y",
    "medium": "D j M Y",
    "short": "D j M",
    "plain": "j F Y",
    "bare": "j M",
    "square": "j M",
}
CHINESE_STYLES = {
    "long": "Y年n月j日 周{}",
    "medium": "Y年n月j日 周{}",
    "short": "n月j日 周{}",
    "plain": "Y年n月j日",
    "bare": "n月j日",
    # In a square as narrow as a day it breaks where the month ends.
    "square": "n月\u200bj日",
}


# Other languages write days as Django's formats for them say.
OTHER_STYLES = {
    "long": "DATE_FORMAT",
    "medium": "DATE_FORMAT",
    "short": "MONTH_DAY_FORMAT",
    "plain": "DATE_FORMAT",
    "bare": "MONTH_DAY_FORMAT",
    "square": "MONTH_DAY_FORMAT",
}


def page_language() -> str:
    """The language being read, as it stands in ``lang`` and in wordings: "en", "zh-Hans", "pt-BR"."""
    return _BY_DJANGO.get(get_language() or "", "en")


def in_words(day: date, style: str = "medium") -> str:
    """``day`` as the reader writes it: long, medium, short (no year), plain (no weekday), bare and square (neither)."""
    if isinstance(day, datetime):
        day = (timezone.localtime(day) if timezone.is_aware(day) else day).date()
    return _written(day, style, page_language())


@lru_cache(maxsize=4_000)
def _written(day: date, style: str, language: str) -> str:
    """A list of cases writes the same few weeks again and again."""
    if language == CHINESE:
        return dateformat.format(day, CHINESE_STYLES[style]).format(WEEKDAYS_ZH[day.weekday()])
    if language == ENGLISH:
        return dateformat.format(day, ENGLISH_STYLES[style])
    return formats.date_format(day, OTHER_STYLES[style])


def moment_in_words(moment: datetime, style: str = "medium") -> str:
    """Day and time of day, in the zone that is active."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{in_words(local, style)}{' ' if page_language() == CHINESE else ', '}{hour_in_words(local)}"


def hour_in_words(moment: datetime) -> str:
    """The time of day alone, in the zone that is active."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    if page_language() != ENGLISH:
        return f"{local:%H:%M}"
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


def text_of(words: object) -> str:
    """Plain text, the law's ``Words`` or a bilingual mapping, in the reader's language."""
    if words is None:
        return ""
    if hasattr(words, "in_"):
        return str(words.in_(page_language()))
    if isinstance(words, Mapping):
        return str(words.get(page_language()) or words.get("en") or next(iter(words.values()), ""))
    return str(words)


def weekday_head(day: date) -> str:
    """The weekday, as short as a column's head."""
    return WEEKDAYS_ZH[day.weekday()] if page_language() == CHINESE else dateformat.format(day, "D")
