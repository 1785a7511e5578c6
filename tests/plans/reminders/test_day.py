"""A day on a person's terms: quiet hours, budget, days, holidays, lateness; and what comes next."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.zones import zones
from plans.models.reminder import Kind, State
from plans.reminders import due
from plans.reminders.calendar import instant, quiet_end
from plans.reminders.day import Said, Told, forecast, forecasts, left, merge, plan_day, spent_on, told_of
from plans.reminders.kinds import KINDS
from plans.reminders.terms import Planned, Terms
from tests.factories import ChannelFactory, EntryFactory, MessageFactory, PlanFactory, UserFactory

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONDAY = date(2026, 6, 1)
LONDON = ZoneInfo("Europe/London")
MORNING, SESSION, LATER, REVIEW = Kind.MORNING, Kind.SESSION, Kind.LATER, Kind.REVIEW
OPENS, CLOSES, SILENCE, BOOKING = Kind.CHECKPOINT_OPENS, Kind.CHECKPOINT_CLOSES, Kind.SILENCE, Kind.BOOKING
BUDGETED = {kind for kind, rule in KINDS.items() if rule.budgeted}


def terms(**more) -> Terms:
    return Terms(**({"zone": LONDON} | more))


def at(day: date, clock: str, zone: ZoneInfo = LONDON) -> datetime:
    return instant(day, time.fromisoformat(clock), zone)


def place(
    kinds: Iterable[Kind], day: date = MONDAY, now: str | datetime = "00:10", on: Terms | None = None, **more
) -> dict[Kind, str]:
    """Kind to local time of what is planned; what was missed stands with a dash before it."""
    on = on or terms()
    moment = at(day, now, on.zone) if isinstance(now, str) else now
    given = {"spent": 0, "review_spent": False, "now": moment} | more
    return {one.kind: shown(one, on) for one in plan_day(1, kinds, day, on, **given)}


def shown(one: Planned, on: Terms) -> str:
    local = one.due_at.astimezone(on.zone)
    days = (local.date() - one.local_date).days
    return f"{'-' if one.missed else ''}{local:%H:%M}{f' +{days}' if days else ''}"


# When


def test_each_kind_at_its_time_of_day_and_the_most_important_first():
    planned = plan_day(
        7, [SESSION, MORNING, OPENS, LATER], MONDAY, terms(), spent=0, review_spent=False, now=at(MONDAY, "00:10")
    )
    assert [(one.kind, shown(one, terms())) for one in planned] == [
        (OPENS, "20:00"),
        (MORNING, "08:00"),
        (SESSION, "17:30"),
        (LATER, "20:00"),
    ]
    assert {(one.plan, one.local_date, one.due_at.tzinfo) for one in planned} == {(7, MONDAY, UTC)}


def test_a_session_at_the_usual_time():
    assert place([SESSION], on=terms(learned=time(7, 20), quiet_until=time(6))) == {SESSION: "06:50"}


@pytest.mark.parametrize(
    ("kind", "on", "goes"),
    [
        (MORNING, {"morning": time(6)}, "07:30"),
        (MORNING, {"morning": time(4, 15)}, None),  # over three hours late
        (SESSION, {"session": time(22)}, None),
        (LATER, {"evening": time(23), "quiet_until": time(0, 30)}, None),  # tomorrow it is not "today" any more
        (REVIEW, {"evening": time(22)}, "07:30 +1"),
        (SILENCE, {"evening": time(22)}, "07:30 +1"),
        (SILENCE, {"evening": time(22), "quiet_until": time(10, 1)}, None),
        (MORNING, {"morning": time(6), "quiet_from": time(9), "quiet_until": time(9)}, "06:00"),
    ],
)
def test_quiet_hours_hold_until_their_end_or_until_it_helps_no_more(kind, on, goes):
    assert place([kind], on=terms(**on)) == ({kind: goes} if goes else {})


@pytest.mark.parametrize(
    ("kind", "now", "goes"),
    [
        (MORNING, "08:00", "08:00"),
        (MORNING, "10:59", "10:59"),
        (MORNING, "11:01", "-08:00"),
        (CLOSES, "19:59", "19:59"),
        (CLOSES, "20:01", "-08:00"),
        (CLOSES, "23:00", "-08:00"),
        (LATER, "21:45", "-20:00"),  # it is quiet now, and tomorrow is too late
        (REVIEW, "21:45", "07:30 +1"),
        (BOOKING, "21:45", "07:30 +1"),
    ],
)
def test_what_is_late_goes_now_while_it_helps_and_else_was_missed(kind, now, goes):
    assert place([kind], now=now) == {kind: goes}


def test_a_day_that_was_slept_through_was_missed_but_for_what_still_helps():
    slept = at(MONDAY + DAY, "07:45")
    assert place([MORNING, SESSION, OPENS, REVIEW], now=slept) == {
        OPENS: "07:45 +1",
        REVIEW: "07:45 +1",
        MORNING: "-08:00",
        SESSION: "-17:30",
    }


def test_what_the_day_asks_is_not_sent_to_whoever_just_wrote():
    wrote = at(MONDAY, "20:30")
    now = wrote + timedelta(minutes=1)
    kinds = [MORNING, SESSION, LATER, OPENS, REVIEW]
    assert place(kinds, now=now, asked=wrote) == {OPENS: "20:31", REVIEW: "20:31"}
    assert place([LATER], now=now, asked=at(MONDAY, "18:00")) == {LATER: "20:31"}


# Whether


def test_switched_off():
    assert place([MORNING, SESSION], on=terms(off=frozenset({SESSION}))) == {MORNING: "08:00"}


def test_a_holiday_and_a_snooze():
    away = terms(holiday=(MONDAY, MONDAY + 6 * DAY))
    assert place([MORNING, OPENS, SILENCE], on=away) == {}
    assert place([MORNING], MONDAY + 7 * DAY, on=away) == {MORNING: "08:00"}
    snoozed = terms(snoozed_until=at(MONDAY, "12:00"))
    assert place([MORNING, SESSION], on=snoozed) == {SESSION: "17:30"}


def test_a_message_from_a_person_comes_on_a_holiday_but_waits_for_the_morning():
    away = terms(holiday=(MONDAY, MONDAY + 6 * DAY), snoozed_until=at(MONDAY + DAY, "12:00"))
    assert place([Kind.MESSAGE], now="22:00", on=away) == {Kind.MESSAGE: "07:30 +1"}


def test_chosen_days_are_for_what_counts_against_the_budget():
    weekend = terms(days=frozenset({5, 6}))
    assert place([MORNING, SESSION, OPENS], on=weekend) == {OPENS: "20:00"}
    assert place([MORNING], MONDAY + 5 * DAY, on=weekend) == {MORNING: "08:00"}


def test_a_review_that_waits_over_night_goes_on_a_chosen_day():
    late = terms(evening=time(22), days=frozenset({0, 1, 2, 3, 4}))
    assert place([REVIEW], MONDAY + 4 * DAY, on=late) == {}  # Saturday
    assert place([REVIEW], MONDAY + 6 * DAY, on=late) == {REVIEW: "07:30 +1"}


# The budget


@pytest.mark.parametrize(
    ("budget", "spent", "review_spent", "kinds"),
    [
        (5, 0, False, {MORNING, SESSION, LATER}),
        (5, 2, False, {MORNING, SESSION}),  # one is kept for the review
        (5, 2, True, {MORNING, SESSION, LATER}),
        (5, 3, False, {MORNING}),
        (5, 4, False, set()),
        (5, 4, True, {MORNING}),
        (5, 5, True, set()),
        (5, 9, True, set()),
        (1, 0, False, set()),
        (0, 0, True, set()),
    ],
)
def test_the_budget_takes_the_most_important(budget, spent, review_spent, kinds):
    found = place([MORNING, SESSION, LATER], on=terms(budget=budget), spent=spent, review_spent=review_spent)
    assert set(found) == kinds


def test_the_review_has_its_place():
    assert set(place([SESSION, REVIEW], spent=4)) == {REVIEW}
    assert set(place([SESSION, REVIEW], spent=3)) == {SESSION, REVIEW}
    assert set(place([SESSION, REVIEW], spent=5)) == set()
    assert set(place([SESSION], on=terms(budget=1, off=frozenset({REVIEW})))) == {SESSION}  # no place is kept in vain


def test_a_review_is_asked_for_once():
    assert set(place([SESSION, REVIEW], review_spent=True)) == {SESSION}


def test_checkpoints_silence_and_bookings_cost_nothing():
    kinds = [OPENS, CLOSES, SILENCE, BOOKING]
    assert set(place(kinds, on=terms(budget=0), spent=9)) == set(kinds)


def test_what_was_missed_takes_no_place_from_what_goes():
    found = place([MORNING, SESSION], now="12:00", spent=3)
    assert found == {MORNING: "-08:00", SESSION: "17:30"}


# One message a minute


def test_what_falls_together_goes_as_one():
    morning = plan_day(1, [MORNING, CLOSES], MONDAY, terms(), spent=0, review_spent=False, now=at(MONDAY, "00:10"))
    other = plan_day(2, [MORNING], MONDAY, terms(), spent=0, review_spent=False, now=at(MONDAY, "00:10"))
    evening = plan_day(2, [OPENS], MONDAY, terms(), spent=0, review_spent=False, now=at(MONDAY, "00:10"))
    first, second = merge([*evening, *other, *morning])
    assert first.kind is Kind.CATCH_UP
    assert [(part.plan, part.kind) for part in first.parts] == [(1, CLOSES), (1, MORNING), (2, MORNING)]
    assert (first.due_at, first.local_date) == (at(MONDAY, "08:00"), MONDAY)
    assert (second.kind, second.due_at) == (OPENS, at(MONDAY, "20:00"))


def test_what_waited_over_night_goes_with_the_morning_as_one_of_that_day():
    late = terms(evening=time(22), morning=time(7, 30))
    night = plan_day(1, [REVIEW, SILENCE], MONDAY, late, spent=0, review_spent=False, now=at(MONDAY, "00:10"))
    morning = plan_day(1, [MORNING], MONDAY + DAY, late, spent=0, review_spent=True, now=at(MONDAY + DAY, "00:10"))
    [group] = merge([*night, *morning])
    assert [part.kind for part in group.parts] == [SILENCE, REVIEW, MORNING]
    assert group.local_date == MONDAY + DAY


def test_what_was_missed_is_in_no_message():
    missed = Planned(1, MORNING, MONDAY, at(MONDAY, "08:00"), missed=True)
    assert merge([missed]) == []


# Of all terms


clock = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
some_days = st.frozensets(st.integers(0, 6))
START = MONDAY  # day 1 of the plans below
dates = st.integers(0, 20).map(lambda number: START + number * DAY)
moments = st.integers(0, 20 * 24).map(lambda hour: at(START, "00:00") + hour * HOUR)
switchable = st.sampled_from(sorted(BUDGETED | {OPENS, CLOSES, SILENCE, BOOKING}))
any_terms = st.builds(
    Terms,
    zone=st.sampled_from(sorted(zones())).map(ZoneInfo),
    morning=clock,
    session=clock,
    evening=clock,
    days=st.one_of(st.just(frozenset(range(7))), some_days),
    quiet_from=clock,
    quiet_until=clock,
    budget=st.integers(0, 8),
    off=st.frozensets(switchable, max_size=2),
    holiday=st.one_of(st.none(), st.tuples(dates, dates).map(lambda two: (min(two), max(two)))),
    snoozed_until=st.one_of(st.none(), moments),
    learned=st.one_of(st.none(), clock),
)
asked_for = st.lists(st.frozensets(switchable, max_size=5), min_size=21, max_size=21)
hours = st.lists(st.integers(0, 30), min_size=21, max_size=21)


def live(on: Terms, kinds: list[frozenset[Kind]], late: list[int]) -> list[Planned]:
    """Three weeks, planned day after day some hours after midnight; a review waits until it was asked for."""
    told: Told = frozenset()
    found = []
    for number, (wanted, hour) in enumerate(zip(kinds, late, strict=True)):
        day = START + number * DAY
        week = START + ((number + 1) // 7 * 7 - 1) * DAY
        asked = any(said.kind is REVIEW and said.local_date >= week for said in told)
        planned = plan_day(
            1,
            wanted,
            day,
            on,
            spent=spent_on(told, day),
            review_spent=asked,
            now=instant(day, time(), on.zone) + hour * HOUR,
        )
        told |= {Said(1, one.kind, day, goes_on(one, on)) for one in planned if not one.missed}
        found += planned
    return found


def goes_on(one: Planned, on: Terms) -> date:
    return one.due_at.astimezone(on.zone).date()


@given(any_terms, asked_for, hours)
def test_on_all_terms_nothing_comes_that_was_not_agreed_to(on, kinds, late):
    for one in live(on, kinds, late):
        rule, day = KINDS[one.kind], goes_on(one, on)
        assert one.kind not in on.off
        assert quiet_end(one.due_at, on) == one.due_at
        assert not rule.budgeted or day.weekday() in on.days
        assert on.holiday is None or not on.holiday[0] <= day <= on.holiday[1]
        assert on.snoozed_until is None or one.due_at >= on.snoozed_until
        meant = instant(one.local_date, on.time_of(one.kind), on.zone)
        assert timedelta(0) <= one.due_at - meant <= rule.late
        now = instant(one.local_date, time(), on.zone) + late[(one.local_date - START).days] * HOUR
        assert one.missed or one.due_at >= now


@given(any_terms, asked_for, hours)
def test_on_all_terms_never_more_than_the_budget_in_any_seven_days(on, kinds, late):
    sent = [one for one in live(on, kinds, late) if one.kind in BUDGETED and not one.missed]
    counted = Counter(goes_on(one, on) for one in sent)
    for number in range(28):
        assert sum(counted[START + (number - back) * DAY] for back in range(7)) <= on.budget


@given(any_terms, asked_for, hours)
def test_on_all_terms_a_person_gets_at_most_one_message_a_minute(on, kinds, late):
    planned = live(on, kinds, late)
    groups = merge(planned)
    for one, other in pairwise(groups):
        assert other.due_at.replace(second=0) - one.due_at.replace(second=0) >= timedelta(minutes=1)
    parts = [part for group in groups for part in group.parts]
    assert Counter(parts) == Counter(one for one in planned if not one.missed)


@given(any_terms, asked_for)
def test_a_review_finds_its_place_whatever_else_was_asked_for(on, kinds):
    """With a budget of one or more, and an hour at which it can come."""
    free = Terms(zone=on.zone, budget=max(on.budget, 1))
    weekly = [
        wanted | ({REVIEW} if number >= 6 else set()) for number, wanted in enumerate(k - {REVIEW} for k in kinds)
    ]
    asked = [one.local_date for one in live(free, weekly, [0] * 21) if one.kind is REVIEW]
    assert asked == [START + number * DAY for number in (6, 13, 20)]


# Promise 10


@given(st.sampled_from(sorted(zones())), st.integers(2024, 2036))
def test_promise_10_a_reminder_keeps_its_wall_clock_time_all_year(name, year):
    on = terms(zone=ZoneInfo(name), budget=21)
    for number in range(365):
        day = date(year, 1, 1) + number * DAY
        found = place([MORNING, SESSION, OPENS], day, on=on)
        assert found == {MORNING: "08:00", SESSION: "17:30", OPENS: "20:00"}


def test_promise_10_moving_zone_moves_what_is_to_come_and_says_nothing_twice():
    home, away = terms(), terms(zone=ZoneInfo("America/Los_Angeles"))
    before, after = (
        plan_day(1, [MORNING], MONDAY + DAY, on, spent=0, review_spent=False, now=at(MONDAY, "12:00"))
        for on in (home, away)
    )
    assert [one.due_at for one in before] == [datetime(2026, 6, 2, 7, tzinfo=UTC)]
    assert [one.due_at for one in after] == [datetime(2026, 6, 2, 15, tzinfo=UTC)]
    assert before[0].local_date == after[0].local_date == MONDAY + DAY


# What was said before


def said(*rows: tuple[Kind, date], **more) -> Told:
    return frozenset(Said(1, kind, day, day, **more) for kind, day in rows)


def test_spent_counts_seven_days_each_reminder_once_for_all_its_ways():
    told = said((MORNING, MONDAY), (SESSION, MONDAY), (OPENS, MONDAY)) | {Said(2, MORNING, MONDAY, MONDAY)}
    assert spent_on(told, MONDAY) == 3
    assert spent_on(told, MONDAY + 6 * DAY) == 3
    assert spent_on(told, MONDAY + 7 * DAY) == 0
    overnight = frozenset({Said(1, REVIEW, MONDAY, MONDAY + DAY)})
    assert [spent_on(overnight, MONDAY + number * DAY) for number in (0, 1, 7, 8)] == [1, 1, 1, 0]
    assert spent_on(said((MORNING, MONDAY), open=True), MONDAY) == 0  # planned anew
    assert spent_on(said((MORNING, MONDAY), open=True), MONDAY + DAY) == 1
    assert spent_on(said((MORNING, MONDAY)) | said((MORNING, MONDAY), open=True), MONDAY) == 1


@pytest.fixture
def plan(db, time_machine):
    """On day 3 at 12:00, in a zone that is far from the server's."""
    time_machine.move_to("2026-06-03T00:00:00Z", tick=False)
    return PlanFactory(days_ago=2, athlete=UserFactory(time_zone="Pacific/Auckland"))


AUCKLAND = ZoneInfo("Pacific/Auckland")


def test_rows_of_the_outbox_say_what_was_told(plan):
    day, home = plan.local_today(), plan.athlete.zone
    row = MessageFactory(plan=plan, state=State.SENT.value, sent_at=at(day, "00:05", home), kind=MORNING.value)
    other = ChannelFactory(user=plan.athlete, way="inbox")
    rows = [row, MessageFactory(plan=plan, channel=other, kind=MORNING.value)]
    assert told_of(rows, home) == {Said(plan.pk, MORNING, day, day), Said(plan.pk, MORNING, day, day, open=True)}
    assert told_of(rows[:1], LONDON) == {Said(plan.pk, MORNING, day, day - DAY)}  # where it was still yesterday
    parts = [[plan.pk, "review"], [plan.pk + 1, "morning"]]
    pile = MessageFactory(plan=None, recipient=plan.athlete, kind=Kind.CATCH_UP.value, parts=parts, about="08:00")
    assert {(one.plan, one.kind, one.open) for one in told_of([pile], home)} == {
        (plan.pk, REVIEW, True),
        (plan.pk + 1, MORNING, True),
    }
    for state in (State.WITHDRAWN, State.MISSED, State.FAILED):
        pile.state = state.value
        assert told_of([pile], home) == frozenset()
    retried = MessageFactory(plan=plan, kind=SESSION.value, attempts=1)
    assert told_of([retried], home) == {Said(plan.pk, SESSION, day, day)}


def test_what_was_said_is_not_said_again_and_what_is_only_planned_can_be_planned_anew(plan):
    EntryFactory(plan=plan, date=plan.local_today() - DAY, during=2)
    course, day = plan.course(), plan.local_today()
    kinds = {SESSION, MORNING}

    def after(pk: int, said_on: date, **more) -> frozenset[Kind]:
        return left(kinds, frozenset({Said(pk, SESSION, said_on, said_on, **more)}), plan, course)

    assert left(kinds, frozenset(), plan, course) == kinds
    assert after(plan.pk, day) == {MORNING}
    assert after(plan.pk, day, open=True) == kinds
    assert after(plan.pk, day - DAY) == kinds
    assert after(plan.pk + 1, day) == kinds


def test_a_review_said_this_week_is_said(plan, time_machine):
    time_machine.move_to("2026-06-10T00:00:00Z", tick=False)  # day 10
    course, day = plan.course(), plan.local_today()

    def after(days: int, **more) -> frozenset[Kind]:
        said_on = day - days * DAY
        return left({REVIEW}, frozenset({Said(plan.pk, REVIEW, said_on, said_on, **more)}), plan, course)

    assert after(3) == after(1) == after(1, open=True) == frozenset()
    assert after(4) == {REVIEW}


# What comes next


def listed(planned: list[Planned]) -> list[tuple[int, str, str]]:
    return [(one.local_date.day, one.kind.value, f"{one.due_at.astimezone(AUCKLAND):%H:%M}") for one in planned]


def test_what_comes_next_if_nothing_is_written(plan, time_machine):
    on = Terms.of(plan.athlete)
    assert listed(forecast(plan, on, datetime(2026, 6, 3, tzinfo=UTC), days=20)) == [
        (3, "session", "17:30"),
        (3, "silence", "20:00"),
        (7, "silence", "20:00"),
        (10, "silence", "20:00"),
    ]


def test_what_waits_for_the_end_of_the_night_is_still_to_come(plan):
    early = Terms(zone=AUCKLAND, session=time(6))
    night = at(date(2026, 6, 3), "07:00", AUCKLAND)
    assert listed(forecast(plan, early, night, days=1))[0] == (3, "session", "07:30")


def test_what_was_sent_today_does_not_come_again(plan):
    MessageFactory(plan=plan, state=State.SENT.value, sent_at=at(MONDAY, "08:00"), kind=SESSION.value)
    MessageFactory(plan=plan, kind=SILENCE.value)  # planned, not gone: it is what comes
    now = datetime(2026, 6, 3, tzinfo=UTC)
    assert listed(forecast(plan, Terms.of(plan.athlete), now, days=2)) == [(3, "silence", "20:00")]


def test_a_forecast_says_what_the_clock_will_plan_day_after_day(plan, django_assert_max_num_queries):
    """Each day as it is planned then, with what was sent before, over weeks in which nothing is written any more."""
    for number in range(3):
        EntryFactory(plan=plan, date=plan.start_date + number * DAY, pain=2, during=2, after=2, dose=100)
    on = Terms.of(plan.athlete)
    now = datetime(2026, 6, 3, tzinfo=UTC)
    with django_assert_max_num_queries(5):
        ahead = forecast(plan, on, now, days=20)
    channel = ChannelFactory(user=plan.athlete)
    planned = []
    for number in range(20):
        moment = now if number == 0 else at(date(2026, 6, 3) + number * DAY, "00:01", AUCKLAND)
        for one in forecast(plan, on, moment, days=1):
            planned.append(one)
            MessageFactory(
                plan=plan,
                channel=channel,
                kind=one.kind.value,
                local_date=one.local_date,
                planned_at=one.due_at,
                state=State.SENT.value,
                sent_at=one.due_at,
            )
    assert planned == ahead
    assert {one.kind for one in ahead} >= {MORNING, SESSION, SILENCE}


def test_two_plans_share_a_week(plan):
    other = PlanFactory(days_ago=2, athlete=plan.athlete, condition="tennis-elbow")
    on = Terms.of(plan.athlete)
    now = datetime(2026, 6, 3, tzinfo=UTC)
    one, two = (forecast(each, on, now) for each in (plan, other))
    assert Counter(item.kind for item in forecasts([plan, other], on, now)) == Counter(
        item.kind for item in [*one, *two]
    )
    narrow = Terms(zone=AUCKLAND, budget=2)
    budgeted = [item for item in forecasts([plan, other], narrow, now) if item.kind in BUDGETED]
    assert [item.plan for item in budgeted] == [plan.pk]  # one is kept for the review
    assert forecasts([], on, now) == []


def test_nothing_comes_of_a_plan_that_ended_or_before_it_begins(plan):
    on, now = Terms.of(plan.athlete), datetime(2026, 6, 3, tzinfo=UTC)
    plan.ended_on = plan.local_today()
    assert forecast(plan, on, now) == []
    plan.ended_on, plan.start_date = None, plan.local_today() + 4 * DAY
    assert listed(forecast(plan, on, now))[0] == (7, "session", "17:30")


def test_a_forecast_never_counts_what_is_past(plan):
    evening = datetime(2026, 6, 3, 7, tzinfo=UTC)  # 19:00
    assert listed(forecast(plan, Terms.of(plan.athlete), evening, days=1)) == [(3, "silence", "20:00")]
    assert forecast(plan, Terms.of(plan.athlete), evening + 2 * HOUR, days=1) == []
    assert due.wanted(plan, plan.course()) >= {SESSION}
