"""Data keys, wrapped; a destroyed one keeps its row and loses its bytes."""

import uuid

from django.db import models


class SealingKey(models.Model):
    """A key that seals one thing: a submission, a case, a package."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = models.BinaryField(null=True)
    wrapped_by = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)
