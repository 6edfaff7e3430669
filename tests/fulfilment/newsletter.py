"""A newsletter that a processor sends for MiMap: what it is asked, and what it calls back."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from requests_app.models import Case, Work
from tests.people import approved, decided, open_case, run_pipeline, tell_recipients, verified

from .processor import Double
from .test_tasks_by_hand import OWNER, WORDS, add_system

HOOK = "/hooks/opendsr/"
KEY = "mimap_newsletter"


def add_newsletter(double: Double, tmp_path, settings, monkeypatch) -> None:
    """Put it in the pack, in the processor's hands."""
    monkeypatch.setenv("NEWSLETTER_KEY", "a key that only we and they know")
    field = {"name": "email", "data_categories": ["user.contact.email"],
             "fides_meta": {"primary_key": True, "identity": "email"}}  # fmt: skip
    holding = {"title": WORDS, "category": "A", "source": WORDS, "purpose": WORDS, "recipients": WORDS,
               "collected_from_person": True, "erase": "delete"}  # fmt: skip
    add_system(
        tmp_path,
        settings,
        {
            "fides_key": KEY,
            "name": "Newsletter",
            "collections": [{"name": "readers", "fields": [field]}],
            "meta": {
                "portal": {
                    "title": {"en": "Newsletter", "zh-Hans": "通讯"},
                    "connector": "opendsr",
                    "owner": OWNER,
                    "secret": "NEWSLETTER_KEY",
                    "opendsr": {"path": "/v2", "identities": {"email": "sha256"}},
                    "http": {
                        "base": f"http://localhost:{double.port}", "hosts": ["localhost"],
                        "networks": ["127.0.0.0/8", "::1/128"],
                        "collections": {
                            "readers": {"find_by_email": {"method": "GET", "path": "/people", "query": {"q": "{email}"}}}
                        },
                    },
                    "collections": {"readers": {"title": WORDS}},
                    "fields": {"readers.email": {"title": WORDS}},
                    "holdings": {"readers.all": holding},
                }
            },
        },
    )  # fmt: skip


def ask_it(people, right: str = "DELETE") -> tuple[Case, Work]:
    """A case that was approved, and its work at the processor."""
    case = approved(decided(verified(open_case("mimap", right)), people[0]), people[1])
    run_pipeline()
    return fresh(case), case.works.get(system=KEY, operation__in=["delete", "access"])


def fresh(case: Case) -> Case:
    """The case as it is now."""
    return Case.objects.get(pk=case.pk)


def sweep_again(people) -> None:
    """The next time the sweep comes by."""
    Work.objects.filter(system=KEY).exclude(status="confirmed").update(next_try_at=timezone.now())
    run_pipeline()
    tell_recipients(people[0])


def call_back(body: bytes, headers: dict[str, str], **changed: str):
    """As the processor would."""
    return Client().post(HOOK, body, content_type="application/json", headers=headers | changed)
