"""What a statute wants counted and published about requests, year by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .terms import Words


@dataclass(frozen=True)
class Metric:
    """One line of a published table: the rights that are counted together."""

    code: str
    title: Words
    rights: frozenset[str]
    days: bool = True
    """Whether the time to a substantive answer is published too."""


@dataclass(frozen=True)
class Metrics:
    """A duty to compile figures of a calendar year and to publish them in the next."""

    citation: str
    publish_month: int
    publish_day: int
    rows: tuple[Metric, ...]


METRICS: Mapping[str, Metrics] = {
    # Received, complied with in whole or in part, denied; median or mean days. The duty binds those who
    # handle ten million consumers a year or more; whoever handles fewer may publish the same.
    "ccpa": Metrics(
        citation="11 CCR § 7102",
        publish_month=7,
        publish_day=1,
        rows=(
            Metric("DELETE", Words("Requests to delete", "删除请求"), frozenset({"DELETE"})),
            Metric("CORRECT", Words("Requests to correct", "更正请求"), frozenset({"CORRECT"})),
            Metric("KNOW", Words("Requests to know", "查阅请求"), frozenset({"KNOW_PCS", "KNOW_CAT"})),
            Metric(
                "ADMT_ACCESS", Words("Requests about automated decisions", "了解自动化决策的请求"),
                frozenset({"ADMT_ACCESS"}), days=False,
            ),
            Metric("OPT_OUT", Words("Requests to stop selling or sharing", "停止出售或共享的请求"), frozenset({"OPT_OUT", "GPC"})),
            Metric("LIMIT", Words("Requests to limit sensitive information", "限制使用敏感信息的请求"), frozenset({"LIMIT"})),
            Metric(
                "ADMT_OPT_OUT", Words("Requests to refuse automated decisions", "拒绝自动化决策的请求"),
                frozenset({"ADMT_OPT_OUT"}), days=False,
            ),
        ),
    ),
}  # fmt: skip
"""By regime; no other regime here wants figures published."""
