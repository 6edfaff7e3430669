"""Text messages to mobile phones, through whatever provider the operator has: one small interface, two twins.

Over HTTP each message is one POST of JSON to ``PORTAL_SMS_URL`` with the
bearer token ``PORTAL_SMS_TOKEN``: ``{"to", "text", "language", "kind", "id"}``.
``kind`` lets a provider that sends registered templates only (as those of
China do) pick its own; ``id`` is the same when a message is tried again. Any
answer of 200 to 299 means accepted. The console twin puts the text into the
mail trap of ``make run``, and refuses to be anywhere else.
"""

from __future__ import annotations

import json
import re
import unicodedata
import urllib.error
import urllib.request
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend

SECONDS = 10
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")


class NotTexted(OSError):
    """The provider did not take it. ``final`` says that trying again changes nothing. Never carries the number."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


class Provider(Protocol):
    """What sends a text; raises :class:`NotTexted`."""

    def send(self, *, to: str, text: str, language: str, kind: str, once: str) -> None:
        """One message to one number in E.164 form."""
        ...


class HttpProvider:
    """Any provider, or the small bridge an operator puts before it."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def send(self, *, to: str, text: str, language: str, kind: str, once: str) -> None:
        """POST it; a refusal of the request itself (4xx but 408 and 429) is final."""
        body = {"to": to, "text": text, "language": language, "kind": kind, "id": once}
        request = urllib.request.Request(  # noqa: S310 - settings refuse any other scheme than https
            self._url,
            data=json.dumps(body, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
            method="POST",
        )
        try:
            with _opener().open(request, timeout=SECONDS) as answer:
                answer.read(1)
        except urllib.error.HTTPError as error:
            final = 400 <= error.code < 500 and error.code not in (408, 429)
            raise NotTexted(f"HTTP {error.code}", final=final) from None
        except (OSError, ValueError) as error:
            raise NotTexted(type(error).__name__) from None


class ConsoleProvider:
    """The twin of `make run` and of tests: the text lies beside the mails, to be read in the browser."""

    def send(self, *, to: str, text: str, language: str, kind: str, once: str) -> None:
        """Write it into the mailroom; refuses where there is none, as in production."""
        if not settings.PORTAL_EMBEDDED or not settings.PORTAL_MAILROOM:
            raise NotTexted("no provider", final=True)
        message = EmailMessage(
            subject=f"SMS {to}", body=text, from_email="sms@localhost", to=[f"{to}@sms.localhost"]
        )
        EmailBackend(file_path=settings.PORTAL_MAILROOM).send_messages([message])


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """A provider that moves is configured anew; a token is not carried to another host."""


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirect)


def provider() -> Provider:
    """The configured one, or the console's where the portal runs embedded."""
    if settings.SMS_URL:
        return HttpProvider(settings.SMS_URL, settings.SMS_TOKEN)
    return ConsoleProvider()


def available() -> bool:
    """Whether texts can be sent here at all; where they cannot, nobody is asked for a number."""
    return bool(settings.SMS_URL or (settings.PORTAL_EMBEDDED and settings.PORTAL_MAILROOM))


def number_of(typed: str, country_code: str = "") -> str:
    """A number in E.164 form (``+8613…``); ``country_code`` completes one typed without. ``ValueError`` if it is none."""
    text = unicodedata.normalize("NFKC", typed).strip()
    digits = "".join(sign for sign in text if sign in "0123456789")
    if text.startswith("+"):
        number = f"+{digits}"
    elif digits.startswith("00"):
        number = f"+{digits[2:]}"
    else:
        number = f"+{country_code}{digits}"
    if not _NUMBER.fullmatch(number) or re.search(r"[^\d\s()+\-.]", text):
        raise ValueError("not a phone number")
    return number
