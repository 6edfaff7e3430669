"""Whether it is said rightly in which form a column holds phone numbers: they are looked up by equality of that form."""

from __future__ import annotations

from collections.abc import Iterator

from .inventory import Collection, System

Found = Iterator[tuple[str, str]]
FORMS = ("e164", "digits", "national")
LEAST, MOST = 4, 14
"""Digits of a number without its country code (E.164 allows fifteen with it)."""


def check_stored(system: System, collection: Collection) -> Found:
    """Forms that are none, of what is no number, without the country they leave out, or unlike those they refer to."""
    for path, field in collection.parts():
        place, form = f"{collection.name}.{path}", field.stored_as
        if form is None:
            if field.country_code:
                yield f"{place} has a `country_code`, but no `stored_as`.", "Say how its numbers are stored."
            continue
        if "phone" not in (field.identity, field.match) or "." in path:
            yield (
                f"{place} has `stored_as`, but is no column of phone numbers by which a person is found.",
                "Take it away, or give the column `identity: phone` or `match: phone`.",
            )
        if form not in FORMS and not LEAST <= form.count("#") <= MOST:
            yield (
                f"{place} has the unknown form {form!r}.",
                f"Use {', '.join(FORMS)}, or a pattern with one # for each digit after the country code.",
            )
            continue
        if form in ("e164", "digits"):
            if field.country_code:
                yield (
                    f"{place} has a `country_code`, which its form {form} holds already.",
                    "Take it away, or use `national`.",
                )
        elif not (field.country_code.isascii() and field.country_code.isdigit()):
            yield (
                f"{place} leaves the country out of its numbers, and nothing says which it is.",
                'Add `country_code`, as "1" or "86".',
            )
        for reference in field.references:
            other = system.collections.get(reference.collection)
            aim = other.fields.get(reference.field) if other else None
            if aim is not None and (aim.stored_as, aim.country_code) != (form, field.country_code):
                yield (
                    f"{place} refers to {reference.collection}.{reference.field}, which holds numbers in another form.",
                    "Take the reference away: both are found by the number itself.",
                )
