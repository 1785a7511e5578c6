"""The time zones that a person can choose."""

from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

UTC = ZoneInfo("UTC")


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """IANA names. "localtime" and "Factory" are files of some systems, not places."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name; UTC for one that does not exist any more, so that a day is a day all the same."""
    return ZoneInfo(name) if name in zones() else UTC
