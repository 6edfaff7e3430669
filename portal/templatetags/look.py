"""Pieces both rooms share: dates that show their working, clocks, slips, turns, timelines, statutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal import languages
from portal.look import clock as clocks
from portal.look import days, month
from requests_app import law
from requests_app.letters.text import from_right

register = template.Library()

WHOSE_ICON = {"ready": "done", "yours": "warning", "quiet": ""}
STEP_ICON = {"past": "done", "now": "now", "next": "next"}


def piece(name: str, **context: object) -> SafeString:
    """One component's markup."""
    return render_to_string(f"components/{name}.html", context)


@register.simple_tag
@lru_cache(maxsize=500)
def icon(name: str, size: int = 20) -> SafeString:
    """A shape from the sprite; decoration beside words, so silent."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" aria-hidden="true" focusable="false">'
        '<use href="#i-{1}"/></svg>',
        size,
        name,
    )


@register.simple_tag
def html_lang() -> str:
    """The page's language for ``<html lang>``."""
    return days.page_language()


@register.simple_tag
def html_dir() -> str:
    """Beside it, where the language is written from right to left."""
    return mark_safe(' dir="rtl"') if from_right(days.page_language()) else ""


@register.simple_tag
def between_sentences() -> str:
    """What stands between two sentences: Chinese puts nothing there."""
    return law.between_sentences(days.page_language())


@register.filter
def words(value: object) -> str:
    """Text, the law's Words or a bilingual mapping, in the reader's language."""
    return days.text_of(value)


@register.filter
def tongue(code: str) -> str:
    """What a language is called in the reader's."""
    return languages.told(code)


@register.filter
def cited(rule: str) -> str:
    """A citation as the reader's language writes it."""
    if not rule:
        return ""
    # A section sign never stands apart from its number, nor a code from its volume.
    return (
        law.cite_in(str(rule), days.page_language())
        .replace(" § ", "\u00a0§\u00a0")
        .replace(" CCR", "\u00a0CCR")
    )


@register.filter
def day(value: date | None, style: str = "medium") -> str:
    """A date in words: long, medium, short, plain, bare."""
    return days.in_words(value, style) if value else ""


@register.filter
def hour(value: datetime) -> str:
    """A time of day in words."""
    return days.hour_in_words(value)


@register.simple_tag
def when(value: date | datetime | None, style: str = "medium") -> str:
    """``<time>`` with the machine's date inside; a datetime says its time of day too."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return format_html(
            '<time datetime="{}">{}</time>', value.isoformat(), days.moment_in_words(value, style)
        )
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), days.in_words(value, style))


@register.filter
def reference(value: str) -> str:
    """A reference in two groups of four."""
    bare = str(value).replace(" ", "")
    return f"{bare[:4]} {bare[4:]}" if len(bare) == 8 else str(value)


@register.simple_tag
def ref(value: str, url: str = "") -> SafeString:
    """A reference, monospaced, perhaps as a link."""
    if url:
        return format_html('<a class="ref" href="{}" translate="no">{}</a>', url, reference(value))
    return format_html('<span class="ref" translate="no">{}</span>', reference(value))


@register.inclusion_tag("components/clock.html")
def clock(value: clocks.Clock, big: bool = False) -> dict[str, object]:
    """The badge of a Clock."""
    return {"clock": value, "big": big}


@register.inclusion_tag("components/rail.html")
def clock_rail(rail: clocks.Rail) -> dict[str, object]:
    """The days of a Rail, to scale, with the same in words."""
    return {"rail": rail}


@register.inclusion_tag("components/counted.html")
def counted(
    reasons: Iterable[object],
    opened: bool = False,
    calendar: list[list[month.Day]] | None = None,
    title: str = "",
    provisional: bool = False,
) -> dict[str, object]:
    """How we counted: the law's Reasons (or mappings with the same names), the sum above an ink rule."""
    return {
        "rows": [_reason(one) for one in reasons],
        "opened": opened,
        "calendar": calendar,
        "title": title,
        "provisional": provisional,
    }


@register.simple_tag
def sum_of_days(reasons: Iterable[law.Reason], provisional: bool = False) -> SafeString:
    """The same without the disclosure, where something else opens it: for each row of a list."""
    return _sum_of_days(tuple(reasons), provisional, days.page_language())


@lru_cache(maxsize=2_000)
def _sum_of_days(reasons: tuple[law.Reason, ...], provisional: bool, _language: str) -> SafeString:
    """Remembered: whatever came in on one day is counted alike, and a list shows the same cases all day."""
    return piece("counted", rows=[_reason(one) for one in reasons], provisional=provisional, bare=True)


def _reason(one: object) -> dict[str, object]:
    def get(name: str, default: object = None) -> object:
        return one.get(name, default) if isinstance(one, Mapping) else getattr(one, name, default)

    return {
        "label": days.text_of(get("label")),
        "on": get("on"),
        "through": get("through"),
        "words": days.text_of(get("words")),
        "rule": cited(str(get("rule") or "")),
        "unconfirmed": get("confirmed", True) is False,
        "sum": get("step") == "due" or bool(get("sum")),
    }


@register.inclusion_tag("components/calendar.html")
def day_calendar(weeks: list[list[month.Day]]) -> dict[str, object]:
    """Numbered working days, hatched days off, underlined make-up days."""
    return {"weeks": weeks}


@register.simple_block_tag
def slip(
    content: str,
    reference: str,
    due_on: date | None = None,
    received_on: date | None = None,
    due_label: str = "",
    style: str = "long",
) -> str:
    """What a person keeps: reference, our date, receipt; the body adds sections of its own."""
    return piece(
        "slip",
        reference=reference,
        due_on=due_on,
        received_on=received_on,
        due_label=due_label or _("We answer by"),
        style=style,
        content=mark_safe(content),  # noqa: S308 - rendered by this template
    )


@register.simple_block_tag
def turn(content: str, kind: str, title: str, whose: str = "", id: str = "") -> str:
    """Whose move it is. kind: ready (take it), yours (do something by a date), quiet (nothing to do)."""
    spoken = {"ready": _("Ready for you"), "yours": _("Your turn"), "quiet": _("Nothing to do now")}
    return piece(
        "turn",
        kind=kind,
        icon=WHOSE_ICON[kind],
        whose=whose or spoken[kind],
        title=title,
        id=id,
        content=mark_safe(content),  # noqa: S308
    )


@register.inclusion_tag("components/timeline.html")
def timeline(steps: Iterable[Mapping[str, object]], label: str = "") -> dict[str, object]:
    """Sentences with a subject: title, state (past|now|next), at, detail, url, link, icon, note, reply, reasons (of a date in it)."""
    return {
        "steps": [
            {**step, "icon": step.get("icon") or STEP_ICON[str(step.get("state") or "past")]}
            for step in steps
        ],
        "label": label or _("What happened, in order"),
    }


@register.inclusion_tag("components/statute.html")
def statute(
    text: object, citation: str, confirmed: bool = True, lang: str = "", id: str = ""
) -> dict[str, object]:
    """The law verbatim, with where it stands. ``lang`` when it is not in the page's language."""
    return {
        "text": days.text_of(text),
        "citation": cited(citation),
        "unconfirmed": not confirmed,
        "lang": lang,
        "id": id,
    }


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """Answers given. Each row: term, value, url (to change it), about (hidden words after Change), reasons (of a date)."""
    return {"rows": list(rows)}


@register.inclusion_tag("components/message.html")
def message(
    author: str, at: date | datetime | None, text: str, mine: bool = False, lang: str = ""
) -> dict[str, object]:
    """One letter in a conversation; never a bubble."""
    return {"author": author, "at": at, "text": text, "mine": mine, "lang": lang}


@register.inclusion_tag("components/files.html")
def files(rows: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """Things to fetch. Each: title, detail, url, primary."""
    return {"rows": list(rows)}


@register.inclusion_tag("components/rights.html")
def rights(rows: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """What one may ask. Each: title, url, plain, when (words) or now=True."""
    return {"rows": list(rows)}


@register.inclusion_tag("components/empty.html")
def empty(
    title: str, text: str = "", url: str = "", link: str = "", icon: str = "paper"
) -> dict[str, object]:
    """Nothing here, and what that means."""
    return {"title": title, "text": text, "url": url, "link": link, "icon": icon}


@register.filter
def weekday_letter(value: date) -> str:
    """The head of a calendar's column."""
    return days.weekday_head(value)
