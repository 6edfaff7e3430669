"""Approved cases of sample customers, made by the road every case goes."""

from __future__ import annotations

from collections.abc import Sequence

from requests_app.decision import determine
from requests_app.lifecycle import State
from requests_app.models import Case
from requests_app.verification import steps as verification
from tests.bench.recorded import directly
from tests.people import approved, code_in, decided, member, open_several, run_pipeline
from tests.stack import STACK

SLUG = "mimap"
ACCESS, DELETE = "KNOW_PCS", "DELETE"
SOME = "SELECT email FROM customers WHERE email IS NOT NULL ORDER BY md5(email) LIMIT %s"
"""The same people in every run, from anywhere in the table."""

Pair = tuple[Case, Case]
BOTH = (ACCESS, DELETE)


def approved_cases(rights: Sequence[Sequence[str]], address: str) -> list[tuple[Case, ...]]:
    """A case for each right of each person, of whom there is one an entry: asked, verified, decided, approved, not carried out."""
    with directly(address) as shop:
        emails = [email for (email,) in shop.execute(SOME, [len(rights)])]
    asked = [open_several(SLUG, list(each), email=email) for each, email in zip(rights, emails, strict=True)]
    run_pipeline()
    for lead, *_others in asked:
        lead.refresh_from_db()
        verification.answer(lead, code_in(lead), declaration="As on record")
    run_pipeline()
    olu, pia, cora = (
        member(name, **{SLUG: role})
        for name, role in (("Olu", "handler"), ("Pia", "privacy_lead"), ("Cora", "counsel"))
    )
    for case in (case for each in asked for case in each):
        case.refresh_from_db()
        approved(decided(case, olu), pia)
        if determine.roles_outstanding(case):
            approved(case, cora)
        case.refresh_from_db()
        if case.state != State.FULFILLING:
            raise RuntimeError(f"a case stayed {case.state}, waiting for {case.waits_for}")
    # Nudges sent while preparing must not run later.
    STACK.valkey.client().flushall()
    return [tuple(each) for each in asked]
