"""What was kept for somebody without a case goes for ever: key first, then the words it sealed, then the row."""

from __future__ import annotations

from django.db import transaction

from identity import sealing, vault
from requests_app.models import DraftFile, Letter, PolicyReader, SavedDraft


def destroy_file(one: DraftFile) -> None:
    """A file that was to go with a form: key, row and, once that is certain, what lies in the vault."""
    path = one.path
    with transaction.atomic():
        key = one.key
        one.delete()
        sealing.destroy(key)
        transaction.on_commit(lambda: vault.remove(path))


def destroy(kept: SavedDraft | PolicyReader) -> None:
    """Nothing of it can be read again, and a letter that has not left yet does not leave any more."""
    with transaction.atomic():
        sealing.destroy(kept.key)
        left = Letter.objects.filter(case=None, key=kept.key)
        left.filter(status=Letter.Status.QUEUED).update(status=Letter.Status.WITHHELD, next_try_at=None)
        # The bare row stays a while: what went to one address in a day is counted, however often one begins anew.
        left.update(sealed=b"")
        kept.delete()
