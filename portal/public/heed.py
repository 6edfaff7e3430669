"""A browser's ``Sec-GPC: 1`` is an opt-out of whoever is known here, heeded without a click (11 CCR 7025(c))."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.public import known, signal
from requests_app.intake import web

log = logging.getLogger(__name__)

HEEDED = "gpc_heeded"
Handler = Callable[[HttpRequest], HttpResponse]


class HeedSignal:
    """Opt out whoever is known here and whose browser says so: as soon as they are known, once a visit."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """After the page, so that the press which makes somebody known counts already."""
        response = self.get_response(request)
        if signal.state(request) == "seen" and request.controller.slug not in request.session.get(HEEDED, []):
            try:
                heed(request)
            except (DatabaseError, InterfaceError):
                # The next page of the visit carries the signal again.
                log.exception("a browser's opt-out signal could not be kept")
        return response


def heed(request: HttpRequest) -> None:
    """Open the opt-out of the person this browser is known to be, if it is known."""
    person = known.person(request)
    if person is None:
        return
    controller = request.controller
    web.send_signal(
        controller,
        signal.GPC,
        email=person.email,
        phone=person.phone,
        language=request.language,
        on=timezone.now(),
    )
    request.session[HEEDED] = [*request.session.get(HEEDED, []), controller.slug]
