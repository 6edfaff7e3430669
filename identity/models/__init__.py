"""What identity keeps: data keys, challenges, staff and their duties."""

from identity.models.challenge import Challenge
from identity.models.keys import SealingKey
from identity.models.staff import Duty, StaffChange, User
from identity.roles import Role

__all__ = ["Challenge", "Duty", "Role", "SealingKey", "StaffChange", "User"]
