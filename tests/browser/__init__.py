"""A real browser for the tests, from the package indexes alone: no distribution package, no root."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PLACE = Path(os.environ.get("BROWSER_CACHE", ROOT / ".cache" / "chromium"))
PROGRAM = PLACE / "chromium"
LIBRARIES = PLACE / "lib"
FONTS = PLACE / "fonts.conf"

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Nothing calls out of the machine, and it starts as root too."""


def environment() -> dict[str, str]:
    """For the browser's process: our fonts, and libraries the machine may lack."""
    values = dict(os.environ) | {"FONTCONFIG_FILE": str(FONTS)}
    if LIBRARIES.exists():
        values["LD_LIBRARY_PATH"] = str(LIBRARIES)
    return values
