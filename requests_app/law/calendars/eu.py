"""European Union: weekends and the two holidays all members share; a member's own goes in as an argument."""

from ..calendar import Calendar, Year, off
from ..terms import Words


def _year(year: int) -> Year:
    return Year(
        citation="Regulation (EEC, Euratom) 1182/71 art. 3",
        confirmed=False,
        off=(
            off(f"{year}-01-01", "New Year's Day", "元旦"),
            off(f"{year}-12-25", "Christmas Day", "圣诞节"),
        ),
    )


EU = Calendar(
    code="eu",
    version="2026-11-21",
    title=Words("European Union", "欧洲联盟"),
    years={year: _year(year) for year in range(2024, 2029)},
)
