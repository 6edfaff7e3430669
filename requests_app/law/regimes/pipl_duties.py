"""Periods under the PIPL: our promises, and the limits that practice sets around them."""

from ..regime import Duty
from ..terms import HOUSE

CONFIRM = Duty("working_days", 1, HOUSE, house=True)

# PIPL art. 50: timely, with reasons for a refusal. GB/T 35273-2020 8.7 a): thirty days or the legal
# period (K); it ties the period to verification, we count from receipt.
ANSWER = Duty(
    "working_days",
    15,
    HOUSE,
    confirmed=False,
    house=True,
    outer_days=30,
    outer_citation="GB/T 35273-2020 § 8.7 a)",
)

# E-Commerce Law art. 24: immediately, for an operator that sells online. By hand: fifteen working days (K).
CLOSE = Duty("working_days", 15, "GB/T 35273-2020 § 8.5", confirmed=False)

# The earlier of fifteen days (MIIT Order 24 art. 12, K) and fifteen working days (K).
COMPLAIN = Duty(
    "working_days",
    15,
    "App Violation Identification Measures § 6",
    confirmed=False,
    outer_days=15,
    outer_citation="MIIT Order 24 art. 12",
)

# Immediate here by the person's own hand; other systems follow within our own limit.
FOLLOW = Duty("working_days", 15, HOUSE, house=True)
