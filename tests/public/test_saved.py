"""Saving and coming back: a code by mail, seven days, no account, and nothing left afterwards."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from identity.models import SealingKey
from requests_app.archive.purge import purge_expired
from requests_app.letters import outbox
from requests_app.models import Case, Letter, SavedDraft
from tests.public.conftest import Visitor

pytestmark = pytest.mark.django_db


def saved_by(visitor: Visitor, email: str = "dana@example.com") -> str:
    """Fill in, save, and read the code in the mail."""
    visitor.answer_all("DELETE")
    page = visitor.post(visitor.at("save/"), {"email": email})
    assert page.status_code == 200 and email in page.content.decode()
    said = outbox.read(Letter.objects.filter(kind="saved").select_related("key").latest("pk"))
    assert said["to"] == email
    return re.search(r"\b([2-9A-Z]{4} [2-9A-Z]{4} [2-9A-Z]{4})\b", said["text"])[1]


def come_back(visitor: Visitor, code: str) -> object:
    """Type the code in another browser."""
    return visitor.post(visitor.at("save/back/"), {"code": code})


def test_that_another_browser_goes_on_where_one_stopped(samples: None) -> None:
    code = saved_by(Visitor())
    other = Visitor()
    assert come_back(other, code.lower().replace(" ", "-")).url == other.at("ask/check/")
    assert "Dana Whitfield" in other.get(other.at("ask/check/")).content.decode()
    other.post(other.at("ask/check/"), {"number": "", "website": ""})
    assert Case.objects.count() == 1
    assert not SavedDraft.objects.exists(), "sent, so forgotten"
    assert not Letter.objects.filter(case=None).exclude(sealed=b"").exists()
    assert "does not fit" in come_back(Visitor(), code).content.decode()


@pytest.mark.parametrize("typed", ["", "2345", "2345 6789 ABCD", "ÄÄÄÄ ÄÄÄÄ ÄÄÄÄ"])
def test_that_only_the_code_opens_it(samples: None, typed: str) -> None:
    saved_by(Visitor())
    page = come_back(Visitor(), typed)
    assert page.status_code == 200 and "There is a problem" in page.content.decode()


def test_that_it_opens_at_its_own_controller_alone(samples: None) -> None:
    code = saved_by(Visitor())
    assert "There is a problem" in come_back(Visitor("mipmap", "en"), code).content.decode()


def test_that_saving_again_leaves_one(samples: None) -> None:
    visitor = Visitor()
    first, second = saved_by(visitor), saved_by(visitor)
    assert SavedDraft.objects.count() == 1
    assert "There is a problem" in come_back(Visitor(), first).content.decode()
    assert come_back(Visitor(), second).status_code == 302


def test_that_its_day_destroys_it(samples: None) -> None:
    code = saved_by(Visitor())
    (kept,) = SavedDraft.objects.all()
    assert timedelta(days=6) < kept.expires_at - timezone.now() <= timedelta(days=7)
    assert b"Dana" not in bytes(kept.sealed)
    SavedDraft.objects.update(expires_at=timezone.now())
    assert "There is a problem" in come_back(Visitor(), code).content.decode(), "over before it is purged"
    assert purge_expired()["saved"] == 1
    assert not SavedDraft.objects.exists() and SealingKey.objects.get(pk=kept.key_id).wrapped is None
    assert bytes(Letter.objects.get(kind="saved").sealed) == b""
    Letter.objects.update(made_at=timezone.now() - timedelta(days=3))
    assert purge_expired()["letters"] == 1


def test_that_nothing_typed_is_nothing_saved(samples: None) -> None:
    visitor = Visitor()
    assert visitor.get(visitor.at("save/")).url == visitor.at("save/back/")


def test_that_a_strangers_mailbox_is_not_filled(samples: None) -> None:
    visitor = Visitor()
    for _ in range(outbox.UNPROVED_PER_DAY + 2):
        # As the worker does; saving anew withdraws an e-mail that has not left, never one that has.
        saved_by(visitor, "victim@example.net")
        queued = Letter.objects.filter(kind="saved", status=Letter.Status.QUEUED)
        queued.update(status=Letter.Status.SENT, next_try_at=None)
    left = Letter.objects.filter(kind="saved", status=Letter.Status.SENT)
    assert left.count() == outbox.UNPROVED_PER_DAY
