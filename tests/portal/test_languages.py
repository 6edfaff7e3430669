"""A language is added by its catalogue alone: a page, a mail and a letter come out in one that was made up a moment ago."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po, write_po
from django.core.management import CommandError, call_command
from django.test import override_settings

from portal import catalogue, languages
from portal.catalogue import PLACES
from tests.stack import ROOT

CODE = "eo"
OPEN, CLOSE = "⟦", "⟧"
"""Around every text of the made-up language."""
SPEAK = """
import json
from datetime import UTC, datetime
import django
django.setup()
from django.test import Client
from requests_app import law, register
from requests_app.letters import invented
controller, code = register.controller("mimap"), "eo"
regime, at = law.regime("ccpa"), datetime(2026, 11, 21, 22, tzinfo=UTC)
right, dates = regime.right("DELETE"), law.reckon(regime, "DELETE", at)
page = Client().get("/mimap/privacy/", headers={"accept-language": code, "host": "localhost"})
mail = invented.mail(controller, "acknowledgement", code, right, dates)
letter = invented.answer(controller, regime, right, "granted_in_part", code, at, dates)
print(json.dumps({
    "page": page.content.decode(), "status": page.status_code, "subject": mail.subject, "mail": mail.text,
    "letter": letter.plain(),
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
    assert spoken["status"] == 200 and f'<html lang="{CODE}"' in page and ">esperanto<" in page.lower()
    assert wrapped("Your rights, and what happens") in page, "a page's own words"
    assert wrapped("Delete your information") in page, "the law's"
    assert "&lt;" not in page


def test_a_mail(spoken) -> None:
    assert spoken["subject"].startswith(OPEN)
    mail = spoken["mail"]
    bare = [line for line in mail.splitlines() if re.search("[A-Za-z]{3}", re.sub(r"http\S+", "", line))]
    assert [line for line in bare if OPEN not in line] == ["MiMap Inc"]


def test_a_letter(spoken) -> None:
    letter = spoken["letter"]
    assert wrapped(f"Dear {wrapped('Dana Example')},") in letter
    assert re.search(wrapped(r"The law’s last day: .*⟦January⟧ 2027.*"), letter), (
        "a sentence with a day in it"
    )
    rest = letter.split("MiMap Inc")[0]
    assert not [line for line in rest.splitlines() if re.search("[A-Za-z]{3}", line) and OPEN not in line]


def test_a_catalogue_that_lacks_a_text_is_told_which_and_where_and_what_it_can_lose(tmp_path: Path) -> None:
    po, said = languages.catalogue(tmp_path, CODE).with_suffix(".po"), io.StringIO()
    catalogue.add(po, CODE, [Message("Hello,", locations=[("x.txt", 1)]), Message("Hello again,")])
    _translate(po)
    spoken_here = override_settings(LOCALE_PATHS=[tmp_path], PORTAL_LANGUAGES=tmp_path)
    with spoken_here, pytest.raises(CommandError, match="are missing"):
        call_command("check_language", CODE, stdout=said)
    assert "templates/emails/code.txt:1: 'Your code: %(code)s' has no eo." in said.getvalue()
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
