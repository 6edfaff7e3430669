"""From which address a request comes, as far as our own proxies vouch for it."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

SOCKET = "unix"
"""Stands in PORTAL_TRUSTED_PROXIES for a proxy that comes through a local socket and so has no address."""


def client_address(request: HttpRequest) -> str:
    """The nearest address that is not one of our own proxies; what a stranger's header claims is not believed."""
    address = request.META.get("REMOTE_ADDR") or SOCKET
    forwarded = [
        part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
    ]
    while _is_proxy(address) and forwarded:
        address = forwarded.pop()
    return _network(address)


def _is_proxy(address: str) -> bool:
    if address == SOCKET:
        return SOCKET in settings.TRUSTED_PROXIES
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(
        found in ipaddress.ip_network(proxy, strict=False)
        for proxy in settings.TRUSTED_PROXIES
        if proxy != SOCKET
    )


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    # One household holds a whole /64.
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)
