"""The rulebook, whole: each right and exemption it names is there, and what is no statute never passes for one."""

from __future__ import annotations

import pytest

from requests_app import law
from requests_app.law.rulebook import Line, build
from requests_app.law.rulebook.words import source_of

RIGHTS = {
    "ccpa": "KNOW_CAT KNOW_PCS DELETE CORRECT OPT_OUT GPC LIMIT OPT_IN UNLIMIT ADMT_ACCESS ADMT_OPT_OUT ADMT_APPEAL "
    "MINOR NON_RETALIATION DROP",
    "pipl": "CN_ACCESS CN_COPY CN_PORT CN_CORRECT CN_DELETE CN_CANCEL CN_WITHDRAW CN_RESTRICT CN_ADM_MKT CN_MKT_AGAIN CN_CONSENT_AGAIN "
    "CN_ADM_DEC CN_EXPLAIN CN_DECEASED CN_MINOR CN_COMPLAINT INCIDENT",
    "us_policy": "US_ACCESS US_UPDATE US_DELETE MARKETING_OPT_OUT MARKETING_AGAIN CONSENT_WITHDRAWAL CONSENT_AGAIN MINOR_REPORT COMPLAINT APPEAL "
    "ENQUIRY INCIDENT",
    "gdpr": "GDPR_ACCESS GDPR_RECTIFY GDPR_ERASE GDPR_RESTRICT GDPR_PORT GDPR_OBJECT GDPR_ADM",
    "virginia": "VA_ACCESS VA_CORRECT VA_DELETE VA_PORT VA_OPT_OUT VA_APPEAL",
}
EXEMPTIONS = {
    "ccpa": "DEL1 DEL2 DEL3 DEL4 DEL5 DEL6 DEL7 DEL8 RECORD LAW PRIV SECT ABUSE FREQ REID OTHERS HH NOSEARCH NEVER SECDATA "
    "OLD12 NOTIFY3P BACKUP ACC ACC_AGAIN ACC_FRAUD FRAUD M7027 ADMT SCOPE",
    "pipl": "CN_CONF CN_STATE CN_RETAIN CN_BASIS CN_NEED CN_PORTX CN_TRUE CN_WILL CN_POLICY_1 CN_POLICY_2 CN_POLICY_3 "
    "CN_POLICY_4 CN_POLICY_5 CN_POLICY_6 CN_POLICY_7 CN_POLICY_8",
    "us_policy": "DEL8 LAW NEVER OTHERS",
    "gdpr": "GDPR_EXCESS GDPR_OTHERS GDPR_UNKNOWN GDPR_SPEECH GDPR_LEGAL GDPR_HEALTH GDPR_ARCHIVE GDPR_CLAIMS",
    "virginia": "VA_AUTH VA_LEGAL VA_SECURITY VA_FREQ",
}
APPROVED = {
    "ccpa": {
        "handler": "DEL1 RECORD FREQ REID HH NEVER SECDATA BACKUP",
        "privacy_lead": "DEL2 DEL3 DEL7 DEL8 OTHERS NOSEARCH ACC ACC_AGAIN M7027 SCOPE",
        "counsel": "DEL4 DEL5 DEL6 LAW PRIV SECT ABUSE OLD12 NOTIFY3P ACC_FRAUD FRAUD ADMT",
    },
    "pipl": {
        "privacy_lead": "CN_RETAIN CN_BASIS CN_NEED CN_PORTX CN_TRUE CN_POLICY_5 CN_POLICY_8",
        "counsel": "CN_CONF CN_STATE CN_WILL CN_POLICY_1 CN_POLICY_2 CN_POLICY_3 CN_POLICY_4 CN_POLICY_6 CN_POLICY_7",
    },
}
WHOLE = {
    "ABUSE",
    "FREQ",
    "ACC_AGAIN",
    "ACC_FRAUD",
    "FRAUD",
    "CN_POLICY_4",
    "GDPR_EXCESS",
    "VA_AUTH",
    "VA_FREQ",
}
"""What can defeat a whole request; every other ground covers its part alone."""
LETTERS = {
    "ccpa": "done basis rest_done rest_given effort_facts opt_out_offer record_kept delete_instead statement appeal "
    "outside_routes",
    "pipl": "done basis rest_done storage_only house_review authority court",
    "us_policy": "done basis rest_done appeal",
    "gdpr": "done basis rest_done rest_given authority court",
    "virginia": "done basis rest_done rest_given appeal attorney_general",
}
"""What a letter that does not grant everything has to carry, somewhere among its rights."""


@pytest.mark.parametrize("code", RIGHTS)
def test_that_a_regime_has_each_right_and_each_exemption_and_no_other(code: str) -> None:
    regime = law.regime(code)
    assert set(regime.rights) == set(RIGHTS[code].split())
    assert set(regime.exemptions) == set(EXEMPTIONS[code].split())
    assert {e.code for e in regime.exemptions.values() if e.scope == "whole"} == WHOLE & set(
        regime.exemptions
    )


@pytest.mark.parametrize("code", APPROVED)
def test_that_each_exemption_needs_the_approver_the_rulebook_names(code: str) -> None:
    found: dict[str, set[str]] = {}
    for exemption in law.regime(code).exemptions.values():
        found.setdefault(exemption.approver, set()).add(exemption.code)
    assert found == {role: set(codes.split()) for role, codes in APPROVED[code].items()}


@pytest.mark.parametrize("code", LETTERS)
def test_that_a_letter_which_does_not_grant_everything_carries_its_blocks(code: str) -> None:
    regime = law.regime(code)
    found = {
        block.code
        for right in regime.rights
        for outcome in ("granted_in_part", "refused")
        for block in regime.required_blocks(right, outcome)
    }
    assert set(LETTERS[code].split()) <= found


def test_that_a_recommended_standard_or_a_promise_never_passes_for_a_statute() -> None:
    """GB/T 35273 is no law: wherever it stands it says so, and it is unconfirmed."""
    book = build(law.regime("pipl"), law.CALENDARS["cn"])
    entries = [entry for chapter in book.chapters for entry in chapter.entries]
    rules = [*(line for entry in entries for line in entry.lines), *entries]
    standards = [rule for rule in rules if "GB/T" in rule.citation]
    promises = [rule for rule in rules if isinstance(rule, Line) and rule.citation == law.HOUSE]
    assert len(standards) > 20 and len(promises) > 20
    assert all("recommended standard, no law" in rule.source.en and not rule.confirmed for rule in standards)
    assert {rule.source.zh for rule in promises} == {"我们的承诺"}


@pytest.mark.parametrize(
    ("citation", "source"),
    [
        ("PIPL art. 45", "statute"),
        ("Network Data Regulations art. 25", "implementing rule"),
        ("MIIT Order 24 art. 12", "implementing rule"),
        ("11 CCR § 7021(b); Cal. Civ. Code § 1798.145(h)(1)", "implementing rule + statute"),
        ("GB/T 35273-2020 § 8.5", "recommended standard, no law"),
        ("House rule", "our own rule"),
        ("Privacy policy, Your Rights and Choices", "our own rule"),
    ],
)
def test_of_what_kind_a_citation_is(citation: str, source: str) -> None:
    assert source_of(citation).en == source
