"""How often one client may knock. A broken cache opens the door rather than shut it: no request is refused for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import RedisError

from identity import sealing
from portal.callers import client_address

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limit:
    """So many times within so many seconds."""

    name: str
    times: int
    seconds: int


SENDING = Limit("send", 20, 3600)
TYPING = Limit("type", 60, 600)
ASKING_CODES = Limit("codes", 20, 3600)
WRITING = Limit("write", 30, 3600)
SHOWING = Limit("show", 20, 3600)


def limited(limit: Limit) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Count each POST of one client; beyond the limit a page says when to come back."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def counted(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method == "POST" and _over(limit, client_address(request)):
                response = render(
                    request, "public/slow_down.html", {"minutes": limit.seconds // 60}, status=429
                )
                response["Retry-After"] = str(limit.seconds)
                return response
            return view(request, *args, **kwargs)

        return counted

    return around


def _over(limit: Limit, client: str) -> bool:
    # Keyed hash: an address is personal, and it is needed only to be equal to itself.
    key = f"limit:{limit.name}:{sealing.blind('portal', 'client', client)}"
    try:
        cache.add(key, 0, limit.seconds)
        return cache.incr(key) > limit.times
    except ValueError:
        # It ran out between the two statements.
        return False
    except (RedisError, OSError):
        log.warning("rate limit not counted: the cache does not answer")
        return False
