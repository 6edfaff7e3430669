"""The periods that most Californian rights share."""

from ..regime import Duty

# 11 CCR 7021(a): confirm receipt within 10 business days, and say how we verify and when we answer.
CONFIRM = Duty("business_days", 10, "11 CCR § 7021(a)")

# 11 CCR 7021(b): 45 calendar days from receipt, "regardless of time required to verify the request"; one
# extension to 90 in all (Civ. Code 1798.145(h)(1), "up to a total of 90 days": read as a cap, for counsel).
ANSWER = Duty(
    "calendar_days",
    45,
    "11 CCR § 7021(b)",
    extension=Duty("calendar_days", 90, "11 CCR § 7021(b); Cal. Civ. Code § 1798.145(h)(1)", confirmed=False),
)
