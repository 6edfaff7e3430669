"""Every calendar that ships, by code."""

from collections.abc import Mapping
from types import MappingProxyType

from ..calendar import Calendar
from .cn import CN
from .us_ca import US_CA

CALENDARS: Mapping[str, Calendar] = MappingProxyType({c.code: c for c in (CN, US_CA)})
