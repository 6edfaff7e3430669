"""Mainland China: the State Council's yearly notice, with the weekend days it makes people work.

2027: the notice is not published. Only the days that the Measures on National Holidays (art. 2) fix are
listed, and every result that touches the year is provisional.
"""

from ..calendar import Calendar, Year, off
from ..terms import Words

_NEW_YEAR = ("New Year's Day", "元旦")
_SPRING = ("Spring Festival", "春节")
_TOMB = ("Tomb-Sweeping Day", "清明节")
_LABOUR = ("Labour Day", "劳动节")
_DRAGON = ("Dragon Boat Festival", "端午节")
_AUTUMN = ("Mid-Autumn Festival", "中秋节")
_NATIONAL = ("National Day holiday", "国庆假期")

CN = Calendar(
    code="cn",
    version="2026-11-21",
    title=Words("Mainland China", "中国大陆"),
    years={
        2024: Year(
            citation="State Council holiday notice for 2024",
            off=(
                off("2024-01-01", *_NEW_YEAR),
                off("2024-02-10", *_SPRING, last="2024-02-17"),
                off("2024-04-04", *_TOMB, last="2024-04-06"),
                off("2024-05-01", *_LABOUR, last="2024-05-05"),
                off("2024-06-10", *_DRAGON),
                off("2024-09-15", *_AUTUMN, last="2024-09-17"),
                off("2024-10-01", *_NATIONAL, last="2024-10-07"),
            ),
            make_up=(
                "2024-02-04",
                "2024-02-18",
                "2024-04-07",
                "2024-04-28",
                "2024-05-11",
                "2024-09-14",
                "2024-09-29",
                "2024-10-12",
            ),
        ),
        2025: Year(
            citation="State Council holiday notice for 2025",
            off=(
                off("2025-01-01", *_NEW_YEAR),
                off("2025-01-28", *_SPRING, last="2025-02-04"),
                off("2025-04-04", *_TOMB, last="2025-04-06"),
                off("2025-05-01", *_LABOUR, last="2025-05-05"),
                off("2025-05-31", *_DRAGON, last="2025-06-02"),
                off("2025-10-01", "National Day and Mid-Autumn holiday", "国庆、中秋假期", last="2025-10-08"),
            ),
            make_up=("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
        ),
        2026: Year(
            citation="State Council holiday notice for 2026",
            off=(
                off("2026-01-01", *_NEW_YEAR, last="2026-01-03"),
                off("2026-02-15", *_SPRING, last="2026-02-23"),
                off("2026-04-04", *_TOMB, last="2026-04-06"),
                off("2026-05-01", *_LABOUR, last="2026-05-05"),
                off("2026-06-19", *_DRAGON, last="2026-06-21"),
                off("2026-09-25", *_AUTUMN, last="2026-09-27"),
                off("2026-10-01", *_NATIONAL, last="2026-10-07"),
            ),
            make_up=("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
        ),
        2027: Year(
            citation="Measures on National Holidays art. 2",
            provisional=True,
            off=(
                off("2027-01-01", *_NEW_YEAR),
                off("2027-02-05", *_SPRING, last="2027-02-08"),
                off("2027-04-05", *_TOMB),
                off("2027-05-01", *_LABOUR, last="2027-05-02"),
                off("2027-06-09", *_DRAGON),
                off("2027-09-15", *_AUTUMN),
                off("2027-10-01", *_NATIONAL, last="2027-10-03"),
            ),
        ),
    },
)
