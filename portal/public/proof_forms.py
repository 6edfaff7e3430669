"""The forms of other ways to show who is asking: facts to compare, a document, a new address."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.public.forms import LONGEST_NAME, Question, email_field, one_line
from portal.public.forms_file import file_field

SIGNED = "signed"


class FactsForm(Question):
    """A few of these facts, whichever somebody has at hand; and a signature where the law asks for one."""

    def __init__(
        self, *args: object, asked: list[tuple[str, str, str]], wanted: int, signs: bool, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        self.paths = {f"fact_{number}": path for number, (path, _title, _hint) in enumerate(asked)}
        for name, (_path, title, hint) in zip(self.paths, asked, strict=True):
            self.fields[name] = forms.CharField(
                label=title, help_text=hint, required=False, max_length=200,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
                error_messages={"max_length": _("Enter at most 200 characters")},
            )  # fmt: skip
        if signs:
            self.fields[SIGNED] = forms.CharField(
                label=_("Your full name, as your signature"), max_length=LONGEST_NAME,
                widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
                error_messages={
                    "required": _("Sign the statement by typing your full name"),
                    "max_length": _("Enter a name of at most 200 characters"),
                },
            )  # fmt: skip

    def clean_signed(self) -> str:
        """In one normal form."""
        return one_line(self.cleaned_data[SIGNED])

    def clean(self) -> dict[str, object]:
        """Enough of them, whatever they are."""
        cleaned = super().clean()
        if not self.errors and len(self.told()) < self.wanted:
            least = ngettext("Tell us at least %(n)s thing", "Tell us at least %(n)s things", self.wanted)
            self.add_error(next(iter(self.paths)), least % {"n": self.wanted})
        return cleaned

    def told(self) -> dict[str, str]:
        """What was filled in, by its path in the inventory."""
        given = ((path, str(self.cleaned_data.get(name) or "").strip()) for name, path in self.paths.items())
        return {path: value for path, value in given if value}


class DocumentForm(Question):
    """One picture; a consent of its own where the law wants one."""

    document = file_field(
        label=_("Picture of the document"),
        hint=_("JPEG or PNG, at most 8 MB."),
        accept="image/jpeg,image/png",
    )

    def __init__(self, *args: object, consent: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if consent:
            self.fields["consent"] = forms.BooleanField(
                label=_("I agree, separately from everything else, that you look at this document to make sure who I am"),
                error_messages={"required": _("Without your consent we do not take the document")},
            )  # fmt: skip


class MoveForm(Question):
    """Where the answer should go instead."""

    email = email_field(
        label=_("Where should we send the answer instead?"),
        help_text=_("We send one code there and one to your present address."),
    )


class MoveCodesForm(Question):
    """Both codes at once: whoever has only one of the mailboxes gets no further."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("present", _("Code from your present address")),
            ("new", _("Code from your new address")),
        ):
            self.fields[name] = forms.CharField(
                label=label, max_length=40,
                widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
                error_messages={"required": _("Enter the six digits of the code")},
            )  # fmt: skip

    def clean(self) -> dict[str, object]:
        """Six digits each."""
        cleaned = super().clean()
        for name in ("present", "new"):
            digits = "".join(sign for sign in str(cleaned.get(name) or "") if sign in "0123456789")
            if name in cleaned and len(digits) != 6:
                self.add_error(name, ValidationError(_("Enter the six digits of the code")))
            cleaned[name] = digits
        return cleaned
