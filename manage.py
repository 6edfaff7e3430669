#!/usr/bin/env python
"""Django's command line; `manage.py help` lists the portal's own commands."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        # A mail that an MTA hands over is good and must wait there: any other status would bounce it.
        sys.exit(os.EX_TEMPFAIL if sys.argv[1:2] == ["receive_mail"] else 1)
