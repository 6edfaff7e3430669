"""Global Privacy Control: whether a browser says ``Sec-GPC: 1``, and whether that means something here."""

from __future__ import annotations

from django.http import HttpRequest

from requests_app.register import Controller

GPC = "GPC"


def sent(request: HttpRequest) -> bool:
    """Whether this very request carries the signal; a missing one is no consent."""
    return request.headers.get("Sec-GPC", "").strip() == "1"


def state(request: HttpRequest) -> str:
    """``seen``, ``unseen``, or empty where nobody here sells or shares."""
    controller: Controller | None = getattr(request, "controller", None)
    if controller is None or not controller.heeds(GPC):
        return ""
    return "seen" if sent(request) else "unseen"
