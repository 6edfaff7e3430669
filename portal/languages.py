"""Which languages the portal speaks: English, and each for which there is a compiled catalogue."""

from __future__ import annotations

from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext

CATALOGUE = Path("LC_MESSAGES") / "django.mo"
OWN_NAMES = {"zh-Hans": "中文"}
"""Where a reader looks for a shorter name than Django's."""


def found(*folders: Path) -> tuple[str, ...]:
    """The codes of all catalogues in these folders, ``zh-Hans`` for a folder ``zh_Hans``; each once."""
    named = (path.parent.parent.name for folder in folders for path in sorted(folder.glob(f"*/{CATALOGUE}")))
    return tuple(dict.fromkeys(name.replace("_", "-") for name in named))


def catalogue(folder: Path, code: str) -> Path:
    """Where the compiled catalogue of a language lies in ``folder``."""
    return folder / code.replace("-", "_") / CATALOGUE


def name_of(code: str) -> str:
    """What its readers call it; a language nobody named is called by its code."""
    return OWN_NAMES.get(code) or str(_known(code).get("name_local", code))


def told(code: str) -> str:
    """The same in the language of the page: English, 英语."""
    return gettext(_known(code).get("name", code))


def _known(code: str) -> dict[str, str]:
    return LANG_INFO.get(code.lower()) or LANG_INFO.get(code.split("-")[0].lower(), {})
