"""What arrived, verbatim and sealed; never edited."""

import secrets

from django.db import models

from identity.models import SealingKey
from requests_app import law


class Channel(models.TextChoices):
    """How it came in."""

    WEB = "web"
    EMAIL = "email"
    POST = "post"
    PHONE = "phone"


class Tray(models.TextChoices):
    """Where a submission stands that is not (yet) a case."""

    OPENED = "opened"
    THREADED = "threaded"
    HELD = "held"
    IGNORED = "ignored"


def public_id() -> str:
    """An identifier nobody can guess."""
    return secrets.token_urlsafe(15)


class Submission(models.Model):
    """One arrival. ``arrival_key`` makes a second arrival of the same thing the same row."""

    public_id = models.CharField(max_length=30, unique=True, default=public_id)
    controller = models.SlugField()
    channel = models.CharField(max_length=10, choices=Channel)
    arrival_key = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField()
    language = models.CharField(max_length=10)
    capacity = models.CharField(max_length=20, default=law.SELF)
    key = models.ForeignKey(SealingKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    tray = models.CharField(max_length=10, choices=Tray, default=Tray.OPENED)
    reason = models.CharField(max_length=60, blank=True)
    sender_index = models.CharField(max_length=64, blank=True)
    joined = models.ForeignKey("Case", models.PROTECT, null=True, related_name="later_submissions")

    class Meta:
        indexes = [
            models.Index(
                fields=["controller", "received_at"], name="submission_tray", condition=models.Q(tray="held")
            ),
        ]

    @property
    def matter(self) -> str:
        """The opaque name under which identity knows what was shown for all its cases together."""
        return f"submission:{self.public_id}"
