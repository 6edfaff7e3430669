"""One press gives what a regulator asks for; a script inside finds every change; nothing personal beyond the letters."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from requests_app import journal, restriction
from requests_app.archive import evidence_pack, purge
from requests_app.letters import outbox
from requests_app.models import Case, Letter
from requests_app.response import steps as response
from tests.build import TAX, build_case, found
from tests.staff.people import at_desk, forget_the_password_time, hire
from tests.staff.scenes import approving

pytestmark = pytest.mark.django_db


def answered(**how: object) -> Case:
    """An erasure answered in part, its letters sent."""
    case = build_case(
        {"orders.older": found(3, "retain", **TAX), "customers.identity": found(1, erased=1)}, **how
    )
    link = f"http://localhost/mimap/follow/{'s' * 43}/"
    outbox.queue(case=case, kind="acknowledgement", once="ack", to="dana@example.com",
                 words=outbox.Words("Your code 123 456", f"Type 123 456\nYour own page: {link}"))  # fmt: skip
    assert response.answer(case)
    for letter in case.letters.all():
        outbox.send(letter.pk)
    case.refresh_from_db()
    return case


def unpacked(content: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return folder


def verified(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "verify.py"], cwd=folder, capture_output=True, text=True, check=False, env={}
    )


def test_the_script_inside_finds_it_whole_and_the_journal_knows_its_number(tmp_path) -> None:
    case, pia = answered(), hire("Pia", "mimap")
    folder = unpacked(evidence_pack.make(case, by=pia, letters=True), tmp_path)
    told = verified(folder)
    assert told.returncode == 0, told.stdout + told.stderr
    packed = case.events.get(name=evidence_pack.PACKED)
    assert packed.references["manifest"] in told.stdout and packed.by_ref == str(pia.pk)
    case.refresh_from_db()
    assert journal.verify(case) is None
    assert json.loads((folder / "case.json").read_text())["outcome"] == "granted_in_part"
    (kept,) = [line for line in json.loads((folder / "decisions.json").read_text()) if line["exemption"]]
    assert kept["exemption"] == "DEL8" and "1798.105" in kept["citations"][0]
    assert {line["status"] for line in json.loads((folder / "systems.json").read_text())} == {"confirmed"}
    assert json.loads((folder / "clock.json").read_text())["in_words"][-1]["rule"]
    assert len(list((folder / "letters").glob("*-answer.pdf"))) == 1


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "decisions.json").write_text("[]"),
        lambda folder: (folder / "clock.json").unlink(),
        lambda folder: (folder / "letters" / "more.txt").write_text("never sent"),
        lambda folder: _forged(folder, lambda events: events.pop()),
        lambda folder: _forged(folder, lambda events: events[1]["content"].update(reason="another")),
        lambda folder: _forged(folder, lambda events: events.reverse()),
    ],
)
def test_any_change_is_found(tmp_path, harm) -> None:
    folder = unpacked(evidence_pack.make(answered(), by=hire("Pia", "mimap"), letters=True), tmp_path)
    harm(folder)
    told = verified(folder)
    assert told.returncode == 1 and "WRONG" in told.stdout


def _forged(folder: Path, change) -> None:
    """The journal changed, and the manifest made to fit."""
    events = json.loads((folder / "journal.json").read_text())
    change(events)
    (folder / "journal.json").write_text(json.dumps(events))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["journal.json"] = hashlib.sha256((folder / "journal.json").read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_nothing_personal_but_the_letters_and_nothing_that_opens_a_door(tmp_path) -> None:
    olu = hire("Olu", "mimap")
    case = approving(by=olu)
    outbox.queue(
        case=case,
        kind="task",
        once="t",
        to="shop@example.com",
        words=outbox.Words("Do", "for dana@example.com"),
    )
    Letter.objects.filter(case=case).update(status="sent", sent_at=case.received_at)
    packs = [evidence_pack.make(one, by=olu, letters=True) for one in (case, answered())]
    for number, content in enumerate(packs):
        folder = unpacked(content, tmp_path / str(number))
        for path in folder.rglob("*"):
            text = path.read_bytes().decode(errors="replace") if path.is_file() else ""
            for word in (
                "dana.whitfield@example.org",
                "dana@example.com",
                "123 456",
                "s" * 43,
                "file 12",
                "as the file says",
            ):
                assert word not in text, (path.name, word)
            if path.parent.name != "letters":
                assert "Whitfield" not in text, path.name
    assert "[private]" in "".join(path.read_text() for path in (tmp_path / "1" / "letters").glob("*ack*.txt"))


@pytest.mark.parametrize(("who", "status", "words"), [("Olu", 403, False), ("Pia", 200, True), ("Cora", 200, True),
                                                      ("Ada", 200, False), ("Adam", 404, False)])  # fmt: skip
def test_who_may_take_it_and_with_what_in_it(tmp_path, who, status, words) -> None:
    case = answered()
    desk = at_desk(hire(who, "mimap"))
    url = reverse("staff:evidence", args=["mimap", case.reference])
    pressed = desk.post(url)
    assert pressed.status_code == status
    assert case.events.filter(name=evidence_pack.PACKED).exists() is (status == 200)
    page = desk.get(reverse("staff:case", args=["mimap", case.reference]))
    assert (url in page.content.decode()) is (status == 200)
    if status == 200:
        folder = unpacked(pressed.content, tmp_path)
        assert bool(list((folder / "letters").glob("*.txt"))) is words
        assert verified(folder).returncode == 0


def test_it_wants_a_fresh_password_and_an_end_of_content_ends_it() -> None:
    case = answered()
    desk = at_desk(hire("Pia", "mimap"))
    url = reverse("staff:evidence", args=["mimap", case.reference])
    forget_the_password_time(desk)
    assert desk.post(url).status_code == 302
    assert not case.events.filter(name=evidence_pack.PACKED).exists()
    purge.purge(case)
    desk = at_desk(hire("Pia", "mimap"))
    assert desk.post(url).status_code == 403
    assert url not in desk.get(reverse("staff:case", args=["mimap", case.reference])).content.decode()


def test_of_a_restriction_it_tells_the_end_and_in_words_only_what_a_letter_says() -> None:
    reason, olu = "Dana says that the address is wrong.", hire("Olu", "mipmap")
    case = build_case({"accounts.contact": found(1)}, controller="mipmap", right="CN_RESTRICT")
    restriction.write(case, restriction.Terms(reason, "", date(2027, 5, 4)), by=olu)

    def told(*, letters: bool) -> dict[str, str]:
        with zipfile.ZipFile(io.BytesIO(evidence_pack.make(case, by=olu, letters=letters))) as pack:
            return json.loads(pack.read("restriction.json"))

    sealed = f"sha256:{hashlib.sha256(reason.encode()).hexdigest()}"
    draft = told(letters=True)
    assert (draft["reason"], draft["ends_on"], draft["stands"]) == (sealed, "2027-05-04", False)
    restriction.begin(case)
    assert told(letters=False) | {"begun_at": ""} == draft | {"stands": True}
    assert told(letters=True)["reason"] == reason
