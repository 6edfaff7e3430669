"""Questions and their errors, from Django forms or plain mappings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django import template
from django.forms import BaseForm
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.look import fields
from portal.look.days import text_of

register = template.Library()
_HYPHENED = re.compile(r"(\w+-\w+)")


@register.filter
def unbroken(text: object) -> SafeString:
    """A heading whose hyphenated words stay whole: never "e-" at a line's end."""
    parts = _HYPHENED.split(str(text))
    return format_html_join(
        "",
        "{}",
        ((format_html('<span class="whole">{}</span>', p) if _HYPHENED.fullmatch(p) else p,) for p in parts),
    )


@register.inclusion_tag("components/field.html")
def field(
    source: object, notes: Mapping[str, Mapping[str, str]] | None = None, **given: object
) -> dict[str, object]:
    """One control with label, hint and error. Options: label hint kind required brief inline hide_label id
    and input attributes (autocomplete, inputmode, maxlength, rows, accept, placeholder ...).
    """
    return {
        "q": fields.question(source, notes, **given),
        "brief": given.get("brief"),
        "inline": given.get("inline"),
        "hide_label": given.get("hide_label"),
        "heading": False,
    }


@register.inclusion_tag("components/question.html")
def question(
    source: object,
    lead: object = "",
    caption: object = "",
    notes: Mapping[str, Mapping[str, str]] | None = None,
    **given: object,
) -> dict[str, object]:
    """A page's one question: the ``h1`` stands in the legend (or label). Same options as ``field``."""
    return {
        "q": fields.question(source, notes, **given),
        "lead": text_of(lead),
        "caption": text_of(caption),
        "heading": True,
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(source: object) -> dict[str, object]:
    """What is wrong, first on the page: a form, or rows of text and href. Prints nothing when all is well."""
    return {"problems": list(_problems(source))}


def _problems(source: object) -> Iterable[dict[str, str]]:
    if not isinstance(source, BaseForm):
        yield from source or ()  # type: ignore[misc]
        return
    if not source.is_bound:
        return
    for text in source.non_field_errors():
        yield {"text": str(text), "href": ""}
    for name in source.fields:
        for text in source[name].errors:
            yield {"text": str(text), "href": f"#{fields.first_id(source[name])}"}
