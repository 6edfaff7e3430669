"""Who serves this controller, and as what: an administrator's pages. They lead to no case."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext

from identity import people, staff
from identity.models import Role, User
from identity.people import NotFitting
from portal.staff import invite, staff_log, words
from portal.staff.doors import Place, page, staff_page
from requests_app import permits, subject

Problem = dict[str, object]
PROBLEMS = {
    "own_account": later("Nobody changes their own account. Another administrator can."),
    "reads_no_case": later("An administrator reads no case, so that role stands alone."),
    "serves_elsewhere": later(
        "This person also serves where you are not administrator. Ask the person who runs this portal."
    ),
}


@staff_page(act=permits.SEE_STAFF)
def everybody(request: HttpRequest, place: Place) -> HttpResponse:
    """Everybody who serves this controller, or did."""
    return _list(request, place)


@staff_page("POST", act=permits.MANAGE_STAFF)
def add(request: HttpRequest, place: Place) -> HttpResponse:
    """A person and a role; whoever has no account yet gets one, and a mail to set a password."""
    typed = {name: request.POST.get(name, "").strip() for name in ("name", "email", "role")}
    problems = _problems_of(typed)
    if problems:
        return _list(request, place, problems, typed)
    by, email = place.desk.user, typed["email"].lower()
    user = User.objects.filter(email=email).first()
    new = user is None
    try:
        if user is None:
            user = people.hire(email, typed["name"][:120], by=by)
        people.give(user, place.slug, typed["role"], by=by)
    except NotFitting as refusal:
        return _list(request, place, [_problem(refusal)], typed)
    if new:
        _invite(request, place, user)
    return redirect(place.url("person", user.pk))


@staff_page(act=permits.SEE_STAFF)
def person(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """One of them: roles here, how they sign in, what changed."""
    return _show(request, place, _found(place, number))


@staff_page("POST", act=permits.MANAGE_STAFF)
def change(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """One change to one person; each ends the sessions it must."""
    user, by = _found(place, number), place.desk.user
    act, role = request.POST.get("act", ""), request.POST.get("role", "")
    acts: dict[str, Callable[[], None]] = {
        "give": lambda: people.give(user, place.slug, role, by=by),
        "take": lambda: people.take(user, place.slug, role, by=by),
        "end_sessions": lambda: people.end_sessions(user, by=by),
        "reset_factor": lambda: people.reset_factor(user, by=by),
        "close": lambda: people.close(user, by=by),
        "reopen": lambda: people.reopen(user, by=by),
        "invite": lambda: _invite(request, place, user),
    }
    if act not in acts or (act in {"give", "take"} and role not in Role.values):
        return _show(request, place, user, [{"text": _("Choose a role."), "href": "#id_role"}])
    try:
        acts[act]()
    except NotFitting as refusal:
        return _show(request, place, user, [_problem(refusal)])
    if act != "invite":
        messages.success(request, _("Done, and written into the log of staff."))
    return redirect(place.url("person", user.pk))


def _invite(request: HttpRequest, place: Place, user: User) -> None:
    if invite.send(place.controller, user, by=place.desk.user):
        messages.success(request, _("A mail with a link to set a password is on its way."))
    else:
        messages.error(request, _("The mail could not be sent. Try again from this page."))


def _found(place: Place, number: int) -> User:
    user = people.of_controller(place.slug).filter(pk=number).first()
    if user is None:
        raise Http404
    return user


def _problem(refusal: NotFitting) -> Problem:
    return {"text": PROBLEMS[refusal.reason], "href": "#main"}


def _problems_of(typed: dict[str, str]) -> list[Problem]:
    found: list[Problem] = []
    if not typed["name"]:
        found.append({"text": _("Enter the name, as colleagues read it."), "href": "#id_name"})
    if not subject.is_address(typed["email"]):
        found.append({"text": _("Enter an e-mail address in the right form."), "href": "#id_email"})
    if typed["role"] not in Role.values:
        found.append({"text": _("Choose a role."), "href": "#id_role"})
    return found


def _list(
    request: HttpRequest, place: Place, problems: list[Problem] | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:  # fmt: skip
    rows = [
        {
            "name": str(user),
            "email": user.email,
            "url": place.url("person", user.pk),
            "roles": _roles_here(place, user),
            "state": _state(user),
        }
        for user in people.of_controller(place.slug).prefetch_related("duties")
    ]
    context = {"rows": rows, "roles": _choices(), "problems": problems or [], "typed": typed or {}}
    return page(request, place, "people", context, status=400 if problems else 200)


def _show(
    request: HttpRequest, place: Place, user: User, problems: list[Problem] | None = None
) -> HttpResponse:
    whole = people.is_all_theirs(user, place.desk.user)
    held = [duty.role for duty in user.duties.all() if duty.controller == place.slug]
    context = {
        "person": user,
        "oneself": user.pk == place.desk.user.pk,
        "whole": whole,
        "held": [(role, words.ROLES[role]) for role in Role.values if role in held],
        "roles": [(role, title) for role, title in _choices() if role not in held],
        "facts": [
            (_("E-mail"), user.email),
            (_("Account"), _state(user)),
            (_("Second factor"), _("set up") if staff.has_second_factor(user) else _("not set up yet")),
            (_("Signs in with"), _ways(user)),
        ],
        "changes": staff_log.rows(people.changes_of(place.slug).filter(about=user.pk)[:20]),
        "problems": problems or [],
    }
    return page(request, place, "person", context, status=400 if problems else 200)


def _choices() -> list[tuple[str, object]]:
    return [(role, words.ROLES[role]) for role in Role.values]


def _roles_here(place: Place, user: User) -> str:
    held = {duty.role for duty in user.duties.all() if duty.controller == place.slug}
    return words.listed(str(words.ROLES[role]) for role in Role.values if role in held) or "–"


def _state(user: User) -> str:
    return pgettext("account", "open") if user.is_active else pgettext("account", "closed")


def _ways(user: User) -> str:
    ways = [_("a password")] if user.has_usable_password() else []
    ways += [_("the identity provider")] if user.provider_subject else []
    return words.listed(ways) or _("nothing yet")
