"""What the systems hold for a case, and what was determined about each holding."""

from django.conf import settings
from django.db import models

from requests_app.models.case import Case


class Holding(models.Model):
    """One data category in one system, as found for this case; counts and digests only."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="holdings")
    holding_key = models.CharField(max_length=80)
    system = models.CharField(max_length=60)
    found = models.PositiveIntegerField()
    oldest_on = models.DateField(null=True)
    newest_on = models.DateField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "holding_key"], name="one_holding_each")]
        ordering = ["pk"]


class Determination(models.Model):
    """What happens to one holding. ``choice`` is empty while nobody has decided.

    ``sealed_answers`` holds what staff answered to the statute's questions.
    """

    class Choice(models.TextChoices):
        """Per holding."""

        GRANT = "grant"
        WITHHOLD = "withhold"
        RETAIN = "retain"

    holding = models.OneToOneField(Holding, models.CASCADE, related_name="determination")
    choice = models.CharField(max_length=10, choices=Choice, blank=True)
    exemption = models.CharField(max_length=20, blank=True)
    until = models.DateField(null=True)
    sealed_answers = models.BinaryField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)


class Approval(models.Model):
    """One person's approval of exactly this preview and these determinations."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="approvals")
    role = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    approved_at = models.DateTimeField()
    void = models.BooleanField(default=False)


class LegalHold(models.Model):
    """A duty not to erase a person's data, by keyed hash of their identifier."""

    controller = models.SlugField()
    subject_index = models.CharField(max_length=64)
    reason = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    review_on = models.DateField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["controller", "subject_index"],
                name="hold_in_force",
                condition=models.Q(lifted_at=None),
            ),
        ]
