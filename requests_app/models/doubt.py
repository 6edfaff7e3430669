"""A reason to stop and look before anything is released, and who settled it."""

from django.conf import settings
from django.db import models

from requests_app.models.case import Case


class Doubt(models.Model):
    """One doubt about one case; while it is open, nothing is disclosed and nothing erased.

    ``references`` holds counts and dates, never a person's data. Whoever
    settles it writes a reason, sealed; where the release is sensitive a second
    person closes it.
    """

    class Kind(models.TextChoices):
        """What gave rise to it."""

        NEW_ADDRESS = "new_address"
        RECENT_CHANGE = "recent_change"
        LOOK_ALIKE = "look_alike"
        ADDRESS_CHANGE = "address_change"
        FAILED_ATTEMPTS = "failed_attempts"
        MANDATE = "mandate"
        BY_STAFF = "by_staff"
        BY_HAND = "by_hand"
        POSTAL = "postal"

    case = models.ForeignKey(Case, models.PROTECT, related_name="doubts")
    kind = models.CharField(max_length=20, choices=Kind)
    references = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=30, blank=True)
    """What the settlement rests on: a code from :mod:`requests_app.doubts`."""
    sealed_reason = models.BinaryField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], name="one_open_doubt_each", condition=models.Q(closed_at=None)
            ),
        ]
        ordering = ["pk"]
