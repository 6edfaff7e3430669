"""What arrived, verbatim and sealed; never edited."""

import secrets

import pgtrigger
from django.db import models

from identity.models import SealingKey
from requests_app import law


class Channel(models.TextChoices):
    """How it came in."""

    WEB = "web"
    EMAIL = "email"
    POST = "post"
    PHONE = "phone"
    IN_PERSON = "in_person"
    OWN_MOTION = "own_motion"
    """Nothing came in: a member of staff wrote down what the controller found."""


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
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, related_name="split_off"
    )
    """The letter in which staff found this person beside another; what arrived is sealed there, and here is nothing."""
    sender_proof = models.CharField(max_length=10, blank=True)
    """What our own receiving host says of the sender: ``pass``, ``fail``, ``none``; empty when nobody was asked."""

    class Meta:
        indexes = [
            models.Index(
                fields=["controller", "received_at"], name="submission_tray", condition=models.Q(tray="held")
            ),
            models.Index(
                fields=["received_at"],
                name="submission_aside",
                condition=models.Q(tray="ignored", joined=None) & ~models.Q(sealed=b""),
            ),
            # Mails of one sender, and what somebody wrote for others: as many rows as there are submissions.
            models.Index(fields=["controller", "sender_index"], name="submission_sender"),
            models.Index(
                fields=["split_from"],
                name="submission_split_off",
                condition=models.Q(split_from__isnull=False),
            ),
        ]

    @property
    def matter(self) -> str:
        """The opaque name under which identity knows what was shown for all its cases together."""
        return f"submission:{self.public_id}"

    @property
    def as_arrived(self) -> "Submission":
        """The one that keeps what arrived: itself, or the letter of several people that it was split from."""
        return self.split_from or self

    @property
    def of_one_letter(self) -> "models.QuerySet[Submission]":
        """All that one letter brought: itself, and what staff split from it for other people."""
        root = self.split_from_id or self.pk
        return Submission.objects.filter(models.Q(pk=root) | models.Q(split_from=root))


class TrayEvent(models.Model):
    """What a member of staff did with a submission before it was a case: looked, linked, opened, set aside, undid."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="tray_events")
    name = models.CharField(max_length=20)
    reason = models.CharField(max_length=60, blank=True)
    by_ref = models.CharField(max_length=60)
    references = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["at", "id"], name="tray_event_at")]
        triggers = [
            pgtrigger.Protect(name="tray_event_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class MailboxMark(models.Model):
    """How far a polled mailbox has been read. A number is worth nothing under another ``uid_validity``."""

    mailbox = models.CharField(max_length=100, unique=True)
    uid_validity = models.BigIntegerField()
    last_uid = models.BigIntegerField()
    read_at = models.DateTimeField()


class HookEvent(models.Model):
    """A delivery of the signed HTTP hook that was taken, by the hash of its id: the same one is not taken again."""

    event = models.CharField(max_length=64, unique=True)
    result = models.JSONField()
    at = models.DateTimeField(db_index=True)
