"""The time zones that a person can choose."""

from functools import lru_cache
from zoneinfo import available_timezones


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """IANA names. "localtime" and "Factory" are files of some systems, not places."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}
