"""The heading of each question and the line under it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.public.draft import Draft
from portal.public.forms import Question
from portal.public.questions import WORDS, Step, asks_proof, authorities
from requests_app.register import Controller


def heading(step: Step, form: Question) -> str:
    """The question itself, or what several short ones are about."""
    if step is WORDS:
        return _("Tell us in your own words")
    if step.also:
        return _("How can we reach you?")
    return form.fields[step.field].label if step.field in form.fields else _("What is wrong?")


def lead(step: Step, controller: Controller, draft: Draft) -> str:
    """What to know before answering; empty where the question says it all."""
    match step.name:
        case "how":
            return _("It tells us where to look first. Your rights are the same whatever you choose.")
        case "name" | "e-mail" if authorities(controller, draft):
            return _("Yours, as the one who asks.") if step.name == "name" else _("We write to you there.")
        case "what":
            return _(
                "You may choose more than one. Each gets its own date; one check of who you are serves all."
            )
        case "what-is-wrong":
            return _("A person compares it with what we have and with what you show us.")
        case "in-your-words" if asks_proof(controller, draft):
            return _("A person reads it. Please give no more than it takes.")
        case "in-your-words":
            return _(
                "A person reads it. You need not prove who you are, so please give no more than it takes."
            )
        case "which":
            return _("What you do not withdraw goes on as before.")
        case "how-far-back":
            return _("Information that carries no date is included either way.")
        case "where":
            return _("It decides which law we name in our answer. It does not change what you get.")
        case "e-mail":
            return _("We use it to answer you and to find your records. For nothing else.")
        case _:
            return ""
