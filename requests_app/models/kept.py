"""What is kept for somebody who has no case (yet): an unfinished form, a wish to hear of a new policy."""

from django.db import models

from identity.models import SealingKey
from requests_app.models.submission import public_id


class SavedDraft(models.Model):
    """Answers saved to go on with later, sealed under a key of their own until their date; found by a code alone."""

    public_id = models.CharField(max_length=30, unique=True, default=public_id)
    controller = models.SlugField()
    code_hash = models.CharField(max_length=64, unique=True)
    key = models.ForeignKey(SealingKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)


class DraftFile(models.Model):
    """A file that goes with a form not yet sent: in the vault under a key of its own, until it is sent or its day comes."""

    public_id = models.CharField(max_length=30, unique=True, default=public_id)
    controller = models.SlugField()
    draft_index = models.CharField(max_length=64, db_index=True)
    """Keyed hash of the form's own number."""
    key = models.ForeignKey(SealingKey, models.PROTECT, related_name="+")
    sealed_name = models.BinaryField()
    content_type = models.CharField(max_length=40)
    path = models.CharField(max_length=120)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["pk"]


class PolicyReader(models.Model):
    """Somebody who asked to hear of a changed policy. The address is sealed; ``confirmed_at`` once they typed the code."""

    controller = models.SlugField()
    address_index = models.CharField(max_length=64)
    stop_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10)
    key = models.ForeignKey(SealingKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    told_of = models.DateField(null=True)
    """The newest version they were told of, or that was there when they asked."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["controller", "address_index"], name="one_reader_each")
        ]
