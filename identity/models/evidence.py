"""A sealed piece of evidence: what it is and what became of it; the content lies in the vault under its own key."""

from django.conf import settings
from django.db import models

from identity.models.keys import SealingKey


class Evidence(models.Model):
    """One paper, shown to one reviewer at a time and destroyed once it is decided; its row stays, without content.

    ``matter`` is an opaque reference of whoever asks; ``kind`` is their word for what it is.
    """

    public_id = models.CharField(max_length=30, unique=True)
    matter = models.CharField(max_length=80)
    kind = models.CharField(max_length=30)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    key = models.ForeignKey(SealingKey, models.PROTECT, related_name="+")
    path = models.CharField(max_length=120)
    kept_at = models.DateTimeField()
    keep_until = models.DateTimeField()
    """When it is destroyed even if nobody has decided."""
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reviewer_until = models.DateTimeField(null=True)
    decision = models.CharField(max_length=20, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["matter", "kept_at"], name="evidence_by_matter"),
            models.Index(fields=["keep_until"], name="evidence_kept", condition=models.Q(destroyed_at=None)),
        ]
