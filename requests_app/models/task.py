"""Work that a person outside the portal does: asked by mail, answered by private link, chased until then."""

from django.db import models

from requests_app.models.work import Work


class Task(models.Model):
    """One piece of work for whoever looks after a system. Link, number and note are sealed under the case's key."""

    class Answer(models.TextChoices):
        """What the person said."""

        DONE = "done"
        NOT_FOUND = "not_found"
        EXCEPTION = "exception"

    work = models.OneToOneField(Work, models.PROTECT, related_name="task")
    controller = models.SlugField()
    link_hash = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    wrong_numbers = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField()
    mails = models.PositiveSmallIntegerField(default=0)
    next_mail_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_mail_at"], name="task_to_chase", condition=models.Q(answer="")),
        ]
