"""What a person blacks out of a file is gone from it: no sign, layer, note, attachment or pixel of it leaves."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pypdf
import pypdfium2
import pytest
from django.test import Client
from PIL import Image
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

from identity import vault
from identity.models import User
from requests_app import register
from requests_app.archive import purge
from requests_app.lifecycle import State
from requests_app.models import Case, Reading, Work
from requests_app.response import blackout, bounds, deliver, drawing, redaction, steps
from requests_app.response.blackout import NotPossible
from tests.build import build_case, found
from tests.response.readers import desk_of, follow, seen_on, url_of
from tests.staff.people import hire

LINES = ("Dana broke it.", "My neighbour Ben Secretname saw that.", "Please help.")
HIDDEN = (
    "scannertext",
    "whitehidden",
    "unseenmode",
    "annotsecret",
    "metasecret",
    "attachsecret",
    "scriptsecret",
    "underbar",
)


def _pdf(*pages: Sequence[str], password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        told = " ".join(f"({line}) Tj T*" for line in lines)
        stream = DecodedStreamObject()
        stream.set_data(
            f"BT /F1 12 Tf 60 760 Td 16 TL {told} ET "
            "BT 1 1 1 rg /F1 12 Tf 60 400 Td (whitehidden) Tj ET BT 3 Tr /F1 12 Tf 60 300 Td (unseenmode) Tj ET "
            "0 0 0 rg 60 252 80 3 re f BT /F1 12 Tf 60 250 Td (scannertext) Tj ET "
            "0 0 0 rg 60 200 200 20 re f BT 0 Tr /F1 12 Tf 62 204 Td (underbar) Tj ET".encode()
        )
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(named)})}
        )
    writer.add_annotation(0, DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Text"),
        NameObject("/Rect"): ArrayObject([FloatObject(side) for side in (300, 500, 320, 520)]),
        NameObject("/Contents"): TextStringObject("annotsecret"),
    }))  # fmt: skip
    writer.add_metadata({"/Title": "metasecret"})
    writer.add_attachment("attached.txt", b"attachsecret")
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("scriptsecret")}
    )
    if password:
        writer.encrypt(password)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _everything(content: bytes) -> bytes:
    """A PDF's bytes, and those of every stream unpacked."""
    read = pypdf.PdfReader(io.BytesIO(content))
    objects = [read.get_object(number) for number in range(1, int(read.trailer["/Size"]))]
    told = [repr(one).encode() + (one.get_data() if hasattr(one, "get_data") else b"") for one in objects]
    return content + b"".join(told)


def _sent(pack: Path, content: bytes, ending: str, settings) -> tuple[Case, Reading, str]:
    """A case for which somebody sent a file by hand that must be read."""
    file = pack / "mimap" / "inventory.yml"
    text = file.read_text(encoding="utf-8")
    asked = "connector: manual\n        owner: paper@mimap.example\n        redact_files: true"
    file.write_text(text.replace("connector: sql", asked, 1), encoding="utf-8")
    case = build_case({"communications.all": found(1)}, right="KNOW_PCS")
    system = next(s.key for s in register.controller("mimap").inventory.systems.values() if s.redact_files)
    stored = vault.write(case.key, [content], redaction.FILE_PURPOSE)
    Work.objects.create(case=case, system=system, operation=Work.Operation.ACCESS, status=Work.Status.CONFIRMED,
                        result={"file": stored.path, "size": stored.size, "ending": ending})  # fmt: skip
    assert steps.answer(case) is False
    case.refresh_from_db()
    return case, case.readings.get(), system


def _agreed(case: Case, pia: Client) -> dict[str, bytes]:
    """The second person agrees with what stands on the page; the files that leave."""
    assert pia.post(url_of("texts_confirm", case), seen_on(pia.get(url_of("texts", case)))).status_code == 302
    follow(case)
    assert case.state == State.CLOSED
    packed = zipfile.ZipFile(io.BytesIO(b"".join(deliver.open_package(case, case.packages.get()))))
    return {Path(name).name: packed.read(name) for name in packed.namelist() if "by-hand" in name}


def _layered(drawn: str) -> bytes:
    """A page on which each line is drawn in turn, with a picture ``/I1`` of grey specks and a form ``/X1`` at hand."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(595, 842)
    fonts = {}
    helvetica = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    fonts["/F1"] = writer._add_object(
        DictionaryObject({NameObject(k): NameObject(v) for k, v in helvetica.items()})
    )
    resources = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject(k): v for k, v in fonts.items()})}
    )

    def stream(content: bytes, **keys: object) -> object:
        made = DecodedStreamObject()
        made.set_data(content)
        made.update({NameObject(f"/{key}"): value for key, value in keys.items()})
        return writer._add_object(made)

    specks = Image.effect_noise((60, 20), 90).convert("L")
    picture = stream(
        specks.tobytes(), Type=NameObject("/XObject"), Subtype=NameObject("/Image"), Width=FloatObject(60),
        Height=FloatObject(20), ColorSpace=NameObject("/DeviceGray"), BitsPerComponent=FloatObject(8),
    )  # fmt: skip
    form = stream(
        b"BT /F1 12 Tf 5 5 Td (informhid) Tj ET 0.5 g 0 0 80 10 re f 0 g BT /F1 12 Tf 5 25 Td (informseen) Tj ET",
        Type=NameObject("/XObject"), Subtype=NameObject("/Form"), Resources=resources,
        BBox=ArrayObject([FloatObject(side) for side in (0, 0, 100, 40)]),
    )  # fmt: skip
    page[NameObject("/Contents")] = stream(drawn.encode())
    named = {"/I1": picture, "/X1": form}
    page[NameObject("/Resources")] = DictionaryObject(
        {**resources, NameObject("/XObject"): DictionaryObject({NameObject(k): v for k, v in named.items()})}
    )
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _line(words: str, y: int, more: str = "", size: float = 12) -> str:
    return f"0 g BT {more} /F1 {size} Tf 60 {y} Td ({words}) Tj ET 0 Tr "


def test_text_that_something_drawn_later_covers_does_not_stand_beside_the_file() -> None:
    drawn = (
        "0.8 1 0.8 rg 50 750 300 30 re f " + _line("onground", 760)
        + _line("underpicture", 700) + "q 120 0 0 20 55 695 cm /I1 Do Q "
        + _line("undershape", 650) + "q 1 0.9 0 rg 55 645 40 30 re f 0 0 1 rg 58 648 9 4 re f Q "
        + _line("framed", 600) + "q 55 595 120 20 re S Q "
        + _line("struck", 550) + "q 12 w 55 556 m 130 556 l S Q "
        + "q 2 0 0 2 50 440 cm /X1 Do Q "
        + _line("plain", 400) + "1 1 1 rg BT /F1 12 Tf 60 400 Td (ghosts) Tj ET "
        + "0 0 0 rg 50 345 200 20 re f 1 g BT /F1 12 Tf 60 350 Td (lightill) Tj ET "
        + _line("specksize", 300, size=1) + _line("unseen", 250, "3 Tr") + _line("over the picture", 200)
        + "q 30 0 0 20 55 150 cm /I1 Do Q " + _line("afterpicture", 155)
    )  # fmt: skip
    pdf = _layered(drawn)
    told, _made = drawing.answer({"do": "make", "marks": {}}, pdf)
    beside = "".join(text for text, _ground in told["texts"][0])
    for words in (
        "onground",
        "framed",
        "informseen",
        "plain",
        "lightill",
        "over the picture",
        "afterpicture",
    ):
        assert words in beside, (words, beside)
    for words in ("underpicture", "undersh", "struck", "informhid", "ghosts", "specksize", "unseen"):
        assert words not in beside, (words, beside)
    # Whoever reads the file to black it out is told all of it.
    told, _none = drawing.answer({"do": "read"}, pdf)
    assert all(words in told["texts"][0] for words in ("underpicture", "informhid", "unseen"))


@pytest.mark.django_db
def test_what_is_blacked_out_of_a_pdf_is_gone_and_what_the_second_person_saw_is_what_leaves(
    pack: Path,
    settings,
    django_assert_num_queries,
) -> None:
    case, reading, _system = _sent(pack, _pdf(LINES, ("Ben Secretname again.", "Bye.")), ".pdf", settings)
    olu, pia = desk_of("Olu", case), desk_of("Pia", case)
    page, first = url_of("text", case, reading.pk), f"{url_of('text_picture', case, reading.pk)}?page=1"
    shown = olu.get(page)
    assert [piece.text.strip() for piece in shown.context["pieces"]][:3] == list(LINES)
    assert shown.context["height"] == 1557 and len(shown.context["pages"]) == 2
    assert olu.post(page, {"act": "paint", "piece": "1"}).status_code == 400, "no ground was chosen"
    reader = hire("Olu", "mimap")
    for sheet, wrong in ((0, {"passages": ["Bert"]}), (0, {}), (0, {"areas": [(5, 5, 5, 9)]}), (7, {"whole": True}),
                         (0, {"areas": [(0, 0, 10_001, 9)]}), (0, {"cells": [256]}), (0, {"numbers": [99]})):  # fmt: skip
        with pytest.raises(redaction.NotRead, match="not_there"):
            blackout.paint(case, reading, sheet, by=reader, ground="other_person", **wrong)
    # One passage over both pages, one cell that nobody can read as text.
    olu.post(page, {"act": "paint", "passages": "Ben  Secretname", "ground": "other_person"})
    drawn = {"cell": "254", "area": "8750,9600,10000,10000"}
    olu.post(page, {"act": "paint", "page": "2", **drawn, "ground": "trade_secret"})
    reading.refresh_from_db()
    assert [mark[0] for mark in reading.boxes] == [0, 1, 1] and not reading.made
    (mark,) = olu.get(page).context["painted"]
    assert mark["text"] == "Ben Secretname"
    picture = olu.get(first)
    assert picture["Content-Type"] == "image/jpeg" and "sandbox" in picture["Content-Security-Policy"]
    olu.post(page, {"act": "read"})
    opened = case.events.filter(name="text_file_opened")
    looked, who = pia.get(url_of("texts", case)), User.objects.get(name="Pia")
    assert opened.filter(by_ref=who.pk).count() == 1, (
        "the text beside it stands on the page of the second look"
    )
    reading.refresh_from_db()
    with django_assert_num_queries(1):
        redaction.note_opened(case, [reading] * 10, by=who)
    assert first in looked.content.decode() and "Secretname" not in looked.content.decode()
    assert pia.get(first).status_code == 200 and pia.get(url_of("text", case, reading.pk)).context["made"]
    files = _agreed(case, pia)
    assert opened.count() == 2, "once for each who read it"

    assert set(files) == {"by-hand.pdf", "by-hand.txt"}
    made, beside = files["by-hand.pdf"], files["by-hand.txt"].decode()
    secrets = ("Secretname", *HIDDEN)
    assert not [word for word in secrets if word.encode() in _everything(made) or word in beside]
    assert "My neighbour [left out: another person's data] saw that." in beside and "Please help." in beside
    assert "[left out: a trade secret]" in beside
    drawn = pypdfium2.PdfDocument(made)
    assert len(drawn) == 2 and not drawn[0].get_textpage().count_chars() and drawn[0].get_size() == (595, 842)
    seen = drawn[0].render(scale=2).to_pil().convert("L")
    # The second line stands 744 points above the foot: its name is black through and through, its start is not.
    assert seen.crop((2 * 140, 2 * 88, 2 * 220, 2 * 97)).getextrema()[1] < 40
    assert seen.crop((2 * 60, 2 * 88, 2 * 130, 2 * 97)).getextrema()[1] > 200
    paths = Reading.objects.get(pk=reading.pk).made
    purge.purge(Case.objects.get(pk=case.pk))
    for kept in (paths["path"], paths["text"]):
        assert not (Path(settings.PORTAL_VAULT) / kept).exists()


@pytest.mark.django_db
def test_what_is_blacked_out_of_a_picture_is_black_and_what_it_said_about_itself_is_gone(
    pack: Path,
    settings,
) -> None:
    photo, written = Image.new("RGB", (800, 400), "white"), io.BytesIO()
    told = Image.Exif()
    told[0x010E] = "taken at Bens house"
    photo.save(written, "JPEG", exif=told, comment=b"a commented secret")
    case, reading, _system = _sent(pack, written.getvalue(), ".jpg", settings)
    olu, pia = desk_of("Olu", case), desk_of("Pia", case)
    page = url_of("text", case, reading.pk)
    assert len(olu.get(page).context["cells"]) == 8 * 11
    olu.post(page, {"act": "paint", "cell": ["0", "1", "8"], "ground": "other_person"})
    olu.post(page, {"act": "read"})
    reading.refresh_from_db()
    seen = {reading.pk: redaction.mark_of(reading)}
    # Another mark makes another file: what was seen before is not agreed with.
    redaction.send_back(case, reading, by=hire("Cora", "mimap"))
    redaction.put_back(case, reading, by=hire("Cora", "mimap"), number=0, painted=True,
                       sign=redaction.sign_of(reading.boxes[0]))  # fmt: skip
    olu.post(page, {"act": "paint", "cell": "0", "ground": "other_person"})
    olu.post(page, {"act": "read"})
    with pytest.raises(redaction.NotRead, match="changed"):
        redaction.confirm(case, seen, by=hire("Cora", "mimap"))
    files = _agreed(case, pia)
    left = Image.open(io.BytesIO(files["by-hand.jpg"]))
    assert b"Bens" not in files["by-hand.jpg"] and b"commented" not in files["by-hand.jpg"]
    assert not left.getexif() and left.size == (800, 400)
    assert left.convert("L").crop((0, 0, 96, 32)).getextrema()[1] < 20
    assert left.convert("L").crop((110, 40, 800, 400)).getextrema()[0] > 235
    assert files["by-hand.txt"].decode().count("[left out: another person's data]") == 1


def _flood() -> bytes:
    """A PNG of a few bytes that says it is 50,000 pixels wide and high."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + head
        + struct.pack(">I", zlib.crc32(head))
        + b"\0\0\0\x0aIDAT"
        + b"\0" * 14
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"what they sent", "kind"),
        (b"", "kind"),
        (b"<svg onload='x'/>", "kind"),
        (b"%PDF-1.7 and no more", "broken"),
        (_pdf(LINES, password="x"), "locked"),
        (_pdf(*[("a",)] * 61), "many_pages"),
        (b"\xff\xd8\xff no picture", "broken"),
        (_flood(), "many_pixels"),
        (b"%PDF" + b"0" * bounds.MOST_BYTES, "large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_drawn_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(NotPossible) as refusal:
        blackout._ask(content, do="read")
    assert refusal.value.why == why


@pytest.mark.django_db
def test_whoever_finds_all_turns_taken_is_told_to_try_again(pack: Path, settings, monkeypatch) -> None:
    monkeypatch.setattr(blackout, "SECONDS_FOR_A_TURN", 0.01)
    case, reading, _system = _sent(pack, _pdf(LINES), ".pdf", settings)
    olu = desk_of("Olu", case)
    monkeypatch.setattr(blackout, "_TURNS", threading.BoundedSemaphore(1))
    with blackout._TURNS:
        answer = olu.get(f"{url_of('text_picture', case, reading.pk)}?page=1")
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert "try again" in olu.get(url_of("text", case, reading.pk)).content.decode()
    assert olu.get(f"{url_of('text_picture', case, reading.pk)}?page=1").status_code == 200, (
        "the turn is free"
    )


@pytest.mark.django_db
def test_a_file_that_is_gone_is_told_of_whatever_is_pressed(pack: Path, settings) -> None:
    case, reading, system = _sent(pack, _pdf(LINES), ".pdf", settings)
    olu = desk_of("Olu", case)
    vault.remove(case.works.get(system=system, operation=Work.Operation.ACCESS).result["file"])
    page = url_of("text", case, reading.pk)
    assert olu.get(page).status_code == 200
    assert olu.post(page, {"act": "paint", "whole": "1", "ground": "privileged"}).status_code == 400


def test_what_grew_too_large_or_says_too_much_is_not_handed_over(monkeypatch) -> None:
    def asked(do: str, **more: object) -> tuple[str, int]:
        given = json.dumps({"do": do, **more}).encode() + b"\n" + _pdf(LINES, LINES)
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(given)))
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=(out := io.BytesIO())))
        monkeypatch.setattr(drawing.resource, "setrlimit", lambda *_limit: None)
        drawing.main(1)
        head, _line, made = out.getvalue().partition(b"\n")
        return json.loads(head).get("why", ""), len(made)

    assert asked("make", marks={})[0] == ""
    monkeypatch.setattr(drawing, "MOST_MADE_BYTES", 100)
    assert asked("make", marks={}) == ("large", 0)
    monkeypatch.setattr(drawing, "MOST_SIGNS_IN_ALL", 200)
    assert asked("make", marks={}) == asked("read") == ("long", 0)


@pytest.mark.django_db
def test_nothing_is_left_in_the_vault_when_the_text_beside_it_cannot_be_written(
    pack: Path,
    settings,
    monkeypatch,
) -> None:
    case, reading, _system = _sent(pack, _pdf(LINES), ".pdf", settings)
    olu = hire("Olu", "mimap")
    blackout.paint(case, reading, 0, by=olu, ground="other_person", whole=True)
    reading.refresh_from_db()
    write, kept = vault.write, []

    def once(*told):
        if kept:
            raise OSError
        kept.append(write(*told))
        return kept[0]

    monkeypatch.setattr(vault, "write", once)
    with pytest.raises(OSError):
        blackout.finish(case, reading, by=olu)
    assert kept and not (Path(settings.PORTAL_VAULT) / kept[0].path).exists()


def test_a_process_that_takes_too_long_is_ended_with_all_it_started(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(blackout, "SECONDS_TO_WAIT", 2)
    note = tmp_path / "pid"
    told = f"sleep 60 & echo $! > {note}; wait"
    with pytest.raises(subprocess.TimeoutExpired):
        blackout._run(["/bin/sh", "-c", told], b"")
    stat = Path(f"/proc/{note.read_text().strip()}/stat")
    until = time.monotonic() + 5
    while stat.exists() and stat.read_text().split()[2] != "Z" and time.monotonic() < until:
        time.sleep(0.05)
    assert not stat.exists() or stat.read_text().split()[2] == "Z"


@pytest.mark.django_db
def test_a_file_that_cannot_be_drawn_says_so_and_leaves_whole_or_not_at_all(pack: Path, settings) -> None:
    case, reading, _system = _sent(pack, _pdf(LINES, password="x"), ".pdf", settings)
    olu, pia = desk_of("Olu", case), desk_of("Pia", case)
    page = url_of("text", case, reading.pk)
    assert "A password protects this file" in olu.get(page).content.decode()
    assert olu.get(f"{url_of('text_picture', case, reading.pk)}?page=1").status_code == 404
    assert olu.post(page, {"act": "paint", "whole": "1", "ground": "privileged"}).status_code == 400
    olu.post(page, {"act": "leave_out", "ground": "privileged"})
    olu.post(page, {"act": "read"})
    assert _agreed(case, pia) == {"by-hand.txt": b"[left out: advice of lawyers]"}
