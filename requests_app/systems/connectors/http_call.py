"""One call to an outside system: allowed host, resolved address pinned, signed, bounded, tried again, no redirects."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from . import breaker
from .base import SystemFailure, SystemRefused, SystemUnreachable
from .http_socket import SocketUntil

CONNECT_SECONDS = 5
ANSWER_SECONDS, FILE_SECONDS = 20, 120
"""From the first byte sent to the last received, for one try: a file may take longer."""
WHOLE_SECONDS = 45
"""For a call with all its tries; the last may be cut short."""
LARGEST_ANSWER = 32 * 1024 * 1024
TRIES = 3
FIRST_PAUSE_SECONDS = 0.2
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the parsed JSON (``None`` when empty), the raw body and the headers."""

    status: int
    content: Any
    body: bytes
    headers: Mapping[str, str]


class Caller:
    """Calls one system. Nothing of a request or an answer ever stands in an exception."""

    def __init__(
        self, system: str, base: str, secret: str, *, hosts: tuple[str, ...], networks: tuple[str, ...] = ()
    ) -> None:
        self._system = system
        self._secret = secret
        parts = urlsplit(base)
        self._networks = tuple(ipaddress.ip_network(network) for network in networks)
        self._host, self._path = (parts.hostname or "").lower(), parts.path.rstrip("/")
        self._tls = parts.scheme == "https"
        try:
            self._port = parts.port or (443 if self._tls else 80)
        except ValueError:
            self._port = 0
        if parts.scheme not in {"https", "http"} or parts.username or not self._port:
            raise SystemRefused(system, "address not understood")
        if self._host not in {host.lower() for host in hosts}:
            raise SystemRefused(system, "host not on the list of the pack")

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        idempotency_key: str = "",
        accept: tuple[int, ...] = (),
        plain: bool = False,
    ) -> Answer:
        """Send JSON and take JSON; ``accept`` names answers beside 2xx that are no failure.

        ``plain``: what comes back is a file, not JSON.

        Raises ``SystemUnreachable`` after three tries without an answer (or 429
        and 5xx) or when its time is over, ``SystemRefused`` for any other answer,
        redirects included.
        """
        breaker.refuse_if_open(self._system, self._system)
        each = FILE_SECONDS if plain else ANSWER_SECONDS
        until = time.monotonic() + max(WHOLE_SECONDS, each)
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        for number in range(1, TRIES + 1):
            try:
                answer = self._once(method, self._path + path, content, idempotency_key, plain, until)
            except (OSError, http.client.HTTPException) as error:
                failure: SystemFailure = SystemUnreachable(self._system, type(error).__name__)
            else:
                if answer.status < 300 or answer.status in accept:
                    breaker.note(self._system, failed=False)
                    return answer
                reason = f"answered {answer.status}"
                if answer.status != 429 and answer.status < 500:
                    breaker.note(self._system, failed=False)
                    raise SystemRefused(self._system, reason)
                failure = SystemUnreachable(self._system, reason)
            pause = FIRST_PAUSE_SECONDS * 2 ** (number - 1)
            if number == TRIES or time.monotonic() + pause >= until:
                break
            time.sleep(pause)
        breaker.note(self._system, failed=True)
        raise failure

    def _once(
        self, method: str, path: str, content: bytes, idempotency_key: str, plain: bool, until: float
    ) -> Answer:
        until = min(until, time.monotonic() + (FILE_SECONDS if plain else ANSWER_SECONDS))
        address = self._resolve()
        connection: http.client.HTTPConnection
        if self._tls:
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(
                self._host, self._port, timeout=CONNECT_SECONDS, context=context
            )
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=CONNECT_SECONDS)
        # The name stays in Host and in the certificate check; the socket goes to the address judged above.
        connection._create_connection = _to(address, self._port)  # type: ignore[attr-defined]
        try:
            connection.connect()
            if connection.sock is not None:
                # No socket, but all that http.client asks of one.
                connection.sock = SocketUntil(connection.sock, until)  # type: ignore[assignment]
            connection.request(
                method,
                path,
                body=content or None,
                headers=self._headers(method, path, content, idempotency_key),
            )
            reply = connection.getresponse()
            raw = reply.read(LARGEST_ANSWER + 1)
            if len(raw) > LARGEST_ANSWER:
                raise SystemRefused(self._system, "answer too large")
            return Answer(
                reply.status,
                None if plain else self._parsed(reply.status, raw),
                raw,
                {k.lower(): v for k, v in reply.getheaders()},
            )
        finally:
            connection.close()

    def _headers(self, method: str, path: str, content: bytes, idempotency_key: str) -> dict[str, str]:
        moment = str(int(time.time()))
        message = "\n".join((method, path, moment, hashlib.sha256(content).hexdigest()))
        headers = {
            "Accept": "application/json",
            "User-Agent": "data-subject-rights",
            "X-Portal-Timestamp": moment,
            "X-Portal-Signature": hmac.new(
                self._secret.encode(), message.encode(), hashlib.sha256
            ).hexdigest(),
        }
        if content:
            headers["Content-Type"] = "application/json"
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        return headers

    def _parsed(self, status: int, raw: bytes) -> Any:
        if not raw.strip() or status >= 300:
            return None
        try:
            return json.loads(raw)
        except ValueError:
            pass
        raise SystemRefused(self._system, "answered no JSON")

    def _resolve(self) -> Address:
        """An address to which we may talk: public, or in a network that the pack names; all must be."""
        found = {
            ipaddress.ip_address(entry[4][0])
            for entry in socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        }
        if not found or not all(self._is_allowed(address) for address in found):
            raise SystemRefused(self._system, "its name leads to an address inside")
        return sorted(found, key=lambda address: (address.version, int(address)))[0]

    def _is_allowed(self, address: Address) -> bool:
        plain = getattr(address, "ipv4_mapped", None) or address
        if any(plain.version == network.version and plain in network for network in self._networks):
            return True
        return plain.is_global and not plain.is_multicast


def _to(address: Address, port: int) -> Callable[..., socket.socket]:
    def create(_where: object, timeout: float | None = None, source: Any = None) -> socket.socket:
        return socket.create_connection((str(address), port), timeout, source)

    return create
