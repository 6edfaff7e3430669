"""Takes the pictures in docs/pictures: each page once at a desk and once on a phone."""

from __future__ import annotations

from tests.journeys.walk import Person
from tests.stack import ROOT

PICTURES = ROOT / "docs" / "pictures"
SIZES = {"desk": (1280, 900), "phone": (390, 844)}


def shoot(person: Person, slug: str, name: str, path: str = "", *, scroll: str = "") -> None:
    """The page somebody is on, or the one at ``path``."""
    if path:
        person.open(path)
    for size, (width, height) in SIZES.items():
        person.page.set_viewport_size({"width": width, "height": height})
        if scroll:
            person.page.evaluate("s => document.querySelector(s).scrollIntoView()", scroll)
        person.page.screenshot(path=PICTURES / slug / f"{name}-{size}.jpg", type="jpeg", quality=60)
    width, height = SIZES["desk"]
    person.page.set_viewport_size({"width": width, "height": height})
