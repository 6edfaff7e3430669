"""A browser without a script, and a worker that does its work when told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from requests_app import pipeline, subject
from requests_app.letters import outbox
from requests_app.models import Case, CaseEvent, Letter
from requests_app.verification import visit
from tests.people import DANA
from tests.providers import Liar, lying_provider, real_provider


class Visitor(Client):
    """Somebody at a browser, in one language, at one controller."""

    def __init__(self, slug: str = "mimap", language: str = "en", **kwargs: object) -> None:
        super().__init__(headers={"accept-language": language}, **kwargs)
        self.slug = slug

    def at(self, path: str) -> str:
        """An address of this controller."""
        return f"/{self.slug}/{path}"

    def answer_all(
        self, *rights: str, name: str = "Dana Whitfield", email: str = "", where: str = "yes",
        capacity: str = "self", person: str = "", age: str = "", span: str = "all",
    ) -> None:  # fmt: skip
        """Fill in every question up to the check page."""
        self.post(self.at("ask/what/"), {"rights": rights})
        if {"KNOW_CAT", "KNOW_PCS"} & set(rights):
            self.post(self.at("ask/how-far-back/"), {"span": span})
        if self.slug == "mimap":
            self.post(self.at("ask/where/"), {"lives_in_california": where})
        self.post(self.at("ask/who/"), {"capacity": capacity})
        if age:
            self.post(self.at("ask/age/"), {"age": age})
        self.post(self.at("ask/how/"), {"relation": "customer"})
        if capacity != "self":
            self.post(self.at("ask/their-name/"), {"person_name": "Dana Whitfield"})
            self.post(self.at("ask/their-e-mail/"), {"person_email": person or DANA[self.slug]})
        self.post(self.at("ask/name/"), {"name": name})
        self.post(self.at("ask/e-mail/"), {"email": email or DANA[self.slug]})

    def send(self, *rights: str, **answers: str) -> list[Case]:
        """Ask for something and send it."""
        self.answer_all(*rights, **answers)
        seen = set(Case.objects.values_list("pk", flat=True))
        page = self.post(self.at("ask/check/"), {"number": "", "website": ""})
        assert page.status_code == 302 and page.url == self.at("sent/"), page.content.decode()
        return list(Case.objects.exclude(pk__in=seen).order_by("pk"))

    def come_back(self, case: Case) -> None:
        """Open the case's page by reference, address and code."""
        self.post(self.at("follow/"), {"reference": case.reference, "email": subject.read(case).reached_at})
        attend_knocks()
        page = self.post(self.at("follow/code/"), {"code": code_in_newest_letter(case)})
        assert page.url == self.at(f"request/{case.reference}/"), page


def work() -> None:
    """What the worker would do: follow every event that waits, until none does."""
    for _ in range(20):
        waiting = list(CaseEvent.objects.filter(followed_at=None).order_by("pk"))
        if not waiting:
            return
        for event in waiting:
            pipeline.follow_up(event)


def attend_knocks() -> None:
    """The worker's part of coming back: see whether reference and address belong together."""
    for knock in visit.unattended(before=datetime.now(UTC) + timedelta(seconds=1)):
        visit.attend(knock)


def code_in_newest_letter(case: Case) -> str:
    """The six digits of the last code mailed about this case or its sisters."""
    of_all = Letter.objects.filter(case__submission=case.submission, kind__in=("code", "acknowledgement"))
    said = outbox.read(of_all.select_related("key").latest("pk"))
    found = re.search(r"(?<!\d)(\d{3}) ?(\d{3})(?!\d)", said["subject"] + "\n" + said["text"])
    assert found, "no code in the newest letter"
    return found[1] + found[2]


@pytest.fixture(autouse=True)
def fresh_counters() -> Iterator[None]:
    """No test inherits another's knocks."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def dana(db: None, samples: None) -> Visitor:
    """Dana, at MiMap, in English."""
    return Visitor()


@pytest.fixture
def li(db: None, samples: None) -> Visitor:
    """Li, at MipMap, in Chinese."""
    return Visitor("mipmap", "zh-Hans")


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    with real_provider() as here:
        yield here


@pytest.fixture
def offered(issuer, monkeypatch) -> str:
    """MiMap and MipMap let their customers sign in."""
    for name in ("MIMAP", "MIPMAP"):
        monkeypatch.setenv(f"{name}_ACCOUNT_ISSUER", issuer)
        monkeypatch.setenv(f"{name}_ACCOUNT_SECRET", "s")
    return issuer


@pytest.fixture
def liar(db: None, samples: None, monkeypatch) -> Iterator[Liar]:
    """A provider that says of its people whatever the test wants."""
    with lying_provider() as here:
        monkeypatch.setenv("MIMAP_ACCOUNT_ISSUER", here.issuer)
        monkeypatch.setenv("MIMAP_ACCOUNT_SECRET", "s")
        yield here
