"""A controller's privacy home: its policies, each right with what happens and how long, whom to write to, where to complain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.public import offers as offered
from portal.public.doors import of_controller
from portal.public.page import ask_url, page, stop_url
from requests_app import law
from requests_app.register import Controller


@require_safe
@of_controller
def privacy(request: HttpRequest) -> HttpResponse:
    """Everything to read before one asks; no statement but the session's."""
    controller, language = request.controller, request.language
    rights = offered.offers(controller)
    erasing = next((offer for offer in rights if offer.right.operation == "delete"), None)
    return page(
        request,
        "privacy",
        {
            "title": _("Privacy at %(name)s") % {"name": controller.text(controller.name, language)},
            "policies": published(controller, language),
            "rights": [
                {
                    "title": offer.right.title,
                    "plain": offer.right.plain,
                    "basis": offer.right.basis,
                    "confirmed": offer.right.confirmed,
                    "url": (stop_url if offer.at_once else ask_url)(controller, offer.code),
                    "steps": what_happens(offer),
                }
                for offer in rights
            ],
            "emails": [mailbox.address for mailbox in controller.mailboxes],
            "routes": controller.outside_routes,
            "children": controller.children,
            "child_url": ask_url(controller, erasing.code) if erasing else "",
            "start_url": ask_url(controller),
        },
    )


def published(controller: Controller, language: str) -> list[dict[str, object]]:
    """Every version, the newest first; in each day the reader's language first.

    Where there is none in it the page stays in the reader's language and says so; else the other text has a page of its own.
    """
    theirs = {version.published_on for version in controller.policies if version.language == language}
    first = min(version.published_on for version in controller.policies)
    ordered = sorted(
        controller.policies, key=lambda version: (version.published_on, version.language == language), reverse=True
    )  # fmt: skip
    return [
        {
            "day": version.published_on,
            "language": version.language,
            "url": reverse("public:policy_of", args=[controller.slug, version.published_on])
            + (f"?lang={version.language}" if version.published_on in theirs else ""),
            "only": version.published_on not in theirs,
            "changes": controller.text(version.changes, language) if version.changes else "",
            "first": version.published_on == first and not version.changes,
            "note": version.note.get(language) or version.note.get("en", ""),
        }
        for version in ordered
    ]


def what_happens(offer: offered.Offer) -> list[str]:
    """What follows on asking, in order, each with its time as the rulebook counts it."""
    if offer.at_once:
        return [
            _("One button. Nothing to prove."),
            _("We begin at once and are done within %(time)s.") % {"time": offer.time},
        ]
    right = offer.right
    steps = []
    if right.acknowledge:
        steps.append(_("We confirm within %(time)s.") % {"time": offered.in_time(right.acknowledge)})
    if right.standard.level is not law.Level.NONE:
        steps.append(_("You show that it is you, by a code or by what we already know. No photo of an ID."))
    steps.append(
        _("We answer within %(time)s.") % {"time": offer.time}
        if right.respond.number
        else _("A person looks at it at once.")
    )
    if right.respond.extension:
        steps.append(
            _("If we need longer we tell you why; then it is %(time)s in all.")
            % {"time": offered.in_time(right.respond.extension)}
        )
    return steps
