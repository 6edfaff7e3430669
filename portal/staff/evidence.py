"""One press: everything that proves how a case was answered, as one file that can be checked offline."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from portal.staff.doors import Place, staff_page
from requests_app import permits
from requests_app.archive import evidence_pack
from requests_app.models import Case


@staff_page("POST", act=permits.TAKE_EVIDENCE)
def take(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The pack; the journal notes who took it. Whoever may not read papers gets no letter's words."""
    content = evidence_pack.make(case, by=place.desk.user, letters=place.may_do(permits.READ_PAPERS))
    name = f"evidence-{case.reference}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/zip", headers=headers)
