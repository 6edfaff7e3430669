"""Addresses of the mailroom."""

from django.urls import path

from portal.embedded import mailroom

app_name = "mailroom"
urlpatterns = [
    path("", mailroom.index, name="index"),
    path("<str:file>/<int:number>/", mailroom.show, name="show"),
]
