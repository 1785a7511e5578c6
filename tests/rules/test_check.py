"""The 24-hour check, row by row of table 5.2, with the edge of every threshold (DF-04, DF-05)."""

import pytest

from plans.rules.check import baseline, judge
from plans.rules.diary import Day
from plans.rules.words import Flag

from .build import SCIATICA, STRAIN, course, outcomes, protocol, session, steady, with_days

CALM = {"during": 2, "after": 2}


@pytest.mark.parametrize(
    ("mornings", "expected"),
    [
        ([], None),
        ([None, None], None),
        ([3], 3),
        ([2, 3], 3),  # a half rounds up
        ([2, None, 4], 3),
        ([4, 1, 3], 3),
        ([0, 0, 9], 0),
    ],
)
def test_baseline_is_the_median_and_a_half_rounds_up(mornings, expected):
    assert baseline(mornings) == expected


# base, morning, during, after, dose, flags -> outcome, rule
ROWS = [
    # 5.2/1: a morning of 8 stops, whatever else
    (2, 8, 0, 0, 100, (), "stop", "5.2/1"),
    (None, 8, None, None, None, (), "stop", "5.2/1"),
    (8, 8, 3, 3, 100, (Flag.SPASM,), "stop", "5.2/1"),
    # 5.2/2: flags, or a rise of 3
    (2, 2, 0, 0, 100, (Flag.SPASM,), "ease_red", "5.2/2"),
    (2, 2, 0, 0, 100, (Flag.SHOT_UP,), "ease_red", "5.2/2"),
    (2, 2, 0, 0, 100, (Flag.SPREAD,), "ease_red", "5.2/2"),
    (2, 5, 0, 0, 100, (), "ease_red", "5.2/2"),
    (4, 7, 0, 0, 100, (), "ease_red", "5.2/2"),
    # 5.2/3 to 5.2/5: a baseline of 4 or more
    (4, 4, 7, 0, 100, (), "ease_red", "5.2/3"),
    (4, 4, 0, 7, 100, (), "ease_red", "5.2/3"),
    (4, 6, 6, 6, 100, (), "ease_amber", "5.2/4"),
    (4, 4, 6, 6, 100, (Flag.TINGLING_LASTING,), "ease_amber", "5.2/4"),
    (4, 5, 6, 6, 100, (), "hold", "5.2/5"),
    (4, 0, 0, 0, 100, (), "hold", "5.2/5"),
    (4, 4, None, None, None, (Flag.TINGLING_BRIEF,), "hold", "5.2/5"),
    # 5.2/6: pain of 6
    (3, 3, 6, 0, 100, (), "ease_red", "5.2/6"),
    (3, 3, 0, 6, 100, (), "ease_red", "5.2/6"),
    # 5.2/7: a rise of 2, or tingling that lasts
    (3, 5, 5, 0, 100, (), "ease_amber", "5.2/7"),
    (3, 3, 0, 0, 100, (Flag.TINGLING_LASTING,), "ease_amber", "5.2/7"),
    # 5.2/8: pain of 4 or 5, a rise of 1, brief tingling, a short dose
    (3, 3, 5, 0, 100, (), "hold", "5.2/8"),
    (3, 3, 0, 4, 100, (), "hold", "5.2/8"),
    (3, 4, 0, 0, 100, (), "hold", "5.2/8"),
    (3, 3, 0, 0, 100, (Flag.TINGLING_BRIEF,), "hold", "5.2/8"),
    (3, 3, 0, 0, 79, (), "hold", "5.2/8"),
    (3, 3, 4, None, None, (), "hold", "5.2/8"),
    # 5.2/9: settled
    (3, 3, 3, 3, 80, (), "progress", "5.2/9"),
    (3, 0, 0, 0, 100, (), "progress", "5.2/9"),
    # DF-04: what would be progress is unknown while a part is missing
    (3, 3, None, 3, 100, (), "unknown", "DF-04"),
    (3, 3, 3, None, 100, (), "unknown", "DF-04"),
    (3, 3, 3, 3, None, (), "unknown", "DF-04"),
    # DF-04: no morning after it; only the rows that need none can hold
    (3, None, 3, 3, 100, (), "unknown", "DF-04"),
    (3, None, 6, 3, 100, (), "ease_red", "5.2/6"),
    (5, None, 8, 3, 100, (), "ease_red", "5.2/3"),
    (5, None, 7, 3, 100, (), "unknown", "DF-04"),
    (3, None, 3, 3, 100, (Flag.SPASM,), "ease_red", "5.2/2"),
    (3, None, 3, 3, 100, (Flag.TINGLING_LASTING,), "unknown", "DF-04"),
    # DF-04: no morning for the baseline; only row 1 or a flag of row 2
    (None, 3, 9, 9, 100, (), "unknown", "DF-04"),
    (None, 3, 0, 0, 100, (Flag.SHOT_UP,), "ease_red", "5.2/2"),
]


@pytest.mark.parametrize(("base", "morning", "during", "after", "dose", "flags", "outcome", "rule"), ROWS)
def test_table_5_2(base, morning, during, after, dose, flags, outcome, rule):
    verdict = judge(protocol(STRAIN).check, session(during, after, dose, *flags), base, morning)
    assert (str(verdict.outcome), verdict.rule) == (outcome, rule)


@pytest.mark.parametrize(
    ("pain", "outcome", "rule"),
    [(2, "progress", "5.2/9"), (3, "hold", "5.2/8"), (4, "hold", "5.2/8"), (5, "ease_red", "5.2/6")],
)
def test_pm_7_nerve_pain_has_a_lower_ceiling(pain, outcome, rule):
    verdict = judge(protocol(SCIATICA).check, session(pain, 0), 2, 2)
    assert (str(verdict.outcome), verdict.rule) == (outcome, rule)


def test_a_session_without_during_after_dose_and_flags_is_no_session():
    days = with_days(steady(4), {3: Day(2, 2, session(None, None, None))})
    assert 3 not in outcomes(course(days))


# DF-05: two mornings later


def late(second_morning, **more):
    days = {1: Day(2, 2, session(**CALM)), 2: Day(2, 2), 3: Day(2, second_morning)}
    return outcomes(course({**days, **more.get("days", {})}, today=more.get("today", 3)))


def test_df_05_still_raised_at_48_hours_turns_progress_into_ease():
    assert late(3) == {1: ("progress", "5.2/9")}
    assert late(4) == {1: ("ease_amber", "DF-05")}


def test_df_05_not_when_there_was_a_session_in_between():
    between = {2: Day(2, 2, session(**CALM))}
    assert late(4, days=between)[1] == ("progress", "5.2/9")


def test_df_05_not_in_high_baseline_mode():
    days = {1: Day(4, 4, session(**CALM)), 2: Day(4, 4), 3: Day(4, 6)}
    assert outcomes(course(days)) == {1: ("hold", "5.2/5")}


def test_df_05_leaves_an_unknown_check_unknown():
    days = {1: Day(2, 2, session(**CALM)), 2: Day(2), 3: Day(2, 6)}
    assert outcomes(course(days)) == {1: ("unknown", "DF-04")}


def test_the_outcome_waits_for_the_morning_while_the_day_is_not_over():
    days = {1: Day(2, 2, session(**CALM))}
    waiting = course(days, today=2, final=False)
    assert outcomes(waiting) == {}
    assert waiting.pending_check == 1
    assert outcomes(course(days, today=3, final=False)) == {1: ("unknown", "DF-04")}


def test_a_red_that_needs_no_morning_is_said_at_once():
    days = {1: Day(2, 2, session(2, 2, 100, Flag.SPASM))}
    assert outcomes(course(days, today=2, final=False)) == {1: ("ease_red", "5.2/2")}
