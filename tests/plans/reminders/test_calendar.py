"""Wall clocks over all zones of the database: clock changes, skipped days, quiet hours (promise 10)."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.zones import zones
from plans.reminders.calendar import instant, quiet_end
from plans.reminders.terms import Terms

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
on_wall = datetime.fromisoformat  # what clocks show, of no zone
names = st.sampled_from(sorted(zones()))
years = st.integers(1975, 2037)
minutes = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
walls = st.datetimes(on_wall("1975-01-02"), on_wall("2037-12-30")).map(lambda at: at.replace(second=0, microsecond=0))


def read(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks on the wall show."""
    return moment.astimezone(zone).replace(tzinfo=None)


def of(wall: datetime, zone: ZoneInfo) -> datetime:
    return instant(wall.date(), wall.time(), zone)


def changes(zone: ZoneInfo, first: int, last: int) -> list[tuple[datetime, timedelta, timedelta]]:
    """Every clock change: its moment, and how far clocks are from UTC before and after it."""
    found = []
    moment, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    before = moment.astimezone(zone).utcoffset()
    while moment < end:
        following = moment + DAY
        after = following.astimezone(zone).utcoffset()
        if after != before:
            early, late = moment, following
            while late - early > MINUTE:
                middle = early + (late - early) // MINUTE // 2 * MINUTE
                early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
            found.append((late, before, after))
        moment, before = following, after
    return found


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        ("Europe/London", date(2026, 3, 29), time(1, 30), on_wall("2026-03-29 01:00")),  # skipped: 02:00 there
        ("Europe/London", date(2026, 3, 29), time(2), on_wall("2026-03-29 01:00")),
        ("Europe/London", date(2026, 10, 25), time(1, 30), on_wall("2026-10-25 00:30")),  # the first of two
        ("Europe/London", date(2026, 10, 25), time(2), on_wall("2026-10-25 02:00")),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), on_wall("2026-10-03 15:30")),  # half an hour
        ("Pacific/Apia", date(2011, 12, 30), time(12), on_wall("2011-12-30 10:00")),  # a day that never was
        ("Pacific/Apia", date(2011, 12, 31), time(0), on_wall("2011-12-30 10:00")),
        ("America/Havana", date(2026, 3, 8), time(0), on_wall("2026-03-08 05:00")),  # no midnight: 01:00 there
        ("Asia/Kathmandu", date(2026, 6, 1), time(8), on_wall("2026-06-01 02:15")),
    ],
)
def test_known_clock_changes(zone, day, at, moment):
    assert instant(day, at, ZoneInfo(zone)) == moment.replace(tzinfo=UTC)


def test_promise_10_every_clock_change_of_every_zone_until_2037():
    seen = {"gap": 0, "fold": 0}
    for name in zones():
        zone = ZoneInfo(name)
        for moment, before, after in changes(zone, 2024, 2037):
            old, new = (moment + before).replace(tzinfo=None), (moment + after).replace(tzinfo=None)
            assert of(old - MINUTE, zone) == moment - MINUTE, (name, old)
            for wall in (old, old + (new - old) // MINUTE // 2 * MINUTE, new - MINUTE) if new > old else ():
                assert of(wall, zone) == moment, (name, wall)
                seen["gap"] += 1
            for wall in (new, new + (old - new) // MINUTE // 2 * MINUTE, old - MINUTE) if new < old else ():
                assert of(wall, zone) == wall.replace(tzinfo=UTC) - before, (name, wall)
                seen["fold"] += 1
            assert of(max(old, new), zone) == moment + max(old - new, timedelta(0)), (name, new)
    assert min(seen.values()) > 3000  # there was something to look at


@given(names, walls)
def test_a_time_that_exists_is_kept_and_one_that_is_skipped_is_the_next_minute_there_is(name, wall):
    zone = ZoneInfo(name)
    moment = of(wall, zone)
    exists = any(read(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC), zone) == wall for fold in (0, 1))
    assert (read(moment, zone) == wall) is exists
    assert moment.astimezone(zone).fold == 0  # never the second time round
    assert read(moment, zone) >= wall
    assert exists or read(moment - MINUTE, zone) < wall


@given(names, walls, st.timedeltas(timedelta(0), 2 * DAY))
def test_a_later_time_is_never_an_earlier_moment(name, wall, later):
    zone = ZoneInfo(name)
    assert of(wall, zone) <= of(wall + later, zone)


@given(names, years)
def test_promise_10_all_hours_of_a_year_come_in_order_and_the_existing_ones_once(name, year):
    zone = ZoneInfo(name)
    hours = [datetime.combine(date(year, 1, 1), time()) + number * HOUR for number in range(366 * 24)]
    moments = [of(wall, zone) for wall in hours]
    assert moments == sorted(moments)
    kept = [moment for wall, moment in zip(hours, moments, strict=True) if read(moment, zone) == wall]
    assert len(set(kept)) == len(kept)
    assert len(hours) - len(kept) <= 30  # a day across the date line at the most, and some hours


@given(names, st.integers(2000, 2036), minutes)
def test_promise_10_a_daily_time_stays_on_the_wall_clock_all_year_round(name, year, at):
    zone = ZoneInfo(name)
    days = [date(year, 1, 1) + number * DAY for number in range(366)]
    moments = [instant(day, at, zone) for day in days]
    late = [(day, moment) for day, moment in zip(days, moments, strict=True) if read(moment, zone).time() != at]
    assert len(late) <= 4
    for day, moment in late:
        assert read(moment, zone) > datetime.combine(day, at)
    assert all(one <= other for one, other in pairwise(moments))


# Quiet hours


def terms(quiet_from: time = time(21, 30), quiet_until: time = time(7, 30), zone: str = "Europe/London") -> Terms:
    return Terms(zone=ZoneInfo(zone), quiet_from=quiet_from, quiet_until=quiet_until)


@pytest.mark.parametrize(
    ("wall", "end"),
    [
        ("2026-06-01 21:29", "2026-06-01 21:29"),
        ("2026-06-01 21:30", "2026-06-02 07:30"),
        ("2026-06-02 00:00", "2026-06-02 07:30"),
        ("2026-06-02 07:29", "2026-06-02 07:30"),
        ("2026-06-02 07:30", "2026-06-02 07:30"),
        ("2026-06-30 23:59", "2026-07-01 07:30"),
        ("2026-03-28 23:00", "2026-03-29 07:30"),  # clocks go forward in that night
        ("2026-10-24 23:00", "2026-10-25 07:30"),  # and back in this one
    ],
)
def test_quiet_hours_over_midnight(wall, end):
    moment = of(on_wall(wall), LONDON)
    assert read(quiet_end(moment, terms()), LONDON) == on_wall(end)


def test_quiet_hours_within_a_day():
    siesta = terms(time(13), time(15))
    assert read(quiet_end(of(on_wall("2026-06-01 14:00"), LONDON), siesta), LONDON) == on_wall("2026-06-01 15:00")
    night = of(on_wall("2026-06-01 03:00"), LONDON)
    assert quiet_end(night, siesta) == night


def test_quiet_hours_that_begin_and_end_at_once_are_none():
    moment = of(on_wall("2026-06-01 03:00"), LONDON)
    assert quiet_end(moment, terms(time(8), time(8))) == moment


def test_quiet_hours_that_end_in_the_skipped_hour_end_after_it():
    moment = of(on_wall("2026-03-29 00:30"), LONDON)
    assert quiet_end(moment, terms(time(22), time(1, 30))) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_quiet_hours_that_end_in_the_doubled_hour_hold_both_times():
    ends_at_half_past = terms(time(22), time(1, 30))
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert quiet_end(first - 20 * MINUTE, ends_at_half_past) == first
    assert quiet_end(second - 20 * MINUTE, ends_at_half_past) == second


def test_a_morning_that_never_was_leaves_the_night_before_it_quiet_until_the_next():
    apia = ZoneInfo("Pacific/Apia")
    eve = of(on_wall("2011-12-29 23:00"), apia)
    assert read(quiet_end(eve, terms(zone="Pacific/Apia")), apia) == on_wall("2011-12-31 07:30")


def is_quiet(at: time, terms: Terms) -> bool:
    """Walk the clock's face from the beginning of the quiet hours to their end."""
    length = (
        60 * (terms.quiet_until.hour - terms.quiet_from.hour) + terms.quiet_until.minute - terms.quiet_from.minute
    ) % 1440
    since = (60 * (at.hour - terms.quiet_from.hour) + at.minute - terms.quiet_from.minute) % 1440
    return since < length


@given(names, walls, minutes, minutes)
def test_quiet_hours_end_at_the_first_minute_that_is_not_quiet(name, wall, quiet_from, quiet_until):
    asked = terms(quiet_from, quiet_until, name)
    moment = of(wall, asked.zone)
    end = quiet_end(moment, asked)
    assert not is_quiet(read(end, asked.zone).time(), asked)
    waited = (end - moment) // MINUTE
    assert waited >= 0
    steps = {*range(0, waited, 17), *range(max(0, waited - 3), waited)}
    assert all(is_quiet(read(moment + step * MINUTE, asked.zone).time(), asked) for step in steps)
