"""When somebody usually trains: a median around the clock, from what they noted themselves on the day itself."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import assume, given
from hypothesis import strategies as st

from plans.models import EntryRevision
from plans.models.reminder import Kind
from plans.reminders.habit import ahead, habits, learned, usual
from plans.reminders.terms import Terms
from tests.factories import EntryFactory, PhysioFactory, PlanFactory, UserFactory

LONDON = ZoneInfo("Europe/London")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def days(*times: str, zone: ZoneInfo = LONDON, first: str = "2026-06-01") -> list[datetime]:
    """One moment a day at these wall-clock times."""
    start = datetime.fromisoformat(first).date()
    return [
        datetime.combine(start + number * DAY, time.fromisoformat(at), zone).astimezone(UTC)
        for number, at in enumerate(times)
    ]


@pytest.mark.parametrize(
    ("times", "at"),
    [
        (["18:10"] * 4, "18:10"),
        (["18:10"] * 3, None),  # too few to say
        (["18:00", "18:05", "18:20", "18:40"], "18:10"),  # 18:12½
        (["18:00", "18:10", "18:10", "07:00"], "18:05"),  # one other in four
        (["18:00", "18:10", "07:00", "07:10"], None),  # two habits are none
        (["06:00", "12:00", "18:00", "23:00"], None),
        (["23:40", "23:50", "00:10", "00:30"], "00:00"),
        (["23:10", "23:20", "23:30", "00:05"], "23:25"),
        (["23:58"] * 4, "00:00"),
        (["18:00"] * 5 + ["07:00"] * 10, "07:00"),  # the newest ten
        (["18:00"] * 2 + ["07:00"] * 8, "07:00"),
        (["18:00"] * 3 + ["07:00"] * 7, None),
    ],
)
def test_usual(times, at):
    assert usual(days(*times), LONDON) == (at and time.fromisoformat(at))


def test_the_wall_clock_counts_across_a_clock_change():
    assert usual(days(*["18:10"] * 10, first="2026-03-24"), LONDON) == time(18, 10)


def test_the_order_of_moments_does_not_matter():
    moments = days(*["18:00"] * 5, *["07:00"] * 10)
    assert usual(moments[::-1], LONDON) == time(7)


@given(st.lists(st.integers(0, 1439), min_size=4, max_size=10), st.integers(0, 1439))
def test_a_habit_turns_with_the_clock_and_lies_near_most_of_what_it_rests_on(minutes, turn):
    turning = sorted(minutes)
    gaps = sorted(later - earlier for earlier, later in pairwise([*turning, turning[0] + 1440]))
    assume(gaps[-1] > gaps[-2])  # else there are two places at which to cut
    start = datetime(2026, 6, 1, tzinfo=UTC)
    found = usual([start + number * DAY + minute * MINUTE for number, minute in enumerate(minutes)], ZoneInfo("UTC"))
    if found is None:
        return
    at = 60 * found.hour + found.minute
    assert at % 5 == 0
    apart = [min((minute - at) % 1440, (at - minute) % 1440) for minute in minutes]
    assert sum(way <= 60 + 2.5 for way in apart) * 4 >= 3 * len(minutes)
    turned = [start + number * DAY + (minute + turn) % 1440 * MINUTE for number, minute in enumerate(minutes)]
    other = usual(turned, ZoneInfo("UTC"))
    assert other is not None
    assert (
        min((60 * other.hour + other.minute - at - turn) % 1440, (at + turn - 60 * other.hour - other.minute) % 1440)
        <= 5
    )


def test_the_reminder_comes_half_an_hour_ahead_on_the_same_day():
    assert ahead(time(18, 10)) == time(17, 40)
    assert ahead(time(0, 10)) == time(0)


def test_a_learned_time_takes_the_place_of_the_chosen_one():
    assert Terms(zone=LONDON, learned=time(18, 10)).time_of(Kind.SESSION) == time(17, 40)
    assert Terms(zone=LONDON).time_of(Kind.SESSION) == time(17, 30)
    assert Terms(zone=LONDON, learned=time(18, 10)).time_of(Kind.LATER) == time(20)


# From the diary


def note(plan, days_ago: int, at: str, by=None, written_later: int = 0, **changed):
    """A session noted at this wall-clock time."""
    date = plan.local_today() - days_ago * DAY
    entry = plan.entries.filter(date=date).first() or EntryFactory(plan=plan, date=date)
    moment = datetime.combine(date + written_later * DAY, time.fromisoformat(at), plan.athlete.zone)
    return EntryRevision.objects.create(
        entry=entry, by=by or plan.athlete, changed=changed or {"during": [None, 2]}, created_at=moment.astimezone(UTC)
    )


@pytest.fixture
def plan(db):
    return PlanFactory(days_ago=30, athlete=UserFactory(time_zone="Pacific/Auckland"))


def test_learned_from_what_was_noted_on_the_day_itself(plan, django_assert_num_queries):
    for day in (1, 3, 5, 8):
        note(plan, day, "18:10")
    with django_assert_num_queries(1):
        assert learned(plan.athlete) == time(18, 10)


def test_what_is_filled_in_later_or_by_a_physio_or_is_no_session_says_nothing(plan):
    for day in (1, 3, 5):
        note(plan, day, "18:10")
    note(plan, 8, "18:10", written_later=1)
    note(plan, 9, "18:10", by=PhysioFactory())
    note(plan, 10, "18:10", pain=[None, 3])
    note(plan, 11, "18:10", dose=[100, None])
    assert learned(plan.athlete) is None
    note(plan, 12, "18:10", dose=[None, 100])
    assert learned(plan.athlete) == time(18, 10)


def test_a_session_put_right_late_in_the_evening_was_noted_when_it_was_first(plan):
    for day in (1, 3, 5, 8):
        note(plan, day, "18:10")
        note(plan, day, "22:55", during=[2, 3])
    assert learned(plan.athlete) == time(18, 10)


def test_what_is_long_ago_is_forgotten(plan):
    for day in (70, 72, 74, 76, 78):
        note(plan, day, "18:10")
    assert learned(plan.athlete) is None


def test_many_people_cost_one_query(plan, django_assert_num_queries):
    other, nobody = PlanFactory(days_ago=30), PlanFactory(days_ago=30)
    for day in (1, 3, 5, 8):
        note(plan, day, "18:10")
        note(other, day, "06:40")
    people = [plan.athlete, other.athlete, nobody.athlete]
    with django_assert_num_queries(1):
        assert habits(people) == {plan.athlete.pk: time(18, 10), other.athlete.pk: time(6, 40)}


def test_a_session_noted_through_the_diary_is_learned_from(plan, time_machine):
    for day in range(4):
        at = datetime.combine(plan.start_date + (2 + 2 * day) * DAY, time(7, 20), plan.athlete.zone)
        time_machine.move_to(at.astimezone(UTC), tick=False)
        plan.record(plan.local_today(), {"during": 2, "after": 1}, plan.athlete)
    assert timezone.now() == at
    assert learned(plan.athlete) == time(7, 20)
