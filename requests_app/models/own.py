"""That somebody saw, or put right, by themselves what is held about them: the record of a door that no case opens."""

from django.db import models


class OwnLook(models.Model):
    """One look or one change; who it was by keyed hash. What was seen or written stands nowhere here."""

    class Did(models.TextChoices):
        """A change has a case of its own beside this."""

        SAW = "saw"
        CHANGED = "changed"

    controller = models.SlugField()
    subject_index = models.CharField(max_length=64)
    did = models.CharField(max_length=8, choices=Did)
    method = models.CharField(max_length=20)
    """How they showed who they are: ``account`` or ``email_code``."""
    signed = models.TextField(blank=True)
    """A declaration, where the law asks for one (11 CCR 7062(c)); sealed under the installation's keys."""
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["controller", "subject_index", "at"], name="own_look")]
