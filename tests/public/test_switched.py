"""Rights that only some companies owe: with their switch on, they can be asked for like any other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from requests_app.register import check_packs
from tests.people import run_pipeline
from tests.public.conftest import Visitor
from tests.public.walking import ask
from tests.stack import ROOT

pytestmark = pytest.mark.django_db

SWITCHED_ON = (
    ("[switches]", "[switches]\nautomated_decisions = true"),
    ("[[outside_routes]]", "".join(
        f'[[rights]]\ncode = "{code}"\nregime = "ccpa"\n\n' for code in ("ADMT_ACCESS", "ADMT_OPT_OUT", "ADMT_APPEAL", "MINOR")
    ) + "[[outside_routes]]"),
)  # fmt: skip


@pytest.fixture
def _all_offered(tmp_path: Path, settings) -> None:
    packs = shutil.copytree(ROOT / "portal" / "controllers", tmp_path / "packs")
    pack = packs / "mimap" / "controller.toml"
    text = pack.read_text(encoding="utf-8")
    for off, on in SWITCHED_ON:
        text = text.replace(off, on, 1)
    pack.write_text(text, encoding="utf-8")
    settings.PORTAL_CONTROLLERS = str(packs)
    assert check_packs(packs) == ()


@pytest.mark.usefixtures("_all_offered")
def test_an_automated_decision_is_refused_without_proof_and_a_person_answers(samples: None) -> None:
    case = ask(Visitor(), "mimap", "ADMT_OPT_OUT")
    run_pipeline()
    case.refresh_from_db()
    assert (case.state, case.waits_for) == ("assessing", "decision")
    assert not case.works.exists()


@pytest.mark.usefixtures("_all_offered")
def test_a_parent_is_asked_to_show_that_they_are_before_a_childs_sale_is_allowed(samples: None) -> None:
    (case,) = Visitor().send("MINOR", capacity="guardian", email="parent@example.org", age="under_13")
    run_pipeline()
    case.refresh_from_db()
    assert (case.right, case.capacity, case.state, case.waits_for) == (
        "MINOR", "guardian", "verifying", "authority",
    )  # fmt: skip
