"""The rulebook: every statute in force as counsel reads it, with the worked examples recomputed while one looks."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.look.days import text_of
from portal.staff.doors import Place, page, staff_page
from requests_app import law, owed
from requests_app.law.examples import read_examples
from requests_app.law.rulebook import Rulebook, build


@staff_page("GET")
def regimes(request: HttpRequest, place: Place) -> HttpResponse:
    """All regimes; those this controller answers under come first."""
    mine = set(place.controller.regimes)
    rows = [
        {
            "title": regime.title,
            "code": regime.code,
            "version": regime.effective_on,
            "confirmed": regime.confirmed,
            "used": regime.code in mine,
            "counts": _counts(regime),
            "url": _url(place, regime),
        }
        for regime in sorted(law.REGIMES, key=lambda regime: regime.code not in mine)
    ]
    return page(request, place, "rulebook", {"regimes": rows})


@staff_page("GET")
def regime(request: HttpRequest, place: Place, code: str) -> HttpResponse:
    """One regime; its newest text, or the version asked for."""
    version = request.GET.get("version", "")
    found = [one for one in law.REGIMES if one.code == code and version in ("", one.version)]
    if not found:
        raise Http404
    wanted = max(found, key=lambda one: one.effective_on)
    # Its examples are counted on the calendars of this release, which they were written for; the years
    # brought in since show beside the rules.
    book = build(wanted, owed.calendars()[wanted.calendar], read_examples(settings.LAW_EXAMPLES))
    return page(
        request,
        place,
        "rulebook_regime",
        {
            "book": book,
            "versions": [(one.version, _url(place, one)) for one in law.REGIMES if one.code == code],
            "holding": _holding(book),
            "views": _contents(book),
            "back_url": place.url("rulebook"),
        },
    )


def _url(place: Place, regime: law.Regime) -> str:
    address = place.url("regime", regime.code)
    newest = law.regime(regime.code) is regime
    return address if newest else f"{address}?version={regime.version}"


def _counts(regime: law.Regime) -> str:
    return _("%(rights)s rights, %(exemptions)s exemptions") % {
        "rights": len(regime.rights),
        "exemptions": len(regime.exemptions),
    }


def _holding(book: Rulebook) -> dict[str, int]:
    """How many worked examples there are and how many hold; one that tests two rules counts once."""
    told = {id(one): one for one in book.examples}.values()
    return {"all": len(told), "hold": sum(one.holds for one in told)}


def _contents(book: Rulebook) -> list[dict[str, object]]:
    """The column at the left: every right and exemption by its anchor."""
    return [
        {
            "title": text_of(chapter.title),
            "rows": [
                {"url": f"#{entry.anchor}", "title": entry.code, "count": "", "current": False}
                for entry in chapter.entries
            ],
        }
        for chapter in book.chapters
        if chapter.key in ("rights", "exemptions")
    ]
