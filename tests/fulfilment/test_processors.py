"""A processor that speaks OpenDSR: asked once, believed under its certificate, chased when silent, caught when lying."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from requests_app import journal, lifecycle, register
from requests_app.decision import hold
from requests_app.fulfilment import rounds, steps, tasks_by_hand
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Errand, Letter, Task, Work
from requests_app.response import deliver
from requests_app.systems.connectors import breaker, http_call
from tests.build import build_case, found
from tests.people import approved, decided, member, open_case, run_pipeline, tell_recipients, verified

from .processor import Authority, Double
from .test_tasks_by_hand import OWNER, WORDS, add_system

HOOK = "/hooks/opendsr/"
KEY = "mimap_newsletter"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def double(request, authority: Authority, tmp_path, monkeypatch) -> Iterator[Double]:
    (tmp_path / "authorities.pem").write_bytes(authority.pem())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authorities.pem"))
    monkeypatch.setattr(http_call, "FIRST_PAUSE_SECONDS", 0.0)
    breaker.forget()
    made = Double(authority, elliptic=getattr(request, "param", False))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def people(furnished, double: Double, tmp_path, settings, monkeypatch):
    """MiMap has a processor send its newsletter; Olu and Pia work there."""
    cache.clear()
    _add_newsletter(double, tmp_path, settings, monkeypatch)
    assert register.check(register.controller("mimap")) == ()
    return member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")


@pytest.fixture
def to_erase(db, double: Double, tmp_path, settings, monkeypatch) -> Work:
    """What is asked of the processor alone, the other systems aside."""
    _add_newsletter(double, tmp_path, settings, monkeypatch)
    case = build_case({"communications.all": found(1)}, state=State.FULFILLING)
    work, _new = Work.objects.update_or_create(
        case=case, system=KEY, operation=Work.Operation.DELETE,
        defaults={"status": Work.Status.WAITING, "confirmed_at": None, "round": rounds.round_of(case)},
    )  # fmt: skip
    return work


def _add_newsletter(double: Double, tmp_path, settings, monkeypatch) -> None:
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


def _asked(people, right: str = "DELETE") -> tuple[Case, Work]:
    case = approved(decided(verified(open_case("mimap", right)), people[0]), people[1])
    run_pipeline()
    return _fresh(case), case.works.get(system=KEY, operation__in=["delete", "access"])


def _fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def _again(people) -> None:
    """The next time the sweep comes by."""
    Work.objects.filter(system=KEY).exclude(status="confirmed").update(next_try_at=timezone.now())
    run_pipeline()
    tell_recipients(people[0])


def _post(body: bytes, headers: dict[str, str], **changed: str):
    return Client().post(HOOK, body, content_type="application/json", headers=headers | changed)


def test_it_is_asked_once_calls_back_and_the_deletion_is_done_when_it_is_read_back(people, double) -> None:
    case, work = _asked(people)
    ((number, asked),) = double.requests.items()
    assert (asked["regulation"], asked["subject_request_type"]) == ("ccpa", "erasure")
    assert asked["subject_identities"] == [
        {"identity_type": "email", "identity_format": "sha256",
         "identity_value": hashlib.sha256(b"dana@example.com").hexdigest()}
    ]  # fmt: skip
    assert "dana" not in json.dumps(double.requests).lower()
    assert case.state == State.FULFILLING and work.status == Work.Status.WAITING
    double.status = "completed"
    body, headers = double.callback(number)
    assert _post(body, headers).status_code == 202
    assert Errand.objects.get().status == "completed"
    _again(people)
    work.refresh_from_db()
    assert (work.status, double.posts) == (Work.Status.CONFIRMED, 1)
    case = _fresh(case)
    assert case.state == State.CLOSED, case.waits_for
    assert _post(body, headers).status_code == 202, "a second time is no news and no fault"


def test_a_copy_is_fetched_from_its_own_host_and_lies_in_the_package(people, double) -> None:
    double.status = "completed"
    case, work = _asked(people, "KNOW_PCS")
    _again(people)
    work.refresh_from_db()
    assert work.status == Work.Status.CONFIRMED
    assert _fresh(case).state == State.CLOSED
    package = b"".join(deliver.open_package(case, case.packages.get()))
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        assert files.read(f"data/{KEY}/by-hand.json") == double.file
    assert "the company that processes it for us" in outbox.read(case.letters.get(kind="answer"))["text"]


def _stranger(double: Double, number: str) -> tuple[bytes, dict[str, str]]:
    other = Double(Authority())
    other.requests, other.port = double.requests, double.port
    return other.callback(number)


LIES: dict[str, tuple[Any, int]] = {
    "not signed": (lambda d, n: (d.callback(n)[0], {"X-OpenDSR-Processor-Domain": "localhost"}), 400),
    "signed by a stranger": (_stranger, 400),
    "another domain": (lambda d, n: (d.callback(n)[0], d.callback(n)[1] | {"X-OpenDSR-Processor-Domain": "x.org"}), 401),
    "no domain": (lambda d, n: (d.callback(n)[0], {}), 401),
    "changed on the way": (lambda d, n: (d.callback(n)[0].replace(b"mimap", b"other"), d.callback(n)[1]), 400),
    "about nothing we asked": (lambda d, n: d.callback(n, subject_request_id="0" * 8 + n[8:]), 400),
    "no status": (lambda d, n: d.callback(n, request_status="finished"), 400),
    "meant for somebody else": (lambda d, n: d.callback(n, status_callback_url="https://x.org/y"), 400),
    "not JSON": (lambda d, n: (b"\\xff{", {}), 400),
    "a list": (lambda d, n: (b"[]", {}), 400),
    "far too long": (lambda d, n: (b" " * 16_385, {}), 413),
}  # fmt: skip


def test_a_callback_that_is_not_theirs_is_refused_and_changes_nothing(people, double) -> None:
    _case, _work = _asked(people)
    (number,) = double.requests
    before = (Errand.objects.values().get(), list(Work.objects.order_by("pk").values()))
    double.status = "completed"
    for what, (forge, status) in LIES.items():
        body, headers = forge(double, number)
        assert _post(body, headers).status_code == status, what
    for method in ("get", "head", "put", "delete"):
        assert getattr(Client(), method)(HOOK).status_code == 405
    assert before == (Errand.objects.values().get(), list(Work.objects.order_by("pk").values()))


def test_a_certificate_out_of_date_or_for_another_host_or_from_nobody_known_is_not_trusted(
    people, double, authority
) -> None:
    case, _work = _asked(people)
    (number,) = double.requests
    for pem in (
        authority.issue(double.key, days=-1),
        authority.issue(double.key, host="elsewhere.org"),
        Authority().issue(double.key),
        b"no certificate",
    ):
        Errand.objects.update(certificate=pem.decode())
        assert _post(*double.callback(number)).status_code == 401
    assert _fresh(case).state == State.FULFILLING


@pytest.mark.parametrize("double", [False, True], indirect=True, ids=["rsa", "elliptic"])
def test_old_news_after_new_changes_nothing(people, double) -> None:
    _asked(people)
    (number,) = double.requests
    for status, kept in (("completed", "completed"), ("pending", "completed"), ("in_progress", "completed")):
        double.status = status
        assert _post(*double.callback(number)).status_code == 202
        assert Errand.objects.get().status == kept


def test_a_signed_callback_that_the_processor_does_not_stand_by_does_not_finish_the_work(
    people, double
) -> None:
    case, work = _asked(people)
    (number,) = double.requests
    double.status = "completed"
    told = double.callback(number)
    double.status = "in_progress"
    assert _post(*told).status_code == 202
    _again(people)
    work.refresh_from_db()
    assert work.status != Work.Status.CONFIRMED and _fresh(case).state == State.FULFILLING


@pytest.mark.parametrize(
    ("wrong", "trouble"),
    [
        ({"status": "completed", "people": [{"email": "dana@example.com"}]}, "refused: said yes, but the rows"),
        ({"status": "cancelled"}, "refused: cancelled it"),
        ({"signs": False}, "refused: speaks for another domain"),
        ({"types": ["access"]}, "refused: does not do this"),
        ({"certificate": b"none"}, "refused: its certificate is not to be trusted"),
        ({"status": "nearly"}, "refused: its status cannot be read"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)  # fmt: skip
def test_a_processor_that_lies_or_will_not_is_shown_to_staff_and_never_called_done(
    people, double, wrong, trouble
) -> None:
    for name, value in wrong.items():
        setattr(double, name, value)
    case, work = _asked(people)
    _again(people)
    work.refresh_from_db()
    assert work.status == Work.Status.FAILED and work.trouble.startswith(trouble), work.trouble
    assert _fresh(case).state == State.FULFILLING and _fresh(case).waits_for == f"system:{KEY}"


def test_one_that_never_answers_is_chased_and_its_owner_asked_until_somebody_says_it_is_done(
    people, double
) -> None:
    case, _work = _asked(people)
    assert not Task.objects.exists()
    Errand.objects.update(due_on=timezone.now().date() - timedelta(days=1))
    double.silent = True
    _again(people)
    double.silent = False
    _again(people)
    assert Letter.objects.filter(kind="task").count() == 1
    assert _fresh(case).events.filter(name="processor_overdue").count() == 1
    assert _fresh(case).waits_for == f"system:{KEY}"
    Task.objects.update(next_mail_at=timezone.now())
    tasks_by_hand.chase(timezone.now())
    assert Letter.objects.filter(kind="task").count() == 2
    double.status = "completed"
    _again(people)
    Task.objects.update(next_mail_at=timezone.now())
    tasks_by_hand.chase(timezone.now())
    assert Letter.objects.filter(kind="task").count() == 2, "done is done, nobody is chased"
    assert _fresh(case).state == State.CLOSED


def test_one_that_was_never_reached_is_chased_like_one_that_does_not_answer(to_erase: Work, double) -> None:
    double.silent = True
    due = timezone.now() + timedelta(days=20)
    Case.objects.filter(pk=to_erase.case_id).update(due_on=due.date())
    for days, mails in ((0, 0), (4, 0), (6, 1), (7, 1)):
        breaker.forget()
        Work.objects.filter(pk=to_erase.pk).update(started_at=timezone.now() - timedelta(days=days))
        steps.do_delete(Work.objects.get(pk=to_erase.pk))
        assert Letter.objects.filter(kind="task").count() == mails, days
    case = _fresh(to_erase.case)
    assert not Errand.objects.exists() and case.waits_for == f"system:{KEY}"
    assert case.events.filter(name="processor_overdue").count() == 1
    Task.objects.update(next_mail_at=timezone.now())
    tasks_by_hand.chase(timezone.now())
    assert Letter.objects.filter(kind="task").count() == 2
    # Reached at last, and late again: its owner is asked already.
    double.silent = False
    steps.do_delete(Work.objects.get(pk=to_erase.pk))
    Errand.objects.update(due_on=timezone.now().date() - timedelta(days=1))
    steps.do_delete(Work.objects.get(pk=to_erase.pk))
    assert double.posts == 1 and Task.objects.count() == 1


@pytest.mark.parametrize("unheard", ["cancelled", "forgotten", "unsigned"])
def test_a_recall_of_which_nobody_heard_before_the_hold_ended_is_followed_up_and_asked_anew(
    to_erase: Work, double, unheard
) -> None:
    double.status, double.keeps_its_word = "pending", False
    steps.do_delete(Work.objects.get(pk=to_erase.pk))
    (first,) = double.requests
    case, cora = _fresh(to_erase.case), member("Cora", mimap="counsel")
    placed = hold.place(
        case, by=cora, reason="matter 7", review_on=timezone.now().date() + timedelta(days=30)
    )
    steps.do_delete(Work.objects.get(pk=to_erase.pk))
    if unheard == "unsigned":
        # What it says is not to be believed for a while: no refusal, since nobody knows what became of it.
        double.signs = False
        steps.do_delete(Work.objects.get(pk=to_erase.pk))
        kept = Work.objects.get(pk=to_erase.pk)
        assert kept.trouble.startswith("unreachable") and kept.next_try_at is not None
        double.signs = True
    hold.lift(case, placed, by=cora)
    if unheard == "forgotten":
        double.requests.clear()
    else:
        double.status = "cancelled"
    steps.do_delete(Work.objects.get(pk=to_erase.pk))
    work = Work.objects.get(pk=to_erase.pk)
    assert double.posts == 2 and work.status != Work.Status.CONFIRMED
    assert not work.trouble.startswith("refused") and str(Errand.objects.get().number) != first
    assert case.events.filter(name="processor_recalled").count() == 1


def test_a_worker_killed_while_asking_asks_under_the_same_number(people, double) -> None:
    double.dies_after_taking = True
    _case, work = _asked(people)
    assert double.posts >= 1 and len(double.requests) == 1
    double.status = "completed"
    _again(people)
    work.refresh_from_db()
    assert work.status == Work.Status.CONFIRMED and len(double.requests) == 1


def test_under_a_hold_nothing_is_asked(people, double) -> None:
    case = approved(decided(verified(open_case("mimap", "DELETE")), people[0]), people[1])
    cora = member("Cora", mimap="counsel")
    hold.place(case, by=cora, reason="matter 7", review_on=timezone.now().date() + timedelta(days=30))
    run_pipeline()
    assert double.posts == 0 and _fresh(case).waits_for == "legal_hold"


@pytest.mark.parametrize("dies", [False, True], ids=["", "a worker dies at each step"])
def test_what_was_asked_is_taken_back_under_a_hold_and_asked_anew_when_it_ends(people, double, dies) -> None:
    """TRUST 42: between the asking and the erasing a hold wins, for as long as nothing has begun."""
    double.status, double.keeps_its_word = "pending", False
    case, work = _asked(people)
    (first,) = double.requests
    cora = member("Cora", mimap="counsel")
    placed = hold.place(
        case, by=cora, reason="matter 7", review_on=timezone.now().date() + timedelta(days=30)
    )
    run_pipeline()
    work.refresh_from_db()
    assert double.recalls == 1 and work.trouble.startswith("unreachable: has not taken it back")
    double.keeps_its_word = True
    asked = Errand.objects.get()
    if dies:
        double.requests.clear()  # taken back, and we did not hear of it
    _again(people)
    work.refresh_from_db()
    assert (work.status, work.trouble, double.recalls) == (Work.Status.FAILED, "legal_hold", 1 if dies else 2)
    assert _fresh(case).events.filter(name="processor_recalled").count() == 1
    double.status = "pending"
    hold.lift(case, placed, by=cora)
    if dies:
        asked.save(force_insert=True)  # on the journal, and not yet forgotten
    _again(people)
    assert set(double.requests) - {first} == {str(Errand.objects.get().number)} != {first}
    # Sent back to the desk after all: too late where it has begun, and the journal says so.
    double.status = "in_progress"
    if dies:
        Errand.objects.update(sent_at=None)
        double.signs = False
    case = _fresh(case)
    journal.advance(case, lifecycle.PREVIEW_CHANGED, by=journal.PIPELINE, preview_digest="", waits_for="")
    _again(people)
    work.refresh_from_db()
    assert work.result == {"overtaken": True, "recalled": False}
    assert case.events.filter(name="processor_not_recalled").count() == 1


KEPT = {"keep": [{"holding": "readers.all", "fields": ["email"], "exemption": "DEL8", "citation": "to be named by counsel",
                  "months": 12, "counted_from": "email"}]}  # fmt: skip


@pytest.mark.parametrize("understands", [True, False])
def test_what_has_to_be_kept_is_told_to_the_processor_or_its_owner_is_asked_instead(
    people, double, settings, tmp_path, understands: bool
) -> None:
    settings.PORTAL_CONTROLLERS = shutil.copytree(settings.PORTAL_CONTROLLERS, tmp_path / "told")
    file = settings.PORTAL_CONTROLLERS / "mimap" / "inventory.yml"
    inventory = yaml.safe_load(file.read_text(encoding="utf-8"))
    portal = inventory["dataset"][-1]["meta"]["portal"]
    portal["opendsr"]["exemptions"] = understands
    duty = {
        "exemption": "DEL8",
        "citation": "to be named by counsel",
        "months": 12,
        "counted_from": "email",
        "words": WORDS,
    }
    portal["holdings"]["readers.all"]["retention"] = duty
    file.write_text(yaml.safe_dump(inventory, allow_unicode=True, sort_keys=False), encoding="utf-8")
    double.status, double.people = "completed", [{"email": "dana@example.com"}]
    case, work = _asked(people)
    assert bool(double.requests) == understands == (not Task.objects.exists())
    if understands:
        (asked,) = double.requests.values()
        assert asked["extensions"] == {"localhost": KEPT}
        _again(people)
        work.refresh_from_db()
        assert (work.status, work.result["kept"]) == (Work.Status.CONFIRMED, ["readers.all"])
        assert "has to be kept: Paper archive" in outbox.read(case.letters.get(kind="answer"))["text"]
