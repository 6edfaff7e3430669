"""Mail from a provider over HTTP: one raw message in a signed POST, taken once.

The caller signs ``timestamp.event.return-path.recipients.body`` with HMAC-SHA256 under PORTAL_MAIL_HOOK_KEY and
sends the parts of it as headers. Five minutes off, a wrong signature or a second delivery changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from requests_app.intake import mail
from requests_app.models import HookEvent

CLOCKS_DIFFER_SECONDS = 300
REMEMBERED = timedelta(days=1)
LONGEST_EVENT = 200
PARTS = ("Portal-Timestamp", "Portal-Event", "Portal-Return-Path", "Portal-Recipients", "Portal-Signature")


@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """200: kept, or kept before. 4xx: do not try again. 5xx: try again later."""
    if not settings.MAIL_HOOK_KEY:
        return _said("no_hook", 404)
    stamp, event, path, recipients, signature = (request.headers.get(part, "") for part in PARTS)
    if not stamp.isascii() or not stamp.isdigit() or not 0 < len(event) <= LONGEST_EVENT:
        return _said("malformed", 400)
    if abs(time.time() - int(stamp[:12])) > CLOCKS_DIFFER_SECONDS:
        return _said("stale", 403)
    if int(request.headers.get("Content-Length") or 0) > settings.MAX_MAIL_BYTES:
        return _said("too_big", 413)
    raw = request.read(settings.MAX_MAIL_BYTES + 1)
    if not hmac.compare_digest(
        sign(stamp, event, path, recipients, raw).encode(), signature.lower().encode()
    ):
        return _said("not_signed", 403)
    known = hashlib.sha256(event.encode()).hexdigest()
    if (seen := HookEvent.objects.filter(event=known).first()) is not None:
        return JsonResponse(seen.result | {"result": "duplicate"})
    # The mail first: should we die in between, the provider sends it again and it is known by its Message-ID.
    receipt = mail.receive(
        raw,
        received_at=timezone.now(),
        recipients=[word.strip() for word in recipients.split(",") if word.strip()] or None,
        return_path=request.headers.get("Portal-Return-Path"),
    )
    answer = {"result": receipt.result, "cases": list(receipt.cases), "reason": receipt.reason}
    try:
        with transaction.atomic():
            HookEvent.objects.filter(at__lt=timezone.now() - REMEMBERED).delete()
            HookEvent.objects.create(event=known, result=answer, at=timezone.now())
    except IntegrityError:
        return JsonResponse(answer | {"result": "duplicate"})
    return JsonResponse(answer, status=422 if receipt.result == "rejected" else 200)


def sign(stamp: str, event: str, path: str, recipients: str, raw: bytes) -> str:
    """What ``Portal-Signature`` must be: hexadecimal."""
    signed = f"{stamp}.{event}.{path}.{recipients}.".encode() + raw
    return hmac.new(settings.MAIL_HOOK_KEY.encode(), signed, hashlib.sha256).hexdigest()


def _said(reason: str, status: int) -> JsonResponse:
    return JsonResponse({"result": "rejected", "cases": [], "reason": reason}, status=status)
