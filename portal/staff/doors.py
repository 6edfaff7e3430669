"""The one door of every staff page: sign-in, second factor, controller, case, role, freshness; in that order, here only."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.front import LANGUAGE_NAMES
from portal.look.days import page_language
from requests_app import access, permits, register
from requests_app.lifecycle import Move
from requests_app.models import Case, Channel, Submission
from requests_app.permits import Act

View = Callable[..., HttpResponse]
IDLE_SECONDS = 30 * 60
"""A desk left alone this long asks for the password again."""
NOTED_EVERY_SECONDS = 60
"""Somebody at work is written down so often and not at each page, so the desk may lock a minute early."""
SEEN_AT = "seen_at"
FRESH_AT = "fresh_at"


@dataclass(frozen=True)
class Place:
    """Where a member of staff stands: their desk, the controller they opened, and the time there."""

    desk: access.Desk
    controller: register.Controller
    now: datetime

    @property
    def slug(self) -> str:
        """The controller's."""
        return self.controller.slug

    @property
    def today(self) -> date:
        """Today where this controller's staff read the clock."""
        return self.now.date()

    def works(self) -> bool:
        """Whether they may act here at all: an auditor only reads."""
        return self.desk.works_for(self.slug)

    def may_do(self, act: Act) -> bool:
        """Whether a role of theirs allows this act here."""
        return self.desk.may_do(act, self.slug)

    def may(self, case: Case, move: Move) -> bool:
        """Whether they may make this move on this case now."""
        return self.desk.may(case, move)

    def url(self, name: str, *arguments: object) -> str:
        """An address of this controller's desk."""
        return reverse(f"staff:{name}", args=[self.slug, *arguments])


def staff_page(
    *methods: str,
    act: Act = permits.READ_CASE,
    works: bool = False,
    fresh: bool = False,
    asked: bool = False,
    unattended: bool = False,
) -> Callable[[View], View]:
    """Guard a view that takes ``(request, place, …)``, or ``(request, desk)`` when its address names no controller.

    ``methods`` are the only ones it answers, ``GET`` unless said otherwise. ``act`` is what the page or its
    form does, by the table of permits; ``works`` is short for ``act=permits.WORK``. A form whose act asks for
    it, or a page that is ``fresh``, wants a password or a second factor given within five minutes. A page that
    is about whoever ``asked`` is not there for a case of our own motion. What a page asks for by itself is
    ``unattended``: it shows nobody at the desk, and so does not put off the end of the session.
    """
    allowed = methods or ("GET",)
    wanted = permits.WORK if works else act

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str | None = None, **found: Any) -> HttpResponse:
            if request.method not in allowed and not (request.method == "HEAD" and "GET" in allowed):
                return HttpResponseNotAllowed(allowed)
            if (detour := _signed_in(request)) is not None:
                return detour
            if not unattended:
                _note_presence(request)
            # Checking the session has just read their duties.
            desk = access.desk(request.user, request.user.duties_read)
            if slug is None:
                return view(request, desk, **found) if desk.roles else no_access(request)
            place = _place(request, desk, slug)
            with timezone.override(ZoneInfo(place.controller.zone)):
                if "reference" in found:
                    found["case"] = _case(place, found.pop("reference"))
                if "public_id" in found:
                    found["mail"] = _mail(place, found.pop("public_id"))
                # Nothing can be written to a case whose key was destroyed on its date.
                writes = request.method == "POST"
                ended = writes and "case" in found and found["case"].key.wrapped is None
                if not found.keys() & {"case", "mail"} and not place.may_do(wanted):
                    # Whoever may not read what stands here is not even told that it does.
                    raise Http404
                if ended or not place.may_do(wanted):
                    return refused(request, place)
                if asked and found["case"].own_motion:
                    raise Http404
                if (fresh or (writes and wanted.fresh)) and not is_fresh(request):
                    # allauth keeps the form and sends it again afterwards.
                    raise ReauthenticationRequired
                return view(request, place, **found)

        guarded.staff_methods = allowed
        guarded.staff_act = wanted
        return guarded

    return guard


def note_fresh(request: HttpRequest) -> None:
    """The person has just given their password or their second factor."""
    request.session[FRESH_AT] = time.time()


def is_fresh(request: HttpRequest) -> bool:
    """Whether they did so within the last five minutes."""
    return time.time() - request.session.get(FRESH_AT, 0) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _note_presence(request: HttpRequest) -> None:
    """Put off the end of the session, in one write a minute."""
    now = time.time()
    if not 0 <= now - request.session.get(SEEN_AT, 0) < NOTED_EVERY_SECONDS:
        request.session[SEEN_AT] = now
        request.session.set_expiry(IDLE_SECONDS)


def no_access(request: HttpRequest) -> HttpResponse:
    """Signed in, but without a duty."""
    return render(request, "staff/no_access.html", frame(request, None), status=403)


def page(
    request: HttpRequest, place: Place, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    """Render a page of one controller's desk."""
    return render(request, f"staff/{template}.html", frame(request, place) | context, status=status)


def refused(request: HttpRequest, place: Place) -> HttpResponse:
    """Signed in and at the right desk, but this act is another role's."""
    return page(request, place, "refused", {}, status=403)


def to_case(place: Place, case: Case, anchor: str = "") -> HttpResponseRedirect:
    """Back to the case file."""
    return redirect(place.url("case", case.reference) + (f"#{anchor}" if anchor else ""))


def _signed_in(request: HttpRequest) -> HttpResponseRedirect | None:
    onward = urlencode(
        {"next": request.get_full_path() if request.method == "GET" else reverse("staff:home")}
    )
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?{onward}")
    if not request.user.is_verified():
        return redirect(f"{reverse('second_factor')}?{onward}")
    return None


def _place(request: HttpRequest, desk: access.Desk, slug: str) -> Place:
    own = getattr(request, "controller", None)
    if slug not in desk.roles or (own is not None and own.slug != slug):
        raise Http404
    try:
        controller = register.controller(slug)
    except register.UnknownController:
        raise Http404 from None
    return Place(desk, controller, timezone.now().astimezone(ZoneInfo(controller.zone)))


def _case(place: Place, reference: str) -> Case:
    try:
        return access.case_for(place.desk, place.slug, reference)
    except access.NoSuchCase:
        raise Http404 from None


def _mail(place: Place, public_id: str) -> Submission:
    try:
        kept = access.mail_for(place.desk, place.slug)
    except access.NoSuchCase:
        raise Http404 from None
    found = kept.filter(public_id=public_id).select_related("key", "joined").first()
    # What came by the form was never in the tray, but for a late message; its case's own page shows it.
    never = (Channel.WEB, Channel.OWN_MOTION)
    if found is None or (found.channel in never and found.joined_id is None):
        raise Http404
    return found


def frame(request: HttpRequest, place: Place | None) -> dict[str, object]:
    """What ``staff/base.html`` prints around every page."""
    # The staff side is read in both languages, whatever languages the controller writes to requesters.
    found: dict[str, object] = {"languages": list(LANGUAGE_NAMES.items()), "place": place}
    if place is None:
        return found
    controller = place.controller
    return found | {
        "controller": controller,
        "controller_name": controller.text(controller.name, page_language()),
        "site": {
            "home_url": place.url(home_of(place.desk, place.slug)),
            "brand_url": reverse("public:brand", args=[place.slug]),
            "logo_url": reverse("public:logo", args=[place.slug]),
        },
        "tabs": _tabs(request, place),
        "others": _others(place),
        "search_url": place.url("search") if place.may_do(permits.READ_CASE) else "",
        "me": {"name": str(place.desk.user), "initials": place.desk.user.initials},
    }


def home_of(desk: access.Desk, slug: str) -> str:
    """The name of the page on which this person's work begins there."""
    return "queue" if desk.may_do(permits.READ_CASE, slug) else "people"


def _tabs(request: HttpRequest, place: Place) -> list[dict[str, object]]:
    tabs = [
        ("queue", _("Queue"), permits.READ_CASE),
        ("tray", _("Held mail"), permits.READ_CASE),
        ("board", _("Deadlines"), permits.READ_CASE),
        ("write_down", _("Write down"), permits.WORK),
        ("rulebook", _("Rulebook"), permits.READ_CASE),
        ("figures", _("Figures"), permits.READ_CASE),
        ("reveals", _("Looks"), permits.READ_REVEALS),
        ("people", _("Staff"), permits.SEE_STAFF),
        ("staff_log", _("Log of staff"), permits.READ_STAFF_LOG),
        ("settings", _("Settings"), permits.SEE_HEALTH),
    ]
    shown = [(place.url(name), title) for name, title, act in tabs if place.may_do(act)]
    # Lost letters lie beside held mail; the queue's address begins every other one.
    path = place.url("tray") if request.path.startswith(place.url("lost")) else request.path
    here = max((url for url, _title in shown if path.startswith(url)), key=len, default="")
    return [{"url": url, "title": title, "current": url == here} for url, title in shown]


def _others(place: Place) -> list[dict[str, str]]:
    """The other controllers they serve, where one installation shows several."""
    return [
        {
            "url": reverse(f"staff:{home_of(place.desk, controller.slug)}", args=[controller.slug]),
            "title": controller.text(controller.name, page_language()),
        }
        for controller in register.controllers()
        if controller.slug in place.desk.roles and controller.slug != place.slug
    ]
