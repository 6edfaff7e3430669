"""What a member of staff wrote and somebody else must see first: a reply that waits, a colleague who was named."""

from django.conf import settings
from django.db import models

from requests_app.models.case import Case
from requests_app.models.work import Message


class WaitingReply(models.Model):
    """A reply that leaves only once a second person released exactly these words; sealed under the case's key."""

    class Ended(models.TextChoices):
        """How its waiting ended."""

        RELEASED = "released"
        SENT_BACK = "sent_back"
        WITHDRAWN = "withdrawn"

    case = models.ForeignKey(Case, models.PROTECT, related_name="waiting_replies")
    controller = models.SlugField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    """SHA-256 of where it goes and what it says: what changes either drops the release."""
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended = models.CharField(max_length=10, choices=Ended, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["controller", "written_at"],
                name="reply_to_release",
                condition=models.Q(ended_at=None),
            )
        ]


class Mention(models.Model):
    """A colleague named in a note, who is to read it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions")
    case = models.ForeignKey(Case, models.PROTECT, related_name="mentions")
    controller = models.SlugField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="one_mention_each")]
        indexes = [
            models.Index(fields=["user", "controller", "-id"], name="mention_of"),
            models.Index(
                fields=["user", "controller"], name="mention_unseen", condition=models.Q(seen_at=None)
            ),
            models.Index(
                fields=["controller", "made_at"],
                name="mention_to_mail",
                condition=models.Q(seen_at=None, mailed_at=None),
            ),
        ]
