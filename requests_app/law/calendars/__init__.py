"""Every calendar that ships, by code."""

from collections.abc import Mapping
from types import MappingProxyType

from ..calendar import Calendar
from .cn import CN
from .eu import EU
from .us_ca import US_CA
from .us_federal import US_FEDERAL

CALENDARS: Mapping[str, Calendar] = MappingProxyType({c.code: c for c in (CN, EU, US_CA, US_FEDERAL)})
