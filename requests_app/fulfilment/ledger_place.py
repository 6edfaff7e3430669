"""Where the suppression ledger lies: apart from the database and the vault, which are restored together."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def path() -> Path:
    """``PORTAL_SUPPRESSION``, else a folder beside the vault."""
    return Path(settings.PORTAL_SUPPRESSION)


def left_in_vault() -> Path:
    """Where it lay before it had a place of its own; what is still there is read, and no longer added to."""
    return Path(settings.PORTAL_VAULT) / "suppression.jsonl"


def lies_with_vault() -> bool:
    """Whether some of it is backed up, and so restored, together with what it must outlast."""
    return left_in_vault().exists() or path().resolve().is_relative_to(Path(settings.PORTAL_VAULT).resolve())


def files() -> list[Path]:
    """What there is of it, the older part first."""
    places = dict.fromkeys(place.resolve() for place in (left_in_vault(), path()))
    return [place for place in places if place.exists()]
