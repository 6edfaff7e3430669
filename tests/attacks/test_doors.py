"""Somebody else's numbers at every door, and doors that are only looked at."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from identity.flows.email_code import Answer
from identity.models import Challenge, Duty
from portal.public.urls import urlpatterns as public
from portal.staff.sign_in import DoorAdapter
from requests_app import access, lifecycle, subject
from requests_app.decision import determine, hold
from requests_app.intake import held
from requests_app.lifecycle import State
from requests_app.models import Case, CaseEvent, Determination, Letter, Work
from requests_app.response import steps as response
from requests_app.verification import steps as verification
from requests_app.verification import visit
from tests.build import build_case, found
from tests.people import code_in, open_case, run_pipeline
from tests.public.conftest import Visitor, attend_knocks, code_in_newest_letter
from tests.staff.people import at_desk, hire
from tests.staff.scenes import approving, assessing, held_mail

pytestmark = pytest.mark.django_db
ROWS = {"mimap_shop_db": [("customers", {"customer_id": "MM1", "email": "dana.whitfield@example.org"})]}
ANA = "ana.lindgren@example.org"


def _answered(email: str) -> Case:
    rows = {"mimap_shop_db": [("customers", {"customer_id": "MM1", "email": email})]}
    case = build_case({"customers.identity": found(1)}, right="KNOW_PCS", rows=rows, email=email, name=email)
    assert response.answer(case)
    case.refresh_from_db()
    return case


def test_ana_walks_every_address_with_danas_numbers_and_finds_nothing() -> None:
    """TRUST 34: in her own open case, with fresh files of her own, and Dana's reference, package and letter."""
    dana, ana = _answered("dana.whitfield@example.org"), _answered(ANA)
    visitor = Visitor()
    visitor.come_back(ana)
    files = f"/mimap/request/{ana.reference}/files/"
    visitor.post(files, {"send": "1"})
    assert visitor.post(files, {"code": code_in_newest_letter(ana)}).status_code == 302
    hers, mine = dana.packages.get().public_id, ana.packages.get().public_id
    before = CaseEvent.objects.filter(case=dana).count()
    walked = 0
    for pattern in public:
        wanted = pattern.pattern.converters
        if "reference" not in wanted:
            continue
        given = {"slug": "mimap", "reference": dana.reference, "public_id": hers, "number": 1}
        url = reverse(f"public:{pattern.name}", kwargs={key: given.get(key, "x") for key in wanted})
        for answer in (visitor.get(url), visitor.post(url, {"text": "x", "code": "123456", "send": "1"})):
            assert answer.status_code in (302, 405), url
            assert answer.status_code == 405 or answer.url == "/mimap/follow/", url
            assert "no-store" in answer["Cache-Control"]
        walked += 1
    assert walked >= 6
    # Her own case with Dana's package in it, and Dana's case with her own.
    assert visitor.get(f"{files}package/{hers}/").status_code == 404
    assert visitor.get(f"/mimap/request/{dana.reference}/files/package/{mine}/").status_code == 302
    assert visitor.get(f"{files}letter/2/").status_code == 404
    assert visitor.get(f"{files}package/{mine}/").status_code == 200
    assert CaseEvent.objects.filter(case=dana).count() == before


@pytest.mark.parametrize("role", ["Olu", "Pia", "Cora", "Ada"])
def test_at_ones_own_desk_another_cases_papers_do_not_open(role) -> None:
    """TRUST 34: letters, work and holds are found through their own case only."""
    mine, other = assessing(), _answered(ANA)
    person = hire(role, "mimap")
    desk = at_desk(person)
    work = Work.objects.create(
        case=other, system="mimap_shop_db", operation="delete", status="failed", round=9
    )
    pia = hire("Pia", "mimap")
    placed = hold.place(other, by=pia, reason="matter 7", review_on=date(2099, 1, 31))
    letter = other.letters.latest("pk").pk
    for name, number in (("letter", letter), ("letter_pdf", letter), ("again", work.pk), ("lift", placed.pk)):
        url = reverse(f"staff:{name}", args=["mimap", mine.reference, number])
        for answer in (desk.get(url), desk.post(url)):
            assert answer.status_code in {403, 404, 405}, url
            assert ANA not in answer.content.decode()
    placed.refresh_from_db()
    assert placed.lifted_at is None


def test_a_code_opens_what_it_was_sent_for_and_nothing_else(samples) -> None:
    """TRUST 14: each kind of code against each kind of door, of its own case and of another."""
    one, other = open_case("mimap", "KNOW_CAT"), open_case("mimap", "KNOW_CAT")
    run_pipeline()
    codes = {"verify": code_in(one)}
    visit.ask_for(one)
    codes["follow"] = code_in(one)
    visit.ask_for_files(one)
    codes["files"] = code_in(one)

    def tries(case: Case) -> dict[str, object]:
        waiting = visit.Waiting(case.matter, case.reference)
        return {
            "verify": lambda code: verification.answer(case, code),
            "follow": lambda code: visit.answer("mimap", waiting, code)[0],
            "files": lambda code: visit.answer_for_files(case, code),
        }

    for case in (one, other):
        for door, knock in tries(case).items():
            for purpose, code in codes.items():
                if not (case is one and door == purpose):
                    assert knock(code) is not Answer.RIGHT or codes[purpose] == codes[door], (door, purpose)
                    Challenge.objects.update(attempts=0)
    assert all(tries(one)[door](code) is Answer.RIGHT for door, code in codes.items())
    assert not any(tries(one)[door](code) is Answer.RIGHT for door, code in codes.items())


def test_no_code_lies_in_the_database_in_clear(samples) -> None:
    """TRUST 8."""
    case = open_case("mimap", "KNOW_CAT")
    run_pipeline()
    code = code_in(case).replace(" ", "")
    assert code not in str(Challenge.objects.values_list("matter", "purpose", "address_index", "code_hash"))


def test_all_true_facts_from_a_strangers_address_lead_to_no_release(samples) -> None:
    """TRUST 1: Max knows everything about Dana but has no address that any system knows."""
    visitor = Visitor()
    (case,) = visitor.send("KNOW_PCS", name="Dana Whitfield", email="max@example.net")
    run_pipeline()
    assert subject.read(case).candidates == []
    for number in range(40):
        assert verification.answer(case, f"{number:06d}", declaration="Dana Whitfield") is not Answer.RIGHT
    # His own mailbox opens the page of the case he made, and nothing of Dana's lies behind it.
    visitor.come_back(case)
    assert visitor.get(f"/mimap/request/{case.reference}/files/").status_code == 404
    case.refresh_from_db()
    assert case.state == State.VERIFYING and not case.holdings.exists()
    desk = access.desk(hire("Olu", "mimap"))
    assert {move.name for move in lifecycle.MOVES.values() if desk.may(case, move)} <= {
        "settle_identity", "not_identified", "mark_duplicate", "unsplit",
    }  # fmt: skip


def test_whoever_is_asked_about_decides_nothing_about_it() -> None:
    """TRUST 37: staff have requests of their own, and colleagues answer them."""
    pia = hire("Pia", "mimap")
    case = approving(by=hire("Olu", "mimap"))
    Case.objects.filter(pk=case.pk).update(
        subject_index=determine.sealing.blind("mimap", "email", pia.email.upper())
    )
    case.refresh_from_db()
    with pytest.raises(determine.NotAllowed):
        determine.approve(case, by=pia, seen_digest=determine.digest(case), typed_reference=case.reference)


def test_two_roles_in_one_person_are_one_signature() -> None:
    """TRUST 37."""
    both = hire("Pia", "mimap")
    Duty.objects.create(user=both, controller="mimap", role="counsel")
    case = approving(by=hire("Olu", "mimap"), ground="LAW")
    given = {"by": both, "seen_digest": determine.digest(case), "typed_reference": case.reference}
    assert determine.approve(case, **given) is False
    with pytest.raises(determine.NotAllowed):
        determine.approve(case, **given)


def test_looking_with_head_changes_nothing_at_any_desk() -> None:
    """TRUST 11, 35: HEAD carries no token, so it must never reach what POST does."""
    olu, case = hire("Olu", "mimap"), assessing()
    proposed, mail, desk = approving(by=olu), held_mail(), at_desk(hire("Pia", "mimap"))
    kept = CaseEvent.objects.count(), list(Determination.objects.values_list("pk", "choice").order_by("pk"))
    for pattern in get_resolver("portal.staff.urls").url_patterns:
        for one in (case, proposed):
            given = {
                "slug": "mimap",
                "reference": one.reference,
                "public_id": mail.public_id,
                "number": 1,
                "code": "ccpa",
                "document": "none",
            }
            url = reverse(
                f"staff:{pattern.name}", kwargs={k: given.get(k, "x") for k in pattern.pattern.converters}
            )
            desk.head(f"{url}?act=propose&q={one.reference}")
    assert not list(desk.session.get("_messages", []))
    assert kept == (
        CaseEvent.objects.count(), list(Determination.objects.values_list("pk", "choice").order_by("pk")),
    )  # fmt: skip


SIGNED = {
    "no_more_notices": 404, "mail_hook": 404, "make_links": 404, "stop_mail": 404, "choices": 404, "opendsr": 400,
}  # fmt: skip


def test_every_form_refuses_to_be_sent_from_elsewhere() -> None:
    """TRUST 35: each address of the route table, with Pia's own session and no token."""
    case, mail = assessing(), held_mail()
    signed_in = at_desk(hire("Pia", "mimap"))
    elsewhere = Client(enforce_csrf_checks=True)
    elsewhere.cookies = signed_in.cookies
    given = {"slug": "mimap", "reference": case.reference, "public_id": mail.public_id, "number": 1, "step": "what",
             "token": "x", "day": date(2026, 11, 21)}  # fmt: skip
    for prefix, pattern in _addresses(get_resolver().url_patterns):
        name = f"{prefix}:{pattern.name}" if prefix else pattern.name
        url = reverse(name, kwargs={key: given.get(key, "x") for key in pattern.pattern.converters})
        if name in SIGNED:
            # Its signature is its token: without one nothing happens.
            assert elsewhere.post(url).status_code == SIGNED[name], url
            continue
        assert elsewhere.post(url).status_code in {403, 405}, url


def _addresses(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, pattern.app_name or prefix)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield prefix, pattern


def test_after_signing_out_the_back_button_shows_nothing() -> None:
    """TRUST 40: nothing private is stored, on any answer, errors included."""
    case, desk = assessing(), at_desk(hire("Olu", "mimap"))
    here = reverse("staff:case", args=["mimap", case.reference])
    for url in (here, "/staff/mimap/NOSUCH22/", "/staff/nobody/", "/mimap/nothing/here/", "/mimap/follow/"):
        assert "no-store" in desk.get(url)["Cache-Control"], url
    desk.post(reverse("account_logout"))
    assert desk.get(here).url.startswith("/accounts/login/")


def test_one_guesser_behind_the_proxy_does_not_lock_out_the_others(rf, settings) -> None:
    """TRUST 10: failed sign-ins count by the client's address; what a stranger claims about it does not."""
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "unix"]
    adapter = DoorAdapter()

    def seen(remote: str, forwarded: str) -> str:
        return adapter.get_client_ip(rf.get("/", REMOTE_ADDR=remote, headers={"x-forwarded-for": forwarded}))

    assert seen("10.0.0.2", "203.0.113.5") != seen("10.0.0.2", "203.0.113.6")
    assert seen("10.0.0.2", "6.6.6.6, 203.0.113.5") == seen("10.0.0.2", "7.7.7.7, 203.0.113.5")
    assert seen("198.51.100.1", "203.0.113.5") == "198.51.100.1"
    assert seen("", "203.0.113.5") == "203.0.113.5"


@pytest.mark.parametrize(
    "address", ["dan\u212a@example.com", "d\u017fna@example.com", "d\u0131na@example.com"]
)
def test_a_letter_that_only_folds_to_another_is_no_address(address) -> None:
    """TRUST 4: U+212A, U+017F and U+0131 fold to k, s and i, and are nobody's mailbox."""
    visitor = Visitor()
    visitor.post("/mimap/ask/what/", {"rights": ["DELETE"]})
    visitor.post("/mimap/ask/where/", {"lives_in_california": "yes"})
    visitor.post("/mimap/ask/who/", {"capacity": "self"})
    visitor.post("/mimap/ask/how/", {"relation": "customer"})
    visitor.post("/mimap/ask/name/", {"name": "Dana"})
    assert visitor.post("/mimap/ask/e-mail/", {"email": address}).status_code == 200


def test_a_handler_does_not_open_a_mail_in_another_persons_name() -> None:
    """TRUST 5: the address typed counts only where the mail names no one sender, and must be one."""
    desk, mail = at_desk(hire("Olu", "mimap")), held_mail(sender="ana@example.net")
    desk.post(
        reverse("staff:submission_open", args=["mimap", mail.public_id]),
        {"rights": ["DELETE"], "sender": "victim@example.org"},
    )
    (case,) = mail.cases.all()
    assert subject.read(case).email == "ana@example.net"
    nobody = held_mail(sender="")
    for typed in ("", "not an address", "a@example.org\r\nBcc: b@example.org"):
        answer = desk.post(
            reverse("staff:submission_open", args=["mimap", nobody.public_id]),
            {"rights": ["DELETE"], "sender": typed},
        )
        assert answer.status_code == 400
    assert not nobody.cases.exists()
    opened = held.open_held(nobody, ("DELETE",), sender="dana@example.org")
    assert subject.read(opened.cases[0]).email == "dana@example.org"


def test_a_stranger_cannot_use_up_the_codes_of_an_open_case(samples) -> None:
    """TRUST 9: neither by guessing references nor by filling in forms with the address."""
    case = build_case({"customers.identity": found(1)}, right="KNOW_PCS", rows=ROWS)
    assert response.answer(case)
    case.refresh_from_db()
    told = subject.read(case).email
    for number in range(20):
        visit.ask("mimap", f"2222333{number % 8 + 2}", told)
    attend_knocks()
    for _ in range(4):
        open_case("mimap", "DELETE", email=told)
    run_pipeline()
    before = Letter.objects.filter(case=case, kind="code").count()
    visit.ask("mimap", case.reference, told)
    attend_knocks()
    assert Letter.objects.filter(case=case, kind="code", status="queued").count() == before + 1
