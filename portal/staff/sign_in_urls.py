"""Addresses under /accounts/: of allauth only sign in, sign out and the password asked again."""

from allauth.account import views
from django.urls import path

from portal.staff import sign_in

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", sign_in.second_factor, name="second_factor"),
    path("second-factor/new/", sign_in.enrol, name="second_factor_new"),
    path("second-factor/new/qr.svg", sign_in.qr, name="second_factor_qr"),
]
