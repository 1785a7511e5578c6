"""What makes sense to be reminded of, read off the course: kind by kind, and what a silent person is spared."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given

from accounts.models import User
from plans.models import Plan
from plans.models.reminder import Kind
from plans.reminders.due import review_open, since, wanted
from plans.reminders.kinds import KINDS, Who
from plans.rules.course import Course
from plans.rules.diary import Clear, Day, End, Pause, Resume, Review, Week
from plans.rules.dose import SessionKind
from plans.rules.words import Answer, Onset, StageId, Status
from tests.rules.build import TENNIS, course, protocol, session, weekly
from tests.rules.test_course_properties import diaries, rough_days, run

START = date(2026, 6, 1)
CALM = Day(2, 2)
LEG = {"QB19": Answer.YES}  # a review alongside
ATHLETES = {kind for kind, rule in KINDS.items() if rule.who is Who.ATHLETE} - {Kind.CATCH_UP}
OPENS, OPEN, CLOSES = Kind.CHECKPOINT_OPENS, Kind.CHECKPOINT_OPEN, Kind.CHECKPOINT_CLOSES


def a_plan(**more) -> Plan:
    """Never stored: nothing here asks the database."""
    return Plan(athlete=User(time_zone="Europe/London"), start_date=START, **more)


def on(days, today: int, booking: int | None = None, **more) -> frozenset[Kind]:
    """What is wanted on that day of the plan; booking: the day for which a reminder was asked."""
    plan = a_plan(booking_on=booking and START + timedelta(days=booking - 1))
    found = course(days, today=today, final=False, **more)
    return wanted(plan, found, plan.date_of(today))


def daily(last: int) -> dict[int, Day]:
    """A calm entry every day, without a session."""
    return dict.fromkeys(range(1, last + 1), CALM)


# The day's own questions


def test_the_morning_after_a_session_is_asked_for_once():
    held = {1: Day(2, 2, session())}
    assert Kind.MORNING in on(held, 2)
    assert Kind.MORNING not in on(held | {2: Day(morning=1)}, 2)
    assert Kind.MORNING not in on(held, 3)  # a day later nobody knows any more


def test_no_morning_after_a_day_without_a_session():
    assert Kind.MORNING not in on({1: CALM}, 2)


def test_a_session_is_due_until_it_is_noted():
    assert Kind.SESSION in on({}, 1)
    assert Kind.SESSION in on({1: CALM}, 1)
    assert Kind.SESSION not in on({1: Day(2, 2, session())}, 1)


def test_a_recovery_session_is_due_as_well():
    reds = {day: Day(2, 2, session(7, 2) if day == 1 else None) for day in (1, 2)}
    found = course(reds, today=2, final=False)
    assert found.session.kind is SessionKind.RECOVERY
    assert Kind.SESSION in on(reds, 2)


def test_a_recovery_session_without_an_exercise_is_not_asked_for():
    red = {1: Day(2, 2, session(7, 7)), 2: Day(2, 2)}
    found = course(red, today=2, final=False, condition=TENNIS)
    assert (found.session.kind, found.session.items) == (SessionKind.RECOVERY, ())
    assert Kind.SESSION not in on(red, 2, condition=TENNIS)


def test_no_session_on_a_day_of_rest():
    full = {day: Day(2, 2, session()) for day in range(1, 6)}
    assert course(full, today=6, final=False).session.kind is SessionKind.REST
    assert Kind.SESSION not in on(full, 6)


@pytest.mark.parametrize(
    ("held", "asks"),
    [
        (session(2, None), True),
        (session(None, None, 80), True),
        (session(2, 3), False),
        (None, False),
    ],
)
def test_later_is_asked_for_on_the_day_of_a_session(held, asks):
    days = {1: CALM, 2: Day(2, 2, held)}
    assert (Kind.LATER in on(days, 2)) is asks
    assert Kind.LATER not in on(days, 3)


# The weekly review and the checkpoints


@pytest.mark.parametrize(("today", "asks"), [(6, False), (7, True), (8, True), (13, True), (14, False)])
def test_the_review_is_open_for_a_week_from_its_day(today, asks):
    assert (Kind.REVIEW in on(daily(14), today)) is asks
    assert Kind.REVIEW not in on(daily(14), today, weeks=weekly(1))


def test_one_reminder_a_week_is_enough_for_a_review():
    plan = a_plan()
    for today in range(7, 14):
        found = course(daily(13), today=today, final=False)
        assert since(Kind.REVIEW, plan, found) == date(2026, 6, 7)
    assert since(Kind.SESSION, plan, found) == date(2026, 6, 13)


def test_the_checkpoint_s_reminder_takes_the_place_of_its_weekly_review():
    assert on(daily(14), 14) >= {OPENS}
    assert Kind.REVIEW not in on(daily(14), 14)
    assert {OPENS, OPEN, CLOSES}.isdisjoint(on(daily(13), 13))


def test_a_checkpoint_that_has_its_review_is_not_asked_for():
    assert OPENS not in on(daily(14), 14, weeks=weekly(2))
    assert OPENS in on(daily(14), 14, weeks=weekly(1))


def test_enough_entries_close_a_checkpoint_and_its_review_is_asked_for_when_it_had_its_time():
    assert [day for day in range(14, 21) if {OPENS, OPEN, CLOSES} & on(daily(day), day)] == [14]
    assert [day for day in range(14, 21) if Kind.REVIEW in on(daily(day), day)] == [17, 18, 19, 20]


FEW = dict.fromkeys((1, 4, 7, 8, 13), CALM)  # never silent for four days, and too little to judge by


@pytest.mark.parametrize(
    ("today", "kinds"), [(13, set()), (14, {OPENS}), (15, {OPEN}), (16, {CLOSES}), (17, set()), (18, set())]
)
def test_df_15_too_little_data_is_asked_for_until_the_question_closes(today, kinds):
    days = FEW | {day: Day(morning=2) for day in range(14, today + 1)}  # a check-in, but no pain score
    assert on(days, today) & {OPENS, OPEN, CLOSES} == kinds


def test_df_15_an_answer_ends_the_asking():
    answered = {2: Week(Fraction(8), pain=2)}
    assert {OPENS, OPEN, CLOSES}.isdisjoint(on(FEW | {15: CALM}, 15, weeks=answered))
    still_without_pain = {2: Week(Fraction(8))}
    assert OPENS not in on(FEW | {14: Day(morning=2)}, 14, weeks=still_without_pain)
    assert OPEN in on(FEW | {15: Day(morning=2)}, 15, weeks=still_without_pain)


def test_the_checkpoint_of_week_1_is_for_an_injured_elbow_alone():
    assert OPENS in on(daily(7), 7, condition=TENNIS, onset=Onset.INJURY)
    assert on(daily(7), 7, condition=TENNIS) >= {Kind.REVIEW}


def test_weeks_that_have_no_review_are_not_asked_for():
    assert Kind.REVIEW in on(daily(7 * 52), 7 * 52)
    assert Kind.REVIEW not in on(daily(7 * 53), 7 * 53)


# A booking


@pytest.mark.parametrize(("today", "asks"), [(4, False), (5, True), (6, True), (7, False)])
def test_a_booking_is_asked_after_on_its_day_or_the_next(today, asks):
    days = daily(7) | {2: Day(2, 2, answers=LEG)}
    assert (Kind.BOOKING in on(days, today, booking=5)) is asks


def test_one_reminder_is_enough_for_a_booking():
    plan = a_plan(booking_on=START + 4 * timedelta(days=1))
    assert since(Kind.BOOKING, plan, course({}, today=6, final=False)) == date(2026, 6, 5)


def test_no_booking_without_a_review_that_is_wanted():
    assert Kind.BOOKING not in on(daily(5), 5, booking=5)
    reviewed = daily(5) | {2: Day(2, 2, answers=LEG)}
    assert Kind.BOOKING not in on(reviewed, 5, booking=5, done=[Review(3)])


def test_a_booking_stands_in_a_pause_and_in_silence():
    days = {1: CALM, 2: Day(2, 2, answers=LEG)}
    assert on(days, 5, booking=5, done=[Pause(3)]) == {Kind.BOOKING}
    assert on(days, 15, booking=15) == {Kind.BOOKING}


def test_a_booking_stands_while_a_stopped_plan_waits_for_a_review_but_never_for_what_is_urgent():
    def stopped(question: str) -> frozenset[Kind]:
        return on(daily(5) | {3: Day(2, 2, answers={question: Answer.YES})}, 5, booking=5)

    assert stopped("QG6") == {Kind.BOOKING}  # review first
    assert stopped("QG3") == frozenset()  # urgent
    assert stopped("QB4") == frozenset()  # an emergency


def test_an_early_review_and_a_checkpoint_are_wanted_until_somebody_has_reviewed():
    drift = {day: Day(6, 2) for day in range(1, 9)}  # SB-5 on day 7
    assert review_open(course(drift, today=8, final=False))
    assert review_open(course(drift, today=8, final=False, done=[Review(7)]))  # it was judged at the end of that day
    assert not review_open(course(drift, today=8, final=False, done=[Review(8)]))
    flat = {day: Day(5, 2) for day in range(1, 30)}
    assert course(flat, today=29, final=False, pain=5).checkpoints[-1].action.rank >= 2
    assert review_open(course(flat, today=29, final=False, pain=5))
    assert not review_open(course(flat, today=29, final=False, pain=5, done=[Review(29)]))


def test_a_clearance_is_a_review():
    days = daily(6) | {3: Day(2, 2, answers={"QG6": Answer.YES})}
    assert review_open(course(days, today=4, final=False))
    cleared = course(days, today=6, final=False, done=[Clear(5, StageId.RELATIVE_REST)])
    assert cleared.status is Status.ACTIVE
    assert not review_open(cleared)
    drift = {day: Day(6, 2) for day in range(1, 9)}  # SB-5 on day 7, and then a stop
    stopped = drift | {9: Day(6, 2, answers={"QG6": Answer.YES})}
    assert not review_open(course(stopped, today=11, final=False, done=[Clear(10, StageId.RELATIVE_REST)]))


# Silence


def test_sb_6_silence_is_asked_about_on_the_third_seventh_and_tenth_day():
    assert [day for day in range(2, 40) if Kind.SILENCE in on({1: CALM}, day)] == [4, 8, 11]
    assert [day for day in range(1, 40) if Kind.SILENCE in on({}, day)] == [3, 7, 10]


def test_a_check_in_today_is_no_silence():
    assert Kind.SILENCE not in on({1: CALM, 4: CALM}, 4)
    assert Kind.SILENCE in on({1: CALM, 4: Day()}, 4)  # an empty entry is none


def test_from_the_fourth_silent_day_on_nothing_else_but_checkpoints():
    assert Kind.SESSION in on({}, 3)
    for day in range(4, 11):
        assert on({}, day) <= {Kind.SILENCE}, day
    assert on(dict.fromkeys((1, 3, 6, 9), CALM), 14) == {OPENS}
    assert on(dict.fromkeys((1, 3, 6, 9), CALM), 15) == {OPEN}


def test_after_the_tenth_silent_day_nothing_at_all_until_they_are_back():
    for day in range(11, 60):
        assert on({}, day) == frozenset(), day
    assert Kind.SESSION in on({1: CALM, 20: Day(2, 2, rescreened=True)}, 21)


def test_silence_is_counted_anew_after_a_pause():
    paused = [Pause(3), Resume(20)]
    assert [day for day in range(1, 40) if Kind.SILENCE in on({}, day, done=paused)] == [22, 26, 29]


# The safety questions again


def test_g_2_while_the_safety_questions_wait_no_session_is_asked_for_but_how_the_morning_is():
    days = {1: CALM} | {12: CALM}  # back after more than a week: SB-6
    assert course(days, today=13, final=False).rescreen_wanted
    assert on(days, 13, weeks=weekly(1)) == {Kind.MORNING}
    assert Kind.SESSION not in on(days, 12)
    answered = days | {13: Day(rescreened=True)}
    assert on(answered, 13, weeks=weekly(1)) == {Kind.SESSION}


def test_who_checked_in_has_seen_that_the_questions_wait():
    assert on({1: CALM, 12: CALM, 13: Day(pain=2)}, 13, weeks=weekly(1)) == frozenset()


# Where a plan does not run


def test_nothing_before_the_first_day():
    plan = a_plan(booking_on=START)
    found = course({}, today=1, final=False, yes=("QB19",))
    assert wanted(plan, found, START - timedelta(days=1)) == frozenset()
    assert wanted(plan, found, START) == {Kind.SESSION, Kind.BOOKING}


def test_without_a_date_today_is_the_athlete_s_own(time_machine):
    plan = a_plan()
    found = course({}, today=1, final=False)
    time_machine.move_to("2026-05-31T22:30:00Z")  # 23:30 in London
    assert wanted(plan, found) == frozenset()
    time_machine.move_to("2026-05-31T23:30:00Z")
    assert wanted(plan, found) == {Kind.SESSION}


@pytest.mark.parametrize("done", [[Pause(2)], [End(2)]])
def test_nothing_in_a_pause_or_after_the_end(done):
    for day in range(2, 20):
        assert on({1: Day(2, 2, session(2, None))}, day, done=done) == frozenset(), day


def test_nothing_after_the_plan_was_ended():
    plan = a_plan(ended_on=START + timedelta(days=2))
    assert wanted(plan, course({}, today=1, final=False), START) == frozenset()


def test_nothing_on_a_stopped_plan_nor_on_one_that_may_not_start():
    stopped = {1: Day(2, 2, session(2, None), answers={"QB4": Answer.YES})}
    assert on(stopped, 1) == on(stopped, 2) == frozenset()
    assert on({}, 1, yes=("QB4",)) == frozenset()


# Of every course


def all_wanted(found: Course) -> frozenset[Kind]:
    plan = a_plan(booking_on=START + timedelta(days=found.today - 1))
    return wanted(plan, found, plan.date_of(found.today))


@given(diaries(rough_days))
def test_whatever_the_diary_nothing_is_asked_for_that_is_done_or_must_not_be(journey):
    for today in range(1, 61, 4):
        found = run(*journey, today, final=False)
        kinds = all_wanted(found)
        assert kinds <= ATHLETES
        assert Kind.SESSION not in kinds or found.session.items
        assert len(kinds & {OPENS, OPEN, CLOSES, Kind.REVIEW}) <= 1
        assert Kind.SILENCE not in kinds or not found.written.checked_in
        assert found.status in (Status.ACTIVE, Status.MAINTENANCE) or kinds <= {Kind.BOOKING}
        if found.stopped_for:
            assert Kind.SESSION not in kinds


@given(diaries())
def test_each_checkpoint_is_opened_asked_for_and_closed_at_most_once(journey):
    weeks = {point.week for point in protocol(journey[0]).checkpoints}
    for today in range(1, 61):
        kinds = all_wanted(run(*journey, today, final=False))
        for number, kind in enumerate((OPENS, OPEN, CLOSES)):
            assert kind not in kinds or today - number in {7 * week for week in weeks}
