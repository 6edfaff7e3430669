"""What hangs on a case, read once for its file: a statement for each kind of row that there is, and none for what is not."""

from __future__ import annotations

from dataclasses import dataclass

from identity.models import User
from portal.staff import assigning
from portal.staff.doors import Place
from requests_app import access, law, windows
from requests_app.models import Case, CaseEvent, Holding, Letter, Work

WHOLE = 500
"""A journal of so many events is read in one statement; of a longer one each reader takes its part."""


@dataclass(frozen=True)
class Contents:
    """The rows of one case; what is sealed in works and letters is left where it lies."""

    there: frozenset[str]
    """Which of the rarer kinds there are, by :func:`requests_app.access.hanging_on`."""
    works: list[Work]
    holdings: list[Holding]
    """With their determinations."""
    letters: list[Letter]
    chain: list[CaseEvent] | None
    """The journal from its first event; ``None`` where it is too long to be read at once."""
    full: tuple[law.Full, ...]
    people: list[User]
    """Colleagues who may work it."""


def contents_of(place: Place, case: Case) -> Contents:
    """Read them."""
    there = access.hanging_on(case)
    chain = list(case.events.order_by("number")[: WHOLE + 1])
    return Contents(
        there=there,
        works=list(case.works.defer("sealed").order_by("pk")),
        holdings=list(case.holdings.select_related("determination").order_by("pk")),
        letters=list(case.letters.defer("sealed", "sealed_pdf", "sealed_page").order_by("pk")),
        chain=chain if len(chain) <= WHOLE else None,
        full=windows.used_up(case) if "records" in there else (),
        people=assigning.colleagues(place),
    )
