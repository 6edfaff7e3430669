"""A letter of the outbox made into the mail that leaves: its headers, its plain text, its page."""

from __future__ import annotations

import re
from email.utils import formataddr, parseaddr

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from requests_app import register
from requests_app.letters import links
from requests_app.letters.addresses import case_address, return_address
from requests_app.letters.text import from_right
from requests_app.models import Letter
from requests_app.register import Controller

NOTICES = frozenset({"reminder"})
"""Letters no law asks for: the only kind that a person can stop, and that says how (RFC 8058)."""
_FROM_LEFT = re.compile(r"(https?://\S*[^\s.,;:!?)\]»”]|[\w.+-]+@[\w.-]*\w|\+?\d+(?: \d+)+)", re.ASCII)
"""Addresses, and numbers in groups."""


def build_mail(letter: Letter, content: dict[str, str]) -> EmailMultiAlternatives:
    """``content`` is the letter's ``to``, ``subject`` and ``text``."""
    controller = register.controller(letter.controller)
    name = controller.text(controller.name, letter.language)
    headers = {
        # The pack may give the address with a name of its own; a header takes one.
        "From": formataddr((name, parseaddr(controller.mail_from)[1])),
        "Message-ID": letter.message_id,
        # RFC 3834: marks our mail so that no automatic reply answers it.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if letter.kind in NOTICES:
        headers["List-Unsubscribe"] = f"<{links.no_more_notices(letter)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        subject=content["subject"],
        body=content["text"],
        # The envelope's sender, not the header's: failures come back to the one letter they are about.
        from_email=return_address(letter),
        to=[content["to"]],
        reply_to=[case_address(letter.case) if letter.case else controller.mail_from],
        headers=headers,
    )
    mail.attach_alternative(as_page(controller, letter.language, content["text"]), "text/html")
    return mail


def as_page(controller: Controller, language: str, text: str) -> str:
    """The same words as the page beside the plain text."""
    page = {
        "name": controller.text(controller.name, language),
        "language": language,
        "from_right": from_right(language),
        "paragraphs": [_isolated(one) if from_right(language) else one for one in text.split("\n\n")],
        "brand": controller.brand.brand,
    }
    return render_to_string("emails/frame.html", page)


def _isolated(paragraph: str) -> SafeString:
    """Among words from right to left, what is read from left to right whole: else a code's halves change places."""
    pieces = _FROM_LEFT.split(paragraph)
    told = (
        format_html('<bdi dir="ltr">{}</bdi>', one) if n % 2 else escape(one) for n, one in enumerate(pieces)
    )
    return mark_safe("".join(told))  # noqa: S308 - every piece is escaped
