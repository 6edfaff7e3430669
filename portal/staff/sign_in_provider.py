"""Staff sign in at the operator's identity provider: to an account the operator made, and with a second factor still."""

from __future__ import annotations

import logging

from allauth.account.utils import perform_login
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from identity import people, sealing
from identity.flows import account
from identity.models import User
from portal.front import LANGUAGE_NAMES

log = logging.getLogger(__name__)
BEGUN = "staff_provider"


def provider() -> account.Provider | None:
    """Where staff sign in; ``None`` where the operator has named no provider."""
    if not settings.STAFF_OIDC_ISSUER:
        return None
    return account.Provider(
        settings.STAFF_OIDC_ISSUER, settings.STAFF_OIDC_CLIENT_ID, settings.STAFF_OIDC_CLIENT_SECRET
    )


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Off to the provider; nothing is remembered but what its answer must fit."""
    back = request.build_absolute_uri(reverse("staff_provider_back"))
    try:
        url, begun = account.begin(_provider(), redirect_uri=back, fresh=False, now=timezone.now())
    except account.NotProved:
        return _refused(request)
    request.session[BEGUN] = begun.to_json()
    return redirect(url)


@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """The provider's answer, good once. The second factor comes next."""
    begun = request.session.pop(BEGUN, {})
    try:
        proved = account.answer(_provider(), begun, request.GET.dict(), now=timezone.now())
    except account.NotProved as refusal:
        log.warning("a staff sign-in at the provider was refused: %s", refusal.reason)
        return _refused(request)
    user = member(proved)
    if user is None:
        log.warning("a staff sign-in at the provider fits no account")
        return _refused(request)
    onward = f"{reverse('second_factor')}?{urlencode({'next': reverse('staff:home')})}"
    return perform_login(request, user, email_verification="none", redirect_url=onward)


def member(proved: account.Account) -> User | None:
    """The account that the operator made for this person; none is ever made here.

    Found by the address once, if the provider verified it, and from then on by
    the provider's own name for the person: an address may pass to somebody else.
    """
    subject = sealing.blind("staff", "provider", proved.name)
    bound = User.objects.filter(provider_subject=subject).first()
    if bound is not None:
        return bound if bound.is_active else None
    if not proved.email:
        return None
    user = User.objects.filter(email=proved.email.lower(), provider_subject="", is_active=True).first()
    if user is not None:
        people.bind(user, subject)
    return user


def _provider() -> account.Provider:
    found = provider()
    if found is None:
        raise Http404
    return found


def _refused(request: HttpRequest) -> HttpResponse:
    context = {"languages": list(LANGUAGE_NAMES.items())}
    return render(request, "account/provider_refused.html", context, status=403)
