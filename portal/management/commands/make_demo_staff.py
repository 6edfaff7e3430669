"""`manage.py make_demo_staff`: the people of `make run`, with passwords that everybody knows; never elsewhere."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from identity import people
from identity.models import Role, User
from requests_app import register

PEOPLE = (
    ("olu@example.com", "Olu Adeyemi", "correct-horse-olu", (Role.HANDLER,)),
    ("pia@example.com", "Pia Lindqvist", "correct-horse-pia", (Role.PRIVACY_LEAD,)),
    ("cora@example.com", "Cora Meyer", "correct-horse-cora", (Role.COUNSEL,)),
    ("ada@example.com", "Ada Novak", "correct-horse-ada", (Role.AUDITOR,)),
    ("adam@example.com", "Adam Berg", "correct-horse-adam", (Role.ADMINISTRATOR,)),
)


class Command(BaseCommand):
    """Idempotent: a person who is there keeps their password and second factor."""

    help = "Make the sample staff of the embedded portal."

    def handle(self, *args: object, **options: object) -> None:
        """Refuses on anything but the embedded portal."""
        if not settings.PORTAL_EMBEDDED:
            raise CommandError("These passwords are public: this works only in `make run`. Use make_staff.")
        for email, name, password, roles in PEOPLE:
            user = User.objects.filter(email=email).first()
            if user is None:
                user = people.hire(email, name)
                people.set_password(user, password, by=None)
            for controller in register.controllers():
                for role in roles:
                    people.give(user, controller.slug, role)
