"""The way out of notices: one click in a mail program, or a button; a letter the law asks for has none (RFC 8058)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from requests_app import register
from requests_app.letters import outbox
from requests_app.letters.addresses import notices_letter


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def no_more(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks and changes nothing; POST acts without a code, as a mail program's own button must."""
    letter = notices_letter(token)
    if letter is None or letter.case is None:
        raise Http404
    done = request.method == "POST"
    if done:
        outbox.stop_notices(letter)
    # Its address names no controller: the page is its letter's.
    request.controller = controller = register.controller(letter.controller)
    request.language = letter.language
    with translation.override(letter.language.lower()):
        request.LANGUAGE_CODE = letter.language
        context = {
            "done": done,
            "language": letter.language,
            "controller": controller,
            "controller_name": controller.text(controller.name, letter.language),
        }
        return render(request, "public/notices.html", context)
