"""A file: alone beside the first form, or with a message about a request."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.public.forms import LONGEST_MESSAGE, Question

PAPERS = "application/pdf,image/jpeg,image/png"
HINT = _("PDF, JPEG or PNG, at most 8 MB. Black out what is not about this request.")


def file_field(*, accept: str = PAPERS, hint: str = HINT, **kwargs: object) -> forms.FileField:
    """A paper or picture; what it really is, is read off its content."""
    return forms.FileField(
        help_text=hint,
        widget=forms.FileInput(attrs={"accept": accept}),
        error_messages={
            "required": _("Choose a file"),
            "empty": _("This file is empty. Choose another"),
            "max_length": _("Choose a file with a shorter name"),
            "invalid": _("Choose a file of at most 8 MB"),
        },
        **kwargs,
    )


class FileForm(Question):
    """One file that goes with the form."""

    file = file_field(label=_("Choose a file"))


class MessageForm(Question):
    """Whatever the requester wants to add."""

    text = forms.CharField(
        label=_("Write to us about this request"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": "5"}),
        error_messages={
            "required": _("Write your message"),
            "max_length": _("Shorten your message to 10,000 characters"),
        },
    )
    file = file_field(required=False, label=_("A file with it"))
