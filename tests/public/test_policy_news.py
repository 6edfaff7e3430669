"""Hearing of a changed policy: only who typed the code, once for each version, and never again after one press."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from requests_app import register
from requests_app.archive.purge import purge_expired
from requests_app.letters import news, outbox
from requests_app.letters.outgoing import build_mail
from requests_app.models import Letter, PolicyReader
from tests.public.conftest import Visitor

pytestmark = pytest.mark.django_db
EMAIL = "dana@example.com"


def newest(kind: str) -> dict[str, str]:
    return outbox.read(Letter.objects.filter(kind=kind).select_related("key").latest("pk"))


def joined(visitor: Visitor, email: str = EMAIL) -> PolicyReader:
    """Ask for it, and type the code."""
    assert visitor.post(visitor.at("policy/news/"), {"email": email}).url == visitor.at("policy/news/code/")
    digits = re.search(r"(\d{3}) (\d{3})", newest("code")["text"])
    page = visitor.post(visitor.at("policy/news/code/"), {"code": digits[1] + digits[2]})
    assert (
        page.status_code == 200 and "<form" not in page.content.decode().split("<main")[1].split("</main")[0]
    )
    return PolicyReader.objects.get(controller=visitor.slug)


def a_day_later(slug: str) -> register.Controller:
    """The controller after it has published a version of tomorrow."""
    known = register.controller(slug)
    version = replace(known.policies[0], published_on=news.newest(known) + timedelta(days=1))
    return replace(known, policies=(*known.policies, version))


@pytest.mark.parametrize(("slug", "language"), [("mimap", "en"), ("mipmap", "zh-Hans")])
def test_that_a_new_version_is_told_once(db: None, slug: str, language: str) -> None:
    reader = joined(Visitor(slug, language))
    assert EMAIL.encode() not in bytes(reader.sealed) and reader.told_of == news.newest(
        register.controller(slug)
    )
    assert news.announce(register.controller(slug)) == 0, "of what was there already nobody is told"
    changed = a_day_later(slug)
    assert news.announce(changed, dry_run=True) == 1
    assert [news.announce(changed), news.announce(changed)] == [1, 0]
    (letter,) = Letter.objects.filter(kind="policy_news").select_related("key")
    said = outbox.read(letter)
    assert said["to"] == EMAIL and f"/{slug}/policy/" in said["text"] and letter.language == language
    assert build_mail(letter, said).reply_to == [changed.mail_from]


def test_that_nobody_is_put_on_the_list_by_another(db: None) -> None:
    max_ = Visitor()
    max_.post(max_.at("policy/news/"), {"email": EMAIL})
    assert (
        "There is a problem" in max_.post(max_.at("policy/news/code/"), {"code": "000000"}).content.decode()
    )
    assert news.announce(a_day_later("mimap")) == 0
    PolicyReader.objects.update(made_at=timezone.now() - timedelta(days=3))
    assert purge_expired()["unconfirmed"] == 1 and not PolicyReader.objects.exists()


def test_that_one_press_ends_it_and_opening_the_link_does_not(db: None) -> None:
    visitor = Visitor()
    joined(visitor)
    news.announce(a_day_later("mimap"))
    here = re.search(r"/mimap/policy/news/stop/\S+", newest("policy_news")["text"])[0]
    assert "Write no more" in Visitor().get(here).content.decode() and PolicyReader.objects.exists()
    assert "not on our list" in Visitor().post(here).content.decode()
    assert not PolicyReader.objects.exists()
    assert not Letter.objects.filter(case=None).exclude(sealed=b"").exists()
    assert "not on our list" in Visitor().post(here).content.decode(), "and twice is no error"


def test_that_asking_twice_keeps_one_address(db: None) -> None:
    joined(Visitor())
    joined(Visitor())
    assert PolicyReader.objects.count() == 1


def test_the_command_says_how_many_it_told_and_knows_its_controllers(db: None) -> None:
    said = StringIO()
    call_command("announce_policy", "mimap", stdout=said)
    assert said.getvalue() == f"Told 0 of the version of {date(2024, 10, 3).isoformat()}.\n"
    with pytest.raises(CommandError, match="no controller"):
        call_command("announce_policy", "nobody")
