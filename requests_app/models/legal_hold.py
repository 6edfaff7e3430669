"""Duties not to erase: of one person, or of a matter that covers several people and kinds of data."""

from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from identity.models import SealingKey


class Matter(models.Model):
    """Why several people's data, or whatever is held of a kind, must stay: a proceeding, an audit.

    What it covers are its :class:`LegalHold` rows. Name and reason are sealed under its own key.
    """

    controller = models.SlugField()
    key = models.ForeignKey(SealingKey, models.PROTECT, related_name="+")
    sealed_name = models.BinaryField()
    sealed_reason = models.BinaryField()
    citation = models.CharField(max_length=200, blank=True)
    """The provision it rests on, as staff typed it; empty where none is known."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    review_on = models.DateField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["controller", "review_on", "id"], name="matter_in_force", condition=Q(lifted_at=None)
            ),
            models.Index(
                fields=["controller", "-lifted_at", "-id"], name="matter_lifted", condition=~Q(lifted_at=None)
            ),
        ]


class MatterEvent(models.Model):
    """What a member of staff did with a matter: placed, widened, reviewed, let something go, lifted; never changed."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="events")
    name = models.CharField(max_length=20)
    sealed_reason = models.BinaryField(default=b"")
    """Why, in their words, under the matter's key."""
    references = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        triggers = [
            pgtrigger.Protect(name="matter_event_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class LegalHolds(models.QuerySet):
    """Holds, as sentences."""

    def in_force(self, today: date) -> Self:
        """Neither lifted nor lapsed."""
        return self.filter(Q(lapses_on=None) | Q(lapses_on__gte=today), lifted_at=None)


class LegalHold(models.Model):
    """A duty not to erase: one person's data, by keyed hash of their identifier, or what a system holds of everybody.

    A law enforcement direction lapses unless renewed (Cal. Civ. Code
    1798.145(a)(1)(B)); any other hold lasts until it is lifted.
    """

    class Kind(models.TextChoices):
        """What it rests on."""

        DUTY = "duty"
        ENFORCEMENT = "enforcement"

    controller = models.SlugField()
    subject_index = models.CharField(max_length=64)
    """Empty where everybody's data is covered, and once an ended hold is forgotten."""
    system = models.CharField(max_length=60, blank=True, default="", db_default="")
    """The system covered for everybody; empty where a person is."""
    holding_key = models.CharField(max_length=80, blank=True, default="", db_default="")
    """The one kind of data covered in it; empty: all of it."""
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="holds")
    """What it belongs to; its reason and its day of review are the matter's then."""
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.DUTY)
    key = models.ForeignKey(SealingKey, models.PROTECT, related_name="+")
    sealed_reason = models.BinaryField()
    """Why; of a person under a matter, how staff named them."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    review_on = models.DateField()
    lapses_on = models.DateField(null=True)
    """Last day on which it binds; none if only a person ends it."""
    lifted_at = models.DateTimeField(null=True)

    objects = LegalHolds.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["controller", "subject_index"], name="hold_in_force", condition=Q(lifted_at=None)
            ),
            models.Index(
                fields=["controller", "review_on", "id"],
                name="hold_to_review",
                condition=Q(lifted_at=None, matter=None),
            ),
        ]
