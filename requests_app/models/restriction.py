"""A restriction of processing: why, until when, and when it was lifted."""

from django.conf import settings
from django.db import models

from requests_app.models.case import Case


class Restriction(models.Model):
    """What one case had kept and no longer used. Reason and condition are sealed under the case's key.

    A case is not purged while it stands: whoever lifts it must find the person again and write to them.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="restriction")
    sealed = models.BinaryField()
    """What stands; empty until it does."""
    draft = models.BinaryField(null=True)
    """What is being decided, with the day of its end; it stands once the systems have set it."""
    ends_on = models.DateField(null=True)
    """The day it was decided to end on, where there is one."""
    begun_at = models.DateTimeField(null=True)
    """When every system had set it and said so."""
    look_on = models.DateField(null=True)
    """When staff are told next to look whether it has come to its end."""
    told_at = models.DateTimeField(null=True)
    """When they were told last."""
    lift_asked_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    """When every system had set it back and said so."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["look_on"],
                name="restriction_to_look",
                condition=models.Q(lifted_at=None),
            )
        ]
