"""Every right of both controllers, from the first page to the answer: form, code, search, two people, systems, letter."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from requests_app import register
from tests.public.conftest import Visitor
from tests.public.roads import ROADS, Road
from tests.public.walking import LANGUAGE, customers_of, walk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("road", ROADS, ids=lambda road: f"{road.slug}-{road.right}")
def test_a_right_is_walked_from_the_first_page_to_its_answer(samples: None, road: Road) -> None:
    with customers_of(road.slug) if road.asked else nullcontext():
        walk(road, Visitor(road.slug, LANGUAGE[road.slug]))


def test_every_right_offered_has_its_road() -> None:
    walked = {(road.slug, road.right) for road in ROADS}
    offered = {
        (known.slug, right.code)
        for known in register.controllers()
        for right in (*known.rights, *known.unlisted)
    }
    assert offered == walked
