"""One text, or one file, that a person reads before a copy leaves: what of it is left out, and who said so."""

from django.conf import settings
from django.db import models

from requests_app.models.case import Case


class Reading(models.Model):
    """The text itself lies in the sealed rows and is never altered; here stand places in it and grounds."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="readings")
    system = models.CharField(max_length=100)
    collection = models.CharField(max_length=200, blank=True)
    """Empty for a file."""
    field = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    """Keyed, of place and text: another text is another reading."""
    length = models.PositiveIntegerField()
    must = models.BooleanField(default=True)
    """Whether nothing leaves before it was read; else it is offered, because others are named there."""
    left_out = models.JSONField(default=list)
    """``[start, end, ground, by]`` in order, never overlapping; of a file one entry says that all of it is."""
    boxes = models.JSONField(default=list)
    """``[page, [[left, top, right, bottom], …], ground, by]`` painted over on a file's pages, in ten-thousandths."""
    made = models.JSONField(default=dict)
    """Where the file lies that leaves instead, drawn when it was read; with its digest, its ending and the text beside it."""
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "digest"], name="reading_once")]

    @property
    def made_files(self) -> list[str]:
        """Paths in the vault of all that was drawn from it: the file that leaves instead, and the text beside that."""
        return [self.made["path"], self.made["text"]] if self.made else []
