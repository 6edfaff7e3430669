"""Nothing of a person stands in clear anywhere, and after the purge nothing opens."""

from __future__ import annotations

import pytest
import time_machine
from django.utils import timezone

from identity import sealing
from requests_app import journal, law, pipeline, subject
from requests_app.archive.purge import purge_expired
from requests_app.fulfilment import suppression
from requests_app.intake import mail
from requests_app.letters import correspond, outbox
from requests_app.letters.addresses import case_address
from requests_app.lifecycle import State
from requests_app.models import Case
from tests import canary
from tests.archive.conftest import noon
from tests.house import House
from tests.intake.letters_by_post import letter
from tests.people import (
    approved,
    decided,
    member,
    open_several,
    run_pipeline,
    tell_recipients,
    verified,
)
from tests.public.conftest import Visitor

STORIES = {
    "mimap": ("Dana Whitfield", ["KNOW_PCS", "DELETE"], ("Whitfield", "dana@example.com")),
    "mipmap": ("王丹娜", ["CN_COPY", "CN_DELETE"], ("王丹娜", "dana@example.cn")),
}


@pytest.mark.parametrize("slug", STORIES)
def test_neither_name_nor_address_ever_stands_in_clear_and_after_the_purge_nothing_opens(
    furnished: House, settings, slug: str
) -> None:
    settings.PORTAL_VAULT = furnished.folder / "vault"
    name, rights, words = STORIES[slug]
    olu, pia = member("Olu", **{slug: "handler"}), member("Pia", **{slug: "privacy_lead"})
    visitor = Visitor(slug, "zh-Hans" if slug == "mipmap" else "en")
    visitor.answer_all(*rights, name=name, email=words[1])
    assert canary.traces(furnished, words) == []

    cases = open_several(slug, rights, name=name)
    verified(cases[0])
    for case in cases:
        case.refresh_from_db()
        correspond.write_note(case, by=olu, text=f"{name} called")
        approved(decided(case, olu), pia)
    run_pipeline()
    correspond.reply(cases[1], by=olu, text=f"Soon, {name}", once="1")
    mail.receive(
        letter("Thank you", sender=f"{name} <{words[1]}>", to=case_address(cases[1])),
        received_at=timezone.now(),
    )
    pipeline.sweep()
    run_pipeline()
    tell_recipients(olu)
    visitor.come_back(cases[0])
    outbox.send_waiting()
    cases = Case.objects.order_by("pk")
    assert {case.state for case in cases} == {State.CLOSED}
    assert name in subject.read(cases[0]).name
    assert canary.traces(furnished, (cases[0].reference,)), "the canary sees nothing at all"
    assert canary.traces(furnished, words) == []

    records = law.regime(cases[0].regime, cases[0].received_on).records
    indexes = {case.subject_index for case in cases}
    with time_machine.travel(noon(max(case.purge_on for case in cases))):
        assert purge_expired()["cases"] == 2
    assert canary.traces(furnished, words) == []
    clear = sealing.new_key()
    assert not type(clear).objects.exclude(pk=clear.pk).exclude(wrapped=None).exists()
    # The suppression ledger outlives the case: without it a backup would bring the person back.
    ledger = suppression.path()
    assert [
        path for path in (furnished.folder / "vault").rglob("*") if path.is_file() and path != ledger
    ] == []
    # The keyed hash is left where the law lets it outlive the case, and nowhere else.
    dumped = canary.dump(furnished)
    tables = dumped.split("COPY public.")[1:]
    found_in = {table.split(" ")[0] for table in tables if any(index in table for index in indexes)}
    assert found_in == {"requests_app_subjectrecord"}
    for case in Case.objects.all():
        if records.log_months > records.content_months:
            assert journal.verify(case) is None
    proved = furnished.manage("verify_journal")
    assert proved.returncode == 0 and b" 0 broken" in proved.stdout
