"""Very many cases in a moment: rows as the portal leaves them, written by the server itself from a few patterns."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.backends.utils import CursorWrapper

from identity import sealing
from identity.models import User
from requests_app import law, register, subject
from requests_app.models import Case
from requests_app.subject import Subject

DAYS = 33
"""Open cases were received within so many days, so that no answer is late and no sweep finds more to do with more of them."""
CLOSED_OF_TEN = 6
"""Most cases were answered; a quarter of those are archived."""

TABLES = tuple(
    f"requests_app_{name}" for name in ("case", "submission", "caseevent", "letter", "work", "subjectrecord")
)
PATTERNS = """
CREATE TEMP TABLE pattern (
    n int PRIMARY KEY, regime text, version text, code text, received_at timestamptz, received_on date,
    acknowledge_on date, due_on date, last_on date, reckoning jsonb
)
"""
# What is spread by a number's hash is spread evenly, and the same in every run.
CASES = """
WITH added AS (
    SELECT g, p.*, g %% 10 < {closed} AS over, (g / 10) %% 4 = 0 AS archived, (hashint8(g) & 2147483647) %% 100 AS spread,
           (CASE WHEN g %% 10 < {closed} THEN 30 * (1 + g %% 30) ELSE 0 END)::int AS ago
    FROM generate_series({first}::bigint, {last}) AS g JOIN pattern AS p ON p.n = (g * 31) %% {patterns}
)
INSERT INTO requests_app_case (
    public_id, reference, controller, regime, regime_version, "right", also, language, channel, submission_id, capacity,
    lives, cause, state, outcome, grounds, version, chain_length, chain_head, received_at, received_on, acknowledge_on,
    acknowledged_at, reminded_at, due_on, last_on, provisional, extended, reckoning, answered_at, closed_at, purge_on,
    log_until, key_id, sealed_subject, subject_index, account_index, link_hash, standard, methods, asked_proof,
    identified_at, assignee_id, proposed_by_id, preview_digest, waits_for, after_id, fallback_of_id, answers_to_id,
    sealed_finding, duplicate_of_id
)
SELECT 'bench' || g, 'Z' || lpad(upper(to_hex(g)), 7, '0'), %(slug)s, regime, version, code, '[]',
       CASE WHEN g %% 3 = 0 THEN 'zh-Hans' ELSE 'en' END,
       CASE WHEN spread < 60 THEN 'web' WHEN spread < 90 THEN 'email' WHEN spread < 96 THEN 'post' WHEN spread < 99 THEN 'phone' ELSE 'in_person' END,
       %(submission)s + (g - {first}) / 2, 'self',
       CASE WHEN spread < 50 THEN 'yes' WHEN spread < 70 THEN 'no' WHEN spread < 75 THEN 'unknown' ELSE '' END, '',
       CASE WHEN over AND archived THEN 'archived' WHEN over THEN 'closed' WHEN spread < 30 THEN 'verifying'
            WHEN spread < 65 THEN 'assessing' WHEN spread < 75 THEN 'approving' WHEN spread < 97 THEN 'fulfilling' ELSE 'responding' END,
       CASE WHEN NOT over THEN '' WHEN spread < 70 THEN 'granted' WHEN spread < 85 THEN 'granted_in_part' ELSE 'refused' END,
       CASE WHEN over AND spread >= 85 THEN '["DEL8"]'::jsonb ELSE '[]' END, 4, 2, repeat('b', 64),
       received_at - ago * interval '1 day', received_on - ago, acknowledge_on - ago, received_at - ago * interval '1 day',
       received_at - ago * interval '1 day', due_on - ago, last_on - ago, false, g %% 50 = 0, reckoning,
       CASE WHEN over THEN received_at + (5 + spread / 3 - ago) * interval '1 day' END,
       CASE WHEN over THEN received_at + (5 + spread / 3 - ago) * interval '1 day' END,
       CASE WHEN over THEN received_on + 2000 END, CASE WHEN over AND NOT (archived AND g %% 4 = 0) THEN received_on + 2000 END,
       %(key)s, %(subject)s, md5(g::text) || md5('case' || g), '', md5('link' || g) || md5(g::text), 'reasonable',
       CASE WHEN over OR spread >= 15 THEN '["email_code"]'::jsonb ELSE '[]' END, '[]',
       CASE WHEN spread >= 30 THEN received_at END,
       CASE WHEN spread %% 5 < 3 THEN (%(staff)s::bigint[])[1 + g %% %(people)s] END, NULL, '',
       CASE WHEN over THEN '' WHEN spread < 30 THEN 'code' WHEN spread < 65 THEN 'decision' WHEN spread < 75 THEN 'approval' ELSE 'systems' END,
       NULL, NULL, NULL, NULL, NULL
FROM added
"""
SUBMISSIONS = """
INSERT INTO requests_app_submission (
    public_id, controller, channel, arrival_key, received_at, language, capacity, key_id, sealed, tray, reason,
    sender_index, sender_proof
)
SELECT 'bench' || g, %(slug)s, 'web', md5('arrival' || g) || md5(g::text), %(now)s - (g %% 700) * interval '1 day', 'en', 'self',
       %(key)s, %(sealed)s, 'opened', '', md5('sender' || g) || md5(g::text), ''
FROM generate_series({first}, {last}, 2) AS g
"""
EVENTS = """
INSERT INTO requests_app_caseevent (
    case_id, number, name, from_state, to_state, by_kind, by_ref, reason, "references", at, previous_hash, hash, followed_at
)
SELECT c.id, n, CASE WHEN n = 1 THEN 'receive' ELSE 'need_no_proof' END, 'received', 'received', 'pipeline', '', '', '{{}}',
       c.received_at, repeat('a', 64), repeat('b', 64), c.received_at
FROM requests_app_case AS c CROSS JOIN generate_series(1, 2) AS n
WHERE c.id > %(before)s
  AND (c.state <> 'archived' OR c.log_until IS NOT NULL)
"""
LETTERS = """
INSERT INTO requests_app_letter (
    case_id, controller, kind, idempotency_key, language, key_id, sealed, address_index, unproved, status, attempts,
    trouble, made_at, sent_at, message_id, bounce, by_post
)
SELECT c.id, c.controller, 'acknowledgement', 'bench' || c.id, c.language, c.key_id, %(sealed)s, md5(c.id::text), false, 'sent', 1,
       '', c.received_at, c.received_at, '<' || c.id || '@bench>', '', false
FROM requests_app_case AS c
WHERE c.id > %(before)s
"""
WORKS = """
INSERT INTO requests_app_work (
    case_id, system, operation, round, status, attempts, trouble, result, started_at, confirmed_at, next_try_at
)
SELECT c.id, %(system)s, 'search', 1, 'confirmed', 1, '', '{{}}', c.received_at, c.received_at, NULL
FROM requests_app_case AS c
WHERE c.id > %(before)s
  AND c.state <> 'verifying'
"""
RECORDS = """
INSERT INTO requests_app_subjectrecord (controller, purpose, subject_index, case_reference, made_at, keep_until)
SELECT c.controller, 'know_window', c.subject_index, c.reference, c.received_at, current_date + 300
FROM requests_app_case AS c
WHERE c.id > %(before)s
  AND c.state IN ('closed', 'archived')
"""


def fill(slug: str, first: int, last: int, staff: list[User]) -> None:
    """Cases number ``first`` to ``last`` with submissions, journals, letters and works; statistics are gathered after.

    One key seals them all, and what a person said is the same everywhere; who each is about is another hash.
    """
    key = sealing.new_key()
    sealed = subject.seal(Case(key=key), Subject(name="Dana Whitfield", email="dana@example.com"))
    given = {
        "slug": slug, "key": key.pk, "subject": sealed, "sealed": sealing.seal(key, b"{}", "submission"),
        "now": datetime.now(UTC), "staff": [one.pk for one in staff], "people": len(staff),
        "system": next(iter(register.controller(slug).inventory.systems)),
    }  # fmt: skip
    with connection.cursor() as cursor:
        patterns = _patterns(slug)
        cursor.execute("DROP TABLE IF EXISTS pattern")
        cursor.execute(PATTERNS)
        cursor.executemany("INSERT INTO pattern VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", patterns)
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM requests_app_submission")
        (given["submission"],) = cursor.fetchone()
        cursor.execute("SELECT coalesce(max(id), 0) FROM requests_app_case")
        (given["before"],) = cursor.fetchone()
        # Numbers that a sequence gave to somebody before are skipped.
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('requests_app_submission', 'id'), %s, false)",
            [given["submission"]],
        )
        numbers = {"first": first, "last": last, "patterns": len(patterns), "closed": CLOSED_OF_TEN}
        with _indexes_built_after(cursor):
            for statement in (SUBMISSIONS, CASES, EVENTS, LETTERS, WORKS, RECORDS):
                cursor.execute(statement.format(**numbers), given)
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


@contextmanager
def _indexes_built_after(cursor: CursorWrapper) -> Iterator[None]:
    """Sorting a million once is quicker than placing each; what keeps rows unique stays.

    Foreign keys are not asked: every row here points at one written just before.
    """
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s)"
        " AND indexdef NOT LIKE 'CREATE UNIQUE%%'", [list(TABLES)],
    )  # fmt: skip
    indexes = cursor.fetchall()
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("SET maintenance_work_mem = '256MB'")
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in indexes:
        cursor.execute(definition)
    cursor.execute("RESET session_replication_role")
    cursor.execute("RESET maintenance_work_mem")


def _patterns(slug: str) -> list[tuple[object, ...]]:
    """A reckoning for every right of the controller's first regime, received on each of the latest days."""
    controller, now = register.controller(slug), datetime.now(UTC)
    rights = [right.code for right in controller.rights if right.regime == controller.regimes[0]]
    # Of the rights whose answer is due in days, so that none of those open is late.
    rights = [
        code
        for code in rights
        if law.regime(controller.regimes[0]).right(code).respond.count == "calendar_days"
    ]
    rows = []
    for n, (days, code) in enumerate(itertools.product(range(DAYS), rights)):
        received_at = now - timedelta(days=days, minutes=n)
        regime = law.regime(controller.regimes[0], received_at.date())
        counted = law.reckon(regime, code, received_at)
        rows.append((
            n, regime.code, regime.version, code, received_at, counted.received_on,
            counted.acknowledge.due_on if counted.acknowledge else None, counted.respond.due_on, counted.respond.last_on,
            json.dumps(counted.to_json()),
        ))  # fmt: skip
    return rows
