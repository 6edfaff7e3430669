"""A question put to somebody who must prove control of an address: a code that lives ten minutes."""

from django.db import models


class Challenge(models.Model):
    """One code, hashed, for one purpose of one matter.

    ``matter`` is an opaque reference of whoever asks; identity never looks behind it.
    """

    matter = models.CharField(max_length=80)
    purpose = models.CharField(max_length=30)
    address_index = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    superseded = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["matter", "purpose", "-made_at"], name="challenge_by_matter"),
            models.Index(fields=["address_index", "made_at"], name="challenge_by_address"),
        ]
