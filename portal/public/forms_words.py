"""Questions whose answer is in one's own words: a complaint, a question, and a second look at an answer."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.public.forms import LONGEST_MESSAGE, Question
from requests_app import access


class WordsForm(Question):
    """What happened, or what is asked; and which answer it is about, if it is about one."""

    words = forms.CharField(
        label=_("What would you like to tell or ask us?"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": "8"}),
        error_messages={
            "required": _("Tell us what it is about"),
            "max_length": _("Shorten your message to 10,000 characters"),
        },
    )
    about = forms.CharField(
        label=_("Is it about an answer of ours? Its reference"),
        help_text=_("Eight letters and digits. Leave it empty if there is none."),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        error_messages={"max_length": _("Enter a reference of eight letters and digits")},
    )

    def clean_about(self) -> str:
        """Spaces and hyphens do not matter."""
        signs = access.signs_in(self.cleaned_data["about"])
        if signs and len(signs) != 8:
            raise ValidationError(_("Enter a reference of eight letters and digits"))
        return signs


class AppealForm(Question):
    """What is wrong with the answer."""

    text = forms.CharField(
        label=_("What should we look at again?"),
        help_text=_("In your own words. Say what you miss or what you think is wrong."),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": "8"}),
        error_messages={
            "required": _("Tell us what we should look at again"),
            "max_length": _("Shorten your message to 10,000 characters"),
        },
    )
