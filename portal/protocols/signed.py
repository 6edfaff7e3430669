"""What a controller's own servers sign: parts joined by line feeds, under PORTAL_CHOICES_KEY, in hexadecimal."""

from __future__ import annotations

import hashlib
import hmac
import time

from django.conf import settings


def sign(*parts: str) -> str:
    """HMAC-SHA256; the first part says what for, so that no signature serves for another call."""
    message = "\n".join(parts).encode()
    return hmac.new(settings.CHOICES_KEY.encode(), message, hashlib.sha256).hexdigest()


def fits(signature: str, *parts: str) -> bool:
    """Whether it is that signature; never while no key is set."""
    if not settings.CHOICES_KEY or any("\n" in part for part in parts[:-1]):
        return False
    return hmac.compare_digest(sign(*parts).encode(), signature.lower().encode())


def is_fresh(stamp: str, seconds: int) -> bool:
    """Whether a time in whole seconds since 1970 is no further from now than that."""
    return stamp.isascii() and stamp.isdigit() and abs(time.time() - int(stamp[:12])) <= seconds
