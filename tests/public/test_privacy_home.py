"""The privacy home: every version, every right with its time, every way to ask, and where to complain."""

from __future__ import annotations

import gzip
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app import register
from requests_app.register.check import check_packs
from tests.public.conftest import Visitor
from tests.public.test_pages import is_well_made, words_of
from tests.stack import ROOT

pytestmark = pytest.mark.django_db
BOTH = [("mimap", "en"), ("mipmap", "zh-Hans"), ("mipmap", "en")]
MOST_BYTES = 100_000


@pytest.mark.parametrize(("slug", "language"), BOTH)
def test_that_everything_to_know_stands_on_one_page(slug: str, language: str) -> None:
    visitor, controller = Visitor(slug, language), register.controller(slug)
    with CaptureQueriesContext(connection) as counted:
        page = visitor.get(visitor.at("privacy/"))
    is_well_made(page, language)
    assert len(counted) <= 1, counted.captured_queries
    text, html = unescape(words_of(page)), page.content.decode()
    for version in controller.policies:
        assert f'href="/{slug}/policy/{version.published_on}/?lang={version.language}"' in html
    for mailbox in controller.mailboxes:
        assert f"mailto:{mailbox.address}" in html
    for route in controller.outside_routes:
        assert controller.text(route.title, language) in text and route.url in html
    assert controller.children[language][:20] in text
    for right in controller.rights:
        assert f'stop/{right.code}/"' in html or f'?right={right.code}"' in html


@pytest.mark.parametrize(("slug", "language"), BOTH)
def test_that_it_is_two_links_at_most_from_any_page(slug: str, language: str) -> None:
    visitor = Visitor(slug, language)
    for path in ("", "follow/", "ask/what/", "cookies/"):
        assert f'href="/{slug}/privacy/"' in visitor.get(visitor.at(path)).content.decode()


@pytest.mark.parametrize("path", ["", "privacy/", "cookies/"])
@pytest.mark.parametrize(("slug", "language"), BOTH)
def test_that_a_first_page_is_light_and_asks_nobody_else(
    slug: str, language: str, path: str, static_files
) -> None:
    """With its sheets and its mark, as a first visit fetches them; only links lead elsewhere."""
    visitor = Visitor(slug, language)
    page = visitor.get(visitor.at(path))
    weight = len(page.content) + sum(
        len(visitor.get(visitor.at(part)).content) for part in ("brand.css", "brand/logo.svg")
    )
    sheets = [*(ROOT / "static" / "css").glob("*.css"), ROOT / "static" / "vendor" / "pico" / "pico.min.css"]
    weight += sum(len(gzip.compress(sheet.read_bytes())) for sheet in sheets)
    assert weight < MOST_BYTES, weight
    html = page.content.decode()
    assert "<script" not in html and 'src="http' not in html and 'rel="stylesheet" href="http' not in html


def test_that_a_new_version_must_say_what_changed(tmp_path: Path, settings) -> None:
    packs = tmp_path / "packs"
    shutil.copytree(ROOT / "portal" / "controllers", packs)
    (packs / "mimap" / "policy" / "2026-12-01.en.md").write_text(
        "# Privacy Policy\n\nNew.\n", encoding="utf-8"
    )
    told = packs / "mimap" / "controller.toml"
    text = told.read_text(encoding="utf-8")
    entry = '\n[[policies]]\npublished_on = 2026-12-01\nlanguage = "en"\n'
    told.write_text(text + entry, encoding="utf-8")
    assert any("does not say what changed" in problem.what for problem in check_packs(packs))
    changes = '[policies.changes]\nen = "We say less."\nzh-Hans = "内容有所删减。"\n'
    told.write_text(text + entry + changes, encoding="utf-8")
    assert not check_packs(packs)
    settings.PORTAL_CONTROLLERS = packs
    shown = words_of(Visitor().get("/mimap/privacy/"))
    assert shown.index("We say less.") < shown.index("The first version published here.")


def test_a_policy_of_one_language_says_so_in_the_other_and_is_marked_as_what_it_is() -> None:
    reader = Visitor("mimap", "zh-Hans")
    home = reader.get("/mimap/privacy/").content.decode()
    assert "隐私政策（仅有英语）" in home and "隐私政策，2024年10月3日（仅有英语）" in home
    # The way to it does not turn the rest into English.
    page = reader.get(re.search(r'href="(/mimap/policy/[\d-]+/[^"]*)"', home)[1]).content.decode()
    assert '<html lang="zh-Hans"' in page
    assert "本政策只有英语版本" in page and '<article class="policy" lang="en" dir="auto">' in page
    assert "本政策只有" not in Visitor("mipmap", "zh-Hans").get("/mipmap/policy/").content.decode()
