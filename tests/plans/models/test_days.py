"""Promise 10: days are local days of the athlete, whatever the clocks and the traveller do."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.zones import zones
from plans.models import Entry, Plan
from tests.factories import PlanFactory, UserFactory

ZONES = ["Europe/London", "America/New_York", "Pacific/Apia", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
CHANGES = [date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1), date(2026, 4, 5)]


def plan_from(start, zone):
    return Plan(athlete=User(email="a@example.org", time_zone=zone), start_date=start)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", CHANGES)
def test_promise_10_a_clock_change_never_loses_or_doubles_a_day(zone, change):
    plan = plan_from(change - timedelta(days=3), zone)
    midnight = datetime.combine(plan.start_date, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    seen = [plan.day_number(plan.local_today(midnight + timedelta(minutes=15 * step))) for step in range(7 * 96)]
    assert seen[0] == 1
    assert {after - before for before, after in pairwise(seen)} == {0, 1}
    for number in range(2, 7):
        assert seen.count(number) in (92, 94, 96, 98, 100)  # 23 to 25 hours; half an hour in Lord Howe


def test_the_day_turns_at_local_midnight_in_every_zone():
    assert len(zones()) > 400
    for zone in zones():
        plan = plan_from(date(2026, 6, 10), zone)
        midnight = datetime(2026, 6, 11, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        before, after = plan.local_today(midnight - timedelta(seconds=1)), plan.local_today(midnight)
        assert (before, after) == (date(2026, 6, 10), date(2026, 6, 11)), zone


def test_the_same_moment_is_another_day_elsewhere():
    now = datetime(2026, 6, 10, 11, 30, tzinfo=UTC)
    assert plan_from(now.date(), "Pacific/Apia").local_today(now) == date(2026, 6, 11)
    assert plan_from(now.date(), "Pacific/Pago_Pago").local_today(now) == date(2026, 6, 10)


def test_a_day_the_calendar_left_out_does_not_shift_the_plan():
    """Samoa skipped 30 December 2011: the date is a plan day on which nobody could check in."""
    plan = plan_from(date(2011, 12, 29), "Pacific/Apia")
    before, after = datetime(2011, 12, 30, 9, tzinfo=UTC), datetime(2011, 12, 30, 11, tzinfo=UTC)
    assert [plan.day_number(plan.local_today(moment)) for moment in (before, after)] == [1, 3]


def test_numbers_and_dates_are_each_others_inverse():
    plan = plan_from(date(2026, 2, 27), "UTC")
    assert [plan.date_of(day) for day in (1, 2, 3)] == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    assert [plan.day_number(plan.date_of(day)) for day in (-3, 0, 1, 365)] == [-3, 0, 1, 365]


@pytest.mark.django_db
def test_an_entry_belongs_to_the_local_date_on_which_it_is_made():
    with time_machine.travel("2026-06-10T23:30:00Z", tick=False) as clock:
        plan = PlanFactory(athlete=UserFactory(time_zone="Europe/London"), days_ago=2)
        assert plan.local_today() == date(2026, 6, 11)
        plan.record(plan.local_today(), {"pain": 4}, plan.athlete)
        clock.shift(timedelta(hours=1))
        plan.record(plan.local_today(), {"morning": 3}, plan.athlete)
    assert Entry.objects.values_list("date", "pain", "morning").get() == (date(2026, 6, 11), 4, 3)


@pytest.mark.django_db
def test_flown_west_over_midnight_the_day_already_begun_goes_on():
    with time_machine.travel("2026-06-10T10:30:00Z", tick=False) as clock:
        athlete = UserFactory(time_zone="Pacific/Auckland")
        plan = PlanFactory(athlete=athlete, days_ago=1)
        clock.move_to("2026-06-10T12:30:00Z")
        plan.record(date(2026, 6, 11), {"pain": 4}, athlete)
        athlete.time_zone = "America/Los_Angeles"
        athlete.save(update_fields=["time_zone"])
        clock.move_to("2026-06-10T16:00:00Z")
        plan = Plan.objects.get(pk=plan.pk)
        assert plan.local_today() == date(2026, 6, 10)
        # The day that was lived is not taken back, and the one that it is here can be written as well.
        assert (plan.course().today, plan.today()) == (3, 3)
        plan.record(date(2026, 6, 11), {"during": 2, "dose": 100}, athlete)
        plan.record(date(2026, 6, 10), {"pain": 3}, athlete)
        with pytest.raises(ValidationError) as refused:
            plan.record(date(2026, 6, 12), {"pain": 3}, athlete)
    assert refused.value.code == "future"
    assert list(plan.entries.values_list("date", "pain", "during")) == [
        (date(2026, 6, 10), 3, None),
        (date(2026, 6, 11), 4, 2),
    ]


@pytest.mark.django_db
def test_a_day_begun_elsewhere_can_be_finished_for_24_hours():
    with time_machine.travel("2026-06-10T12:30:00Z", tick=False) as clock:
        athlete = UserFactory(time_zone="Pacific/Auckland")
        plan = PlanFactory(athlete=athlete)
        plan.record(date(2026, 6, 11), {"pain": 4}, athlete)
        athlete.time_zone = "Pacific/Pago_Pago"
        athlete.save(update_fields=["time_zone"])
        clock.move_to("2026-06-11T10:30:00Z")  # 23:30 of the 10th there
        plan.record(date(2026, 6, 11), {"after": 2}, athlete)
        assert Entry.objects.get().after == 2


@pytest.mark.django_db
def test_flown_east_the_day_that_was_jumped_can_still_be_written():
    with time_machine.travel("2026-06-10T20:00:00Z", tick=False) as clock:
        athlete = UserFactory(time_zone="Pacific/Pago_Pago")
        plan = PlanFactory(athlete=athlete)
        plan.record(date(2026, 6, 10), {"pain": 4}, athlete)
        athlete.time_zone = "Pacific/Apia"
        athlete.save(update_fields=["time_zone"])
        clock.move_to("2026-06-11T11:00:00Z")
        plan = Plan.objects.get(pk=plan.pk)
        assert plan.local_today() == date(2026, 6, 12)
        plan.record(date(2026, 6, 11), {"pain": 3}, athlete)
        plan.record(date(2026, 6, 12), {"pain": 2}, athlete)
    assert [entry.pain for entry in plan.entries.all()] == [4, 3, 2]
