"""The privacy policy in full, as it was published, with its date and what a reader should know first."""

from __future__ import annotations

from datetime import date

import markdown
import nh3
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.look.days import in_words
from portal.public.doors import of_controller
from portal.public.page import page
from requests_app.register.controller import PolicyVersion

TAGS = {
    "h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "table", "thead", "tbody",
    "tr", "th", "td", "br", "hr", "code",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
SCHEMES = {"https", "http", "mailto"}


@require_safe
@of_controller
def policy(request: HttpRequest, day: date | None = None) -> HttpResponse:
    """The newest version, or the one of a day, in the language of the page if it was published in it."""
    controller, language = request.controller, request.language
    if day is None:
        version = controller.policy(language)
    else:
        of_day = [one for one in controller.policies if one.published_on == day]
        if not of_day:
            raise Http404
        version = next((one for one in of_day if one.language == language), of_day[0])
    days = sorted({one.published_on for one in controller.policies}, reverse=True)
    return page(
        request,
        "policy",
        {
            "title": _("Privacy policy"),
            "controller": controller,
            "version": version,
            "note": version.note.get(language) or version.note.get("en", ""),
            "html": rendered(version),
            "foreign": version.language != language,
            "others": [
                {
                    "title": in_words(other, "plain"),
                    "url": reverse("public:policy_of", args=[controller.slug, other]),
                }
                for other in days
                if other != version.published_on
            ],
        },
    )


def rendered(version: PolicyVersion) -> str:
    """Markdown to clean HTML. A pack is the operator's own file, and still nothing in it can run."""
    lines = version.read().strip().splitlines()
    if lines and lines[0].startswith("# "):
        # The page's own heading says it.
        lines = lines[1:]
    html = markdown.markdown("\n".join(lines), extensions=["tables", "sane_lists"], output_format="html")
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer"
    )
    return mark_safe(clean)  # noqa: S308 - sanitised above
