"""What identity keeps: data keys, challenges, evidence, staff and their duties."""

from identity.models.challenge import Challenge
from identity.models.evidence import Evidence
from identity.models.keys import SealingKey
from identity.models.mandate import Mandate
from identity.models.staff import Duty, StaffChange, User
from identity.models.training import Training
from identity.roles import Role

__all__ = [
    "Challenge",
    "Duty",
    "Evidence",
    "Mandate",
    "Role",
    "SealingKey",
    "StaffChange",
    "Training",
    "User",
]
