"""A portal that was restored from a backup, and what it may not do before it has caught up."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal import apart
from requests_app.fulfilment import catch_up, ledger_place

log = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]


class ServeNothingRestored:
    """A portal whose database was restored serves nothing until what was erased since is erased again."""

    ASKED_AGAIN_AFTER = 10.0

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        if ledger_place.lies_with_vault():
            log.warning(apart.WORDS)
        self._caught_up = False
        self._asked_at = float("-inf")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """503 to everybody but whoever asks if the process lives; a restore comes with a restart."""
        if not self._caught_up and request.path != "/livez" and not self._has_caught_up():
            return HttpResponse(
                "Restored: run manage.py replay_erasures before this portal serves.\n",
                status=503,
                content_type="text/plain",
                headers={"Retry-After": "600"},
            )
        return self.get_response(request)

    def _has_caught_up(self) -> bool:
        if time.monotonic() - self._asked_at > self.ASKED_AGAIN_AFTER:
            self._caught_up = not catch_up.behind()
            self._asked_at = time.monotonic()
        return self._caught_up
