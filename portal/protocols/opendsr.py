"""What processors post about what they were asked: small, signed, believed only under their own certificate."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from requests_app.fulfilment import processors


@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """202: taken, or known before. 401: not who they say. 400: not signed, not about anything we asked. 413: too big."""
    raw = request.read(processors.LARGEST_CALLBACK + 1)
    if len(raw) > processors.LARGEST_CALLBACK:
        return HttpResponse(status=413)
    domain = request.headers.get("X-OpenDSR-Processor-Domain", "")
    signature = request.headers.get("X-OpenDSR-Signature", "")
    return HttpResponse(status=processors.take_callback(domain, signature, raw))
