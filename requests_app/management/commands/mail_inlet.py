"""`manage.py mail_inlet`: an SMTP server behind the operator's MTA that takes mail in, one process."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from requests_app.intake import mail

log = logging.getLogger(__name__)
Value = TypeVar("Value")

MOST_SESSIONS = 20
MOST_RECIPIENTS = 100
READERS = 2
"""Threads that read mail; each may hold one of the largest size."""
IDLE_SECONDS = 60

TAKEN = "250 2.0.0 Taken"
NOT_HERE = "550 5.1.1 Nobody here takes mail for this address"
TOO_BIG = "552 5.3.4 The message is too big"
TOO_MANY = "452 4.5.3 Too many recipients"
LATER = "451 4.3.0 Not possible now, please try again later"


class Inlet:
    """Answers the sending server only when the mail is kept, or says why it is not."""

    def __init__(self) -> None:
        self.readers = ThreadPoolExecutor(READERS, thread_name_prefix="mail")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refused here, an unknown address costs nobody a bounce."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        try:
            known = await self._in_thread(partial(mail.accepts, address))
        except (OperationalError, InterfaceError):
            return LATER
        if not known:
            return NOT_HERE
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Received now, whatever its headers say."""
        take = partial(
            mail.receive,
            bytes(envelope.content or b""),
            received_at=timezone.now(),
            recipients=list(envelope.rcpt_tos),
            return_path=envelope.mail_from or "",
        )
        try:
            receipt = await self._in_thread(take)
        except Exception as trouble:
            log.error("A mail could not be kept; the sender tries again: %s", type(trouble).__name__)
            return LATER
        if receipt.result == "rejected":
            return TOO_BIG if receipt.reason == "too_big" else NOT_HERE
        return TAKEN

    async def _in_thread(self, work: Callable[[], Value]) -> Value:
        return await asyncio.get_running_loop().run_in_executor(self.readers, partial(_fresh, work))


def _fresh(work: Callable[[], Value]) -> Value:
    """With a connection that is alive; one that has died is replaced."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


class Sessions(SMTP):
    """One conversation; beyond the limit a sender is asked to come back."""

    now = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it in."""
        Sessions.now += 1
        if Sessions.now > MOST_SESSIONS:
            transport.write(b"421 4.3.2 Too many sessions, please try again later\r\n")  # type: ignore[attr-defined]
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Count it out."""
        Sessions.now -= 1
        if self.transport is not None:
            super().connection_lost(error)


async def serve(host: str, port: int, *, ready: Callable[[int], None]) -> None:
    """Serve until SIGTERM or SIGINT; mail being read is finished first."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    inlet = Inlet()
    server = await loop.create_server(
        partial(
            Sessions,
            inlet,
            data_size_limit=settings.MAX_MAIL_BYTES,
            enable_SMTPUTF8=True,
            hostname=settings.MAIL_DOMAIN,
            ident="Data rights portal",
            timeout=IDLE_SECONDS,
            loop=loop,
        ),
        host,
        port,
    )
    ready(server.sockets[0].getsockname()[1])
    await stop.wait()
    server.close()
    await loop.run_in_executor(None, partial(inlet.readers.shutdown, wait=True))


class Command(BaseCommand):
    """Prints one JSON line when it listens and one when it stops."""

    requires_system_checks = ()
    help = "Take mail in over SMTP on PORTAL_MAIL_INLET_HOST and PORTAL_MAIL_INLET_PORT."

    def handle(self, **options: object) -> None:
        """Run until told to stop."""
        host, port = settings.MAIL_INLET_HOST, settings.MAIL_INLET_PORT
        try:
            asyncio.run(serve(host, port, ready=lambda bound: self._say("listening", host, bound)))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host} port {port} ({error.strerror}). "
                "Choose another with PORTAL_MAIL_INLET_HOST and PORTAL_MAIL_INLET_PORT."
            ) from None
        self._say("stopped", host, port)

    def _say(self, state: str, host: str, port: int) -> None:
        self.stdout.write(json.dumps({"mail_inlet": state, "host": host, "port": port}))
        self.stdout.flush()
