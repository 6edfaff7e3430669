"""The mails `make run` would have sent, to be read in the browser. Only there: production has no such page."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

NAME = re.compile(r"[\w-]+\.log")
HAN = re.compile(r"[\u4e00-\u9fff]")
NEWEST = 100


def _messages(path: Path) -> list[EmailMessage]:
    parts = re.split(rb"(?m)^-{79}\n", path.read_bytes())
    parsed = [email.message_from_bytes(part, policy=email.policy.default) for part in parts if part.strip()]
    return [message for message in parsed if isinstance(message, EmailMessage)]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    files = sorted(
        Path(settings.PORTAL_MAILROOM).glob("*.log"), key=lambda p: p.stat().st_mtime, reverse=True
    )
    mails = [
        {"file": path.name, "number": number, "to": message["To"], "subject": message["Subject"],
         "date": message["Date"].datetime}
        for path in files[:NEWEST]
        for number, message in enumerate(_messages(path))
    ]  # fmt: skip
    return render(request, "embedded/mailroom.html", {"mails": mails})


@require_safe
def show(request: HttpRequest, file: str, number: int) -> HttpResponse:
    """One mail as plain text."""
    path = Path(settings.PORTAL_MAILROOM) / file
    if not NAME.fullmatch(file) or not path.exists():
        raise Http404
    messages = _messages(path)
    if number >= len(messages):
        raise Http404
    body = messages[number].get_body(("plain",))
    return render(
        request,
        "embedded/mail.html",
        {
            "mail": messages[number],
            "text": body.get_content() if body else "",
            "date": messages[number]["Date"].datetime,
            "lang": "zh-Hans" if HAN.search(str(messages[number]["Subject"])) else "en",
        },
    )
