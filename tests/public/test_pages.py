"""Every page stands in both languages, for known and unknown, before and after."""

from __future__ import annotations

import re

import pytest

from requests_app.models import Case
from tests.public.conftest import Visitor, work

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = ["", "policy/", "ask/what/", "follow/", "brand.css", "brand/logo.svg"]


@pytest.mark.parametrize("path", OPEN_TO_ALL)
@pytest.mark.parametrize(("slug", "language"), [("mimap", "en"), ("mipmap", "zh-Hans"), ("mipmap", "en")])
def test_of_pages_open_to_all(slug: str, language: str, path: str) -> None:
    page = Visitor(slug, language).get(f"/{slug}/{path}")
    assert page.status_code == 200
    if path.endswith("/") or not path:
        assert f'lang="{language}"' in page.content.decode()
        assert page.content.decode().count("<h1") == 1
        assert page.headers["Cache-Control"] == "no-store"


def test_of_the_whole_way_in_english(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    for path in ["sent/", f"request/{case.reference}/code/", f"request/{case.reference}/calendar.ics"]:
        assert dana.get(dana.at(path)).status_code == 200
    dana.come_back(case)
    page = dana.get(dana.at(f"request/{case.reference}/"))
    assert page.status_code == 200
    print(page.content.decode())
