"""A colleague named in a note is told where, and only if they may see it; to be named opens no door."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.urls import reverse

from identity.models import User
from requests_app import alarms
from requests_app.letters.mentions import named
from requests_app.models import Mention
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
TEN = datetime(2026, 12, 7, 15, 0, tzinfo=UTC)
"""Ten in the morning in New York, on a Monday."""


@pytest.mark.parametrize(("text", "found", "unknown"), [
    ("@Pia please", ["Pia Lee"], []), ("请@王芳看看", ["王芳"], []), ("@pia lee, and @Cora.", ["Pia Lee", "Cora Ito"], []),
    ("mail pia@example.org or x/@y", [], []), ("@Max look", [], ["Max"]), ("@Jo?", [], ["Jo"]),
    ("@Jo Ray?", ["Jo Ray"], []), ("@Piazza", [], ["Piazza"]),
])  # fmt: skip
def test_whom_a_sign_names(text, found, unknown) -> None:
    people = [
        User(pk=n, name=name) for n, name in enumerate(("Pia Lee", "Cora Ito", "王芳", "Jo Ray", "Jo Kim"), 1)
    ]
    said = named(text, people)
    assert ([one.name for one in said.people], list(said.unknown)) == (found, unknown)


def test_only_who_may_see_the_case_is_told_and_the_writer_learns_of_the_others() -> None:
    olu, pia, ada, cora = (hire(name, "mimap") for name in ("Olu", "Pia", "Ada", "Cora"))
    max_ = hire("Max", "mipmap", role="handler")
    case = assessing(email=cora.email)
    handler = at_desk(olu)
    offered = handler.get(reverse("staff:case", args=["mimap", case.reference])).context["may_be_told"]
    assert offered == [pia]
    typed = {"note": "@Max @Cora see?", "tell": [pia.pk, max_.pk, cora.pk, ada.pk]}
    said = handler.post(reverse("staff:note", args=["mimap", case.reference]), typed, follow=True)
    page = said.content.decode()
    assert "Nobody was told for @Max, @Cora" in page and "Told: Pia" in page
    assert list(Mention.objects.values_list("user", flat=True)) == [pia.pk]
    for person in (max_, cora):
        slug = "mipmap" if person is max_ else "mimap"
        desk = at_desk(person)
        assert not desk.get(reverse("staff:mentions", args=[slug])).context["rows"]
        assert desk.get(reverse("staff:case", args=[slug, case.reference])).status_code == 404


def test_it_is_new_until_seen_and_mailed_once_in_working_hours_with_the_reference_alone() -> None:
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    case = assessing()
    at_desk(olu).post(
        reverse("staff:note", args=["mimap", case.reference]), {"note": "@Pia: Dana Whitfield called"}
    )
    Mention.objects.update(made_at=datetime(2026, 12, 4, tzinfo=UTC))
    assert alarms.send_mentions(TEN.replace(hour=4)) == 0 and alarms.send_mentions(TEN) == 1
    assert alarms.send_mentions(TEN) == 0
    (sent,) = mail.outbox
    assert sent.to == [pia.email] and case.spaced_reference in sent.body and "Dana" not in sent.body
    desk, mention = at_desk(pia), Mention.objects.get()

    def unseen() -> dict:
        groups = desk.get(reverse("staff:mentions", args=["mimap"])).context["views"]
        return next(row["count"] for row in groups[0]["rows"] if row["url"].endswith("/mentions/"))

    assert unseen() == "1"
    seen = reverse("staff:mention_seen", args=["mimap", mention.pk])
    assert at_desk(olu).post(seen).status_code == 404 and unseen() == "1"
    assert desk.post(seen, {"act": "open"}).url.endswith(f"/{case.reference}/#events")
    assert unseen() == "0"


def test_who_wrote_a_note_sees_whether_each_colleague_has_seen_it_and_nobody_else_does() -> None:
    olu, pia, _cora = (hire(name, "mimap") for name in ("Olu", "Pia", "Cora"))
    case = assessing()
    url = reverse("staff:case", args=["mimap", case.reference])
    at_desk(olu).post(reverse("staff:note", args=["mimap", case.reference]), {"note": "@Pia @Cora look?"})
    mention = Mention.objects.get(user=pia)
    at_desk(pia).post(reverse("staff:mention_seen", args=["mimap", mention.pk]), {"act": "seen"})
    page = at_desk(olu).get(url).content.decode()
    assert "Pia, seen" in page and "Cora, not seen yet" in page
    page = at_desk(olu).get(f"{url}?lang=zh-Hans").content.decode()
    assert "Cora（未读）；Pia（" in page and "已读）" in page
    page = at_desk(pia).get(url).content.decode()
    assert "Told: Cora, Pia" in page and "not seen yet" not in page
