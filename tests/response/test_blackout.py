"""What a person blacks out of a file is gone from it: no sign, layer, note, attachment or pixel of it leaves."""

from __future__ import annotations

import io
import threading
import zipfile
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from django.test import Client
from PIL import Image

from identity import vault
from identity.models import User
from requests_app import register
from requests_app.archive import purge
from requests_app.lifecycle import State
from requests_app.models import Case, Reading, Work
from requests_app.response import blackout, deliver, redaction, steps
from tests.build import build_case, found
from tests.response.papers import HIDDEN, LINES, pdf
from tests.response.readers import desk_of, follow, seen_on, url_of
from tests.staff.people import hire


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


@pytest.mark.django_db
def test_what_is_blacked_out_of_a_pdf_is_gone_and_what_the_second_person_saw_is_what_leaves(
    pack: Path,
    settings,
    django_assert_num_queries,
) -> None:
    case, reading, _system = _sent(pack, pdf(LINES, ("Ben Secretname again.", "Bye.")), ".pdf", settings)
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


@pytest.mark.django_db
def test_whoever_finds_all_turns_taken_is_told_to_try_again(pack: Path, settings, monkeypatch) -> None:
    monkeypatch.setattr(blackout, "SECONDS_FOR_A_TURN", 0.01)
    case, reading, _system = _sent(pack, pdf(LINES), ".pdf", settings)
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
    case, reading, system = _sent(pack, pdf(LINES), ".pdf", settings)
    olu = desk_of("Olu", case)
    vault.remove(case.works.get(system=system, operation=Work.Operation.ACCESS).result["file"])
    page = url_of("text", case, reading.pk)
    assert olu.get(page).status_code == 200
    assert olu.post(page, {"act": "paint", "whole": "1", "ground": "privileged"}).status_code == 400


@pytest.mark.django_db
def test_nothing_is_left_in_the_vault_when_the_text_beside_it_cannot_be_written(
    pack: Path,
    settings,
    monkeypatch,
) -> None:
    case, reading, _system = _sent(pack, pdf(LINES), ".pdf", settings)
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


@pytest.mark.django_db
def test_a_file_that_cannot_be_drawn_says_so_and_leaves_whole_or_not_at_all(pack: Path, settings) -> None:
    case, reading, _system = _sent(pack, pdf(LINES, password="x"), ".pdf", settings)
    olu, pia = desk_of("Olu", case), desk_of("Pia", case)
    page = url_of("text", case, reading.pk)
    assert "A password protects this file" in olu.get(page).content.decode()
    assert olu.get(f"{url_of('text_picture', case, reading.pk)}?page=1").status_code == 404
    assert olu.post(page, {"act": "paint", "whole": "1", "ground": "privileged"}).status_code == 400
    olu.post(page, {"act": "leave_out", "ground": "privileged"})
    olu.post(page, {"act": "read"})
    assert _agreed(case, pia) == {"by-hand.txt": b"[left out: advice of lawyers]"}
