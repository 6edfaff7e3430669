"""Cases that were answered, and a vault of the test's own."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from requests_app.letters import conversation
from requests_app.lifecycle import State
from requests_app.models import Case, Message
from tests.build import build_case, found
from tests.people import run_pipeline

ROWS = {"mimap_shop_db": [("customers", {"customer_id": "MM1", "email": "dana.whitfield@example.org"})]}


def noon(day: date, zone: str = "UTC") -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(zone))


def closed(right: str = "KNOW_PCS", **more: object) -> Case:
    """A case that was answered, with its dates set."""
    held = found(1, answers={"DEL8.which": "the file of Dana Whitfield"})
    rows = {"rows": ROWS} if right == "KNOW_PCS" else {}
    case = build_case({"customers.identity": held}, right=right, **rows, **more)
    conversation.add(case, Message.Kind.FROM_REQUESTER, text="Are you done?", written_at=timezone.now())
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED, case.state
    return case


def files_in_vault() -> list[Path]:
    return [path for path in Path(settings.PORTAL_VAULT).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def _vault(tmp_path: Path, settings) -> None:
    settings.PORTAL_VAULT = tmp_path
