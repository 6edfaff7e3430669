"""The one mail a day that tells a member of staff what is due."""

from django.conf import settings
from django.db import models


class Digest(models.Model):
    """That it was sent; the row is written first, so that two workers do not both send it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    controller = models.SlugField()
    on = models.DateField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "controller", "on"], name="one_digest_a_day"),
        ]
