"""Questions about whom a request is for; which of them is asked, the law's table says."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from portal.public.forms import LONGEST_NAME, Question, email_field, one_line
from requests_app import law

ELSEWHERE = "other"
LONGEST_STATEMENT = 4_000


class WhoForm(Question):
    """For whom?"""

    capacity = forms.ChoiceField(
        label=_("Who is this request for?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Say who this request is for"),
            "invalid_choice": _("Choose from the list who this request is for"),
        },
    )

    def __init__(self, *args: object, ways: list[law.Capacity], language: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["capacity"]
        field.choices = [(way.code, way.title.in_(language)) for way in ways]
        field.notes = {way.code: {"hint": way.plain.in_(language)} for way in ways if way.for_another}


class AgeForm(Question):
    """How old is the young person acted for?"""

    age = forms.ChoiceField(
        label=_("How old is the child?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Say how old the child is"),
            "invalid_choice": _("Choose from the list how old the child is"),
        },
    )

    def __init__(self, *args: object, ages: tuple[law.Age, ...], language: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.ages, self.language = {age.code: age for age in ages}, language
        self.fields["age"].choices = [(age.code, age.words.in_(language)) for age in ages]

    def clean_age(self) -> str:
        """Where young people act for themselves, the page says so and what to do instead."""
        chosen = self.ages[self.cleaned_data["age"]]
        if chosen.acts_alone:
            raise ValidationError(chosen.acts_alone.in_(self.language))
        return chosen.code


class RelationForm(Question):
    """Where shall we look first? Nothing hangs on it but that."""

    relation = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one, or the last if none fits"),
            "invalid_choice": _("Choose one, or the last if none fits"),
        },
    )

    def __init__(
        self, *args: object, relations: tuple[law.Relation, ...], for_another: bool, language: str, **kwargs: object
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        field = self.fields["relation"]
        field.label = (
            _("How did this person come to know us?") if for_another else _("How did you come to know us?")
        )
        field.choices = [
            *((relation.code, relation.title.in_(language)) for relation in relations),
            (ELSEWHERE, now("Something else, or I do not know")),
        ]


class PaperForm(Question):
    """One paper; what it is, its content says."""

    paper = forms.FileField(
        help_text=_(
            "A PDF, JPEG or PNG of at most 8 MB. Cover what is not needed, such as numbers of documents."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={
            "required": _("Choose a file"),
            "missing": _("Choose a file"),
            "invalid": _("Choose a file"),
            "empty": _("This file is empty. Choose another"),
        },
    )


class StatementForm(Question):
    """Something to be stated in a few lines."""

    statement = forms.CharField(
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": "6"}),
        error_messages={
            "required": _("Write a few lines"),
            "max_length": _("Shorten it to 4,000 characters"),
        },
    )


class PersonNameForm(Question):
    """Whom is it about?"""

    person_name = forms.CharField(
        label=_("What is the name of the person it is about?"),
        help_text=_("As they gave it to us, in any script."),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter the name of the person it is about"),
            "max_length": _("Enter a name of at most 200 characters"),
        },
    )

    def clean_person_name(self) -> str:
        """In one normal form."""
        return one_line(self.cleaned_data["person_name"])


class PersonEmailForm(Question):
    """By what do the systems know them?"""

    person_email = email_field(
        label=_("Which e-mail address did they use with us?"),
        help_text=_("We find their records by it. If the account uses your own address, give that one."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        # It is another person's: the browser must not fill in one's own.
        self.fields["person_email"].widget.attrs["autocomplete"] = "off"
        self.fields["person_email"].error_messages["required"] = now(
            "Enter the e-mail address they used with us"
        )
