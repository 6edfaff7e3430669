"""The question whether all of a right is asked for, or one part of it alone."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from portal.public.forms import Question
from requests_app import subject
from requests_app.register import Controller
from requests_app.register.inventory import Part

WHOLE = subject.WHOLE


class PartForm(Question):
    """All of it, or only this?"""

    part = forms.ChoiceField(
        label=_("Which consent do you withdraw?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose which consent you withdraw"),
            "invalid_choice": _("Choose which consent you withdraw"),
        },
    )

    def __init__(
        self, *args: object, parts: tuple[Part, ...], controller: Controller, language: str, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["part"]
        field.choices = [
            (WHOLE, whole()),
            *((one.code, controller.text(one.title, language)) for one in parts),
        ]


def whole() -> str:
    """The choice of everything."""
    return now("Every consent you gave us")


def chosen(parts: tuple[Part, ...], code: str, controller: Controller, language: str) -> str:
    """The choice that was made, in words."""
    part = next((part for part in parts if part.code == code), None)
    return controller.text(part.title, language) if part else whole()
