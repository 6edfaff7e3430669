"""A day for the reader's own calendar (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

LINE_OCTETS = 75


def calendar_file(*, uid: str, day: date, made_at: datetime, title: str, text: str) -> str:
    """One event that lasts the whole day and is not busy time."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Data rights portal//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(title)}",
        f"DESCRIPTION:{_escaped(text)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 octets, never cut inside a character (section 3.1)."""
    parts, current = [], ""
    for sign in line:
        if len((current + sign).encode()) > LINE_OCTETS - 1:
            parts.append(current)
            current = ""
        current += sign
    return "\r\n ".join([*parts, current])
