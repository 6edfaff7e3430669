"""Who may what on which page: the table of addresses against the people, with nothing told to outsiders."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portal.staff.urls import urlpatterns
from requests_app.models import Case, CaseEvent, LegalHold
from tests.staff.people import at_desk, hire, signed_in
from tests.staff.scenes import approving, assessing, held_mail

pytestmark = pytest.mark.django_db
NAMES = [pattern.name for pattern in urlpatterns if pattern.name != "home"]
FULL = "<script>alert(1)</script>"


def address(name: str, slug: str, case: Case, submission: str, letter: int = 1) -> str:
    """An address of the table, about this case or this mail."""
    pattern = next(pattern for pattern in urlpatterns if pattern.name == name)
    values = {
        "slug": slug,
        "reference": case.reference,
        "public_id": submission,
        "number": letter,
        "piece": "none",
    }
    return reverse(f"staff:{name}", kwargs={key: values[key] for key in pattern.pattern.converters})


@pytest.mark.parametrize("name", NAMES)
def test_without_both_factors_every_address_leads_to_the_sign_in(name) -> None:
    case, mail = assessing(), held_mail()
    url = address(name, "mimap", case, mail.public_id)
    for client in (Client(), signed_in(hire("Olu", "mimap"))):
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code in {302, 405}
            assert answer.status_code == 405 or answer.url.startswith("/accounts/")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", ["Olu", "Pia", "Cora", "Ada"])
def test_of_another_controller_nothing_is_there(name, role) -> None:
    case, mail = assessing(), held_mail()
    outsider = at_desk(hire(role, "mipmap"))
    before = CaseEvent.objects.count()
    # Under the right controller's address, and under their own with the other's case.
    for slug in ("mimap", "mipmap"):
        url = address(name, slug, case, mail.public_id)
        if slug == "mipmap" and name in {"queue", "closed", "search", "tray"}:
            continue
        for answer in (outsider.get(url), outsider.post(url, {"reason": "identify"})):
            assert answer.status_code in {404, 405}, url
            assert case.reference not in answer.content.decode()
    assert CaseEvent.objects.count() == before


READS = {"queue", "closed", "tray", "case", "search"}
ACTS = sorted(set(NAMES) - READS - {"approve", "letter"})


@pytest.mark.parametrize("name", sorted(READS))
def test_the_auditor_reads(name) -> None:
    case, mail = assessing(), held_mail()
    assert at_desk(hire("Ada", "mimap")).get(address(name, "mimap", case, mail.public_id)).status_code == 200


@pytest.mark.parametrize("name", ACTS)
def test_the_auditor_does_nothing(name) -> None:
    case, mail = assessing(), held_mail()
    before = (CaseEvent.objects.count(), LegalHold.objects.count())
    answer = at_desk(hire("Ada", "mimap")).post(
        address(name, "mimap", case, mail.public_id), {"reason": "identify", "note": "x", "reply": "x"}
    )
    assert answer.status_code in {403, 405}
    assert (CaseEvent.objects.count(), LegalHold.objects.count()) == before


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
    from requests_app.decision import determine

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
