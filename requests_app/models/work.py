"""Slow or outside work: one case in one system, one letter to one person; retried, resumable, confirmed."""

from django.db import models

from identity.models import SealingKey
from requests_app.models.case import Case
from requests_app.models.submission import public_id


class Work(models.Model):
    """One operation for one case in one system."""

    class Operation(models.TextChoices):
        """What is asked of the system."""

        SEARCH = "search"
        ACCESS = "access"
        DELETE = "delete"
        CORRECT = "correct"
        SET = "set"  # what a right changes about the use of data: a column, an entry in a list
        LIFT = "lift"  # a restriction is set back
        NOTIFY = "notify"  # by a person: the recipients are told to delete as well

    class Status(models.TextChoices):
        """``confirmed`` only after reading back."""

        WAITING = "waiting"
        DONE = "done"
        CONFIRMED = "confirmed"
        FAILED = "failed"

    case = models.ForeignKey(Case, models.PROTECT, related_name="works")
    system = models.CharField(max_length=60)
    operation = models.CharField(max_length=10, choices=Operation)
    round = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    asked_anew = models.PositiveSmallIntegerField(default=0, db_default=0)
    """How often a person had it asked once more after the system had given its last word."""
    next_try_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=60, blank=True)
    result = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True)
    started_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "system", "operation", "round"], name="one_work_each")
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="work_to_try", condition=~models.Q(status="confirmed")),
            models.Index(
                fields=["case"],
                name="work_to_tell",
                condition=models.Q(operation="notify") & ~models.Q(status="confirmed"),
            ),
        ]


class Letter(models.Model):
    """Words for one person: drafted, queued, sent. Address and text are sealed under the case's key."""

    class Status(models.TextChoices):
        """``queued`` letters are the outbox."""

        DRAFT = "draft"
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"
        WITHHELD = "withheld"
        TO_POST = "to_post"  # printed and posted by a person

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="letters")
    controller = models.SlugField()
    kind = models.CharField(max_length=30)
    idempotency_key = models.CharField(max_length=100, unique=True)
    language = models.CharField(max_length=10)
    key = models.ForeignKey(SealingKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    sealed_pdf = models.BinaryField(null=True)
    by_post = models.BooleanField(default=False)
    """Whether it goes on paper: printed and posted by a person."""
    sealed_page = models.BinaryField(null=True)
    """What such a letter's PDF was set from, so that the same letter can go to another address."""
    address_index = models.CharField(max_length=64)
    unproved = models.BooleanField(default=False)
    """Whether nobody has shown yet that the address is theirs; such letters are capped and of fixed text."""
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=120, blank=True)
    bounced_at = models.DateTimeField(null=True)
    """When a mail server told us that it could not be delivered after all; the day on which the post brought it back."""
    bounce = models.CharField(max_length=20, blank=True)
    """The status code of RFC 3463, as ``5.1.1``; of a posted letter why it came back, by code."""
    seen_at = models.DateTimeField(null=True)
    """When a member of staff said that they have seen to a letter that did not arrive."""

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="letter_outbox", condition=models.Q(status="queued")),
            models.Index(
                fields=["controller", "made_at"],
                name="letter_in_trouble",
                condition=models.Q(seen_at=None)
                & (~models.Q(bounced_at=None) | models.Q(status__in=["queued", "failed"])),
            ),
            models.Index(
                fields=["controller", "case"], name="letter_to_post", condition=models.Q(status="to_post")
            ),
            models.Index(fields=["message_id"], name="letter_by_message_id"),
            models.Index(fields=["made_at"], name="letter_alone", condition=models.Q(case=None)),
            models.Index(
                fields=["address_index", "made_at"], name="letter_cap", condition=models.Q(unproved=True)
            ),
        ]


class Package(models.Model):
    """The files of an answer, sealed under a key of their own in the vault, until their date."""

    public_id = models.CharField(max_length=30, unique=True, default=public_id)
    case = models.ForeignKey(Case, models.PROTECT, related_name="packages")
    key = models.ForeignKey(SealingKey, models.PROTECT, related_name="+")
    path = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    downloaded_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["expires_at"], name="package_expiry", condition=models.Q(destroyed_at=None))
        ]


class Message(models.Model):
    """One message on a case, sealed: from the requester, from staff, or a note among staff."""

    class Kind(models.TextChoices):
        """A note never leaves the house."""

        FROM_REQUESTER = "from_requester"
        REPLY = "reply"
        NOTE = "note"

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=20, choices=Kind)
    by_ref = models.CharField(max_length=60, blank=True)
    sealed = models.BinaryField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]
        indexes = [
            models.Index(fields=["by_ref", "-id"], name="message_own_notes", condition=models.Q(kind="note"))
        ]


class Knock(models.Model):
    """Somebody named a reference and an address; the worker sees whether they belong together.

    The page writes this row for every pair, right or wrong, and nothing else,
    so that its work says nothing. ``sealed`` opens with an installation key.
    """

    controller = models.SlugField()
    sealed = models.TextField()
    made_at = models.DateTimeField()
    attended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["made_at"], name="knock_waiting", condition=models.Q(attended_at=None))
        ]


class SubjectRecord(models.Model):
    """What must outlive a case's key, as keyed hashes: suppression, request windows; each with its own end."""

    class Purpose(models.TextChoices):
        """Why the hash is kept."""

        SUPPRESSION = "suppression"
        KNOW_WINDOW = "know_window"
        CORRECTION_REFUSED = "correction_refused"
        # How a line of the suppression ledger stands with this database after a restore.
        REPLAYED = "replayed"
        REPLAY_HELD = "replay_held"
        REPLAY_AWAY = "replay_away"  # a system did not answer: tried again every hour
        REPLAY_OPEN = "replay_open"  # a person has to look, and says when it is tried again
        REPLAY_KEPT = "replay_kept"  # open, in a system that was not restored: only to be looked at
        REPLAY_ACCEPTED = "replay_accepted"

    controller = models.SlugField()
    purpose = models.CharField(max_length=20, choices=Purpose)
    subject_index = models.CharField(max_length=64)
    case_reference = models.CharField(max_length=8)
    made_at = models.DateTimeField()
    keep_until = models.DateField()
    said = models.JSONField(null=True)
    """Of an open line of the ledger: its system and kind, and what was left: collections, codes, counts, never a value."""

    class Meta:
        indexes = [
            models.Index(fields=["controller", "purpose", "subject_index"], name="subject_record"),
            models.Index(fields=["keep_until"], name="subject_record_end"),
        ]
