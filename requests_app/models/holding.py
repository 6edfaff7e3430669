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

    ``sealed_answers`` holds what staff answered to the statute's questions;
    ``sealed_use`` the record of an exemption as it was put to the second
    person: its law, fields, facts, evidence, approvers and letter words.
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
    sealed_use = models.BinaryField(null=True)
    review_on = models.DateField(null=True)
    """When the use of an exemption is looked at again."""
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


class Paper(models.Model):
    """A file of a case: what an exemption rests on, or what the requester sent; in the vault under the case's key."""

    SEALED_AS = "evidence"
    ENCLOSED = "enclosure"
    """In place of a key of the rulebook: the requester sent it, and it proves nothing by itself."""
    POSTED = "proof_of_posting"
    """Likewise: it shows that a letter was posted."""
    RETURNED = "returned_letter"
    """Likewise: it shows the letter as the post brought it back."""
    NO_EVIDENCE = (ENCLOSED, POSTED, RETURNED)

    case = models.ForeignKey(Case, models.PROTECT, related_name="papers")
    evidence = models.CharField(max_length=60)
    """Key of the evidence the rulebook asks for, ``CN_POLICY_4.requests``; it serves every holding of the case."""
    sealed_name = models.BinaryField()
    content_type = models.CharField(max_length=40)
    path = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    """SHA-256 of the clear content."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """Nobody of ours for what the requester sent."""
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
