"""How far back a Californian request to know reaches: twelve months, or everything since 2022."""

from datetime import date

from ..look_back import Span
from ..terms import Words

# The form must offer what lies before the twelve months (7020(e)); the duty reaches back to 1 January 2022 (7024(h)).
LOOK_BACK = (
    Span(
        "all",
        Words("Everything since 1 January 2022", "2022年1月1日以来的全部信息"),
        "11 CCR §§ 7020(e), 7024(h)",
        since=date(2022, 1, 1),
    ),
    Span("twelve_months", Words("The last 12 months", "最近12个月"), "11 CCR § 7024(h)", months=12),
)
