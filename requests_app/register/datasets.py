"""An inventory file: fideslang systems and datasets, with our own keys under a dataset's ``meta.portal``.

A dataset is what one connector reaches, so one fideslang dataset becomes one
``System`` of ours. fideslang's own ``system`` entries say in its words why the
dataset is processed, and only have to name it. fideslang sorts collections and
fields by name and forgets every key it does not know, except inside ``meta``;
so the order comes from the file itself and our keys live in ``meta.portal``,
keyed by path (``orders``, ``orders.amount``), where the file's own tools leave
them alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from fideslang.models import Dataset, DatasetCollection, DatasetField
from fideslang.models import System as DeclaredSystem
from pydantic import ValidationError

from .dataset_keys import FieldKeys, HoldingKeys, HttpKeys, PortalKeys
from .inventory import (
    Collection,
    Condition,
    Field,
    Holding,
    HttpCall,
    HttpSettings,
    Inventory,
    Part,
    ProcessorSettings,
    Reference,
    Retention,
    RowCondition,
    Setting,
    System,
)
from .problem import UnreadablePack, explain_validation

# The same plain values from libyaml, ten times faster, where PyYAML was built with it.
_PlainLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _OncePerKey(_PlainLoader):
    """YAML lets a later key silently replace an earlier one; an inventory must not."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands here twice", node.start_mark
                )
        return super().construct_mapping(node, deep=deep)


def read_inventory(path: Path) -> Inventory:
    """The inventory in that file; ``UnreadablePack`` says what keeps it from being read."""
    try:
        # The loader is a safe one: it builds plain values only.
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_OncePerKey)  # noqa: S506
    except FileNotFoundError:
        raise UnreadablePack(path, "The file is missing.", "Every pack needs an inventory.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnreadablePack(path, f"This is not readable YAML: {error}.", "Correct the file.") from None
    if not isinstance(raw, dict) or not raw.get("dataset"):
        raise UnreadablePack(path, "It has no dataset.", "List at least one under `dataset:`.")
    try:
        datasets = [Dataset(**entry) for entry in raw["dataset"]]
        declared = [DeclaredSystem(**entry) for entry in raw.get("system") or ()]
    except ValidationError as error:
        raise UnreadablePack(path, explain_validation(error), "Correct it as fideslang asks.") from None
    except TypeError:
        raise UnreadablePack(
            path, "An entry of `dataset` or `system` is no mapping.", "Give each one its keys."
        ) from None
    systems = {}
    for dataset, entry in zip(datasets, raw["dataset"], strict=True):
        if not any(dataset.fides_key in s.dataset_references for s in declared):
            raise UnreadablePack(
                path,
                f"No system names the dataset {dataset.fides_key} in its dataset_references.",
                "Add it to the system that processes it.",
            )
        if dataset.fides_key in systems:
            raise UnreadablePack(path, f"Two datasets are called {dataset.fides_key}.", "Rename one of them.")
        systems[dataset.fides_key] = _system(dataset, entry, path)
    return Inventory(systems=systems)


def _system(dataset: Dataset, entry: Mapping[str, Any], path: Path) -> System:
    portal = _portal_keys(dataset, path)
    collections = {c.name: c for c in dataset.collections}
    known = set(collections) | {path for c in dataset.collections for path in _paths(c.name, c.fields)}
    _refuse_unknown(portal.collections, set(collections), "collections", path)
    _refuse_unknown(portal.fields, known, "fields", path)
    _refuse_unknown((key.partition(".")[0] for key in portal.holdings), set(collections), "holdings", path)
    _refuse_unknown((c.collection for c in portal.conditions.values()), set(collections), "conditions", path)
    dated = (f"{name}.{c.collected_at}" for name, c in portal.collections.items() if c.collected_at)
    _refuse_unknown(dated, known, "collections", path)
    named = (setting.collection for listed in portal.settings.values() for setting in listed)
    _refuse_unknown(named, set(collections), "settings", path)
    ordered = [collections[c["name"]] for c in entry["collections"]]
    field_order = {c["name"]: [f["name"] for f in c["fields"]] for c in entry["collections"]}
    return System(
        key=dataset.fides_key,
        title=portal.title,
        connector=portal.connector,
        secret=portal.secret,
        owner=portal.owner,
        redact_files=portal.redact_files,
        about_nobody=frozenset(portal.about_nobody),
        http=_http(portal.http),
        processor=ProcessorSettings(**portal.opendsr.model_dump()) if portal.opendsr else None,
        categories=portal.categories,
        collections={c.name: _collection(c, field_order[c.name], portal, dataset.fides_key) for c in ordered},
        settings=tuple(
            Setting(operation, keys.collection, keys.title, keys.set, keys.listed_by, keys.unlists)
            for operation, listed in portal.settings.items()
            for keys in listed
        ),
        parts={
            key: Part(key.partition(".")[2], keys.title, tuple(word.lower() for word in keys.named))
            for key, keys in portal.parts.items()
        },
        conditions=tuple(
            Condition(key, keys.title, keys.collection, RowCondition(**keys.where.model_dump()))
            for key, keys in portal.conditions.items()
        ),
    )


def _http(keys: HttpKeys | None) -> HttpSettings | None:
    if keys is None:
        return None
    return HttpSettings(
        base=keys.base,
        hosts=tuple(keys.hosts),
        networks=tuple(keys.networks),
        collections={
            name: {call: HttpCall(**described.model_dump()) for call, described in calls.items()}
            for name, calls in keys.collections.items()
        },
    )


def _portal_keys(dataset: Dataset, path: Path) -> PortalKeys:
    keys = (dataset.meta or {}).get("portal")
    if keys is None:
        raise UnreadablePack(
            path,
            f"The dataset {dataset.fides_key} has no `meta.portal`.",
            "Say there its title, connector, collections, fields and holdings.",
        )
    try:
        return PortalKeys.model_validate(keys)
    except ValidationError as error:
        raise UnreadablePack(
            path,
            f"In meta.portal of {dataset.fides_key}: {explain_validation(error)}",
            "Correct these keys.",
        ) from None


def _refuse_unknown(named: Iterable[str], known: set[str], place: str, path: Path) -> None:
    unknown = sorted(set(named) - known)
    if unknown:
        raise UnreadablePack(
            path,
            f"meta.portal.{place} names what the dataset does not have: {', '.join(unknown)}.",
            "Correct the name, or describe it under the dataset's collections.",
        )


def _collection(declared: DatasetCollection, order: list[str], portal: PortalKeys, system: str) -> Collection:
    fields = {f.name: f for f in declared.fields}
    added = portal.collections.get(declared.name)
    holdings = tuple(
        _holding(key, keys, order, system)
        for key, keys in portal.holdings.items()
        if key.partition(".")[0] == declared.name
    )
    erase_after = (declared.fides_meta.erase_after if declared.fides_meta else None) or ()
    return Collection(
        system=system,
        name=declared.name,
        title=added.title if added else {},
        fields={name: _field(fields[name], f"{declared.name}.{name}", portal, system) for name in order},
        holdings=holdings,
        after=tuple(full.partition(".")[2] for full in erase_after),
        collected_at=added.collected_at if added else None,
    )


def _paths(prefix: str, fields: Iterable[DatasetField]) -> Iterator[str]:
    for field in fields:
        yield f"{prefix}.{field.name}"
        yield from _paths(f"{prefix}.{field.name}", field.fields or ())


def _field(declared: DatasetField, path: str, portal: PortalKeys, system: str) -> Field:
    meta, keys = declared.fides_meta, portal.fields.get(path, FieldKeys())
    written = (meta and meta.data_type) or ("object" if declared.fields else "string")
    listed = written.endswith("[]")
    identity = meta.identity if meta else None
    return Field(
        name=declared.name,
        title=keys.title,
        category=(declared.data_categories or [""])[0],
        identity=None if listed else identity,
        primary_key=bool(meta and meta.primary_key),
        references=tuple(
            _reference(r.dataset, r.field, r.direction.value if r.direction else None, system)
            for r in (meta and meta.references) or ()
        ),
        data_type=(keys.type + ("[]" if listed else "")) if keys.type else written,
        erase=keys.erase,
        never_disclose=keys.never_disclose,
        sensitive=keys.sensitive,
        editable=keys.editable,
        self_edit=keys.self_edit,
        match=keys.match,
        changed_at=keys.changed_at,
        stored_as=keys.stored_as,
        country_code=keys.country_code,
        dispute=keys.dispute,
        redact=keys.redact,
        inner=tuple(_field(f, f"{path}.{f.name}", portal, system) for f in declared.fields or ()),
        holds=identity if listed else None,
    )


def _reference(dataset: str, target: str, direction: Literal["from", "to"] | None, system: str) -> Reference:
    """A reference into another dataset joins two systems by a value: its collection is then ``dataset.collection``."""
    collection, _, name = target.partition(".")
    place = collection if dataset == system else f"{dataset}.{collection}"
    return Reference(collection=place, field=name, direction=direction)


def _holding(key: str, keys: HoldingKeys, order: list[str], system: str) -> Holding:
    return Holding(
        key=key,
        title=keys.title,
        system=system,
        collection=key.partition(".")[0],
        fields=tuple(order) if keys.fields == "all" else tuple(keys.fields),
        category=keys.category,
        source=keys.source,
        purpose=keys.purpose,
        recipients=keys.recipients,
        tell_recipients=keys.tell_recipients,
        collected_from_person=keys.collected_from_person,
        erase=keys.erase,
        retention=Retention(**keys.retention.model_dump()) if keys.retention else None,
        where=RowCondition(**keys.where.model_dump()) if keys.where else None,
        sensitive=keys.sensitive,
    )
