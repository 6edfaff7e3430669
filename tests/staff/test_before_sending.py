"""A reply that names somebody else stays until a person looked at exactly that."""

from __future__ import annotations

import pytest
from django.urls import reverse

from requests_app.letters.before_sending import others_in
from requests_app.models import Letter
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "found"),
    [("Write to dana.whitfield@example.org.", []), ("We answer by 2026-12-24, case {own}.", []),
     ("Ana (ana@example.net) asked too.", ["ana@example.net"]), ("邮箱：wang@example.cn。", ["wang@example.cn"]),
     ("Call +86 138 0013 8000.", ["+86 138 0013 8000"]), ("ID 11010519491231002X", ["11010519491231002X"]),
     ("SSN 078-05-1120", ["078-05-1120"]), ("See also {other}.", ["{other}"]), ("See also {twin}.", []),
     ("Paid 1,200.50 on 3 May.", [])],
)  # fmt: skip
def test_what_is_somebody_elses_is_found_and_ones_own_is_not(text, found) -> None:
    case, other = assessing(), assessing(email="ana@example.net", name="Ana")
    twin = assessing()
    names = {"own": case.reference, "other": other.spaced_reference, "twin": twin.reference}
    expected = [one.replace("{other}", other.reference) for one in found]
    assert others_in(case, text.format(**names)) == expected


def test_it_leaves_only_after_exactly_that_was_looked_at() -> None:
    case, desk = assessing(), at_desk(hire("Olu", "mimap"))
    url = reverse("staff:reply", args=["mimap", case.reference])
    typed = {"reply": "Ask ana@example.net.", "once": "a"}
    held = desk.post(url, typed)
    page = held.content.decode()
    assert held.status_code == 400 and "Ask ana@example.net." in page and not Letter.objects.exists()
    mark = held.context["typed"]["mark"]
    more = {"reply": "Ask ana@example.net and max@example.net.", "looked": mark, "once": "a"}
    assert desk.post(url, more).status_code == 400 and not Letter.objects.exists()
    assert desk.post(url, typed | {"looked": mark}).status_code == 302
    assert Letter.objects.filter(kind="message_reply").count() == 1
