"""A question as the page needs it, read from a Django field or from a plain mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.forms import BoundField, widgets

from .days import text_of

PASSED_ON = (
    "autocomplete", "inputmode", "maxlength", "minlength", "pattern", "spellcheck",
    "placeholder", "accept", "rows", "min", "max", "step", "autocapitalize", "form", "multiple",
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One row to choose: a word, perhaps a sentence, perhaps a time at its right."""

    value: str
    label: str
    id: str
    hint: str = ""
    side: str = ""
    chosen: bool = False
    url: str = ""


@dataclass(frozen=True)
class Question:
    """Everything components/field.html prints."""

    name: str
    id: str
    label: str
    kind: str
    value: str = ""
    hint: str = ""
    errors: tuple[str, ...] = ()
    required: bool = True
    choices: tuple[Choice, ...] = ()
    attrs: Mapping[str, str] = field(default_factory=dict)

    @property
    def described_by(self) -> str:
        """Ids of hint and error, in the order they are read."""
        parts = [f"{self.id}-hint"] * bool(self.hint) + [f"{self.id}-error"] * bool(self.errors)
        return " ".join(parts)

    @property
    def grouped(self) -> bool:
        """Whether it is a group of rows under one legend."""
        return self.kind in ("radio", "checkboxes")

    @property
    def offers_nothing(self) -> bool:
        """Whether the choices themselves hold an empty one ("Not decided")."""
        return any(not choice.value for choice in self.choices)

    @property
    def input_type(self) -> str:
        """The ``type`` of a one-line input."""
        return self.kind


def question(
    source: object, notes: Mapping[str, Mapping[str, str]] | None = None, **given: object
) -> Question:
    """Read ``source``; ``given`` replaces what it says. ``notes`` adds hint and side to choices."""
    base: dict[str, Any] = (
        _from_bound(source) if isinstance(source, BoundField) else dict(source)  # type: ignore[call-overload]
    )
    attrs = {**base.get("attrs", {})}
    for key in PASSED_ON:
        value = given.get(key, base.get(key))
        if value not in (None, "", False):
            attrs[key] = str(value)
    name = str(base["name"])
    identity = str(given.get("id") or base.get("id") or f"id_{name}")
    value = base.get("value")
    many = value if isinstance(value, list | tuple | set) else [value]
    chosen = {str(one) for one in many if one not in (None, "")}
    kind = str(given.get("kind") or base.get("kind") or "text")
    errors = base.get("errors") or ()
    return Question(
        name=name,
        id=identity,
        label=text_of(given.get("label") or base.get("label") or ""),
        kind=kind,
        value="" if value is None or isinstance(value, list | tuple | set) else str(value),
        hint=text_of(given.get("hint") or base.get("hint") or ""),
        errors=(errors,) if isinstance(errors, str) else tuple(str(one) for one in errors),
        required=bool(given.get("required", base.get("required", True))),
        choices=_choices(base.get("choices") or (), identity, chosen, notes or base.get("notes") or {}),
        attrs=attrs,
    )


def first_id(source: object) -> str:
    """Where an error link leads: the first control of the question."""
    asked = question(source)
    return asked.choices[0].id if asked.grouped and asked.choices else asked.id


def _choices(
    source: object, identity: str, chosen: set[str], notes: Mapping[str, Mapping[str, str]]
) -> tuple[Choice, ...]:
    rows: list[Choice] = []
    for given in source:  # type: ignore[attr-defined]
        row = dict(given) if isinstance(given, Mapping) else {"value": given[0], "label": given[1]}
        value = str(row["value"])
        if not value and not row.get("keep"):
            continue
        row |= notes.get(value, {})
        rows.append(
            Choice(
                value=value,
                label=text_of(row["label"]),
                id=f"{identity}_{len(rows)}",
                hint=text_of(row.get("hint", "")),
                side=text_of(row.get("side", "")),
                chosen=value in chosen or (not value and not chosen),
            )
        )
    return tuple(rows)


def _from_bound(bound: BoundField) -> dict[str, Any]:
    widget = bound.field.widget
    return {
        "name": bound.html_name,
        "id": bound.auto_id or f"id_{bound.html_name}",
        "label": bound.label,
        "hint": bound.help_text,
        "value": bound.value(),
        "errors": list(bound.errors),
        # Of two of which one is needed neither is called optional.
        "required": bound.field.required or getattr(bound.field, "either", False),
        "kind": _kind(widget),
        "choices": list(getattr(bound.field, "choices", ())),
        "notes": getattr(bound.field, "notes", {}),
        "attrs": {
            key: str(value)
            for key, value in widget.attrs.items()
            # Django gives every textarea ten rows; the sheet decides unless someone chose.
            if key in PASSED_ON and (key, str(value)) != ("rows", "10")
        },
    }


def _kind(widget: widgets.Widget) -> str:
    if isinstance(widget, widgets.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, widgets.RadioSelect):
        return "radio"
    if isinstance(widget, widgets.Select):
        return "select"
    if isinstance(widget, widgets.Textarea):
        return "textarea"
    if isinstance(widget, widgets.CheckboxInput):
        return "checkbox"
    return getattr(widget, "input_type", "text") or "text"
