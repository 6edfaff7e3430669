"""One thing asked of a processor over the wire: our number for it, who the processor proved to be, how far it is."""

import uuid

from django.db import models

from requests_app.models.work import Work


class Errand(models.Model):
    """Made before anything is sent, so that a worker's successor asks under the same number."""

    work = models.OneToOneField(Work, models.PROTECT, related_name="errand")
    number = models.UUIDField(unique=True, default=uuid.uuid4)
    domain = models.CharField(max_length=253)
    certificate = models.TextField()
    """PEM, the processor's first; judged anew whenever something signed comes in."""
    status = models.CharField(max_length=12, default="sent")
    due_on = models.DateField()
    sent_at = models.DateTimeField(null=True)
    recall_asked_at = models.DateTimeField(null=True)
    """When it was first to be taken back: what it says from then on is asked for until it can be read."""
    heard_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    """When its owner was asked to look after it, because the processor had not answered by then."""
