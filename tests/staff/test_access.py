"""Who may what on which page: the table of addresses against the people, with nothing told to outsiders."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Role, StaffChange, User
from portal.staff.urls import urlpatterns
from requests_app import permits
from requests_app.decision import determine, hold
from requests_app.letters import outbox
from requests_app.lifecycle import MOVES
from requests_app.models import Case, CaseEvent, LegalHold, Work
from tests.staff.people import PASSWORD, ROLES, at_desk, hire, signed_in
from tests.staff.scenes import approving, assessing, held_mail

pytestmark = pytest.mark.django_db
NAMES = [pattern.name for pattern in urlpatterns if pattern.name != "home"]
ACTS = {pattern.name: pattern.callback.staff_act for pattern in urlpatterns if pattern.name != "home"}
OWN = {pattern.name for pattern in urlpatterns if set(pattern.pattern.converters) <= {"slug", "code"}}
"""Addresses that name a controller and nothing more: at one's own they are one's own."""
REASONED = {"letter_pdf", "submission_file", "paper", "authority_paper", "texts_confirm"}
"""Papers that open after a reason for looking was given."""
FULL = "<script>alert(1)</script>"


def address(name: str, slug: str, case: Case, submission: str, letter: int = 1) -> str:
    """An address of the table, about this case or this mail."""
    pattern = next(pattern for pattern in urlpatterns if pattern.name == name)
    values = {
        "slug": slug, "reference": case.reference, "public_id": submission, "number": letter, "code": "ccpa",
    }  # fmt: skip
    return reverse(f"staff:{name}", kwargs={key: values.get(key, "x") for key in pattern.pattern.converters})


def test_without_both_factors_every_address_leads_to_the_sign_in() -> None:
    case, mail = assessing(), held_mail()
    for client in (Client(), signed_in(hire("Olu", "mimap"))):
        for url in (address(name, "mimap", case, mail.public_id) for name in NAMES):
            for answer in (client.get(url), client.post(url)):
                assert answer.status_code in {302, 405}, url
                assert answer.status_code == 405 or answer.url.startswith("/accounts/")


@pytest.mark.parametrize("who", [*ROLES, "Max"])
def test_of_another_controller_nothing_is_there(who) -> None:
    """TRUST 34: every staff address with MiMap's numbers, as each of MipMap's people and as nobody's."""
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    case, mail = assessing(name="Dana Whitfield"), held_mail()
    work = Work.objects.create(
        case=case, system="mimap_shop_db", operation="delete", status="failed", round=9
    )
    held = hold.place(case, by=pia, reason="matter 7", review_on=date(2099, 1, 31))
    words = outbox.Words("About your case", "Dear Dana Whitfield")
    letter = outbox.queue(case=case, kind="message_reply", once="c", to="dana@example.com", words=words)
    numbers = {"again": work.pk, "lift": held.pk, "letter": letter.pk, "letter_pdf": letter.pk}
    outsider = at_desk(hire(who, "mipmap") if who in ROLES else nobody())
    before = (CaseEvent.objects.count(), LegalHold.objects.count(), StaffChange.objects.count())
    for name in NAMES:
        # Under the right controller's address, and under their own with the other's numbers.
        for slug in ("mimap", "mipmap"):
            if slug == "mipmap" and name in OWN:
                continue
            url = address(name, slug, case, mail.public_id, numbers.get(name, olu.pk))
            typed = {
                "reason": "identify",
                "act": "end_sessions",
                "role": "handler",
                "reference": case.reference,
            }
            # What their role may do at home is tried in every way; all else is asked for once.
            at_home = ROLES.get(who) in ACTS[name].who or who == "Max"
            answers = [outsider.get(url)]
            answers += [outsider.post(url, typed), outsider.head(url)] if at_home else []
            for answer in answers:
                assert answer.status_code in {404, 405}, url
                # Its own address is what they asked for, and stands in the link to the other language.
                told = answer.content.decode().replace(url, "")
                assert not [
                    word for word in (case.reference, "Whitfield", "matter 7", olu.email) if word in told
                ], url
    # Nor in a list, a search, a count or an error of their own.
    for name in OWN - {"home", "person_add", "regime"}:
        url = reverse(f"staff:{name}", args=["mipmap"])
        for answer in (
            outsider.get(url),
            outsider.post(url, {"q": case.reference}),
            outsider.post(url, {"q": "dana@example.com"}),
        ):
            told = answer.content.decode(errors="replace").replace(f'value="{case.reference}"', "")
            assert not [
                word for word in (case.reference, "Whitfield", olu.email, mail.public_id) if word in told
            ], url
            for group in (answer.context or {}).get("views") or []:
                assert {row["count"] for row in group["rows"]} <= {"0", ""}
    assert before == (CaseEvent.objects.count(), LegalHold.objects.count(), StaffChange.objects.count())


def nobody() -> User:
    """Max: an account, both factors, and no duty anywhere."""
    return User.objects.create_user("max@example.com", PASSWORD, "Max")


@pytest.mark.parametrize("who", [*ROLES, "Max"])
def test_the_table_of_permits_decides_every_page_and_every_form(who) -> None:
    """TRUST 34: what a role may not read is not there; what it may read but not do is refused; all else opens."""
    case, mail = assessing(), held_mail()
    colleague = hire("Olu", "mimap")
    person = (
        hire(who, "mimap") if who in ROLES else User.objects.create_user("max@example.com", PASSWORD, "Max")
    )
    desk = at_desk(person)
    for pattern in urlpatterns:
        if pattern.name == "home":
            continue
        number = colleague.pk if pattern.name.startswith("person") else 10**9
        url = address(pattern.name, "mimap", case, mail.public_id, number)
        act = pattern.callback.staff_act
        before = (CaseEvent.objects.count(), LegalHold.objects.count(), StaffChange.objects.count())
        for method in sorted(set(pattern.callback.staff_methods)):
            answer = getattr(desk, method.lower())(url, {"reason": "none", "note": "x", "act": "none"})
            if who in ROLES and ROLES[who] in act.who:
                # Their own: a page, a way on, a form to be filled in better, or a paper that is not there.
                assert answer.status_code in {200, 302, 400, 403, 404}, url
                # A move may also be refused because of where the case stands, a paper for want of a reason.
                other_ground = act.name in MOVES or pattern.name in REASONED | {"decide", "approve"}
                assert other_ground or "Not your step" not in answer.content.decode(errors="replace"), url
                continue
            reads = who in ROLES and ROLES[who] in permits.READ_CASE.who
            about = set(pattern.pattern.converters) & {"reference", "public_id"}
            assert answer.status_code == (403 if reads and about else 404), (url, method)
            after = (CaseEvent.objects.count(), LegalHold.objects.count(), StaffChange.objects.count())
            assert after == before, url


def test_every_act_of_the_table_is_somebodys_and_no_administrator_reads_a_case() -> None:
    acts = permits.every_act()
    moves_of_the_portal = {
        "ask_proof",
        "need_no_proof",
        "preview_changed",
        "not_as_decided",
        "fulfil",
        "answer",
        "purge",
        "withdraw",
        "at_once",
        "undo",
        "take_up",
        "conclude",
    }
    assert {name for name, act in acts.items() if not act.who} == moves_of_the_portal
    assert {name for name, act in acts.items() if Role.ADMINISTRATOR in act.who} == {
        "see_staff", "manage_staff", "read_staff_log", "see_health",
    }  # fmt: skip
    assert {name for name, act in acts.items() if Role.AUDITOR in act.who} == {
        "read_case", "read_reveals", "read_load", "read_staff_log", "take_evidence", "see_settings", "see_health",
        "read_training",
    }  # fmt: skip
    # Moves without a page of their own yet stand in the table all the same.
    assert acts["mark_duplicate"].who == acts["supplement"].who == {"handler", "privacy_lead"}
    assert acts["open_of_own_motion"].who == acts["set_aside"].who == {"handler", "privacy_lead"}
    assert {name for name, act in acts.items() if act.fresh} == {
        "approve",
        "confirm_texts",
        "hold",
        "lift_hold",
        "lift_restriction",
        "manage_staff",
        "settle_replay",
        "take_evidence",
        "take_letter",
        "release_reply",
    }


def test_the_auditor_reads_the_journal_and_nothing_personal() -> None:
    """The name, a message, a letter, a note, why a hold was placed: none of it, masked or not."""
    case, olu, ada = assessing(name="Dana Whitfield"), hire("Olu", "mimap"), at_desk(hire("Ada", "mimap"))
    desk = at_desk(olu)
    desk.post(reverse("staff:note", args=["mimap", case.reference]), {"note": "noted aside"})
    desk.post(reverse("staff:reply", args=["mimap", case.reference]), {"reply": "as replied", "once": "a"})
    desk.post(
        reverse("staff:hold", args=["mimap", case.reference]),
        {"hold_reason": "Whitfield v. MiMap", "review_on": "2099-01-31"},
    )
    found = at_desk(olu).post(reverse("staff:search", args=["mimap"]), {"q": "dana.whitfield@example.org"})
    assert case.reference in found.content.decode()
    assert case.reference not in ada.post(
        reverse("staff:search", args=["mimap"]), {"q": "dana.whitfield@example.org"}
    ).content.decode()  # fmt: skip
    for name, args in (("queue", []), ("case", [case.reference])):
        text = ada.get(reverse(f"staff:{name}", args=["mimap", *args])).content.decode()
        assert case.reference in text
        for word in ("D***", "D. W.", "noted aside", "as replied", "Whitfield"):
            assert word not in text, (name, word)
    assert "wrote a note" in ada.get(reverse("staff:case", args=["mimap", case.reference])).content.decode()


def test_ones_own_request_is_colleagues_work() -> None:
    """TRUST 37: not in a list, a count, a search, by address or in the tray, whatever the role."""
    pia = hire("Pia", "mimap")
    case, mail = assessing(email=pia.email.upper()), held_mail(sender=pia.email)
    desk, other = at_desk(pia), at_desk(hire("Olu", "mimap"))
    for name in ("queue", "closed", "tray"):
        text = desk.get(reverse(f"staff:{name}", args=["mimap"])).content.decode()
        assert case.reference not in text and mail.public_id not in text
    counts = {
        row["title"]: row["count"]
        for group in desk.get("/staff/mimap/").context["views"]
        for row in group["rows"]
    }
    assert counts["All open"] == counts["Held mail"] == "0"
    for asked in (case.reference, pia.email):
        assert (
            case.reference
            not in desk.post("/staff/mimap/search/", {"q": asked}).content.decode().split("<main")[1]
        )
    for pattern in urlpatterns:
        if {"reference", "public_id"} & set(pattern.pattern.converters):
            url = address(pattern.name, "mimap", case, mail.public_id)
            for answer in (desk.get(url), desk.post(url, {"reason": "identify", "note": "x"})):
                assert answer.status_code in {404, 405}, url
    assert other.get(reverse("staff:case", args=["mimap", case.reference])).status_code == 200
    with pytest.raises(determine.NotAllowed):
        hold.place(case, by=pia, reason="mine", review_on=date(2099, 1, 31))


@pytest.mark.parametrize(
    ("who", "may"),
    [("Olu", {"decide"}), ("Pia", {"decide", "approve"}), ("Cora", {"approve"}), ("Ada", set())],
)
def test_the_table_of_moves_decides_who_proposes_and_who_approves(who, may) -> None:
    person = hire(who, "mimap")
    desk = at_desk(person)
    case = assessing()
    proposed = approving(by=hire("Olu", "mimap"))
    page = desk.get(reverse("staff:decide", args=["mimap", case.reference]))
    assert (page.status_code == 200) is ("decide" in may)
    url = reverse("staff:approve", args=["mimap", proposed.reference])
    answer = desk.post(
        url, {"act": "approve", "reference": proposed.reference, "digest": digest_of(proposed)}
    )
    proposed.refresh_from_db()
    approved = proposed.approvals.filter(by=person).exists()
    # Cora's approval counts only where an exemption asks for counsel.
    assert approved is ("approve" in may and who != "Cora"), answer.status_code


def digest_of(case: Case) -> str:
    """What the page would have shown."""
    return determine.digest(case)


def test_names_are_masked_until_a_reason_is_given_and_the_look_is_on_the_journal() -> None:
    case = assessing(name="Dana Whitfield")
    desk = at_desk(hire("Olu", "mimap"))
    here, reveal = (reverse(f"staff:{n}", args=["mimap", case.reference]) for n in ("case", "reveal"))
    assert "Whitfield" not in desk.get(here).content.decode()
    for reason in ({}, {"reason": ""}, {"reason": "curious"}):
        assert desk.post(reveal, reason).status_code == 403
    assert "Whitfield" not in desk.get(here).content.decode()
    assert not case.events.filter(name="revealed").exists()
    assert desk.post(reveal, {"reason": "identify"}).status_code == 302
    assert "Dana Whitfield" in desk.get(here).content.decode()
    assert case.events.get(name="revealed").reason == "identify"
    # To them alone, and not for ever.
    assert "Whitfield" not in at_desk(hire("Pia", "mimap")).get(here).content.decode()
    session = desk.session
    session["revealed"] = {case.public_id: 1}
    session.save()
    assert "Whitfield" not in desk.get(here).content.decode()


def test_what_arrived_opens_only_after_a_reason() -> None:
    case = assessing()
    desk = at_desk(hire("Olu", "mimap"))
    url = reverse("staff:original", args=["mimap", case.reference])
    assert desk.get(url).status_code == 403
    desk.post(reverse("staff:reveal", args=["mimap", case.reference]), {"reason": "search"})
    assert desk.get(url).status_code == 200


def test_hostile_words_are_shown_as_words() -> None:
    case = assessing(name=FULL, email="dana@example.org")
    mail = held_mail(text=FULL, subject=FULL, name=FULL.replace('"', ""))
    desk = at_desk(hire("Olu", "mimap"))
    here = reverse("staff:case", args=["mimap", case.reference])
    desk.post(reverse("staff:reveal", args=["mimap", case.reference]), {"reason": "search"})
    desk.post(reverse("staff:note", args=["mimap", case.reference]), {"note": FULL})
    desk.post(reverse("staff:reply", args=["mimap", case.reference]), {"reply": FULL, "once": "a"})
    letter = case.letters.latest("pk")
    for url in (
        here,
        reverse("staff:queue", args=["mimap"]),
        reverse("staff:decide", args=["mimap", case.reference]),
        reverse("staff:letter", args=["mimap", case.reference, letter.pk]),
        reverse("staff:submission", args=["mimap", mail.public_id]),
    ):
        text = desk.get(url).content.decode()
        assert "<script>alert" not in text, url
    assert "&lt;script&gt;" in desk.get(here).content.decode()
