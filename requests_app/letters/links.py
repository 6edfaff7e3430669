"""Web addresses that letters carry."""

from __future__ import annotations

from django.conf import settings

from requests_app import subject
from requests_app.letters.addresses import notices_token
from requests_app.models import Case, Letter


def case_link(case: Case) -> str:
    """The requester's own page; the link alone shows nothing personal."""
    return f"{settings.PORTAL_ORIGIN}/{case.controller}/follow/{subject.read(case).link}/"


def home(case: Case) -> str:
    """Where anybody may ask for something."""
    return f"{settings.PORTAL_ORIGIN}/{case.controller}/"


def find(case: Case) -> str:
    """Where a request is found again by its reference and a code; short enough to be typed from paper."""
    return f"{settings.PORTAL_ORIGIN}/{case.controller}/follow/"


def staff_case(case: Case) -> str:
    """The case file, for whoever may read it."""
    return f"{settings.PORTAL_ORIGIN}/staff/{case.controller}/{case.reference}/"


def no_more_notices(letter: Letter) -> str:
    """Where one click ends the notices about a case."""
    return f"{settings.PORTAL_ORIGIN}/notices/{notices_token(letter)}/"


def task_link(case: Case, token: str) -> str:
    """Where whoever looks after a system says what they did; it opens with the number from the mail."""
    return f"{settings.PORTAL_ORIGIN}/{case.controller}/task/{token}/"
