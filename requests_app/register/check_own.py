"""What a pack lets people change by themselves: what they told of themselves, and nothing that opens an account."""

from __future__ import annotations

from collections.abc import Iterator

from .inventory import Collection, System


def check_own(collection: Collection, system: System) -> Iterator[tuple[str, str]]:
    """Every field a person may change alone that they may not, and why."""
    for field in collection.fields.values():
        if field.self_edit is None:
            continue
        path = f"{collection.name}.{field.name}"
        theirs = all(h.collected_from_person for h in collection.holdings if field.name in h.fields)
        against = (
            "is not among what may be corrected" if not field.editable
            else "is a key, or leads to a person" if field.primary_key or field.references or field.identity
            else "is never disclosed or sensitive" if field.never_disclose or field.sensitive
            else "holds no text" if field.data_type != "string"
            else "was not collected from the person" if not theirs
            else "lies where no connector writes" if system.is_asked
            else ""
        )  # fmt: skip
        if against:
            yield f"{path} has `self_edit`, but {against}.", "Take `self_edit` away; people decide about it."
