"""Who may come in: pages of one controller only, and cases only to a browser that has typed a code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from requests_app import access, law
from requests_app.models import Case

VISIT = timedelta(minutes=60)
FRESH = timedelta(minutes=10)
VISITS, FRESHNESS, SENT, WAITING, LINKED, ACTING = "visits", "fresh", "sent", "waiting", "linked", "acting"
ACCOUNT, ACCOUNT_TROUBLE, ON_THE_WAY = "account", "account_trouble", "account_on_the_way"
OWN, OWN_CHANGED, OWN_NUMBERS = "own", "own_changed", "own_numbers"
"""Names in the session; each holds opaque numbers, times and sealed texts, never an answer or an address in clear."""

View = Callable[..., HttpResponse]


def of_controller(view: View) -> View:
    """The page belongs to the controller named first in the address; nothing is found under another's."""

    @wraps(view)
    def checked(request: HttpRequest, slug: str, *args: object, **kwargs: object) -> HttpResponse:
        if request.controller is None or request.controller.slug != slug:
            raise Http404
        return view(request, *args, **kwargs)

    return checked


def of_visitor(view: View) -> View:
    """A case's own page: open for an hour after a code, otherwise the way to a code."""

    @wraps(view)
    def checked(request: HttpRequest, slug: str, reference: str, **kwargs: object) -> HttpResponse:
        if request.controller is None or request.controller.slug != slug:
            raise Http404
        case = _case(slug, reference)
        # A case that is not there and one that is not open answer alike.
        if case is None or not visits(request, case):
            return HttpResponseRedirect(reverse("public:find", args=[slug]))
        return view(request, case, **kwargs)

    return checked


def of_sender(view: View) -> View:
    """Where a code is typed: open to the browser that sent the request, or that came by the private link."""

    @wraps(view)
    def checked(request: HttpRequest, slug: str, reference: str, **kwargs: object) -> HttpResponse:
        if request.controller is None or request.controller.slug != slug:
            raise Http404
        case = _case(slug, reference)
        if case is None or not (knows_whose(request, case) or came_by_link(request, case)):
            return HttpResponseRedirect(reverse("public:find", args=[slug]))
        return view(request, case, **kwargs)

    return checked


def open_visit(request: HttpRequest, cases: list[Case], *, acting: bool = False) -> None:
    """A right code was typed: these cases' pages open in this browser, under a new session number.

    ``acting``: the code went to one who acts for another, who sees less than the person does.
    """
    request.session.cycle_key()
    until = (timezone.now() + VISIT).isoformat()
    kept = {key: end for key, end in request.session.get(VISITS, {}).items() if _still(end)}
    request.session[VISITS] = kept | {case.public_id: until for case in cases}
    sides = {key: side for key, side in request.session.get(ACTING, {}).items() if key in kept}
    request.session[ACTING] = sides | {case.public_id: acting for case in cases}


def visited(request: HttpRequest) -> list[Case]:
    """The cases of this controller whose pages a code has opened in this browser, newest first; none costs nothing."""
    opened = [key for key, end in request.session.get(VISITS, {}).items() if _still(end)]
    return access.cases_visited(request.controller.slug, opened) if opened else []


def visits(request: HttpRequest, case: Case) -> bool:
    """Whether this browser may see the case now."""
    return _still(request.session.get(VISITS, {}).get(case.public_id))


def acts_for_another(request: HttpRequest, case: Case) -> bool:
    """Whether this browser is the one's who acts, and not the person's; whoever only sent it acts."""
    if case.capacity == law.SELF:
        return False
    return request.session.get(ACTING, {}).get(case.public_id, True) or not visits(request, case)


def visit_ends_at(request: HttpRequest, case: Case) -> datetime:
    """When the page closes again."""
    return datetime.fromisoformat(request.session[VISITS][case.public_id])


def stay(request: HttpRequest, case: Case) -> None:
    """Whoever is still at the page keeps it open, as often as they need (WCAG 2.2.1)."""
    until = (timezone.now() + VISIT).isoformat()
    request.session[VISITS] = request.session[VISITS] | {case.public_id: until}


def open_files(request: HttpRequest, case: Case) -> None:
    """A fresh code was typed: this case's files may be fetched for some minutes."""
    request.session[FRESHNESS] = {case.public_id: (timezone.now() + FRESH).isoformat()}


def files_open(request: HttpRequest, case: Case) -> bool:
    """Whether a fresh code was typed for this case."""
    return _still(request.session.get(FRESHNESS, {}).get(case.public_id))


def open_own(request: HttpRequest) -> None:
    """Signed in, or a code typed, just now: one's own data may be seen and put right for some minutes."""
    opened = {"until": (timezone.now() + FRESH).isoformat(), "signed": ""}
    request.session[OWN] = request.session.get(OWN, {}) | {request.controller.slug: opened}
    # Whoever sat here before may have been somebody else.
    request.session.pop(OWN_CHANGED, None)


def own_open(request: HttpRequest) -> dict[str, str] | None:
    """What was opened, with the sealed signature under a declaration if there is one; ``None`` when it has closed."""
    opened = request.session.get(OWN, {}).get(request.controller.slug)
    return opened if opened is not None and _still(opened["until"]) else None


def sent_here(request: HttpRequest, case: Case) -> bool:
    """Whether this browser sent it."""
    sent = request.session.get(SENT, {}).get(case.controller, {})
    return sent.get("submission") == case.submission.public_id


def knows_whose(request: HttpRequest, case: Case) -> bool:
    """Whether this browser may be shown the masked address: it typed it, or has typed a code."""
    return visits(request, case) or sent_here(request, case)


def open_by_link(request: HttpRequest, case: Case) -> None:
    """The private link was followed and its button pressed: the code may be typed, and nothing is shown."""
    request.session[LINKED] = case.public_id


def came_by_link(request: HttpRequest, case: Case) -> bool:
    """Whether this browser holds the private link."""
    return request.session.get(LINKED) == case.public_id


def leave(request: HttpRequest) -> None:
    """Close every page at once, as on a shared computer."""
    theirs = (VISITS, FRESHNESS, SENT, WAITING, LINKED, ACTING, ACCOUNT, ON_THE_WAY)
    for name in (*theirs, OWN, OWN_CHANGED, OWN_NUMBERS):
        request.session.pop(name, None)
    request.session.cycle_key()


def _case(slug: str, reference: str) -> Case | None:
    try:
        return access.case_by_reference(slug, reference)
    except access.NoSuchCase:
        return None


def _still(until: str | None) -> bool:
    return until is not None and datetime.fromisoformat(until) > timezone.now()
