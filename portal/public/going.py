"""Before a deletion is sent: what goes, what stays and why, from the inventory itself."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.public.offers import Offer
from requests_app import law
from requests_app.register import Controller
from requests_app.register.inventory import Holding

Ahead = dict[str, object]


def ahead(controller: Controller, rights: list[Offer], language: str) -> Ahead | None:
    """Everything held about anybody, parted as the inventory parts it; ``None`` where nothing is to be deleted."""
    offer = next((offer for offer in rights if offer.right.erases), None)
    if offer is None:
        return None
    goes: dict[str, None] = {}
    weighed: dict[str, None] = {}
    stays: dict[str, dict[str, str]] = {}
    scoped = _only_from_the_person(offer)
    for holding in controller.inventory.holdings():
        title = controller.text(holding.title, language)
        if holding.retention is not None or holding.erase == "keep":
            stays.setdefault(title, {"title": title, **_why(controller, offer, holding, language)})
        elif scoped and holding.collected_from_person is not True:
            weighed[title] = None
        else:
            goes[title] = None
    return {"goes": list(goes), "stays": list(stays.values()), "weighed": list(weighed)}


def _only_from_the_person(offer: Offer) -> bool:
    """Whether the statute lets the controller keep what it did not collect from the person."""
    return any(exemption.code == "SCOPE" for exemption in offer.regime.exemptions_for(offer.code))


def _why(controller: Controller, offer: Offer, holding: Holding, language: str) -> dict[str, str]:
    kept = holding.retention
    if kept is None:
        return {
            "why": _("It holds nothing but what other records need to stay readable."),
            "law": "",
            "until": "",
        }
    words = controller.text(kept.words, language) if kept.words else ""
    if not words and kept.exemption in offer.regime.exemptions:
        words = offer.regime.exemption(kept.exemption).title.in_(language)
    until = ngettext("%(n)s month from its date", "%(n)s months from its date", kept.months) % {
        "n": kept.months
    }
    doubt = "" if kept.confirmed else _("to be confirmed by counsel")
    cited = law.cite_in(kept.citation, language) if kept.citation and kept.confirmed else doubt
    return {"why": words, "law": cited, "until": until}
