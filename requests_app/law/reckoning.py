"""The dates a receipt leads to, each with its reasons, as values that store and replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any

from .terms import HOUSE, Reason, Words

_DATES = ("due_on", "last_on", "statutory", "rolled", "sla", "outer", "ordinary", "strict", "safe")
_OUR_DAY = Words("We need no longer than this: we answer by", "我们不需要更长时间，答复日期为")


def _stored(reasons: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    return tuple(Reason.from_json(reason) for reason in reasons)


@dataclass(frozen=True)
class Due:
    """One deadline. Which of the named dates it has depends on how its law counts."""

    due_on: date
    """The day we work to."""
    last_on: date
    """The law's last day, before any roll to a working day that only a defence would rely on."""
    provisional: bool
    """A calendar year it touches is not published yet, so the day may still move."""
    confirmed: bool
    statutory: date | None = None
    rolled: date | None = None
    sla: date | None = None
    outer: date | None = None
    ordinary: date | None = None
    strict: date | None = None
    safe: date | None = None
    tell: Callable[[], tuple[Reason, ...]] = field(default=partial(_stored, ()), repr=False, compare=False)
    """Words are costlier than dates, so they are made when first read."""

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """The calculation step by step; the step named ``due`` is the date."""
        return self.tell()

    def told_by(self, tell: Callable[[], tuple[Reason, ...]]) -> Due:
        """The same dates with their words. Copies them as they stand: ``replace`` would check each again."""
        told = object.__new__(type(self))
        told.__dict__.update(self.__dict__, tell=tell)
        return told

    def sooner(self, until: date) -> Due:
        """The same deadline with an earlier day of our own to work to."""

        def told() -> tuple[Reason, ...]:
            before = (reason for reason in self.reasons if reason.step != "due")
            return *before, Reason(_OUR_DAY, on=until, rule=HOUSE, house=True, step="due")

        return replace(self, due_on=until, tell=told)

    def to_json(self) -> dict[str, Any]:
        """Every date as ISO text or null, with the reasons."""
        found: dict[str, Any] = {
            name: value.isoformat() if (value := getattr(self, name)) else None for name in _DATES
        }
        found["provisional"] = self.provisional
        found["confirmed"] = self.confirmed
        found["reasons"] = [reason.to_json() for reason in self.reasons]
        return found

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Due:
        """What ``to_json`` wrote: the stored reasons, not a new calculation."""
        dates = {name: date.fromisoformat(value[name]) if value[name] else None for name in _DATES}
        due_on, last_on = dates.pop("due_on"), dates.pop("last_on")
        if due_on is None or last_on is None:
            raise ValueError("a deadline without its day")
        return cls(
            due_on=due_on,
            last_on=last_on,
            provisional=value["provisional"],
            confirmed=value["confirmed"],
            tell=partial(_stored, value["reasons"]),
            **dates,
        )


@dataclass(frozen=True)
class Reckoning:
    """All deadlines of one right from one receipt, under one version of one regime."""

    regime: str
    version: str
    right: str
    calendar: str
    """Code and version of the calendar used, ``us_ca@2026-11-21``."""
    received_at: datetime
    received_on: date
    """The day of receipt where the regime's clock hangs."""
    extended: bool
    acknowledge: Due | None
    respond: Due
    extension: Due | None
    """What one extension would give; ``None`` when there is none, or it is already taken."""
    extension_notice_by: date | None
    """The day by which the notice with its reason must go out."""
    until: date | None = None
    """The day to which more time was taken, where we asked for less of it than the law gives."""

    @property
    def provisional(self) -> bool:
        """Whether any of its dates may still move."""
        return any(due.provisional for due in (self.acknowledge, self.respond, self.extension) if due)

    def no_later_than(self, until: date) -> Reckoning:
        """The same count with an answer by that day, where the law would give longer; its last day stays what it is."""
        respond = self.respond if self.respond.due_on <= until else self.respond.sooner(until)
        return replace(self, respond=respond, until=until)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON column."""
        return {
            "regime": self.regime,
            "version": self.version,
            "right": self.right,
            "calendar": self.calendar,
            "received_at": self.received_at.isoformat(),
            "received_on": self.received_on.isoformat(),
            "extended": self.extended,
            "acknowledge": self.acknowledge.to_json() if self.acknowledge else None,
            "respond": self.respond.to_json(),
            "extension": self.extension.to_json() if self.extension else None,
            "extension_notice_by": self.extension_notice_by.isoformat() if self.extension_notice_by else None,
        } | ({"until": self.until.isoformat()} if self.until else {})

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Reckoning:
        """What ``to_json`` wrote."""
        notice = value["extension_notice_by"]
        return cls(
            regime=value["regime"],
            version=value["version"],
            right=value["right"],
            calendar=value["calendar"],
            received_at=datetime.fromisoformat(value["received_at"]),
            received_on=date.fromisoformat(value["received_on"]),
            extended=value["extended"],
            acknowledge=Due.from_json(value["acknowledge"]) if value["acknowledge"] else None,
            respond=Due.from_json(value["respond"]),
            extension=Due.from_json(value["extension"]) if value["extension"] else None,
            extension_notice_by=date.fromisoformat(notice) if notice else None,
            until=date.fromisoformat(value["until"]) if value.get("until") else None,
        )
