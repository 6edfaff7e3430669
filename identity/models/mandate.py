"""By what authority somebody acts for another: what they claim, what was shown, and who accepted it."""

from django.db import models


class Mandate(models.Model):
    """One claim to act for another, in one matter. Names and addresses are not here, only keyed hashes.

    ``matter`` is an opaque reference of whoever asks; identity never looks behind it.
    """

    class Status(models.TextChoices):
        """An objection by the person acted for is final: nobody can accept the mandate after it."""

        CLAIMED = "claimed"
        ACCEPTED = "accepted"
        DOUBTED = "doubted"
        DENIED = "denied"

    matter = models.CharField(max_length=80, unique=True)
    capacity = models.CharField(max_length=20)
    holder_index = models.CharField(max_length=64)
    person_index = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.CLAIMED)
    answer_to_holder = models.BooleanField(default=False)
    """Whether what was shown says that the answer may go to the one who acts."""
    shown = models.JSONField(default=list)
    """Keys of what was shown, each once; the papers themselves are evidence, sealed elsewhere."""
    checks = models.JSONField(default=dict)
    """The checklist as answered last: a key, and whether it was found so."""
    reason = models.CharField(max_length=40, blank=True)
    """Why it was doubted, as a code."""
    by_ref = models.CharField(max_length=60, blank=True)
    claimed_at = models.DateTimeField()
    holder_proved_at = models.DateTimeField(null=True)
    """When the one who acts showed control of their own address."""
    confirmed_at = models.DateTimeField(null=True)
    """When the person acted for confirmed it."""
    decided_at = models.DateTimeField(null=True)
