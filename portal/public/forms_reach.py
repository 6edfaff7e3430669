"""The question how far back a request to know shall reach."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.public.forms import Question
from requests_app import law


class SpanForm(Question):
    """How far back?"""

    span = forms.ChoiceField(
        label=_("How far back shall we look?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Say how far back we shall look"),
            "invalid_choice": _("Say how far back we shall look"),
        },
    )

    def __init__(self, *args: object, spans: tuple[law.Span, ...], language: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["span"].choices = [(span.code, span.words.in_(language)) for span in spans]
