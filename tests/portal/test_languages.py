"""A language is added by its catalogue alone: a page, a mail and a letter come out in one that was made up a moment ago."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po, write_po
from django.core.management import CommandError, call_command
from django.test import override_settings
from playwright.sync_api import Browser, Route
from pypdfium2 import PdfDocument

from portal import catalogue, languages
from portal.catalogue import PLACES
from tests.stack import ROOT

CODE = "ar"
"""Written from right to left, as no language that ships is."""
OPEN, CLOSE = "«", "»"
"""Around every text of the made-up language."""
EDGE = 2.7 / 2.54 * 72
"""Of a letter, in points."""
SPEAK = """
import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
import django
django.setup()
from django.test import Client
from requests_app import law, register
from requests_app.letters import invented, outgoing, pdf
from requests_app.response import words
controller, code = register.controller("mimap"), "ar"
regime, at = law.regime("ccpa"), datetime(2026, 11, 21, 22, tzinfo=UTC)
right, dates = regime.right("DELETE"), law.reckon(regime, "DELETE", at)
page = Client().get("/mimap/privacy/", headers={"accept-language": code, "host": "localhost"})
mail = invented.mail(controller, "acknowledgement", code, right, dates)
letter = invented.answer(controller, regime, right, "granted_in_part", code, at, dates)
print(json.dumps({
    "page": page.content.decode(), "status": page.status_code, "subject": mail.subject, "mail": mail.text,
    "sheet": outgoing.as_page(controller, code, mail.text), "letter": letter.plain(), "pdf": base64.b64encode(pdf.render(replace(letter, counted_heading=words.COUNTED.in_(code)))).decode(),
}))
"""


def wrapped(text: str) -> str:
    """As the made-up language says it; Django's own formats are not words."""
    return f"{OPEN}{text}{CLOSE}"


@pytest.fixture(scope="module")
def spoken(tmp_path_factory) -> dict[str, str | int]:
    """What a portal says that was given nothing but a folder with one catalogue, and a pack that names the language."""
    folder = tmp_path_factory.mktemp("languages")
    packs, po = folder / "packs", languages.catalogue(folder, CODE).with_suffix(".po")
    shutil.copytree(ROOT / "portal" / "controllers", packs)
    told = packs / "mimap" / "controller.toml"
    text = told.read_text(encoding="utf-8")
    told.write_text(text.replace('["en", "zh-Hans"]', f'["en", "zh-Hans", "{CODE}"]'), encoding="utf-8")
    with override_settings(PORTAL_LANGUAGES=folder):
        call_command("check_language", CODE, "--write", stdout=io.StringIO())
    _translate(po)
    assert all(catalogue.done(text) and not catalogue.misplaced(text) for text in catalogue.read(po).values())
    catalogue.compile_beside(po)
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SPEAK], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env=os.environ | {"PORTAL_LANGUAGES": str(folder), "PORTAL_CONTROLLERS": str(packs)},
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout.splitlines()[-1])


def _translate(po: Path) -> None:
    """As a translator fills it in with any editor of catalogues, every form of it."""
    with po.open("rb") as file:
        told = read_po(file)
    for text in told:
        if text.id and text.pluralizable:
            text.string = tuple(wrapped(text.id[min(n, 1)]) for n in range(told.num_plurals))
        elif text.id:
            text.string = wrapped(text.id)
    with po.open("wb") as file:
        write_po(file, told)


def test_a_page(spoken) -> None:
    page = spoken["page"]
    assert spoken["status"] == 200 and f'<html lang="{CODE}" dir="rtl">' in page and ">العربيّة<" in page
    assert wrapped("Your rights, and what happens") in page, "a page's own words"
    assert wrapped("Delete your information") in page, "the law's"
    assert "&lt;" not in page


def test_a_mail(spoken) -> None:
    assert spoken["subject"].startswith(OPEN)
    mail = spoken["mail"]
    bare = [line for line in mail.splitlines() if re.search("[A-Za-z]{3}", re.sub(r"http\S+", "", line))]
    assert [line for line in bare if OPEN not in line] == ["MiMap Inc"]


def test_a_mails_page_is_from_right_to_left_and_what_is_read_from_left_to_right_stays_whole(
    spoken, browser: Browser
) -> None:
    page = browser.new_page()
    page.set_content(spoken["sheet"].replace('<html lang="ar" dir="rtl">', "<html>"))
    assert page.evaluate("getComputedStyle(document.querySelector('.sheet p')).direction") == "rtl"
    told = page.locator("bdi").all_inner_texts()
    assert told.count("271 828") == 1 and any(one.endswith("/…/") for one in told)
    first, last = page.evaluate(
        """() => {
            const text = [...document.querySelectorAll('bdi')].find(one => one.textContent === '271 828').firstChild;
            return [0, 6].map(at => {
                const sign = document.createRange();
                sign.setStart(text, at);
                sign.setEnd(text, at + 1);
                return sign.getBoundingClientRect().left;
            });
        }"""
    )
    assert first < last, "a code is read as it was sent"
    page.close()


def test_a_letter(spoken) -> None:
    letter = spoken["letter"]
    assert wrapped(f"Dear {wrapped('Dana Example')},") in letter
    assert re.search(wrapped(r"The law’s last day: .*«January» 2027.*"), letter), (
        "a sentence with a day in it"
    )
    rest = letter.split("MiMap Inc")[0]
    assert not [line for line in rest.splitlines() if re.search("[A-Za-z]{3}", line) and OPEN not in line]


def test_a_pdf_reads_from_right_to_left(spoken) -> None:
    """Most lines begin at the right edge of what is printed: not those of a second or third column."""
    with PdfDocument(base64.b64decode(spoken["pdf"])) as document:
        page = document[0]
        written, width = page.get_textpage(), page.get_width()
        boxes = [written.get_rect(n) for n in range(written.count_rects())]
        text = written.get_text_range()
    assert "Dana" in text and "[U+" not in text
    lines = {round(bottom / 4): 0.0 for _left, bottom, _right, _top in boxes}
    for _left, bottom, right, _top in boxes:
        lines[round(bottom / 4)] = max(lines[round(bottom / 4)], right)
    assert sum(abs(begins - (width - EDGE)) < 12 for begins in lines.values()) > 0.7 * len(lines)
    assert not [box for box in boxes if box[2] > width - EDGE + 2 or box[0] < EDGE - 2]


def test_a_page_is_laid_out_from_right_to_left_on_the_narrowest_screen(spoken, browser: Browser) -> None:
    context = browser.new_context(bypass_csp=True)
    served = {".css": "text/css", ".svg": "image/svg+xml"}

    def answer(route: Route) -> None:
        file = ROOT / urlsplit(route.request.url).path.lstrip("/")
        if file.suffix in served:
            route.fulfill(body=file.read_bytes() if file.exists() else b"", content_type=served[file.suffix])
        else:
            route.fulfill(body=spoken["page"], content_type="text/html; charset=utf-8")

    context.route("**/*", answer)
    page = context.new_page()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("http://localhost/mimap/privacy/")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        heading, main = (page.locator(one).first.bounding_box() for one in ("h1", "main"))
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
        right = page.evaluate(
            "() => { const r = document.createRange(); r.selectNodeContents(document.querySelector('h1')); "
            "return r.getBoundingClientRect().right }"
        )
        assert abs(right - heading["x"] - heading["width"]) < 2, "its text begins at the right"
        assert main["x"] >= 0
    context.close()


def test_a_catalogue_that_lacks_a_text_is_told_which_and_where_and_what_it_can_lose(tmp_path: Path) -> None:
    po, said = languages.catalogue(tmp_path, CODE).with_suffix(".po"), io.StringIO()
    catalogue.add(po, CODE, [Message("Hello,", locations=[("x.txt", 1)]), Message("Hello again,")])
    _translate(po)
    spoken_here = override_settings(LOCALE_PATHS=[tmp_path], PORTAL_LANGUAGES=tmp_path)
    with spoken_here, pytest.raises(CommandError, match="are missing"):
        call_command("check_language", CODE, stdout=said)
    assert "templates/emails/code.txt:1: 'Your code: %(code)s' has no ar." in said.getvalue()
    assert "'Hello,'" not in said.getvalue()
    assert "'Hello again,' stands nowhere any more: its entry can go." in said.getvalue()


def test_what_a_translation_lost_or_made_up_is_named(tmp_path: Path) -> None:
    po = tmp_path / "django.po"
    catalogue.add(po, CODE, [Message("The law’s last day: {1}."), Message("a\\b")])
    text = po.read_text(encoding="utf-8").replace('{1}."\nmsgstr ""', '{1}."\nmsgstr "La fino: {2}."')
    po.write_text(text, encoding="utf-8")
    first, second = catalogue.read(po).values()
    assert catalogue.misplaced(first) == {"{1}", "{2}"}
    assert (catalogue.done(first), catalogue.done(second)) == (True, False)
    assert PLACES.findall("%(n)s of {day}") == ["%(n)s", "{day}"]


def test_a_catalogue_that_cannot_be_read_is_told_where(tmp_path: Path) -> None:
    po = tmp_path / "django.po"
    po.write_text('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="'a' is translated twice, and differently"):
        catalogue.read(po)
    po.write_text('msgid "a"\nmsgstr "b"\nand so on\n', encoding="utf-8")
    with pytest.raises(ValueError, match="django.po:3: this is no line of a catalogue"):
        catalogue.read(po)
