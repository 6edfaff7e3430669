"""A calendar's year as announced: kept as its file says, and seen by every process."""

from django.db import models


class PublishedYear(models.Model):
    """One file an operator brought in. A later version is a further row, so that any count can be repeated."""

    calendar = models.SlugField()
    year = models.PositiveSmallIntegerField()
    version = models.CharField(max_length=10)
    notice = models.TextField()
    """The file, verbatim: what ``law.read_notice`` reads."""
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "year", "version"], name="one_notice_per_version"),
        ]
