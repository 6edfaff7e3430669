"""The people in the tests, and the cases they open."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from identity.models import Duty, User
from requests_app import register
from requests_app.intake.open_case import Arrival, fingerprint, open_cases
from requests_app.models import Case

_numbers = itertools.count(1)

DANA = {"mimap": "dana@example.com", "mipmap": "dana@example.cn"}
"""Dana asks; the sample systems of both controllers know her address."""


def open_case(
    controller: str = "mimap", right: str = "", *, email: str = "", received_at: datetime | None = None,
    name: str = "Dana Whitfield",
) -> Case:  # fmt: skip
    """One case, opened through the door that every way in uses."""
    return open_several(
        controller, [right] if right else [], email=email, received_at=received_at, name=name
    )[0]


def open_several(
    controller: str, rights: list[str], *, email: str = "", received_at: datetime | None = None,
    name: str = "Dana Whitfield",
) -> tuple[Case, ...]:  # fmt: skip
    """Sister cases of one submission."""
    known = register.controller(controller)
    arrival = Arrival(
        controller=known,
        channel="web",
        received_at=received_at or datetime.now(UTC),
        language=known.languages[0],
        verbatim=b"{}",
        arrival_key=fingerprint("test", str(next(_numbers)), str(datetime.now(UTC))),
        name=name,
        email=email or DANA[controller],
        rights=tuple(rights) or (known.rights[0].code,),
    )
    return open_cases(arrival).cases


def member(name: str, **roles: str) -> User:
    """A member of staff with a role per controller: ``member("Olu", mimap="handler")``."""
    user = User.objects.create_user(f"{name.lower()}{next(_numbers)}@example.com", "a long password", name)
    for controller, role in roles.items():
        Duty.objects.create(user=user, controller=controller, role=role)
    return user
