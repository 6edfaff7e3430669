"""What is owed, by when, and what the law lets one withhold: plain values in, plain values out."""

from .acting import SELF, Age, Ask, Authority, Capacity, Limit, Relation, capacities_for
from .assess import Assessment, Ground, assess
from .calendar import Calendar
from .calendars import CALENDARS
from .citations import cite_in
from .clock import reckon
from .facts import Choice, Evidence, HoldingFacts, Question, RetentionFacts
from .reckoning import Due, Reckoning
from .regime import Block, Duty, Exemption, Records, Regime, Right, Unverified, Window
from .regimes import REGIMES, regime
from .standards import standard_for
from .terms import HOUSE, Level, Operation, Outcome, Reason, Standard, Suggestion, Words, day_en, day_zh

__all__ = [
    "CALENDARS",
    "HOUSE",
    "REGIMES",
    "SELF",
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
    "Evidence",
    "Exemption",
    "Ground",
    "HoldingFacts",
    "Level",
    "Limit",
    "Operation",
    "Outcome",
    "Question",
    "Reason",
    "Reckoning",
    "Records",
    "Regime",
    "Relation",
    "RetentionFacts",
    "Right",
    "Standard",
    "Suggestion",
    "Unverified",
    "Window",
    "Words",
    "assess",
    "capacities_for",
    "cite_in",
    "day_en",
    "day_zh",
    "reckon",
    "regime",
    "standard_for",
]
