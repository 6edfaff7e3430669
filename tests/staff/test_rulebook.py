"""The rulebook: whoever works here reads the law with its worked examples, recomputed while they look."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from requests_app import law
from tests.stack import ROOT
from tests.staff.people import at_desk, hire

LANGUAGES = {"en": ("Holds", "to be confirmed by counsel"), "zh-Hans": ("相符", "待法律顾问确认")}


def read(code: str = "", language: str = "en", role: str = "handler") -> str:
    address = (
        reverse("staff:regime", args=["mimap", code]) if code else reverse("staff:rulebook", args=["mimap"])
    )
    answer = at_desk(hire("Olu", "mimap", role=role)).get(address, {"lang": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [regime.code for regime in law.REGIMES])
def test_that_every_right_and_exemption_stands_at_its_anchor_with_examples_that_hold(code, language) -> None:
    text, regime = read(code, language), law.regime(code)
    holds, unconfirmed = LANGUAGES[language]
    for anchor in [*(f"right-{c}" for c in regime.rights), *(f"exemption-{c}" for c in regime.exemptions)]:
        assert f'id="{anchor}"' in text
    anchors = re.findall(r'id="([^"]+)"', text)
    linked = re.findall(r'href="#((?:right|exemption|block)-[^"]+)"', text)
    assert set(linked) <= set(anchors)
    assert len(anchors) == len(set(anchors))
    assert holds in text and unconfirmed in text and 'class="wrong"' not in text


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["handler", "privacy_lead", "counsel", "auditor"])
def test_that_every_member_of_staff_may_read_it_and_finds_it_in_the_navigation(role) -> None:
    text = read(role=role)
    assert f'href="{reverse("staff:rulebook", args=["mimap"])}" aria-current="page"' in text
    assert all(regime.title.en in text for regime in law.REGIMES)


@pytest.mark.django_db
def test_that_a_stranger_and_a_wrong_regime_find_nothing(client) -> None:
    assert client.get(reverse("staff:rulebook", args=["mimap"])).status_code == 302
    olu = at_desk(hire("Olu", "mimap"))
    assert olu.get(reverse("staff:regime", args=["mimap", "atlantis"])).status_code == 404
    assert olu.get(reverse("staff:regime", args=["mipmap", "ccpa"])).status_code == 404


@pytest.mark.django_db
def test_that_a_wrong_example_shows_and_a_missing_folder_says_so(settings, tmp_path: Path) -> None:
    (tmp_path / "ccpa.toml").write_text(
        '[[clock]]\nname = "a day late"\nright = "DELETE"\nreceived = 2026-03-23\n'
        'expect."respond.statutory" = 2026-05-08\n',
        encoding="utf-8",
    )
    settings.LAW_EXAMPLES = tmp_path
    text = read("ccpa")
    assert "Only 0 of 1 worked examples hold" in text and "Does not hold" in text and 'class="wrong"' in text
    assert "No worked example tests this." in text
    settings.LAW_EXAMPLES = tmp_path / "nowhere"
    assert "not on this machine" in read("ccpa")


def test_that_the_image_carries_what_the_page_reads(settings) -> None:
    folder = settings.LAW_EXAMPLES.relative_to(ROOT).as_posix()
    assert f"COPY {folder} {folder}" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_that_the_command_tells_counsel_the_same(language) -> None:
    said = StringIO()
    call_command("law", "pipl", "--language", language, stdout=said)
    text, regime = said.getvalue(), law.regime("pipl")
    assert all(code in text for code in (*regime.rights, *regime.exemptions))
    assert {"en": "recommended standard, no law", "zh-Hans": "推荐性标准，并非法律"}[language] in text
    assert {"en": "[holds] 11: a National Day", "zh-Hans": "[相符] 11：期间有国庆假期"}[language] in text


def test_that_the_command_knows_no_other_regime() -> None:
    with pytest.raises(CommandError, match="No regime 'atlantis'; there are: ccpa, pipl") as refused:
        call_command("law", "atlantis")
    assert refused.value.returncode == 2
