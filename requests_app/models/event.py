"""What happened to a case: append-only, chained by hash, and the outbox of the pipeline."""

import pgtrigger
from django.db import models

from requests_app.models.case import Case

PURGE_ROLE = "portal_purge"
REVEALED = "revealed"
"""The event of a look at what is masked."""
SELF_MADE = "self_made"
"""The event in which a person puts right a field of theirs by themselves."""


class CaseEvent(models.Model):
    """One event. References and digests only, never a person's data.

    A move names its states; any other event leaves them equal. Only
    ``followed_at`` may ever change, and only the purge's own database role
    may remove the events of an expired case.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    by_kind = models.CharField(max_length=20)
    by_ref = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    references = models.JSONField(default=dict)
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    followed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_event_per_number")]
        indexes = [
            models.Index(fields=["at"], name="event_unfollowed", condition=models.Q(followed_at=None)),
            models.Index(fields=["at"], name="event_revealed", condition=models.Q(name="revealed")),
            models.Index(fields=["at", "id"], name="event_by_staff", condition=models.Q(by_kind="staff")),
        ]
        triggers = [
            pgtrigger.Protect(
                name="event_is_never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["followed_at"]),
            ),
            pgtrigger.Trigger(
                name="event_is_never_deleted",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func=f"""
                    IF current_user <> '{PURGE_ROLE}' THEN
                        RAISE EXCEPTION 'pgtrigger: Cannot delete rows from the journal';
                    END IF;
                    RETURN OLD;
                """,
            ),
            pgtrigger.Trigger(
                name="event_is_never_truncated",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'pgtrigger: Cannot truncate the journal';",
            ),
        ]


class Stumble(models.Model):
    """An event whose step failed, or had to wait, when the sweep asked for it: it rests until its next try.

    So that five hundred that fail do not keep all others from being followed.
    """

    # The purge's own role may touch nothing but the journal, so nothing follows an event's removal by itself.
    event = models.OneToOneField(CaseEvent, models.DO_NOTHING, related_name="stumble")
    times = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
