"""Each attack starts with no knock counted against anybody."""

from tests.public.conftest import dana, fresh_counters

__all__ = ["dana", "fresh_counters"]
