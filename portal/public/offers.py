"""What one may ask of a controller, in its order, with the time the law or a promise gives for the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.look.duties import in_time
from requests_app import law
from requests_app.intake import named
from requests_app.law.regime import Regime, Right
from requests_app.register import Controller
from requests_app.register.inventory import Part

CALIFORNIA = "ccpa"
NO_PENALTY = "NON_RETALIATION"


@dataclass(frozen=True)
class Offer:
    """One right as the home page and the first question show it."""

    regime: Regime
    right: Right

    @property
    def code(self) -> str:
        """Its code in the regime."""
        return self.right.code

    @property
    def at_once(self) -> bool:
        """Whether it takes effect without a person and without proof."""
        return self.right.at_once

    @property
    def time(self) -> str:
        """``45 days``, ``15 working days``; read from the duty, never written here."""
        return in_time(self.right.respond)


def offers(controller: Controller) -> list[Offer]:
    """The rights offered now, in the version under which a request sent this minute is opened."""
    now = timezone.now()
    listed = ((law.regime_at(offered.regime, now), offered.code) for offered in controller.rights)
    return [Offer(regime, regime.right(code)) for regime, code in listed]


def chosen(controller: Controller, codes: Iterable[str]) -> list[Offer]:
    """The offers with these codes, what is to be deleted last: a copy is given before its data goes."""
    wanted = set(codes)
    found = [offer for offer in offers(controller) if offer.code in wanted]
    return sorted(found, key=lambda offer: offer.right.erases)


def spans(controller: Controller, codes: Iterable[str]) -> tuple[law.Span, ...]:
    """How far back one may choose to ask, if anything chosen has such a choice."""
    return next((offer.right.spans for offer in chosen(controller, codes) if offer.right.spans), ())


def parts(controller: Controller, codes: Iterable[str]) -> tuple[Part, ...]:
    """What of the chosen rights may be asked for alone, of each that has such parts."""
    return named.parts_of(controller, codes)


def asks_where(controller: Controller) -> bool:
    """Whether the law that applies depends on living in California."""
    return CALIFORNIA in controller.regimes


def correctable(controller: Controller, language: str) -> list[tuple[str, str]]:
    """What a person may have corrected, in the inventory's order and words: ``Customer: Phone number``."""
    return [
        (
            f"{collection.name}.{path}",
            _("%(record)s: %(field)s")
            % {
                "record": controller.text(collection.title, language),
                "field": controller.text(field.title, language),
            },
        )
        for collection in controller.inventory.collections()
        for path, field in collection.parts()
        if field.editable
    ]


def no_penalty_rule(controller: Controller) -> str:
    """Where the law forbids treating somebody worse for asking; empty where no regime here says it."""
    for code in controller.regimes:
        rights = law.regime_at(code, timezone.now()).rights
        if NO_PENALTY in rights:
            return rights[NO_PENALTY].basis.split(";")[0]
    return ""
