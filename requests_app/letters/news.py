"""Whoever asked to hear of a changed policy: told once of each new version, at an address they proved."""

from __future__ import annotations

import json
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identity import sealing
from identity.flows import email_code
from identity.flows.email_code import Answer
from requests_app import access
from requests_app.letters import mails, outbox, unfinished
from requests_app.letters.text import day_in
from requests_app.models import PolicyReader
from requests_app.register import Controller

PURPOSE = "policy_news"
SEALED = "policy-reader"


def join(controller: Controller, email: str, language: str) -> str:
    """Keep the address sealed and mail a code to it; gives what :func:`confirm` takes. Asking twice keeps one row."""
    now, index = timezone.now(), sealing.blind(controller.slug, "email", email)
    with transaction.atomic():
        reader = PolicyReader.objects.select_for_update().filter(
            controller=controller.slug, address_index=index
        ).first() or _new(controller.slug, index, email, language)
        issued = email_code.begin(matter=_matter(index), purpose=PURPOSE, address_index=index, now=now)
        if issued is not None:
            words = mails.code_alone(controller, language, issued.code)
            outbox.queue_alone(
                controller=controller.slug, key=reader.key, language=language, kind="code",
                once=f"news:{reader.pk}:{issued.expires_at.timestamp():.6f}", to=email, words=words,
                unproved=reader.confirmed_at is None,
            )  # fmt: skip
    return index


def confirm(controller: Controller, index: str, code: str) -> Answer:
    """The code was typed; from now on they hear of versions newer than today's."""
    outcome = email_code.answer(matter=_matter(index), purpose=PURPOSE, code=code, now=timezone.now())
    if outcome is Answer.RIGHT:
        PolicyReader.objects.filter(controller=controller.slug, address_index=index).update(
            confirmed_at=timezone.now(), told_of=newest(controller)
        )
    return outcome


def stop(controller: str, token: str, *, really: bool) -> bool:
    """Forget an address for good by the link in our mail; False when there is none any more."""
    found = PolicyReader.objects.filter(controller=controller, stop_hash=access.link_hash(token))
    reader = found.select_related("key").first()
    if reader is not None and really:
        unfinished.destroy(reader)
    return reader is not None


def announce(controller: Controller, *, dry_run: bool = False) -> int:
    """Queue a letter to everybody who has not been told of the newest version; running it twice tells nobody twice."""
    version = newest(controller)
    waiting = PolicyReader.objects.filter(controller=controller.slug, told_of__lt=version).exclude(
        confirmed_at=None
    )
    if dry_run:
        return waiting.count()
    told = 0
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            reader = waiting.select_for_update(of=("self",)).select_related("key").filter(pk=pk).first()
            if reader is not None:
                _tell(controller, reader, version)
                told += 1
    return told


def newest(controller: Controller) -> date:
    """The day of the newest version."""
    return max(version.published_on for version in controller.policies)


def _tell(controller: Controller, reader: PolicyReader, version: date) -> None:
    known = json.loads(sealing.unseal(reader.key, bytes(reader.sealed), SEALED))
    home = f"{settings.PORTAL_ORIGIN}/{controller.slug}/policy/"
    words = outbox.render(
        "policy_news",
        reader.language,
        {
            "name": controller.text(controller.name, reader.language),
            "day": day_in(version, reader.language),
            "link": home,
            "stop": f"{home}news/stop/{known['token']}/",
            "sender": controller.text(controller.legal_name, reader.language),
        },
    )
    outbox.queue_alone(
        controller=controller.slug, key=reader.key, language=reader.language, kind="policy_news",
        once=f"policy:{reader.pk}:{version.isoformat()}", to=known["email"], words=words, unproved=False,
    )  # fmt: skip
    PolicyReader.objects.filter(pk=reader.pk).update(told_of=version)


def _new(controller: str, index: str, email: str, language: str) -> PolicyReader:
    token, hashed = access.new_link()
    key = sealing.new_key()
    known = json.dumps({"email": email, "token": token}, ensure_ascii=False)
    return PolicyReader.objects.create(
        controller=controller,
        address_index=index,
        stop_hash=hashed,
        language=language,
        key=key,
        sealed=sealing.seal(key, known.encode(), SEALED),
        made_at=timezone.now(),
    )


def _matter(index: str) -> str:
    return f"news:{index}"
