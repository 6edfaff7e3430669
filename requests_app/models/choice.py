"""What a visitor of the controller's own sites allows them to keep in one browser."""

from django.db import models


class CookieChoice(models.Model):
    """One browser, known by a keyed hash of the number that the site gave it; nothing leads back to a person."""

    controller = models.SlugField()
    visitor = models.CharField(max_length=64)
    allowed = models.JSONField(null=True)
    """Codes of the categories allowed; ``None`` while nobody has chosen."""
    signal = models.BooleanField(default=False)
    """Whether the browser said by itself not to sell or share, and nobody has allowed it since in two steps."""
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["controller", "visitor"], name="one_choice_a_browser"),
        ]
