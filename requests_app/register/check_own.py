"""What a pack lets people change by themselves: what they told of themselves, and nothing that opens an account."""

from __future__ import annotations

from collections.abc import Iterator

from .inventory import Collection, System


def check_own(collection: Collection, system: System) -> Iterator[tuple[str, str]]:
    """Every field a person may change alone that they may not, and why."""
    for path, field in collection.parts():
        if field.self_edit is None:
            continue
        theirs = all(h.collected_from_person for h in collection.holdings if path in h.fields)
        against = (
            "stands inside a document" if "." in path
            else "is not among what may be corrected" if not field.editable
            else "is a key, or leads to a person" if field.primary_key or field.references or field.identity
            else "is compared to show who somebody is" if field.match
            else "is never disclosed or sensitive" if field.never_disclose or field.sensitive
            else "holds no text" if field.data_type != "string"
            else "was not collected from the person" if not theirs
            else "lies where no connector writes" if system.is_asked
            else ""
        )  # fmt: skip
        if against:
            yield (
                f"{collection.name}.{path} has `self_edit`, but {against}.",
                "Take `self_edit` away; people decide about it.",
            )
