"""What a person writes into a field of their own."""

from __future__ import annotations

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from portal.public.forms import LONGEST_VALUE, Question, one_line

WRONG = {
    "phone": _("Enter a phone number, like +1 415 555 0100"),
    "postal_code": _("Enter a postal code: letters, digits, spaces and hyphens"),
    "web_address": _("Enter a web address that begins with https:// or http://"),
}
_SHAPES = {
    "phone": re.compile(r"\+?[0-9][0-9 ().-]{4,24}", re.ASCII),
    "postal_code": re.compile(r"[A-Z0-9][A-Z0-9 -]{1,11}", re.ASCII | re.IGNORECASE),
}
_HINTS = {
    "phone": {"autocomplete": "tel", "inputmode": "tel"},
    "postal_code": {"autocomplete": "postal-code"},
    "web_address": {"autocomplete": "url", "inputmode": "url"},
}


class OwnValueForm(Question):
    """What is right?"""

    to = forms.CharField(
        max_length=LONGEST_VALUE,
        error_messages={
            "required": _("Write what is right"),
            "max_length": _("Write at most 500 characters"),
        },
    )

    def __init__(self, *args: object, kind: str, label: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["to"].label = label
        self.fields["to"].widget.attrs |= _HINTS.get(kind, {})

    def clean_to(self) -> str:
        """In one normal form and on one line, and of its kind."""
        value = one_line(self.cleaned_data["to"])
        if self.kind in _SHAPES:
            value = unicodedata.normalize("NFKC", value)
            if not _SHAPES[self.kind].fullmatch(value):
                raise ValidationError(WRONG[self.kind])
        elif self.kind == "web_address":
            try:
                URLValidator(schemes=["https", "http"])(value)
            except ValidationError:
                raise ValidationError(WRONG[self.kind]) from None
        return value
