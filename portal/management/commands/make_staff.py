"""`manage.py make_staff EMAIL --name … --role … --controller …`: one member of staff and their duties."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from identity.models import Duty, Role, User
from requests_app import register


class Command(BaseCommand):
    """Makes the account, or adds a duty to the one there is."""

    help = (
        "Make a staff account, or add a duty to one. The password is asked for, or read from standard input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One role for one or more controllers."""
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="as colleagues read it")
        parser.add_argument("--role", required=True, choices=list(Role.values))
        parser.add_argument(
            "--controller", required=True, action="append", help="slug; may be given several times"
        )
        parser.add_argument(
            "--password", action="store_true", help="set a new password for an account that exists"
        )

    def handle(self, *args: object, **options: object) -> None:
        """Nothing is changed unless everything given is right."""
        email = str(options["email"]).strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError("This is no e-mail address.") from None
        slugs = list(options["controller"])  # type: ignore[call-overload]
        known = {controller.slug for controller in register.controllers()}
        if unknown := sorted(set(slugs) - known):
            raise CommandError(f"No controller named {unknown[0]}. There are: {', '.join(sorted(known))}.")
        user = User.objects.filter(email=email).first()
        if user is None and not options["name"]:
            raise CommandError("Give --name for a new account.")
        password = self._password(user or User(email=email, name=str(options["name"]))) if (
            user is None or options["password"]
        ) else None  # fmt: skip
        if user is None:
            user = User.objects.create_user(email, password, str(options["name"]))
        elif password:
            user.set_password(password)
            user.save(update_fields=["password"])
        for slug in slugs:
            Duty.objects.get_or_create(user=user, controller=slug, role=options["role"])
        self.stdout.write(f"{user} is {options['role']} for {', '.join(slugs)}.")

    def _password(self, user: User) -> str:
        if sys.stdin.isatty():
            password = getpass.getpass("Password: ")
            if password != getpass.getpass("Again: "):
                raise CommandError("The two were not the same.")
        else:
            password = sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password, user)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        return password
