"""Who else has a case open: kept for five minutes beside the house, so that losing it loses nothing."""

from __future__ import annotations

import logging
import time

from django.core.cache import cache
from redis.exceptions import RedisError

from portal.staff.doors import Place
from requests_app.models import Case

log = logging.getLogger(__name__)
SECONDS = 5 * 60
"""A page that was opened this long ago may still be read."""


def others(place: Place, case: Case, doing: str = "reads") -> list[dict[str, str]]:
    """Note that this person is here, and give the colleagues who are; none when the cache is away."""
    key, now = f"presence:{case.public_id}", time.time()
    try:
        here = {pk: one for pk, one in (cache.get(key) or {}).items() if one["at"] > now - SECONDS}
        me = str(place.desk.user.pk)
        here[me] = {"name": str(place.desk.user), "doing": doing, "at": now}
        cache.set(key, here, SECONDS)
    except RedisError:
        # A dead cache must not close the house; the version check on saving stands without it.
        log.warning("presence is away")
        return []
    return [
        {"name": str(one["name"]), "doing": str(one["doing"])} for pk, one in sorted(here.items()) if pk != me
    ]
