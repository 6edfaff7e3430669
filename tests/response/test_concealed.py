"""A file that somebody sent may carry more than it shows; before it leaves a person has looked at what."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from identity import vault
from requests_app import register
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from requests_app.response import blackout, redaction, steps
from tests.build import build_case, found
from tests.response.papers import pdf
from tests.stack import ROOT
from tests.staff.people import at_desk, hire

SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SLIDE = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
TABLE = 'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
BOOK = f'<workbook {SHEET}><sheets><sheet name="a"/><sheet name="b" state="{{}}"/></sheets></workbook>'


def office(**parts: str) -> bytes:
    """An office file with these parts; a double underscore in a name stands for a slash."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        if "content" not in parts:
            packed.writestr("[Content_Types].xml", "<Types/>")
        for name, text in parts.items():
            path = name.replace("__", "/")
            packed.writestr(path if "." in path else f"{path}.xml", text)
    return written.getvalue()


def picture(*, place: bool = False, camera: bool = False) -> bytes:
    """A photograph as a telephone takes it."""
    exif, written = Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.Orientation] = 1
    if camera:
        exif[ExifTags.Base.Model] = "Telephone 7"
    if place:
        exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    Image.new("RGB", (8, 8)).save(written, "JPEG", exif=exif)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "carried"),
    [
        (office(xl__workbook=BOOK.format("visible")), {}),
        (office(xl__pivotCache__pivotCacheRecords1="<r/>"), {"pivot_cache": 1}),
        (office(xl__workbook=BOOK.format("veryHidden")), {"hidden_sheets": 1}),
        (office(xl__worksheets__sheet1=f'<worksheet {SHEET}><cols><col hidden="1"/></cols><row hidden="true"/></worksheet>'),
         {"hidden_cells": 2}),
        (office(xl__comments1="<comments/>", xl__threadedComments__threadedComment1="<c/>"), {"comments": 2}),
        (office(word__document=f"<w:document {WORD}><w:ins/><w:del/><w:vanish/><w:vanish w:val='0'/></w:document>",
                word__comments="<c/>"), {"changes": 2, "hidden_text": 1, "comments": 1}),
        (office(ppt__slides__slide1=f'<p:sld {SLIDE} show="0"/>', ppt__notesSlides__notesSlide1="<n/>"),
         {"hidden_slides": 1, "notes": 1}),
        (office(content=f'<o:d {TABLE}><t:table-row t:visibility="collapse"/><o:annotation/></o:d>'),
         {"hidden_cells": 1, "comments": 1}),
        (office(word__embeddings__oleObject1="x", xl__broken="<"), {"attachments": 1}),
        (office(xl__workbook="<workbook"), {"unreadable": 1}),
        (pdf(("Dana broke it.",)), {"attachments": 1, "comments": 1}),
        (pdf(("Dana broke it.",), password="x"), {"unreadable": 1}),
        (b"\xd0\xcf\x11\xe0 an old one", {"unreadable": 1}),
        (picture(), {}),
        (picture(place=True, camera=True), {"taken_at": 1, "camera": 1}),
        (b"no kind of file that we know", {}),
    ],
    ids=lambda value: "+".join(value) or "nothing" if isinstance(value, dict) else "",
)  # fmt: skip
def test_what_a_file_carries_unseen_is_named_by_kind_and_count(
    content: bytes, carried: dict[str, int]
) -> None:
    assert blackout.concealed_in(content) == carried


@pytest.mark.django_db
def test_the_copy_waits_until_somebody_has_looked_at_what_its_file_carries(
    tmp_path: Path, settings: Any
) -> None:
    settings.PORTAL_CONTROLLERS, settings.PORTAL_VAULT = tmp_path / "packs", tmp_path / "vault"
    shutil.copytree(ROOT / "portal" / "controllers", tmp_path / "packs")
    file = tmp_path / "packs" / "mimap" / "inventory.yml"
    manual = "connector: manual\n        owner: paper@mimap.example"
    file.write_text(file.read_text("utf-8").replace("connector: sql", manual, 1), encoding="utf-8")
    case = build_case({"communications.all": found(1)}, right="KNOW_PCS")
    (system,) = [s.key for s in register.controller("mimap").inventory.systems.values() if s.is_asked]
    stored = vault.write(case.key, [office(xl__workbook=BOOK.format("hidden"))], redaction.FILE_PURPOSE)
    Work.objects.create(case=case, system=system, operation=Work.Operation.ACCESS, status=Work.Status.CONFIRMED,
                        result={"file": stored.path, "size": stored.size, "ending": ".xlsx"})  # fmt: skip
    olu = at_desk(hire("Olu", "mimap"))
    assert steps.answer(case) is False and steps.answer(case) is False
    case.refresh_from_db()
    assert case.waits_for == "third_party" and case.events.filter(name="names_others").count() == 1
    page = olu.get(f"/staff/mimap/{case.reference}/").content.decode()
    assert "Somebody must look before the copy leaves" in page and "carries hidden sheets" in page
    # Whoever looks may open the file, and let a part of it out; nobody has to.
    assert not case.readings.get().must
    olu.post(f"/staff/mimap/{case.reference}/clear-third-party/")
    assert steps.answer(Case.objects.select_related("key").get(pk=case.pk)) is True
    assert Case.objects.get(pk=case.pk).state == State.CLOSED
