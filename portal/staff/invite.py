"""A link by which a member of staff sets a password: mailed to their own address, shown to nobody, good for a day."""

from __future__ import annotations

import logging
import smtplib

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.mail import EmailMessage
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from identity import people
from identity.models import User
from portal.front import LANGUAGE_NAMES
from portal.look.days import page_language
from requests_app.register import Controller

log = logging.getLogger(__name__)


def send(controller: Controller, user: User, *, by: User) -> bool:
    """Mail the link; False when the mail server does not take it. Raises ``NotFitting`` for who may not ask."""
    people.invited(user, by=by)
    number, token = urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)
    link = settings.PORTAL_ORIGIN + reverse("password_new", args=[number, token])
    text = _(
        "You are asked to work on data requests of %(controller)s.\n\nSet your password within a day:\n\n%(link)s\n\n"
        "Then sign in; you will be asked to set up a second factor."
    ) % {"controller": controller.text(controller.name, page_language()), "link": link}
    mail = EmailMessage(_("Your account for data requests"), text, controller.mail_from, [user.email])
    try:
        mail.send()
    except (smtplib.SMTPException, OSError):
        log.warning("an invitation could not be mailed, staff %s", user.pk)
        return False
    return True


class NewPasswordView(PasswordResetConfirmView):
    """The token leaves the address at once; a new password ends every session."""

    template_name = "account/password_new.html"
    success_url = reverse_lazy("staff:home")
    extra_context = {"languages": list(LANGUAGE_NAMES.items())}
    http_method_names = ["get", "head", "post"]

    def form_valid(self, form: object) -> HttpResponse:
        """Set it through the one door that writes it down."""
        people.set_password(self.user, form.cleaned_data["new_password1"], by=self.user)
        self.request.session.flush()
        return HttpResponseRedirect(str(self.success_url))
