"""United States federal holidays, for states without a list of their own here: all unconfirmed."""

from ..calendar import Calendar, Year, off
from ..terms import Words

_NEW_YEAR = ("New Year's Day", "元旦")
_KING = ("Martin Luther King Jr. Day", "马丁·路德·金日")
_PRESIDENTS = ("Presidents' Day", "总统日")
_MEMORIAL = ("Memorial Day", "阵亡将士纪念日")
_JUNETEENTH = ("Juneteenth", "六月节")
_INDEPENDENCE = ("Independence Day", "独立日")
_LABOR = ("Labor Day", "劳动节")
_COLUMBUS = ("Columbus Day", "哥伦布日")
_VETERANS = ("Veterans Day", "退伍军人节")
_THANKSGIVING = ("Thanksgiving Day", "感恩节")
_CHRISTMAS = ("Christmas Day", "圣诞节")

US_FEDERAL = Calendar(
    code="us_federal",
    version="2026-11-21",
    title=Words("United States, federal", "美国联邦"),
    years={
        2024: Year(
            citation="5 U.S.C. § 6103",
            confirmed=False,
            off=(
                off("2024-01-01", *_NEW_YEAR),
                off("2024-01-15", *_KING),
                off("2024-02-19", *_PRESIDENTS),
                off("2024-05-27", *_MEMORIAL),
                off("2024-06-19", *_JUNETEENTH),
                off("2024-07-04", *_INDEPENDENCE),
                off("2024-09-02", *_LABOR),
                off("2024-10-14", *_COLUMBUS),
                off("2024-11-11", *_VETERANS),
                off("2024-11-28", *_THANKSGIVING),
                off("2024-12-25", *_CHRISTMAS),
            ),
        ),
        2025: Year(
            citation="5 U.S.C. § 6103",
            confirmed=False,
            off=(
                off("2025-01-01", *_NEW_YEAR),
                off("2025-01-20", *_KING),
                off("2025-02-17", *_PRESIDENTS),
                off("2025-05-26", *_MEMORIAL),
                off("2025-06-19", *_JUNETEENTH),
                off("2025-07-04", *_INDEPENDENCE),
                off("2025-09-01", *_LABOR),
                off("2025-10-13", *_COLUMBUS),
                off("2025-11-11", *_VETERANS),
                off("2025-11-27", *_THANKSGIVING),
                off("2025-12-25", *_CHRISTMAS),
            ),
        ),
        2026: Year(
            citation="5 U.S.C. § 6103",
            confirmed=False,
            off=(
                off("2026-01-01", *_NEW_YEAR),
                off("2026-01-19", *_KING),
                off("2026-02-16", *_PRESIDENTS),
                off("2026-05-25", *_MEMORIAL),
                off("2026-06-19", *_JUNETEENTH),
                off("2026-07-03", *_INDEPENDENCE),
                off("2026-09-07", *_LABOR),
                off("2026-10-12", *_COLUMBUS),
                off("2026-11-11", *_VETERANS),
                off("2026-11-26", *_THANKSGIVING),
                off("2026-12-25", *_CHRISTMAS),
            ),
        ),
        2027: Year(
            citation="5 U.S.C. § 6103",
            confirmed=False,
            off=(
                off("2027-01-01", *_NEW_YEAR),
                off("2027-01-18", *_KING),
                off("2027-02-15", *_PRESIDENTS),
                off("2027-05-31", *_MEMORIAL),
                off("2027-06-18", *_JUNETEENTH),
                off("2027-07-05", *_INDEPENDENCE),
                off("2027-09-06", *_LABOR),
                off("2027-10-11", *_COLUMBUS),
                off("2027-11-11", *_VETERANS),
                off("2027-11-25", *_THANKSGIVING),
                off("2027-12-24", *_CHRISTMAS),
                off("2027-12-31", *_NEW_YEAR),
            ),
        ),
        2028: Year(
            citation="5 U.S.C. § 6103",
            confirmed=False,
            off=(
                off("2028-01-17", *_KING),
                off("2028-02-21", *_PRESIDENTS),
                off("2028-05-29", *_MEMORIAL),
                off("2028-06-19", *_JUNETEENTH),
                off("2028-07-04", *_INDEPENDENCE),
                off("2028-09-04", *_LABOR),
                off("2028-10-09", *_COLUMBUS),
                off("2028-11-10", *_VETERANS),
                off("2028-11-23", *_THANKSGIVING),
                off("2028-12-25", *_CHRISTMAS),
            ),
        ),
    },
)
