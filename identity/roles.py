"""What a member of staff may be for one controller; the table of what each may do stands with the cases."""

from django.db import models


class Role(models.TextChoices):
    """Held per controller. An administrator sees to staff and reads no case, so holds no other role."""

    HANDLER = "handler", "Handler"
    PRIVACY_LEAD = "privacy_lead", "Privacy lead"
    COUNSEL = "counsel", "Counsel"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"
