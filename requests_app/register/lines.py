"""On which line of a pack's file something stands that a problem names: a collection, a field, a holding, a key."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

_NAME = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*")
_SAID = re.compile(r"\bline (\d+)\b")


def line_of(file: Path, what: str) -> int | None:
    """The line of the most exact name in ``what`` that the file knows, counted from 1."""
    said = _SAID.search(what)
    if said:
        return int(said[1])
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        return None
    known = _names(file, changed)
    named = [name for name in _NAME.findall(what) if name in known]
    if not named:
        return None
    # The longest path says most; of equals the first is what the sentence is about.
    return known[max(named, key=lambda name: (name.count("."), "_" in name, -named.index(name)))]


@lru_cache(maxsize=32)
def _names(file: Path, _changed: int) -> dict[str, int]:
    """What a reader would look for in this file, and where it first stands."""
    text = file.read_text(encoding="utf-8", errors="replace")
    if file.suffix in {".yml", ".yaml"}:
        try:
            return _of_inventory(yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        except yaml.YAMLError:
            return {}
    return _of_lines(text)


def _of_inventory(root: yaml.Node | None) -> dict[str, int]:
    found: dict[str, int] = {}
    for dataset in _items(_value(root, "dataset")):
        _note(found, _value(dataset, "fides_key"))
        for collection in _items(_value(dataset, "collections")):
            name = _note(found, _value(collection, "name"))
            _note_fields(found, collection, name)
        portal = _value(_value(dataset, "meta"), "portal")
        # A holding shares its spelling with no field; what is said of both is found at the field.
        for part in ("holdings", "conditions", "settings", "parts", "fields", "collections"):
            for key, _child in _pairs(_value(portal, part)):
                found.setdefault(str(key.value), key.start_mark.line + 1)
        for key, _child in _pairs(portal):
            found.setdefault(str(key.value), key.start_mark.line + 1)
    return found


def _note_fields(found: dict[str, int], holder: yaml.Node, prefix: str) -> None:
    for field in _items(_value(holder, "fields")):
        name = _note(found, _value(field, "name"), f"{prefix}.")
        _note_fields(found, field, f"{prefix}.{name}")


def _of_lines(text: str) -> dict[str, int]:
    """Every word of a plain file, first place first; values before keys, since keys repeat."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        _key, _equals, value = line.partition("=")
        for name in _NAME.findall(value):
            found.setdefault(name, number)
    for number, line in enumerate(text.splitlines(), start=1):
        for name in _NAME.findall(line.partition("=")[0]):
            found.setdefault(name, number)
    return found


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    return next((child for key, child in _pairs(node) if key.value == name), None)


def _pairs(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _note(found: dict[str, int], node: yaml.Node | None, prefix: str = "") -> str:
    if not isinstance(node, yaml.ScalarNode):
        return ""
    found.setdefault(f"{prefix}{node.value}", node.start_mark.line + 1)
    return str(node.value)
