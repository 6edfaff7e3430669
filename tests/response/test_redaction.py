"""Free text leaves only after one person read it and another agreed with what is left out, each gap named."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from identity import vault
from requests_app import journal, register
from requests_app.archive import purge
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Reading, Work
from requests_app.response import deliver, redaction, rows, shown, steps, to_read
from requests_app.response import ledger as ledgers
from requests_app.response.readings import cut
from requests_app.response.redaction import NotRead
from tests.build import build_case, found
from tests.response.readers import desk_of, follow, seen_on, url_of
from tests.staff.people import at_desk, hire

SHOP = "mimap_shop_db"
BODY = "Dana broke it. My neighbour Ben saw that! Ben was angry.\nPlease help."


def _case(*bodies: str, language: str = "en") -> Case:
    rows = [
        ("communications", {"message_id": n, "customer_id": "MM1", "body": b}) for n, b in enumerate(bodies)
    ]
    case = build_case(
        {"communications.all": found(len(rows))}, right="KNOW_PCS", rows={SHOP: rows}, language=language
    )
    assert steps.answer(case) is False
    case.refresh_from_db()
    return case


def _files(case: Case) -> dict[str, str]:
    packed = zipfile.ZipFile(io.BytesIO(b"".join(deliver.open_package(case, case.packages.get()))))
    return {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}


@pytest.mark.django_db
def test_two_people_read_a_text_and_only_what_they_left_standing_leaves(pack: Path) -> None:
    case = _case(BODY, "Thank you.", "Thank you.")
    assert (case.state, case.waits_for, case.packages.count()) == (State.RESPONDING, "texts", 0)
    marks = [[0, 1, "other_person", hire("Cora", "mimap").pk]]
    Reading.objects.create(case=case, system=SHOP, collection="communications", field="body", digest="an earlier text",
                           length=5, left_out=marks, confirmed_at=case.received_at)  # fmt: skip
    assert case.readings.filter(confirmed_at=None).count() == 2, (
        "the same text in the same place is read once"
    )
    assert steps.answer(case) is False and case.events.filter(name="texts_wait").count() == 1
    reading = case.readings.get(length=len(BODY))
    olu, pia = desk_of("Olu", case), desk_of("Pia", case)
    assert "must be read before the copy leaves" in olu.get(url_of("case", case)).content.decode()
    page = url_of("text", case, reading.pk)
    sentences = [piece.text.strip() for piece in olu.get(page).context["pieces"]]
    assert sentences[:2] == ["Dana broke it.", "My neighbour Ben saw that!"]
    assert olu.post(page, {"act": "leave_out", "piece": "1"}).status_code == 400, "no ground was chosen"
    assert (
        olu.post(page, {"act": "leave_out", "passages": "Bert", "ground": "other_person"}).status_code == 400
    )
    olu.post(page, {"act": "leave_out", "piece": "1", "passages": "Ben", "ground": "other_person"})
    reading.refresh_from_db()
    assert [BODY[a:b] for a, b, *_ in reading.left_out] == ["My neighbour Ben saw that!", "Ben"]
    stale, fresh = f"back-1-{redaction.sign_of(reading.left_out[0])}", olu.get(page).context["marks"][1]
    assert olu.post(page, {"act": stale}).status_code == olu.post(page, {"act": "back-1"}).status_code == 400
    assert olu.post(page, {"act": f"back-{fresh['number']}"}).status_code == 302
    olu.post(page, {"act": "leave_out", "passages": "Ben was angry", "ground": "not_about_you"})
    onward = olu.post(page, {"act": "read"})
    other = case.readings.exclude(pk=reading.pk).get(confirmed_at=None)
    assert onward.url == url_of("text", case, other.pk)
    olu.post(onward.url, {"act": "read"})

    looks = pia.get(url_of("texts", case))
    assert "<mark>My neighbour Ben saw that!</mark>" in looks.content.decode()
    assert pia.post(url_of("texts_confirm", case), seen_on(looks)).status_code == 302
    follow(case)
    assert case.state == State.CLOSED and journal.verify(case) is None
    files = _files(case)
    assert not [name for name, text in files.items() if "neighbour" in text or "angry" in text]
    wanted = "Dana broke it. [left out: another person's data] [left out: nothing about you].\nPlease help."
    given = [record["row"]["body"] for record in json.loads(files["data.json"])["records"]]
    assert given == [wanted, "Thank you.", "Thank you."]
    assert "number of places: 2" in outbox.read(case.letters.get())["text"]
    on_the_page = shown.of(case, "en", theirs=True, events=list(journal.timeline(case))).after
    assert [one for one in on_the_page if "number of places: 2" in one], "in the words of the letter"
    marked = case.events.filter(name="text_read").first().references
    assert marked["grounds"] == ["not_about_you", "other_person"] and "Ben" not in str(marked)


@pytest.mark.django_db
def test_the_gap_is_named_in_the_readers_language() -> None:
    assert cut("abc", [[0, 1, "other_person", 1], [2, 3, "trade_secret", 1]], "zh-Hans") == (
        "[此处略去：他人的个人信息]b[此处略去：商业秘密]"
    )


def test_marks_of_two_people_stay_theirs_where_they_overlap() -> None:
    spans = [(0, 5, "other_person", 1), (3, 4, "other_person", 1), (3, 9, "other_person", 2)]
    assert redaction._joined(spans) == [(0, 5, "other_person", 1), (5, 9, "other_person", 2)]


@pytest.mark.django_db
def test_nobody_agrees_with_themselves_nor_with_what_they_did_not_see(pack: Path) -> None:
    case = _case(BODY)
    reading = case.readings.get()
    pia, cora, olu = hire("Pia", "mimap"), hire("Cora", "mimap"), hire("Olu", "mimap")
    text = to_read.texts_of(ledgers.read(case), [reading])[reading.pk]
    redaction.leave_out(case, reading, text, by=pia, ground="other_person", passages=["Ben"])
    redaction.finish(case, reading, by=olu)
    reading.refresh_from_db()
    seen = {reading.pk: redaction.mark_of(reading)}
    refused = [
        (olu, seen, "not_yours"),
        (pia, seen, "same_person"),
        (cora, {reading.pk: "x"}, "changed"),
        (cora, {}, "gone"),
    ]
    for by, agreed_to, why in refused:
        with pytest.raises(NotRead) as refusal:
            redaction.confirm(case, agreed_to, by=by)
        assert refusal.value.why == why
    # Sent back and read again, the old sight counts for nothing; confirmed, nothing changes any more.
    redaction.send_back(case, reading, by=cora)
    redaction.finish(case, reading, by=olu)
    with pytest.raises(NotRead, match="changed"):
        redaction.confirm(case, seen, by=cora)
    reading.refresh_from_db()
    redaction.confirm(case, {reading.pk: redaction.mark_of(reading)}, by=cora)
    with pytest.raises(NotRead, match="confirmed"):
        redaction.put_back(case, reading, by=pia, number=0, sign="")
    assert case.events.filter(name="texts_confirmed", followed_at=None).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("whole", "given"), [(True, "[left out: advice of lawyers]"), (False, "what they sent")]
)
def test_a_file_leaves_whole_or_not_at_all(pack: Path, whole: bool, given: str) -> None:
    file = pack / "mimap" / "inventory.yml"
    text = file.read_text(encoding="utf-8")
    asked = "connector: manual, owner: paper@mimap.example, redact_files: true"
    asked = asked.replace(", ", "\n        ")
    assert "connector: sql" in text
    file.write_text(text.replace("connector: sql", asked, 1), encoding="utf-8")
    case = build_case({"communications.all": found(1)}, right="KNOW_PCS")
    system = next(s.key for s in register.controller("mimap").inventory.systems.values() if s.redact_files)
    stored = vault.write(case.key, [b"what they sent"], redaction.FILE_PURPOSE)
    Work.objects.create(case=case, system=system, operation=Work.Operation.ACCESS, status=Work.Status.CONFIRMED,
                        result={"file": stored.path, "size": 14, "ending": ".txt"})  # fmt: skip
    (early,) = rows.files_by_hand(ledgers.read(case))
    assert b"".join(early[1]) == b"[left out: not read yet]", "it came after the texts were looked through"
    assert steps.answer(case) is False
    reading = case.readings.get()
    olu, pia = desk_of("Olu", case), desk_of("Pia", case)
    assert b"".join(olu.get(url_of("text_file", case, reading.pk))) == b"what they sent"
    page = url_of("text", case, reading.pk)
    if whole:
        assert olu.post(page, {"act": "leave_out", "ground": "privileged"}).status_code == 302
    olu.post(page, {"act": "read"})
    pia.post(url_of("texts_confirm", case), seen_on(pia.get(url_of("texts", case))))
    follow(case)
    assert case.state == State.CLOSED
    (sent,) = [text for name, text in _files(case).items() if name.startswith(f"data/{system}/by-hand")]
    assert sent == given


@pytest.mark.django_db
def test_what_is_read_without_a_reason_shows_nothing_and_goes_with_the_case(pack: Path) -> None:
    case = _case(BODY)
    desk = at_desk(hire("Olu", "mimap"))
    number = case.readings.get().pk
    for url in (url_of("texts", case), url_of("text", case, number)):
        answer = desk.get(url)
        assert answer.status_code == 403 and "neighbour" not in answer.content.decode()
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED)
    purge.purge(Case.objects.get(pk=case.pk))
    assert not Reading.objects.filter(case=case).exists()


def test_a_text_that_names_somebody_may_be_shortened_instead_of_let_stand(furnished) -> None:
    body = "Ask ben@example.com about it."
    rows = [("communications", {"message_id": 1, "customer_id": "MM100001", "body": body})]
    case = build_case(
        {"communications.all": found(1)}, right="KNOW_PCS", email="dana@example.com", rows={SHOP: rows}
    )
    assert steps.answer(case) is False and case.events.filter(name="names_others").exists()
    reading, olu, pia = case.readings.get(), hire("Olu", "mimap"), hire("Pia", "mimap")
    assert not reading.must and not to_read.waiting(case).exists()
    redaction.leave_out(case, reading, body, by=olu, ground="other_person", passages=["ben@example.com"])
    assert steps.answer(case) is False
    case.refresh_from_db()
    assert case.waits_for == "texts"
    # Put back again, nothing is left to be read: somebody must say whether the address may stand.
    reading.refresh_from_db()
    redaction.put_back(case, reading, by=olu, number=0, sign=redaction.sign_of(reading.left_out[0]))
    follow(case)
    assert case.waits_for == "third_party" and case.events.filter(name="names_others").count() == 2
    redaction.leave_out(case, reading, body, by=olu, ground="other_person", passages=["ben@example.com"])
    redaction.finish(case, reading, by=olu)
    reading.refresh_from_db()
    redaction.confirm(case, {reading.pk: redaction.mark_of(reading)}, by=pia)
    follow(case)
    assert case.state == State.CLOSED
    assert not [name for name, text in _files(case).items() if "ben@example.com" in text]
