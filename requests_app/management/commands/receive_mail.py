"""`manage.py receive_mail --to ADDRESS < message.eml`: a mail from an MTA's pipe, one JSON line back."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from requests_app.intake import mail


class Command(BaseCommand):
    """Exit status 0: kept. 65: refused, tell the sender. 75: try again later."""

    help = "Read one mail on standard input and take it in; prints one JSON line."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The envelope, as the MTA knows it."""
        parser.add_argument("--to", action="append", metavar="ADDRESS", help="envelope recipient; repeatable")
        parser.add_argument("--return-path", metavar="ADDRESS", help="envelope sender; empty for a bounce")

    def handle(self, *, to: list[str] | None, return_path: str | None, **options: object) -> None:
        """Arrival is now: Received headers are the sender's word."""
        raw = sys.stdin.buffer.read(settings.MAX_MAIL_BYTES + 1)
        try:
            receipt = mail.receive(raw, received_at=timezone.now(), recipients=to, return_path=return_path)
        except (OperationalError, InterfaceError):
            self.stderr.write("The database cannot be reached; the mail was not taken. Try again later.")
            sys.exit(os.EX_TEMPFAIL)
        except Exception as trouble:
            # An exception that ended the command would have the MTA bounce a mail that is good.
            self.stderr.write(f"The mail could not be kept ({type(trouble).__name__}). Try again later.")
            sys.exit(os.EX_TEMPFAIL)
        self.stdout.write(
            json.dumps({"result": receipt.result, "cases": list(receipt.cases), "reason": receipt.reason})
        )
        if receipt.result == "rejected":
            sys.exit(os.EX_DATAERR)
