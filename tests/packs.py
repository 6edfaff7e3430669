"""The inventory of a copied pack as plain values, changed and written back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

# Written in C where PyYAML was built with it: reading a whole inventory in Python takes ten times as long.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@contextmanager
def changing(packs: Path, slug: str = "mimap") -> Iterator[dict[str, Any]]:
    """What stands there, to be changed inside the block."""
    file = packs / slug / "inventory.yml"
    written = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)
    yield written
    told = yaml.dump(written, Dumper=_DUMPER, allow_unicode=True, sort_keys=False)
    file.write_text(told, encoding="utf-8")
