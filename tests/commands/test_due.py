"""The calculator: every worked example of the rulebook, and mistakes told in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command

from tests.stack import ROOT, STACK

EXAMPLES = {
    "1": ("ccpa DELETE 2026-03-23", {
        "acknowledge": {"ordinary": "2026-04-07", "strict": "2026-04-04"},
        "respond": {"statutory": "2026-05-07"},
    }),
    "3": ("ccpa OPT_OUT 2026-11-16", {"respond": {"ordinary": "2026-12-08", "strict": "2026-12-04"}}),
    "5": ("ccpa KNOW_PCS 2026-10-15", {
        "respond": {"statutory": "2026-11-29", "rolled": "2026-11-30", "sla": "2026-11-27"},
        "acknowledge": {"ordinary": "2026-10-29", "strict": "2026-10-27"},
    }),
    "5, extended": ("ccpa KNOW_CAT 2026-10-15 --extended", {"respond": {"statutory": "2027-01-13"}}),
    "6": ("ccpa DELETE 2026-01-02", {
        "respond": {"statutory": "2026-02-16", "rolled": "2026-02-17", "sla": "2026-02-13"},
    }),
    "6, extended": ("ccpa DELETE 2026-01-02 --extended", {"respond": {"statutory": "2026-04-02"}}),
    "8": ("ccpa KNOW_PCS 2026-05-01", {
        "acknowledge": {"ordinary": "2026-05-15", "strict": "2026-05-13"},
        "respond": {"statutory": "2026-06-15", "sla": "2026-06-12"},
    }),
    "9": ("ccpa KNOW_PCS 2026-10-16T05:30Z", {"respond": {"statutory": "2026-11-29"}}),
    "10": ("ccpa KNOW_CAT 2026-11-21", {
        "acknowledge": {"ordinary": "2026-12-07", "strict": "2026-12-04"},
        "respond": {"statutory": "2027-01-05", "sla": "2027-01-04"},
    }),
    "11": ("pipl CN_ACCESS 2026-09-28", {"respond": {"sla": "2026-10-23", "outer": "2026-10-28"}}),
    "13": ("pipl CN_COPY 2026-01-26", {"respond": {"sla": "2026-02-14", "outer": "2026-02-25"}}),
    "14": ("pipl CN_DELETE 2026-09-01", {
        "respond": {"sla": "2026-09-21", "outer": "2026-10-01", "rolled": "2026-10-08", "safe": "2026-09-30"},
    }),
    "16": ("pipl CN_ACCESS 2026-06-25", {
        "respond": {"outer": "2026-07-25", "rolled": "2026-07-27", "safe": "2026-07-24"},
    }),
    "18": ("pipl CN_ACCESS 2026-09-30T16:30Z", {"respond": {"outer": "2026-10-31", "rolled": "2026-11-02"}}),
    "20": ("pipl CN_ACCESS 2026-12-14", {
        "respond": {"sla": "2027-01-05", "outer": "2027-01-13", "provisional": True},
    }),
    "21": ("gdpr GDPR_ACCESS 2026-01-31", {"respond": {"statutory": "2026-02-28", "rolled": "2026-03-02"}}),
    "21, extended": ("gdpr GDPR_ACCESS 2026-01-31 --extended", {"respond": {"statutory": "2026-04-30"}}),
}  # fmt: skip
"""Numbers and dates of the rulebook's worked examples."""


def asked(words: str) -> list[str]:
    regime, right, moment, *more = words.split()
    return [
        "--regime",
        regime,
        "--right",
        right,
        "--received-at" if "T" in moment else "--received",
        moment,
        *more,
    ]


@pytest.mark.parametrize("number", EXAMPLES)
def test_of_a_worked_example(number: str) -> None:
    words, expected = EXAMPLES[number]
    said = StringIO()
    call_command("due", *asked(words), "--json", stdout=said)
    found = json.loads(said.getvalue())
    for deadline, dates in expected.items():
        assert {name: found[deadline].get(name) for name in dates} == dates
        told = found[deadline]
        assert (told["extended"], told["version"]) == ("--extended" in words, found["version"])
        assert told["due_on"] in [reason["date"] for reason in told["reasons"]]
        assert all(reason.keys() == {"text", "date"} and reason["text"] for reason in told["reasons"])
    assert found["reasons"] == found["respond"]["reasons"]
    assert found["provisional"] == (number == "20")


def test_that_dates_which_do_not_apply_are_left_out_and_nothing_owed_is_null() -> None:
    said = StringIO()
    call_command("due", *asked("ccpa OPT_OUT 2026-11-16"), "--json", stdout=said)
    found = json.loads(said.getvalue())
    assert found["acknowledge"] is None
    assert not {"outer", "rolled", "safe"} & found["respond"].keys()


def test_that_reasons_come_in_the_readers_language() -> None:
    said = StringIO()
    call_command("due", *asked("pipl CN_COPY 2026-09-28"), "--language", "zh-Hans", stdout=said)
    assert "国庆假期，不算工作日。" in said.getvalue() and "国务院2026年放假安排" in said.getvalue()


MISTAKES = {
    "no such regime": (asked("atlantis DELETE 2026-03-23"), "No regime 'atlantis'"),
    "no such right": (asked("ccpa CN_COPY 2026-03-23"), "has no right 'CN_COPY'"),
    "no such day": (asked("ccpa DELETE 2026-02-30"), "is no date"),
    "a moment without its offset": (asked("ccpa DELETE 2026-03-23T10:00"), "is no date"),
    "before the law": (asked("ccpa DELETE 2026-01-01T05:00Z"), "not in force on 2025-12-31"),
    "beyond every calendar": (asked("ccpa DELETE 2099-01-01"), "no calendar reaches"),
    "the end of all days": (asked("ccpa DELETE 9999-12-31"), "out of range"),
    "an extension the law does not know": (asked("pipl CN_COPY 2026-03-23 --extended"), "knows no extension"),
    "an empty day": (["--regime", "ccpa", "--right", "DELETE", "--received", ""], "is no date"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_that_bad_input_is_one_line_and_exit_2(mistake: str) -> None:
    arguments, said = MISTAKES[mistake]
    told = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("due", *arguments, "--json", stderr=told)
    assert left.value.code == 2
    assert said in told.getvalue() and len(told.getvalue().strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["--right", "DELETE"], ["--fruit", "pear"], ["--regime", "ccpa", "--right"]]
)
def test_that_a_mistyped_command_line_is_one_line_too(arguments: list[str]) -> None:
    outcome = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "due", *arguments],
        env=STACK.environment(), capture_output=True, text=True,
    )  # fmt: skip
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert len(outcome.stderr.strip().splitlines()) == 1, outcome.stderr
