"""What every page passes: whose portal it is, in which language, with which headers, logged how."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from portal import languages
from requests_app import register

LANGUAGE_NAMES = {code: languages.name_of(code) for code in settings.TONGUES}
SHARED = frozenset(
    {"staff", "accounts", "static", "livez", "readyz", "mailroom", "notices", "stop-mail", "hooks", "-"}
)
"""First parts of addresses that belong to no controller."""

PRIVATE_LINK = re.compile(r"(/(?:follow|notices|stop-mail|cookies/of|task)/|/password/\w+/)[\w-]{20,}")
"""Django names the address of a request it refuses, and a private link's holds its secret."""

Handler = Callable[[HttpRequest], HttpResponse]


class SecurityHeaders:
    """Headers Django does not set itself; private pages are never stored."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set them on every answer, errors included."""
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class WhichController:
    """Find the controller by the path's first part, or by host name, and the language of the page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sets ``request.controller`` (or None) and ``request.language``."""
        request.controller = self._controller(request)
        offered = request.controller.languages if request.controller else tuple(LANGUAGE_NAMES)
        request.language = self._language(request, offered)
        zone = ZoneInfo(request.controller.zone) if request.controller else None
        # Days and moments are the controller's own, unless a page shows them as a statute counts.
        with translation.override(request.language.lower()), timezone.override(zone):
            request.LANGUAGE_CODE = request.language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.language)
        return response

    def _controller(self, request: HttpRequest) -> register.Controller | None:
        own = register.by_host(request.get_host())
        first = request.path_info.lstrip("/").split("/", 1)[0]
        try:
            named = register.controller(first)
        except register.UnknownController:
            if own and first not in SHARED:
                # At its own host name a controller's pages need no slug.
                request.path_info = f"/{own.slug}{request.path_info}"
            return own
        # One controller's host shows nothing of another.
        if own and named != own:
            request.path_info = "/-/"
            return own
        return named

    def _language(self, request: HttpRequest, offered: tuple[str, ...]) -> str:
        asked = request.GET.get("lang")
        if asked in offered:
            request.session["language"] = asked
            return asked
        if (kept := request.session.get("language")) in offered:
            return kept
        for part in request.headers.get("Accept-Language", "").split(","):
            wanted = part.split(";")[0].strip().lower()
            for language in offered:
                if wanted and (wanted.split("-")[0] == language.lower().split("-")[0]):
                    return language
        return offered[0]


def controller_in_templates(request: HttpRequest) -> dict[str, object]:
    """The controller and the languages, for every template."""
    controller = getattr(request, "controller", None)
    language = getattr(request, "language", "en")
    # A page that is nobody's, such as "nothing here", repeats no address, not even to change its language.
    offered = controller.languages if controller else ()
    return {
        "controller": controller,
        "controller_name": controller.text(controller.name, language) if controller else "",
        "language": language,
        "languages": [(code, LANGUAGE_NAMES.get(code, code)) for code in offered],
        "embedded": settings.PORTAL_EMBEDDED,
    }


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token no longer fits: say what to do."""
    return render(request, "public/form_expired.html", status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Signed in, but not for this."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing here, or nothing for you: the two look alike."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something of ours broke; the page says that nothing typed was counted as sent."""
    return render(request, "errors/500.html", status=500)


class JsonLines(logging.Formatter):
    """One JSON object a line. Exceptions give their type and place, never their text: it may hold a person's data."""

    def format(self, record: logging.LogRecord) -> str:
        """Ids and constant messages only."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "where": record.name,
            "what": PRIVATE_LINK.sub(
                r"\1***", record.getMessage() if _may_be_told(record) else str(record.msg)
            ),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            if trace:
                line["place"] = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        return json.dumps(line, ensure_ascii=True)


def _may_be_told(record: logging.LogRecord) -> bool:
    """Beside an exception numbers alone are filled in: they say which row it was, and nobody's words."""
    given = record.args if isinstance(record.args, tuple) else (record.args,)
    return record.exc_info is None or all(type(one) is int for one in given)
