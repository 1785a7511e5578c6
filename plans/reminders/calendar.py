"""Wall clocks: from a local date and time to the one moment in UTC that is meant, and the end of quiet hours."""

from bisect import bisect_left
from datetime import UTC, datetime, time, timedelta
from datetime import date as Date
from zoneinfo import ZoneInfo

from .terms import Terms

DAY = timedelta(days=1)


def instant(date: Date, at: time, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which the wall clocks of a zone show this time on this date.

    Where a clock change skips it, the first minute that they show instead: 01:30 of 01:00 to 02:00 is 02:00. Where they
    show it twice, the first of the two.
    """
    wall = datetime.combine(date, at.replace(tzinfo=None, fold=0))
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(moment, zone) == wall:
        return moment
    return _first_from(wall, zone)


def quiet_end(moment: datetime, terms: Terms) -> datetime:
    """This moment, or when it lies in quiet hours the first one that does not.

    Quiet is what the wall clock says is quiet: where clocks go back over the end of quiet hours, so do they. Hours that
    begin and end at one time are none.
    """
    end = moment
    while (until := _quiet_until(end, terms)) is not None:
        end = until  # a clock change can skip all that lies between one night and the next
    return end


def is_quiet(at: time, start: time, end: time) -> bool:
    """Whether a wall-clock time lies in quiet hours, which may go over midnight; none when they begin and end alike."""
    return start <= at < end if start <= end else at >= start or at < end


def _quiet_until(moment: datetime, terms: Terms) -> datetime | None:
    """Where the quiet hours around this moment end; None outside of them."""
    start, end = terms.quiet_from, terms.quiet_until
    wall = _wall(moment, terms.zone)
    if not is_quiet(wall.time(), start, end):
        return None
    date = wall.date() + DAY if start > end and wall.time() >= start else wall.date()
    until = instant(date, end, terms.zone)
    if until > moment:
        return until
    # It is the second time round: the end comes once more.
    return datetime.combine(date, end.replace(fold=1), terms.zone).astimezone(UTC)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _first_from(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first minute at which clocks show `wall` or more, which they skip: it lies between its two readings."""
    early, late = (int(wall.replace(tzinfo=zone, fold=fold).timestamp()) // 60 for fold in (1, 0))
    minutes = range(early, late + 1)
    found = bisect_left(minutes, wall, key=lambda minute: _wall(_at(minute), zone))
    return _at(minutes[found])


def _at(minute: int) -> datetime:
    return datetime.fromtimestamp(60 * minute, UTC)
