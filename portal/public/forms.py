"""The questions, one form each; a form holds no law, only what was typed and whether it can be read."""

from __future__ import annotations

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from identity import texting
from portal.public.offers import Offer
from requests_app import access

LONGEST_NAME = 200
LONGEST_MESSAGE = 10_000
LONGEST_VALUE = 500
CODE_DIGITS = 6


class Question(forms.Form):
    """No colon after a label, no browser bubbles: the page says what is wrong."""

    use_required_attribute = False

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class WhatForm(Question):
    """What shall we do?"""

    rights = forms.MultipleChoiceField(
        label=_("What would you like us to do?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose what you would like us to do"),
            "invalid_choice": _("Choose from the list what you would like us to do"),
        },
    )

    def __init__(self, *args: object, offers: list[Offer], language: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rights"]
        field.choices = [(offer.code, offer.right.title.in_(language)) for offer in offers]
        field.notes = {
            offer.code: {"hint": offer.right.plain.in_(language), "side": offer.time} for offer in offers
        }


class WhereForm(Question):
    """Which promise is it: the law's, or the same one as our own?"""

    lives_in_california = forms.ChoiceField(
        label=_("Do you live in California?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No")), ("unknown", _("I do not know"))],
        error_messages={
            "required": _("Say whether you live in California, or that you do not know"),
            "invalid_choice": _("Say whether you live in California, or that you do not know"),
        },
    )


def one_line(name: str) -> str:
    """A name as letters only: a line break in it would be a way to write into a letter's head."""
    exact = unicodedata.normalize("NFC", name)
    if any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in exact):
        raise ValidationError(_("Enter your name on one line"))
    return exact


class WrongForm(Question):
    """Which value is wrong, and what is right: kept together under one answer."""

    field = forms.ChoiceField(
        label=_("Which information is wrong?"),
        error_messages={
            "required": _("Choose which information is wrong"),
            "invalid_choice": _("Choose which information is wrong"),
        },
    )
    was = forms.CharField(
        label=_("What do we have now, if you know?"),
        required=False,
        max_length=LONGEST_VALUE,
        error_messages={"max_length": _("Enter at most 500 characters")},
    )
    to = forms.CharField(
        label=_("What is right?"),
        max_length=LONGEST_VALUE,
        error_messages={
            "required": _("Enter what is right"),
            "max_length": _("Enter at most 500 characters"),
        },
    )
    why = forms.CharField(
        label=_("How can we see that it is right?"),
        help_text=_("Tell us in your own words. You can add files before you send."),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": "4"}),
        error_messages={"max_length": _("Shorten your message to 10,000 characters")},
    )

    def __init__(self, *args: object, choices: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = choices

    def clean(self) -> dict[str, object]:
        """All four as one answer."""
        cleaned = super().clean() or self.cleaned_data
        return cleaned | {"correction": {name: str(cleaned.get(name) or "").strip() for name in self.fields}}


class NameForm(Question):
    """One field for a name in any script."""

    name = forms.CharField(
        label=_("What is your name?"),
        help_text=_("As you gave it to us, in any script."),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter your name"),
            "max_length": _("Enter a name of at most 200 characters"),
        },
    )

    def clean_name(self) -> str:
        """In one normal form."""
        return one_line(self.cleaned_data["name"])


class _Address(forms.EmailField):
    def run_validators(self, value: str) -> None:
        """What is wrong with an address is said once, however many rules it breaks."""
        try:
            super().run_validators(value)
        except ValidationError as wrong:
            raise ValidationError(wrong.error_list[:1]) from None


def email_field(**kwargs: object) -> forms.EmailField:
    """An address, as both forms that ask for one ask for it."""
    wrong = _("Enter an e-mail address in the right form, like name@example.org")
    return _Address(
        max_length=254,
        # Before the @ only ASCII, whatever case-folding makes of U+212A or U+017F: such a look-alike is no letter.
        validators=[RegexValidator(r"\A[\x21-\x7e]+@", wrong)],
        widget=forms.EmailInput(
            attrs={
                "autocomplete": "email",
                "inputmode": "email",
                "spellcheck": "false",
                "autocapitalize": "off",
            }
        ),
        error_messages={"required": _("Enter your e-mail address"), "invalid": wrong, "max_length": wrong},
        **kwargs,
    )


class EmailForm(Question):
    """Where the answer goes."""

    email = email_field(
        label=_("What is your e-mail address?"),
        help_text=_("Best is the one you used with us. We will send it a six-digit code."),
    )


class AddressForm(Question):
    """Whose requests?"""

    email = email_field(
        label=_("Your e-mail address"),
        help_text=_("The one you gave with your requests. We send a code to it."),
    )


class ContactForm(EmailForm):
    """An address or, where some have only given us a number, a number; either is enough."""

    phone = forms.CharField(
        required=False,
        label=_("Or your mobile number"),
        help_text=_("If your account has no e-mail address. We will send a six-digit code by text message."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, *args: object, calling_code: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.calling_code = calling_code
        self.fields["email"].required = False
        for field in ("email", "phone"):
            self.fields[field].either = True

    def clean_phone(self) -> str:
        """As the whole world writes it."""
        return phone_number(self.cleaned_data["phone"], self.calling_code)

    def clean(self) -> dict[str, object]:
        """One of the two."""
        cleaned = super().clean()
        if not self.errors and not cleaned.get("email") and not cleaned.get("phone"):
            self.add_error("email", _("Enter your e-mail address or your mobile number"))
        return cleaned


def phone_number(typed: str, calling_code: str) -> str:
    """In E.164 form, empty for nothing typed."""
    if not typed.strip():
        return ""
    try:
        return texting.number_of(typed, calling_code)
    except ValueError:
        raise ValidationError(_("Enter a mobile number, like +86 138 0000 0000")) from None


class CheckForm(Question):
    """Nothing to fill in. The one field is for programs that fill in everything."""

    website = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_website(self) -> str:
        """Said aloud, not dropped in silence: a person whose browser filled it in can empty it and send again."""
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave the last field empty, then send again"))
        return ""


class CodeForm(Question):
    """The six digits, pasted or typed, with or without a gap."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits. It works for 10 minutes."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
        error_messages={
            "required": _("Enter the code from the e-mail"),
            "max_length": _("Enter the six digits of the code"),
        },
    )

    def clean_code(self) -> str:
        """Digits only; a Chinese keyboard's wide digits are digits."""
        digits = "".join(
            s for s in unicodedata.normalize("NFKC", self.cleaned_data["code"]) if s in "0123456789"
        )
        if len(digits) != CODE_DIGITS:
            raise ValidationError(_("Enter the six digits of the code"))
        return digits


class SignForm(Question):
    """A signature under the statement that the page shows."""

    signed = forms.CharField(
        label=_("Your full name, as your signature"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={
            "required": _("Sign the statement by typing your full name"),
            "max_length": _("Enter a name of at most 200 characters"),
        },
    )

    def clean_signed(self) -> str:
        """In one normal form."""
        return one_line(self.cleaned_data["signed"])


class SignedCodeForm(SignForm, CodeForm):
    """The code first, and the signature with it."""


class FindForm(Question):
    """What one comes back with: reference and address."""

    reference = forms.CharField(
        label=_("Your reference"),
        help_text=_("Eight letters and digits, like 7K4P X9TD. It is in our first e-mail."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        error_messages={
            "required": _("Enter your reference"),
            "max_length": _("Enter a reference of eight letters and digits"),
        },
    )
    email = email_field(label=_("Your e-mail address"), help_text=_("The one you gave with your request."))

    def __init__(self, *args: object, calling_code: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.calling_code = calling_code
        if calling_code:
            # A field that takes either: whoever gave a number has no address to type.
            self.fields["email"] = forms.CharField(
                label=_("Your e-mail address or mobile number"),
                help_text=_("The one you gave with your request."),
                max_length=254,
                widget=forms.TextInput(attrs={"autocomplete": "on", "spellcheck": "false"}),
                error_messages={"required": _("Enter your e-mail address or your mobile number")},
            )

    def clean_email(self) -> str:
        """An address as typed, or a number as the whole world writes it."""
        typed = self.cleaned_data["email"]
        return typed if "@" in typed or not self.calling_code else phone_number(typed, self.calling_code)

    def clean_reference(self) -> str:
        """Spaces and hyphens do not matter."""
        signs = access.signs_in(self.cleaned_data["reference"])
        if len(signs) != 8:
            raise ValidationError(_("Enter a reference of eight letters and digits"))
        return signs
