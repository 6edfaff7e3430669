"""Files with the first form: chosen, checked and listed on one page that nobody has to visit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_http_methods

from portal.public import draft as drafts
from portal.public.doors import of_controller
from portal.public.forms_file import FileForm
from portal.public.limits import WRITING, limited
from portal.public.offers import Offer
from portal.public.page import keeps_calm, page
from requests_app.intake import drafted, enclosed

NOT_TAKEN = {
    "empty": later("This file is empty. Choose another"),
    "too_large": later("Choose a file of at most 8 MB"),
    "not_a_document": later("Choose a PDF, JPEG or PNG file"),
    "too_many_pixels": later("Choose a smaller picture"),
    "too_many": later("We have ten files from you on this request. Write to us if you need to send more"),
    "unclean": later("Our scanner found something harmful in this file, so we did not take it"),
    "unscanned": later("We cannot check files just now. Send your message without it, or try again later"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(WRITING)
@keeps_calm
def files(request: HttpRequest) -> HttpResponse:
    """Add one, or take one out; both come back here."""
    controller, draft = request.controller, drafts.read(request)
    here, back = (reverse(f"public:{name}", args=[controller.slug]) for name in ("enclose", "check"))
    if not draft.answers:
        return HttpResponseRedirect(back)
    if request.method == "POST" and request.POST.get("out"):
        drafted.take_out(controller.slug, draft.number, request.POST["out"])
        return HttpResponseRedirect(here)
    form = FileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["file"]
        file = enclosed.File(chosen.name or "", chosen.read(enclosed.MAX_BYTES + 1))
        try:
            drafted.add(controller, draft.number, file)
        except enclosed.NotKept as refusal:
            form.add_error("file", str(NOT_TAKEN[refusal.why]))
        else:
            return HttpResponseRedirect(here)
    context = {"form": form, "files": drafted.listed(controller.slug, draft.number), "back_url": back}
    return page(request, "enclose", context)


def rows(request: HttpRequest, number: str, rights: list[Offer]) -> list[dict[str, object]]:
    """What goes along, as the page of all answers shows it; nothing where nobody would look at it and there is none."""
    names = [one.name for one in drafted.listed(request.controller.slug, number)]
    if not names and all(offer.at_once for offer in rights):
        return []
    about = {
        "term": _("Files"),
        "value": "\n".join(names) or _("None"),
        "url": reverse("public:enclose", args=[request.controller.slug]),
        "about": _("the files that go along"),
    }
    return [{"title": _("Files that go along"), "rows": [about]}]
