"""The identity page: what is needed and why, doubts with their evidence, and two people for what is sensitive."""

from __future__ import annotations

import pytest
from django.utils import timezone

from identity import evidence
from requests_app import doubts, journal
from requests_app.models import Case, Doubt
from requests_app.verification import documents, sisters
from tests.identity.test_evidence import picture
from tests.people import open_case, run_pipeline
from tests.staff.people import at_desk, forget_the_password_time, hire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]


def _doubted(right: str = "KNOW_PCS") -> tuple[Case, Doubt]:
    case = open_case("mimap", right, email="max@example.net")
    run_pipeline()
    case.refresh_from_db()
    doubt = doubts.raise_doubt(
        case, Doubt.Kind.FAILED_ATTEMPTS, by=journal.PIPELINE, references={"codes": 10}
    )
    return case, doubt


def _url(case: Case, tail: str = "") -> str:
    return f"/staff/mimap/{case.reference}/identity/{tail}"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("11 CCR", "10 wrong codes", "Settle this doubt", "penalty of perjury")),
        ("zh-hans", ("输入了10次", "消除疑点", "权重")),
    ],
)
def test_the_page_says_what_is_needed_and_why(language: str, said: tuple[str, ...]) -> None:
    case, _ = _doubted()
    page = (
        at_desk(hire("Olu", "mimap")).get(_url(case), headers={"accept-language": language}).content.decode()
    )
    assert all(words in page for words in said), [words for words in said if words not in page]
    assert "max@example.net" not in page


def test_one_person_proposes_and_another_agrees_with_a_fresh_password() -> None:
    case, doubt = _doubted()
    olu, pia = at_desk(hire("Olu", "mimap")), at_desk(hire("Pia", "mimap"))
    given = {"act": "settle", "doubt": doubt.pk, "basis": "asked_on_record", "reason": ""}
    assert olu.post(_url(case, "act/"), given).status_code == 400
    assert olu.post(_url(case, "act/"), given | {"reason": "file 12"}).status_code == 302
    assert olu.post(_url(case, "agree/"), {"doubt": doubt.pk, "act": "agree"}).status_code == 400
    forget_the_password_time(pia)
    assert "reauthenticate" in pia.post(_url(case, "agree/"), {"doubt": doubt.pk, "act": "agree"}).url
    assert doubts.block_release(case)
    pia = at_desk(hire("Pia", "mimap"))
    assert pia.post(_url(case, "agree/"), {"doubt": doubt.pk, "act": "agree"}).status_code == 302
    assert not doubts.block_release(case)


def test_nobody_settles_doubts_about_themselves_or_at_another_desk() -> None:
    case, doubt = _doubted()
    pia = hire("Pia", "mimap")
    Case.objects.filter(pk=case.pk).update(subject_index=doubts.sealing.blind("mimap", "email", pia.email))
    given = {"act": "settle", "doubt": doubt.pk, "basis": "mistake", "reason": "it is I"}
    assert at_desk(pia).post(_url(case, "act/"), given).status_code == 400
    assert at_desk(hire("Olu", "mipmap")).post(_url(case, "act/"), given).status_code == 404
    assert at_desk(hire("Ada", "mimap")).post(_url(case, "act/"), given).status_code == 403
    other, theirs = _doubted()
    assert at_desk(hire("Olu", "mimap")).post(_url(other, "act/"), given).status_code == 404
    assert doubts.block_release(case) and doubts.block_release(other) and theirs


def test_a_picture_is_shown_to_the_one_who_took_it_and_to_nobody_else() -> None:
    case, _ = _doubted()
    piece = evidence.keep(
        matter=sisters.matter_of(case), kind=documents.KIND, content=picture(), now=timezone.now()
    )
    olu, second = at_desk(hire("Olu", "mimap")), at_desk(hire("Olu", "mimap"))
    here = _url(case, f"documents/{piece.pk}/")
    assert olu.get(f"{here}picture/").status_code == 404
    assert olu.post(f"{here}take/").status_code == 302
    shown = olu.get(f"{here}picture/")
    assert b"".join(shown.streaming_content) == picture() and shown["Cache-Control"] == "no-store"
    assert "sandbox" in shown["Content-Security-Policy"]
    assert second.post(f"{here}take/").status_code == 400
    assert second.get(f"{here}picture/").status_code == 404
    other, _ = _doubted()
    assert olu.get(_url(other, f"documents/{piece.pk}/picture/")).status_code == 404
    answers = dict.fromkeys(documents.CHECKS, "yes") | {"untouched": "no"}
    assert olu.post(here, {"name_fits": "yes"}).status_code == 400
    assert olu.post(here, answers).status_code == 302
    assert olu.get(f"{here}picture/").status_code == 404
    case.refresh_from_db()
    assert documents.of_case(case)[0].destroyed_at and "document" not in case.methods
