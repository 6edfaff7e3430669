"""What can be done against us, as answers and replies list it."""

from __future__ import annotations

from collections.abc import Iterable

from requests_app import law
from requests_app.letters.text import cited
from requests_app.register import Controller

OUTSIDE = frozenset({"outside_routes", "authority", "court", "attorney_general"})
"""Required blocks of an answer that name somebody outside the company."""
ROUTES = OUTSIDE | {"appeal", "house_review", "complaint"}
"""All that say what can be done against it."""


def inside(controller: Controller, blocks: Iterable[law.Block], language: str) -> list[str]:
    """The law's own words of these blocks, but for those outside whom the controller lists itself."""
    listed = bool(controller.outside_routes)
    return [block.words.in_(language) for block in blocks if not (listed and block.code in OUTSIDE)]


def outside(controller: Controller, language: str) -> list[str]:
    """A line for each that the controller lists: who it is, what can be done there, the provision and the address."""
    lines = []
    for route in controller.outside_routes:
        title, detail = controller.text(route.title, language), controller.text(route.detail, language)
        rule = cited(law.cite_in(route.citation, language), language) if route.citation else ""
        address = f" {route.url}" if route.url else ""
        lines.append(f"{title}{law.COLON.in_(language)}{detail}{rule}{address}")
    return lines
