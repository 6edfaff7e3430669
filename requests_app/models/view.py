"""A view of the queue that somebody kept: its filters as an address, for themselves or for all."""

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """``query`` is the part of the address after the question mark; nothing about a person may stand in it."""

    controller = models.SlugField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=300)
    shared = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["controller", "shared", "name"], name="view_shared")]
        constraints = [
            models.UniqueConstraint(fields=["controller", "owner", "name"], name="one_view_of_a_name")
        ]
