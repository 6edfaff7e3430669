"""For one who acts for another: what the law lets us ask them to show; and for the person, yes or no."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_http_methods, require_POST

from identity.evidence import MAX_BYTES, NotKept
from portal.public import whys
from portal.public.doors import acts_for_another, of_sender, of_visitor, visits
from portal.public.find import wait
from portal.public.forms_acting import PaperForm, StatementForm
from portal.public.limits import ASKING_CODES, SHOWING, WRITING, limited
from portal.public.page import keeps_calm, page
from requests_app import law
from requests_app.models import Case
from requests_app.verification import acting, representative, visit

NOT_KEPT = {
    "empty": later("This file is empty. Choose another"),
    "too_large": later("This file is larger than 8 MB. Choose a smaller one"),
    "not_a_document": later("This file is not a PDF, JPEG or PNG. Choose another"),
    "too_many_pixels": later("This picture is too large. Choose a smaller one"),
    "too_many": later("We have four files of this kind already, which is enough for us to look at"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@of_sender
@limited(SHOWING)
@keeps_calm
def papers(request: HttpRequest, case: Case) -> HttpResponse:
    """One thing to show at a time, then what comes next; only what the law's table lets us ask."""
    if not acts_for_another(request, case):
        return HttpResponseRedirect(reverse("public:case", args=[case.controller, case.reference]))
    open_now = representative.may_show(case)
    ask = _wanted(request, case, open_now)
    if ask is None:
        return page(request, "papers_done", _done(request, case))
    form = _form(request, ask, case)
    if request.method == "POST" and form.is_valid() and _keep(form, case, ask):
        return HttpResponseRedirect(_url(case))
    field = next(iter(form.fields))
    instead = [one for one in open_now if one.key != ask.key and _stands_in(one, ask)]
    return page(
        request,
        "papers",
        {
            "form": form,
            "single": form[field],
            "heading": _("Show that you may act"),
            "lead": "",
            "shown": _rows(case),
            "others": [
                {"url": f"{_url(case)}?show={one.key}", "title": one.words.in_(request.language)}
                for one in instead
                if one.how != "in_person"
            ],
            "in_person": [one.words.in_(request.language) for one in instead if one.how == "in_person"],
            "email": request.controller.mailboxes[0].address if request.controller.mailboxes else "",
            "submit": _("Show it to us"),
            "back_url": _back(request, case),
            "whys": [_destroyed(), *whys.of_limits([acting.authority_of(case)], request.language)],
        },
    )


@require_POST
@of_sender
@limited(ASKING_CODES)
@keeps_calm
def own_code(request: HttpRequest, case: Case) -> HttpResponse:
    """One who acts asks for a code to their own address; it opens their page."""
    if case.capacity == law.SELF:
        return HttpResponseRedirect(reverse("public:case", args=[case.controller, case.reference]))
    return wait(request, visit.ask_for(case, acting=True))


@require_POST
@of_visitor
@limited(WRITING)
@keeps_calm
def allow(request: HttpRequest, case: Case) -> HttpResponse:
    """The person says yes or no to the one who acts for them; nobody else can."""
    if case.capacity != law.SELF and not acts_for_another(request, case):
        if request.POST.get("act") == "allow":
            representative.confirm(case)
        elif request.POST.get("act") == "deny":
            representative.deny(case)
    return HttpResponseRedirect(reverse("public:case", args=[case.controller, case.reference]))


def _wanted(request: HttpRequest, case: Case, open_now: tuple[law.Ask, ...]) -> law.Ask | None:
    """The one chosen by its link, else the first that is still missing; none when there is nothing to show."""
    by_key = {ask.key: ask for ask in open_now if ask.how != "in_person"}
    chosen = request.GET.get("show", "")
    if chosen in by_key:
        return by_key[chosen]
    held = acting.claim_of(case)
    shown = held.shown if held else []
    missing = acting.authority_of(case).missing(shown)
    return next((by_key[ask.key] for ask in missing if ask.key in by_key), None)


def _stands_in(one: law.Ask, ask: law.Ask) -> bool:
    """Whether showing the one makes the other needless, or is the last thing left after a doubt."""
    return one.last_resort or one.instead_of == ask.key or ask.instead_of == one.key


def _form(request: HttpRequest, ask: law.Ask, case: Case) -> PaperForm | StatementForm:
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = StatementForm(data[0]) if ask.how == "words" else PaperForm(*data)
    next(iter(form.fields.values())).label = ask.words.in_(request.language).rstrip(".。")
    return form


def _keep(form: PaperForm | StatementForm, case: Case, ask: law.Ask) -> bool:
    if isinstance(form, StatementForm):
        representative.state(case, ask.key, form.cleaned_data["statement"])
        return True
    given = form.cleaned_data["paper"]
    try:
        # One byte more than is allowed is enough to know that it is too much.
        representative.show(case, ask.key, given.read(MAX_BYTES + 1))
    except NotKept as refusal:
        form.add_error("paper", str(NOT_KEPT[refusal.why]))
        return False
    return True


def _rows(case: Case) -> list[dict[str, object]]:
    held = acting.claim_of(case)
    shown = set(held.shown) if held else set()
    grant = acting.authority_of(case)
    return [
        {"title": ask.words, "state": "past" if not grant.missing(shown) or ask.key in shown else "next"}
        for ask in grant.required
    ]


def _done(request: HttpRequest, case: Case) -> dict[str, object]:
    own_page = reverse("public:case", args=[case.controller, case.reference])
    return {
        "confirms": acting.authority_of(case).person == "confirms",
        "own_code_url": ""
        if visits(request, case)
        else reverse("public:own_code", args=[case.controller, case.reference]),
        "case_url": own_page if visits(request, case) else "",
        "back_url": _back(request, case),
        "whys": [_destroyed()],
    }


def _destroyed() -> dict[str, object]:
    return {
        "title": _("What becomes of it"),
        "text": _(
            "It is kept sealed, shown to one member of staff at a time, and destroyed when it was checked."
        ),
    }


def _back(request: HttpRequest, case: Case) -> str:
    if visits(request, case):
        return reverse("public:case", args=[case.controller, case.reference])
    return reverse("public:sent", args=[case.controller])


def _url(case: Case) -> str:
    return reverse("public:papers", args=[case.controller, case.reference])
