"""`manage.py make_staff EMAIL --name … --role … --controller …`: one member of staff, their duties, or an end to them."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from identity import people
from identity.models import Role, User
from requests_app import register


class Command(BaseCommand):
    """Makes the account, or changes the one there is; each change is in the log of staff."""

    help = "Make or change a staff account. The password is asked for, or read from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One role for one or more controllers."""
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="as colleagues read it")
        parser.add_argument("--role", choices=list(Role.values))
        parser.add_argument(
            "--controller", action="append", default=[], help="slug; may be given several times"
        )
        parser.add_argument("--take", action="store_true", help="take the role away instead")
        parser.add_argument(
            "--no-password", action="store_true", help="a new account that signs in at the identity provider"
        )
        parser.add_argument(
            "--password", action="store_true", help="set a new password for an account that exists"
        )
        parser.add_argument(
            "--reset-factor", action="store_true", help="forget authenticator and recovery codes"
        )
        parser.add_argument("--close", action="store_true", help="close the account and end its sessions")

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
        if bool(slugs) != bool(options["role"]):
            raise CommandError("Give --role and --controller together.")
        user = User.objects.filter(email=email).first()
        if user is None and (not options["name"] or not slugs or options["take"]):
            raise CommandError("Give --name, --role and --controller for a new account.")
        asks = options["password"] or (user is None and not options["no_password"])
        password = self._password(user or User(email=email, name=str(options["name"]))) if asks else None
        try:
            with transaction.atomic():
                user = user or people.hire(email, str(options["name"]))
                self._change(user, password, slugs, options)
        except people.NotFitting:
            raise CommandError("An administrator reads no case, so that role stands alone.") from None
        held = ", ".join(f"{duty.role} for {duty.controller}" for duty in user.duties.order_by("pk"))
        self.stdout.write(f"{user} is {held or 'nothing'}.")

    def _change(self, user: User, password: str | None, slugs: list[str], options: dict[str, object]) -> None:
        if password:
            people.set_password(user, password, by=None)
        for slug in slugs:
            (people.take if options["take"] else people.give)(user, slug, str(options["role"]))
        if options["reset_factor"]:
            people.reset_factor(user)
        if options["close"]:
            people.close(user)

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
