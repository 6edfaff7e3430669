"""Celery's way in: fetch, call one function, return."""

from celery import shared_task
from celery.signals import beat_init, task_prerun, worker_init
from django.db import close_old_connections
from django.utils import timezone

from requests_app import alarms, pipeline
from requests_app.archive import purge as purging
from requests_app.fulfilment import catch_up as catching_up
from requests_app.fulfilment import suppression
from requests_app.intake import fetch, mail
from requests_app.letters import outbox
from requests_app.models import CaseEvent, Knock
from requests_app.verification import account, visit


@worker_init.connect
@beat_init.connect
def wait_until_caught_up(**_told: object) -> None:
    """Neither worker nor beat begins on a restored database before what was erased since is erased again."""
    catching_up.wait()


@task_prerun.connect
def look_at_connection(**_told: object) -> None:
    """A worker keeps its connection from task to task, as a web process does from page to page: until it is old or dead."""
    close_old_connections()


@shared_task(name="requests_app.follow_up")
def follow_up(event_id: int) -> None:
    """Do what an event calls for, and what comes of it at once; safe to run twice."""
    for event in CaseEvent.objects.filter(pk=event_id).only("case_id"):
        pipeline.follow_through(event)


@shared_task(name="requests_app.do_work")
def do_work(work_id: int) -> None:
    """Do one operation in one system; safe to run twice."""
    pipeline.do_work(work_id)


@shared_task(name="requests_app.send_letter")
def send_letter(letter_id: int) -> None:
    """Send one letter at once."""
    outbox.send(letter_id)


@shared_task(name="requests_app.send_account_code")
def send_account_code(controller: str, sealed: str, language: str = "") -> None:
    """Mail a code to somebody who wants to see their cases or their data, if they are known."""
    account.send_code(controller, sealed, language)


@shared_task(name="requests_app.attend_knock")
def attend_knock(knock_id: int) -> None:
    """See whether a reference and an address belong together; safe to run twice."""
    for knock in Knock.objects.filter(pk=knock_id):
        visit.attend(knock)


@shared_task(name="requests_app.sweep")
def sweep() -> None:
    """Follow events whose nudge was lost and work whose time to retry has come."""
    pipeline.sweep()


@shared_task(name="requests_app.send_letters")
def send_letters() -> None:
    """Send what waits in the outbox."""
    outbox.send_waiting()


@shared_task(name="requests_app.fetch_mail")
def fetch_mail() -> None:
    """Poll the listed mailboxes, and read what was kept and could not be read yet."""
    fetch.fetch_all()
    mail.read_waiting(timezone.now())


@shared_task(name="requests_app.watch_clocks")
def watch_clocks() -> None:
    """Look after cases whose day is near."""
    pipeline.watch_clocks()


@shared_task(name="requests_app.send_digests")
def send_digests() -> None:
    """Tell staff what is due, once a day in working hours."""
    alarms.send_digests(timezone.now())
    alarms.send_mentions(timezone.now())


@shared_task(name="requests_app.purge")
def purge() -> None:
    """Destroy what has reached its date."""
    purging.purge_expired()
    suppression.forget(timezone.now() - suppression.KEPT)


@shared_task(name="requests_app.catch_up")
def catch_up() -> None:
    """Carry out again what waited for the end of a legal hold or for a system that was away."""
    catching_up.carry_out_waiting()


@shared_task(name="requests_app.recount")
def recount() -> None:
    """Count again what was counted under another calendar."""
    pipeline.recount()
