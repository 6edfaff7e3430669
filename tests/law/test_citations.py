"""A citation reads in the reader's language, and in that one alone."""

from __future__ import annotations

import pytest

from requests_app.law import cite_in

TOLD = {
    "《个人信息保护法》第五十条第二款 (PIPL art. 50, para. 2)": (
        "PIPL art. 50, para. 2",
        "《个人信息保护法》第五十条第二款",
    ),
    "to be named by counsel（待法律顾问指明）": ("to be named by counsel", "待法律顾问指明"),
    "PIPL art. 45(1)": ("PIPL art. 45(1)", "《个人信息保护法》第四十五条第一款"),
    "11 CCR § 7021(b)": ("11 CCR § 7021(b)", "11 CCR § 7021(b)"),
}


@pytest.mark.parametrize("citation", TOLD)
def test_a_bilingual_citation_is_told_in_one_language(citation: str) -> None:
    assert (cite_in(citation, "en"), cite_in(citation, "zh-Hans")) == TOLD[citation]
