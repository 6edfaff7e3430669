"""One right, one requester, one clock."""

import secrets
from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.fields.json import KT

from identity.models import SealingKey
from requests_app import law
from requests_app.lifecycle import ASK_PROOF, OPEN, SETTLE_IDENTITY, STAFFS, Outcome, State
from requests_app.models.submission import Channel, Submission, public_id

NOT_OVER = ~models.Q(state__in=["closed", "archived"])
"""Indexes of the open cases hold these alone, however many were answered."""
UNVERIFIED = models.Q(
    state__in=ASK_PROOF.sources | SETTLE_IDENTITY.sources, methods=[], cause=""
) & ~models.Q(waits_for__in=STAFFS)
"""Nobody has shown anything yet: such a case may be spam, alarms nobody and has a view of its own.

One who showed by what authority they act has shown something, and waits for us; so does whom no code reaches.
"""
LIVES = ("yes", "no", "unknown")
REFERENCE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 O 1 I: references are read aloud."""


def reference() -> str:
    """Eight signs, shown as two groups of four."""
    return "".join(secrets.choice(REFERENCE_SIGNS) for _ in range(8))


class Cause(models.TextChoices):
    """What gave rise to a case of the controller's own motion."""

    CHILD = "child"
    RETENTION = "retention"
    BREACH = "breach"
    OTHER = "other"


class Cases(models.QuerySet):
    """Cases, as sentences."""

    def open(self) -> Self:
        """Neither closed nor archived."""
        return self.filter(state__in=OPEN)

    def asked(self) -> Self:
        """Those that somebody asked for, who is verified, written to and counted."""
        return self.filter(cause="")

    def of_own_motion(self) -> Self:
        """Those that the controller opened with nobody asking."""
        return self.exclude(cause="")

    def by_due_date(self) -> Self:
        """The one to answer first, first."""
        return self.order_by("due_on", "pk")

    def due_by(self, day: date) -> Self:
        """Open and due on or before that day."""
        return self.open().filter(due_on__lte=day)


class Case(models.Model):
    """Its state and version are written by the journal alone."""

    public_id = models.CharField(max_length=30, unique=True, default=public_id)
    reference = models.CharField(max_length=8, unique=True, default=reference)
    controller = models.SlugField()
    regime = models.SlugField()
    regime_version = models.CharField(max_length=20)
    right = models.CharField(max_length=40)
    also = models.JSONField(default=list)
    """Other regimes that match the same request: ``[regime, version, right]`` each; the clock is the earliest."""
    language = models.CharField(max_length=10)
    channel = models.CharField(max_length=10, choices=Channel)
    cause = models.CharField(max_length=10, blank=True, choices=Cause)
    """What made the controller open it of its own motion; empty where somebody asked."""
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="cases")
    capacity = models.CharField(max_length=20, default=law.SELF)
    """In what capacity somebody asked: for themselves, as agent, guardian, relative; a code of the regime."""

    lives = models.CharField(max_length=7, blank=True, choices=[(one, one) for one in LIVES])
    """Whether they said that they live where the statute applies; empty where nobody asked. Kept for the figures."""

    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in State], default=State.RECEIVED
    )
    outcome = models.CharField(max_length=20, blank=True, choices=[(o.value, o.value) for o in Outcome])
    grounds = models.JSONField(default=list)
    """Codes of the exemptions that the answer rests on; they outlive the determinations, for the figures."""
    version = models.PositiveIntegerField(default=0)
    chain_length = models.PositiveIntegerField(default=0)
    chain_head = models.CharField(max_length=64, default="")

    received_at = models.DateTimeField()
    received_on = models.DateField()
    acknowledge_on = models.DateField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    due_on = models.DateField()
    last_on = models.DateField()
    provisional = models.BooleanField(default=False)
    extended = models.BooleanField(default=False)
    reckoning = models.JSONField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    purge_on = models.DateField(null=True)
    log_until = models.DateField(null=True)

    key = models.ForeignKey(SealingKey, models.PROTECT, related_name="+")
    sealed_subject = models.BinaryField()
    subject_index = models.CharField(max_length=64)
    account_index = models.CharField(max_length=64, blank=True)
    """Keyed hash of the account whose sign-in proved who asks; empty when none did."""
    link_hash = models.CharField(max_length=64, unique=True)

    standard = models.CharField(max_length=12, blank=True)
    methods = models.JSONField(default=list)
    asked_proof = models.JSONField(default=list)
    """Methods that staff asked for beyond the standard, each after a recorded doubt."""
    identified_at = models.DateTimeField(null=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="assigned"
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    preview_digest = models.CharField(max_length=64, blank=True)
    waits_for = models.CharField(max_length=40, blank=True)
    after = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers")
    fallback_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="fallback")
    """The case this one continues with the same receipt (11 CCR 7024(a)); the two are counted once."""

    answers_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="appeals")
    """The case whose answer this one asks somebody else to look at again."""
    sealed_finding = models.BinaryField(null=True)
    """What a person found on a request that is answered in words."""
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="duplicates")
    """The case that answers this one too; its clock is the earlier of the two."""
    twin_likely = models.BooleanField(default=False, db_default=False)
    """Whether another case seems to ask the same for the same person; written by :mod:`requests_app.likely_twins` alone."""

    objects = Cases.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["controller", "due_on", "id"],
                name="case_queue",
                condition=~models.Q(state__in=["closed", "archived"]),
            ),
            models.Index(
                fields=["controller", "due_on", "id"], name="case_own_motion", condition=~models.Q(cause="")
            ),
            models.Index(fields=["controller", "-closed_at", "-id"], name="case_closed"),
            models.Index(fields=["controller", "received_on", "id"], name="case_received"),
            models.Index(fields=["controller", "subject_index", "right"], name="case_subject"),
            models.Index(
                fields=["controller", "account_index"],
                name="case_account",
                condition=~models.Q(account_index=""),
            ),
            models.Index(fields=["purge_on"], name="case_purge", condition=models.Q(state="closed")),
            models.Index(
                fields=["controller", "right", "due_on", "id"], name="case_by_right", condition=NOT_OVER
            ),
            models.Index(
                fields=["controller", "channel", "due_on", "id"], name="case_by_channel", condition=NOT_OVER
            ),
            models.Index(
                fields=["controller", "state", "due_on", "id"], name="case_by_state", condition=NOT_OVER
            ),
            models.Index(
                fields=["controller", "assignee", "due_on", "id"], name="case_by_assignee", condition=NOT_OVER
            ),
            models.Index(
                fields=["controller", "due_on", "id"],
                name="case_failing",
                condition=NOT_OVER & models.Q(waits_for__startswith="system:"),
            ),
            models.Index(
                fields=["controller", "due_on", "id"],
                name="case_twin_likely",
                condition=NOT_OVER & models.Q(twin_likely=True),
            ),
            models.Index(
                fields=["due_on"],
                name="case_to_remind",
                condition=models.Q(state="verifying", reminded_at=None),
            ),
            models.Index(
                fields=["regime", "right", "due_on"],
                name="case_unproved",
                condition=models.Q(state="verifying"),
            ),
            models.Index(
                fields=["due_on"],
                name="case_for_sister",
                condition=models.Q(state="fulfilling", waits_for="sister_case"),
            ),
            # By calendar, so that those counted under another one are found without reading the rest.
            models.Index(
                "regime",
                KT("reckoning__calendar"),
                "id",
                name="case_counted",
                condition=NOT_OVER & models.Q(answered_at=None),
            ),
            models.Index(fields=["log_until"], name="case_log", condition=models.Q(state="archived")),
            models.Index(
                fields=["due_on"], name="case_clock", condition=~models.Q(state__in=["closed", "archived"])
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cause="") & ~models.Q(channel=Channel.OWN_MOTION)
                | ~models.Q(cause="") & models.Q(channel=Channel.OWN_MOTION),
                name="case_asked_or_of_own_motion",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="case_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Case {self.spaced_reference}"

    @property
    def own_motion(self) -> bool:
        """Whether nobody asked: there is no requester to verify, to answer or to count."""
        return bool(self.cause)

    @property
    def spaced_reference(self) -> str:
        """Two groups of four, for reading aloud."""
        return f"{self.reference[:4]} {self.reference[4:]}"

    @property
    def matter(self) -> str:
        """The opaque name under which identity knows this case."""
        return f"case:{self.public_id}"

    @property
    def authority_matter(self) -> str:
        """The name of an authority to act for this person: one for all cases of theirs that came together."""
        submission = self.submission if Case.submission.is_cached(self) else self._submission_alone()
        return f"{submission.matter}:{self.subject_index[:16]}"

    def _submission_alone(self) -> Submission:
        """Without what arrived, which may be long."""
        return Submission.objects.only("public_id").get(pk=self.submission_id)
