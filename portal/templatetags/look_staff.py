"""Pieces of the casework room: stages, panels, letter, keys, what is about to leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext, pgettext_lazy

from portal.look.days import text_of

from .look import piece

register = template.Library()

STAGES = (
    ("received", pgettext_lazy("a stage of a case", "Received")),
    ("verifying", _later("Verifying")),
    ("assessing", _later("Assessing")),
    ("approving", _later("Approving")),
    ("fulfilling", _later("Fulfilling")),
    ("responding", _later("Responding")),
    ("closed", _later("Closed")),
)
OF_WHO_ASKED = frozenset({"verifying", "responding"})
SEGMENT, GAP = 8, 2
LINE_ICON = {
    "done": "done",
    "ok": "done",
    "open": "warning",
    "hand": "half",
    "failed": "stop",
    "waiting": "next",
}


@register.simple_tag
def key(name: str) -> SafeString:
    """The key that presses this button; shown only where keys are answered."""
    return format_html('<kbd class="key" aria-hidden="true">{}</kbd>', name)


@register.inclusion_tag("components/keys.html")
def keys(rows: Iterable[tuple[str, str]]) -> dict[str, object]:
    """The strip under a list: pairs of keys ("j k") and what they do."""
    return {"rows": [(pressed.split(), does) for pressed, does in rows]}


@register.simple_tag
def avatar(initials: str = "", name: str = "") -> SafeString:
    """A colleague, or the place where one is missing."""
    if not initials:
        return format_html(
            '<span class="avatar nobody"><span aria-hidden="true">–</span>'
            '<span class="seen-by-ear">{}</span></span>',
            _("Nobody"),
        )
    return format_html(
        '<span class="avatar"><span aria-hidden="true">{}</span><span class="seen-by-ear">{}</span></span>',
        initials,
        name or initials,
    )


@register.inclusion_tag("components/stages.html")
def stage_bar(state: str, own_motion: bool = False) -> dict[str, object]:
    """The seven stages a case walks; an archived case has walked them all. Where nobody asked, nobody is answered."""
    walked = [one for one in STAGES if not (own_motion and one[0] in OF_WHO_ASKED)]
    names = [code for code, _label in walked]
    here = names.index(state) if state in names else len(names)
    return {
        "stages": [
            {
                "label": _("Opened") if own_motion and code == "received" else label,
                "past": place < here,
                "now": place == here,
            }
            for place, (code, label) in enumerate(walked)
        ]
    }


@register.inclusion_tag("components/progress.html")
def progress(systems: Iterable[str], words: bool = True) -> dict[str, object]:
    """One segment per system: done, hand, failed or waiting; always with the count in figures."""
    states = list(systems)
    done = states.count("done")
    told = [ngettext("%(n)s system done", "%(n)s systems done", done) % {"n": done}]
    if hand := states.count("hand"):
        told.append(ngettext("%(n)s by hand", "%(n)s by hand", hand) % {"n": hand})
    if failed := states.count("failed"):
        told.append(ngettext("%(n)s failed", "%(n)s failed", failed) % {"n": failed})
    if waiting := states.count("waiting"):
        told.append(ngettext("%(n)s waiting", "%(n)s waiting", waiting) % {"n": waiting})
    step = SEGMENT + GAP
    return {
        "segments": [
            {"state": state, "x": place * step, "x2": place * step + SEGMENT}
            for place, state in enumerate(states)
        ],
        "width": max(len(states) * step - GAP, SEGMENT),
        "done": done,
        "total": len(states),
        "told": ", ".join(told),
        "words": words,
    }


@register.simple_block_tag
def panel(
    content: str, title: str, side: str = "", id: str = "", systems: Iterable[str] | None = None
) -> str:
    """A titled box of the case file; at the right of its title a word, a figure or the systems' progress."""
    return piece(
        "panel",
        title=title,
        side=side,
        id=id,
        systems=systems,
        content=mark_safe(content),  # noqa: S308 - rendered by this template
    )


@register.inclusion_tag("components/lines.html")
def lines(rows: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """Rows of a panel: title, detail, state (done ok open hand failed waiting) or icon, side, url, link."""
    return {
        "rows": [
            {**row, "icon": row.get("icon") or LINE_ICON[str(row.get("state") or "done")]} for row in rows
        ]
    }


@register.inclusion_tag("components/facts.html")
def facts(rows: Iterable[tuple[object, object]]) -> dict[str, object]:
    """Pairs of a word and what is so."""
    return {"rows": [(text_of(term), value) for term, value in rows]}


@register.simple_block_tag
def letter(content: str, lang: str = "", label: str = "") -> str:
    """The letter as it stands, as HTML; mark gaps with ``gap`` and changes with class "changed"."""
    return piece("letter", lang=lang, label=label or _("Letter preview"), content=mark_safe(content))  # noqa: S308


@register.simple_tag
def gap(text: str) -> SafeString:
    """A place in the letter that still blocks sending."""
    return format_html('<mark class="gap">{}</mark>', text)


@register.inclusion_tag("components/figures.html")
def figures(rows: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """Four figures before an approval. Each: figure, words, goes (True where something is destroyed)."""
    return {"rows": list(rows)}


@register.inclusion_tag("components/evidence.html")
def evidence(
    columns: Iterable[Mapping[str, object]], rows: Iterable[Iterable[object]], label: str
) -> dict[str, object]:
    """A wide table in a region that scrolls by itself and by keyboard. Columns: title, num."""
    columns = list(columns)
    return {
        "columns": columns,
        "rows": [list(zip(columns, row, strict=True)) for row in rows],
        "label": label,
    }


@register.inclusion_tag("components/outbox.html", takes_context=True)
def outbox(context: Context, text: str, url: str, item: str = "") -> dict[str, object]:
    """What is about to leave, with Undo; for nothing that cannot be undone."""
    return {"text": text, "url": url, "item": item, "csrf_token": context.get("csrf_token")}
