"""Who of staff was trained, when and on what: added to, struck out, never changed."""

import pgtrigger
from django.db import models


class Training(models.Model):
    """One person, one day, one subject, for one controller (11 CCR 7100).

    People stand here by number, so that the row outlives an account. A line
    written by mistake is struck out and stays readable.
    """

    controller = models.SlugField()
    about = models.BigIntegerField()
    trained_on = models.DateField()
    subject = models.CharField(max_length=200)
    by = models.BigIntegerField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    struck_by = models.BigIntegerField(null=True)
    struck_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["controller", "-id"], name="training_of_controller"),
            models.Index(
                fields=["controller", "about"], name="training_of_person", condition=models.Q(struck_at=None)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="training_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="training_is_only_struck_out",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["struck_by", "struck_at"]),
            ),
            pgtrigger.Protect(
                name="training_stays_struck_out",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__struck_at__isnull=False),
            ),
        ]
