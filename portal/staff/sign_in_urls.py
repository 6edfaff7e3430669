"""Addresses under /accounts/: of allauth only sign in, sign out and the password asked again."""

from allauth.account import views
from django.urls import path

from portal.front import LANGUAGE_NAMES
from portal.staff import invite, sign_in, sign_in_provider

both = {"extra_context": {"languages": list(LANGUAGE_NAMES.items())}}
"""No controller is named here, so the page itself says in which languages it can be read."""

urlpatterns = [
    path("login/", sign_in.DoorView.as_view(**both), name="account_login"),
    path("provider/", sign_in_provider.begin, name="staff_provider"),
    path("provider/back/", sign_in_provider.back, name="staff_provider_back"),
    path("logout/", views.LogoutView.as_view(**both), name="account_logout"),
    path("inactive/", views.AccountInactiveView.as_view(**both), name="account_inactive"),
    path("reauthenticate/", sign_in.AgainView.as_view(**both), name=sign_in.AGAIN),
    path("password/<uidb64>/<token>/", invite.NewPasswordView.as_view(), name="password_new"),
    path("second-factor/", sign_in.second_factor, name="second_factor"),
    path("second-factor/new/", sign_in.enrol, name="second_factor_new"),
    path("second-factor/new/qr.svg", sign_in.qr, name="second_factor_qr"),
]
