"""What is owed, by when, and what the law lets one withhold: plain values in, plain values out."""

from .acting import SELF, Age, Ask, Authority, Capacity, Limit, Relation
from .assess import Assessment, Ground, assess
from .calendar import Calendar
from .calendars import CALENDARS
from .citations import cite_in
from .clock import reckon
from .count import add_months as months_on
from .facts import Choice, Evidence, HoldingFacts, Question, RetentionFacts
from .look_back import Span
from .metrics import METRICS, Metric, Metrics
from .notice import Notice, UnusableNotice, read_notice, superseded, with_notices
from .own_motion import CAUSES, OWN_MOTION, OwnMotion, own_date, own_motions
from .reckoning import Due, Reckoning
from .regime import Block, Duty, Exemption, Records, Regime, Right, Unverified, Window
from .regimes import REGIMES, regime, regime_at
from .standards import standard_for
from .terms import (
    AND,
    COLON,
    COMMA,
    HOUSE,
    IN_WORDS,
    LISTING,
    SEMICOLON,
    STOP,
    Level,
    Operation,
    Outcome,
    Reason,
    Standard,
    Suggestion,
    Words,
    between_sentences,
    day_en,
    day_zh,
    is_chinese,
)
from .together import Match, counterparts, earliest, exemptions_for, narrowed, required_blocks
from .tongues import known as known_languages
from .tongues import learn
from .windows import Earlier, Full, counts, full, lasts_until

__all__ = [
    "AND",
    "CALENDARS",
    "CAUSES",
    "COLON",
    "COMMA",
    "HOUSE",
    "IN_WORDS",
    "LISTING",
    "METRICS",
    "OWN_MOTION",
    "REGIMES",
    "SELF",
    "SEMICOLON",
    "STOP",
    "Age",
    "Ask",
    "Assessment",
    "Authority",
    "Block",
    "Calendar",
    "Capacity",
    "Choice",
    "Due",
    "Duty",
    "Earlier",
    "Evidence",
    "Exemption",
    "Full",
    "Ground",
    "HoldingFacts",
    "Level",
    "Limit",
    "Match",
    "Metric",
    "Metrics",
    "Notice",
    "Operation",
    "Outcome",
    "OwnMotion",
    "Question",
    "Reason",
    "Reckoning",
    "Records",
    "Regime",
    "Relation",
    "RetentionFacts",
    "Right",
    "Span",
    "Standard",
    "Suggestion",
    "UnusableNotice",
    "Unverified",
    "Window",
    "Words",
    "assess",
    "between_sentences",
    "cite_in",
    "counterparts",
    "counts",
    "day_en",
    "day_zh",
    "earliest",
    "exemptions_for",
    "full",
    "is_chinese",
    "known_languages",
    "lasts_until",
    "learn",
    "months_on",
    "narrowed",
    "own_date",
    "own_motions",
    "read_notice",
    "reckon",
    "regime",
    "regime_at",
    "required_blocks",
    "standard_for",
    "superseded",
    "with_notices",
]
