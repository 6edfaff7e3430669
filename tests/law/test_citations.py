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
    "11 CCR § 7021(b)": ("11 CCR § 7021(b)", "《加州法规汇编》第11编第7021(b)条"),
    "Cal. Civ. Code § 1798.105(a), (c); 11 CCR § 7022": (
        "Cal. Civ. Code § 1798.105(a), (c); 11 CCR § 7022",
        "《加州民法典》第1798.105(a)、(c)条；《加州法规汇编》第11编第7022条",
    ),
    "Privacy policy, Your Rights and Choices; CAN-SPAM Act": (
        "Privacy policy, Your Rights and Choices; CAN-SPAM Act",
        "《隐私政策》“Your Rights and Choices”部分；《反垃圾邮件法》（CAN-SPAM Act）",
    ),
    "GB/T 35273-2020 § 8.5": ("GB/T 35273-2020 § 8.5", "GB/T 35273-2020 第8.5条"),
    "GDPR art. 12(6)": ("GDPR art. 12(6)", "GDPR art. 12(6)"),
}


@pytest.mark.parametrize("citation", TOLD)
def test_a_bilingual_citation_is_told_in_one_language(citation: str) -> None:
    assert (cite_in(citation, "en"), cite_in(citation, "zh-Hans")) == TOLD[citation]
