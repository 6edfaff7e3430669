"""Two people on one case: each sees the other, and a stale save shows both texts."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from redis.exceptions import ConnectionError as CacheAway

from requests_app.models import Determination
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db


def form_of(page: str) -> dict[str, str]:
    """What the decide form would send as it was opened: hidden marks and chosen options."""
    sent = dict(re.findall(r'<input type="hidden" name="(seen\.[^"]+)" value="([^"]+)"', page))
    for name, options in re.findall(r'<select name="([^"]+\.choice)"(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def test_each_sees_that_the_other_is_there() -> None:
    case = assessing()
    olu, pia = at_desk(hire("Olu", "mimap")), at_desk(hire("Pia", "mimap"))
    here, decide = (reverse(f"staff:{name}", args=["mimap", case.reference]) for name in ("case", "decide"))
    assert "open too" not in olu.get(here).content.decode()
    assert "Olu has this case open too." in pia.get(decide).content.decode()
    assert "Pia is deciding this case too." in olu.get(here).content.decode()


def test_a_dead_cache_shows_nobody_and_shuts_nothing(monkeypatch) -> None:
    def away(*_given: object) -> None:
        raise CacheAway

    case, desk = assessing(), at_desk(hire("Olu", "mimap"))
    monkeypatch.setattr(cache, "get", away)
    assert desk.get(reverse("staff:case", args=["mimap", case.reference])).status_code == 200


def test_whoever_saves_second_sees_both_texts_and_loses_neither() -> None:
    case = assessing()
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    url = reverse("staff:decide", args=["mimap", case.reference])
    first, second = at_desk(olu), at_desk(pia)
    mine, theirs = (form_of(desk.get(url).content.decode()) for desk in (first, second))
    one, other = [name for name in mine if name.endswith(".choice")][:2]
    key = one.removesuffix(".choice")
    assert first.post(url, mine | {one: "grant", "act": "save"}).status_code == 302
    held = second.post(url, theirs | {one: "retain:DEL8", other: "grant", "act": "save"})
    page = held.content.decode()
    assert held.status_code == 409 and "Nothing of yours is saved yet" in page
    (both,) = held.context["both"]
    assert both["theirs"] != both["mine"] and both["who"] == "Olu"
    kept = Determination.objects.get(holding__holding_key=key, holding__case=case)
    assert kept.choice == "grant" and kept.by == olu
    assert not Determination.objects.filter(
        holding__holding_key=other.removesuffix(".choice"), choice="grant"
    )
    # Saved again, knowing both, it is theirs that stands.
    again = form_of(page)
    assert again[one] == "retain:DEL8"
    assert second.post(url, again | {"act": "save"}).status_code == 302
    kept.refresh_from_db()
    assert (kept.choice, kept.exemption, kept.by) == ("retain", "DEL8", pia)


def test_what_a_form_only_showed_is_left_to_the_colleague() -> None:
    case = assessing()
    url = reverse("staff:decide", args=["mimap", case.reference])
    first, second = at_desk(hire("Olu", "mimap")), at_desk(hire("Pia", "mimap"))
    mine, theirs = (form_of(desk.get(url).content.decode()) for desk in (first, second))
    one, other = [name for name in mine if name.endswith(".choice")][:2]
    first.post(url, mine | {one: "grant", "act": "save"})
    assert second.post(url, theirs | {other: "grant", "act": "save"}).status_code == 302
    chosen = Determination.objects.filter(holding__case=case, choice="grant")
    assert {d.holding.holding_key for d in chosen} == {one[:-7], other[:-7]}
