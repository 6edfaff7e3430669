"""Replies: only drafts that fit, what is locked stays, what is shown is what leaves, and where set a second person lets it go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from requests_app import journal, law, register
from requests_app.letters import drafts, outbox
from requests_app.letters.locked import Standing
from requests_app.lifecycle import OPEN, Outcome, State
from requests_app.models import Letter, Message, WaitingReply
from requests_app.register import Replies
from tests.response.test_posting import to_paper
from tests.staff.people import at_desk, forget_the_password_time, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
LACKS = (law.Words("a code", "验证码"),)
RUDE = "Ends {day}. {{ link }} {% now 'Y' %} <b>bold</b> & so on"


def url(case, name: str = "reply", *more: object) -> str:
    return reverse(f"staff:{name}", args=[case.controller, case.reference, *more])


def standing(case, *, late: int = 0, **changed) -> Standing:
    for name, value in changed.items():
        setattr(case, name, value)
    return Standing(case, case.due_on + timedelta(days=late), LACKS)


def codes(where: Standing) -> set[str]:
    return {kind.code for kind in drafts.offered(where)}


def test_only_what_is_lawful_where_the_case_stands_is_offered() -> None:
    case = assessing()
    always = {"progress", "policy_question", "elsewhere"}
    for state, more in (
        (State.ASSESSING, {"more_detail", "how_to_withdraw"}),
        (State.VERIFYING, {"more_detail", "more_proof", "how_to_withdraw"}),
        (State.FULFILLING, set()),
    ):
        assert codes(standing(case, state=state)) == always | more
    assert {"late", "longer"} & codes(standing(case, state=State.ASSESSING, extended=True)) == {"longer"}
    assert {"late", "longer"} & codes(standing(case, late=1)) == {"late"}
    closed = {"state": State.CLOSED, "closed_at": case.received_at, "answered_at": case.received_at}
    assert codes(standing(case, **closed, outcome=Outcome.WITHDRAWN)) == {"withdrawn", "policy_question"}
    assert codes(standing(case, outcome=Outcome.REFUSED)) == {"disagrees", "policy_question"}
    assert codes(standing(case, state=State.ARCHIVED)) == set()
    stop = assessing(right="OPT_OUT")
    assert not {"more_detail", "more_proof"} & codes(standing(stop, state=State.VERIFYING))


def test_every_draft_is_whole_in_every_regime_and_language() -> None:
    case = assessing()
    case.outcome = Outcome.REFUSED
    for regime in law.REGIMES:
        case.regime, case.right = regime.code, next(iter(regime.rights.values())).code
        for case.language in ("en", "zh-Hans"):
            for kind in drafts.kinds().values():
                case.closed_at = None if kind.states <= OPEN else case.received_at
                said = drafts.whole(kind, Standing(case, case.due_on, LACKS), drafts.begin(kind, case))
                assert "{" not in said and case.spaced_reference in said, kind.code
                assert (LACKS[0].in_(case.language) in said) is (kind.code == "more_proof")
                own = kind.code == "elsewhere" and regime.code == "pipl"
                assert ("个人信息处理者" in said or "information handler" in said) is own
                assert ("personal data" in said) <= (regime.code in {"gdpr", "virginia"}), kind.code


def test_what_a_person_writes_is_no_template_and_what_is_locked_leaves_whatever_they_write() -> None:
    case, desk = assessing(), at_desk(hire("Olu", "mimap"))
    typed = {"kind": "progress", "reply": RUDE, "once": "a"}
    shown = desk.post(url(case), typed | {"act": "look"})
    assert shown.status_code == 200 and not Letter.objects.exists() and not Message.objects.exists()
    sheet = desk.post(url(case), typed | {"act": "page"})
    assert "&lt;b&gt;bold" in sheet.content.decode() and "sandbox" in sheet.headers["Content-Security-Policy"]
    assert desk.post(url(case), typed | {"act": "send", "before": "", "after": ""}).status_code == 302
    said = outbox.read(Letter.objects.get())
    link = said["text"].split("/follow/")[1].split("/")[0]
    assert shown.context["leaving"]["text"] == said["text"].replace(link, "…")
    assert RUDE in said["text"] and case.spaced_reference in said["text"]
    assert "We answer your request by" in said["text"]


def test_what_does_not_fit_or_is_not_finished_does_not_leave() -> None:
    case, desk = assessing(), at_desk(hire("Olu", "mimap"))
    for kind, written in (
        ("withdrawn", "Done"), ("nonsense", "Done"), ("more_detail", " "), ("progress", "You asked where your request stands:"),
    ):  # fmt: skip
        for act in ("send", "look", "page", "pdf"):
            assert desk.post(url(case), {"kind": kind, "reply": written, "act": act}).status_code == 400
    assert not Letter.objects.exists()


def test_a_letter_by_post_is_seen_as_its_pdf_once_the_name_is_shown() -> None:
    case, desk = to_paper(assessing()), at_desk(hire("Olu", "mimap"))
    typed = {"reply": "A word", "act": "pdf"}
    assert desk.post(url(case), typed).status_code == 400
    desk.post(url(case, "reveal"), {"reason": "write"})
    seen = desk.post(url(case), typed)
    assert seen.headers["Content-Type"] == "application/pdf" and seen.content.startswith(b"%PDF")
    assert not Letter.objects.exists()


def test_a_pack_puts_its_own_words_and_is_told_what_is_wrong_with_them(monkeypatch) -> None:
    case = assessing()
    assert not any(drafts.mistakes(one.replies) for one in register.controllers())
    told = Replies(
        drafts={"progress": {"en": "Dear {right}: {sender} {x}"}, "nope": {}}, second_person=frozenset({"al"})
    )
    company(monkeypatch, told)
    assert drafts.begin(drafts.kinds()["progress"], case).startswith("Dear Delete")
    assert [what for what, _remedy in drafts.mistakes(told)] == [
        "There is no kind of reply 'al'.", "There is no kind of reply 'nope'.",
        "The draft of progress in en names {x}, which nothing fills.",
    ]  # fmt: skip


def company(monkeypatch, replies: Replies) -> None:
    changed = tuple(replace(one, replies=replies) for one in register.controllers())
    monkeypatch.setattr(register, "_read_once", lambda _path: changed)


def test_a_second_person_lets_go_exactly_what_they_saw_and_nothing_else_leaves(monkeypatch) -> None:
    company(monkeypatch, Replies(second_person=frozenset({"progress"})))
    case, olu, pia = assessing(), hire("Olu", "mimap"), hire("Pia", "mimap")
    handler, lead = at_desk(olu), at_desk(pia)
    typed = {"kind": "progress", "reply": "Being read.", "act": "send"}
    for _twice in range(2):
        handler.post(url(case), typed)
    waiting = WaitingReply.objects.get()
    assert not Letter.objects.exists() and not Message.objects.exists()
    page = lead.get(url(case, "reply_waiting", waiting.pk))
    assert "Being read." in page.content.decode() and page.context["why_not"] == ""
    assert waiting.case.reference in lead.get(reverse("staff:to_release", args=["mimap"])).content.decode()
    assert [
        row["reference"]
        for row in lead.get(reverse("staff:queue", args=["mimap"]) + "?view=mine").context["rows"]
    ] == [case.reference]
    let_go, seen = url(case, "reply_release", waiting.pk), {"seen": waiting.digest}
    # Neither its writer, nor a handler, nor whoever saw something else.
    assert handler.post(let_go, seen).status_code == 403
    assert lead.post(let_go, {"seen": "0" * 64}).status_code == 400
    forget_the_password_time(lead)
    assert lead.post(let_go, seen).status_code == 302 and not Letter.objects.exists()
    assert at_desk(pia).post(let_go, seen).status_code == 302
    letter = Letter.objects.get()
    assert "Being read." in outbox.read(letter)["text"] and letter.next_try_at is not None
    assert Message.objects.get().by_ref == str(olu.pk)
    assert at_desk(pia).post(let_go, seen).status_code == 400 and Letter.objects.count() == 1


def test_whoever_wrote_it_cannot_release_it_and_a_change_of_the_case_drops_it(monkeypatch) -> None:
    company(monkeypatch, Replies(second_person=frozenset({"all"})))
    case, pia, cora = assessing(), hire("Pia", "mimap"), hire("Cora", "mimap")
    lead, counsel = at_desk(pia), at_desk(cora)
    lead.post(url(case), {"kind": "progress", "reply": "Being read.", "act": "send"})
    waiting = WaitingReply.objects.get()
    let_go, seen = url(case, "reply_release", waiting.pk), {"seen": waiting.digest}
    assert lead.post(let_go, seen).context["problems"] and not Letter.objects.exists()
    journal.record(case, "built", by=journal.PIPELINE, due_on=case.due_on - timedelta(days=1))
    assert counsel.post(let_go, seen).status_code == 400 and not Letter.objects.exists()
    here = url(case, "reply_waiting", waiting.pk)
    assert counsel.post(here, {"act": "withdraw"}).status_code == 400
    assert counsel.post(here, {"act": "back", "reason": "Kinder, please."}).status_code == 302
    assert counsel.post(let_go, seen).status_code == 400 and not Letter.objects.exists()
    assert (
        lead.get(reverse("staff:mentions", args=["mimap"])).context["rows"][0]["reference"] == case.reference
    )
    # It comes back to its writer alone, with the words they wrote.
    shown = [one.get(url(case, "case")).context["waiting_replies"] for one in (lead, counsel)]
    assert [len(rows) for rows in shown] == [1, 0]
    again = lead.get(lead.get(here).context["again_url"])
    assert again.context["typed"]["reply"] == "Being read."
    assert lead.post(here, {"act": "withdraw"}).status_code == 302
    assert not lead.get(url(case, "case")).context["waiting_replies"]
