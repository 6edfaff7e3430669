"""The secret return address of a case: whoever writes to it, from the right address, joins the case."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from requests_app.models import Case


def case_address(case: Case) -> str:
    """``case-<reference>-<mac>@domain``; nobody can make one without the installation's key."""
    return f"case-{case.reference.lower()}-{_mac(case.reference)}@{settings.MAIL_DOMAIN}"


def reference_in(address: str) -> str | None:
    """The case reference an address proves to know, or ``None``."""
    local, _, domain = address.strip().lower().partition("@")
    words = local.split("-")
    if domain != settings.MAIL_DOMAIN.lower() or len(words) != 3 or words[0] != "case":
        return None
    reference = words[1].upper()
    return reference if hmac.compare_digest(words[2], _mac(reference)) else None


def _mac(reference: str) -> str:
    message = f"case-address:{reference}".encode()
    return hmac.new(settings.INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()[:20]
