"""Checkpoints: classes at their edges, the whole action table, the modifiers M-1 to M-6 (section 6, DF-11 to DF-15)."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

from plans.rules.checkpoint import Figures, classify, review
from plans.rules.diary import Day, Pause, Week
from plans.rules.records import OpenCheckpoint
from plans.rules.words import Action, Answer, Condition, StageId

from .build import GOLFERS, SCIATICA, STRAIN, TENNIS, course, protocol, steady, weekly

LEVEL = Figures(
    week=2,
    mean_pain=F(4),
    values=7,
    function=F(5),
    entry_pain=4,
    entry_function=F(5),
    best_mean=F(4),
    stage=StageId.REBUILD,
    life_affected=False,
    age=35,
    recurrent=False,
    mean_adherence=F(90),
)
CLASSES = [
    # P0, P7, F0, Fw, class
    (4, F(6), 5, F(5), "worse"),  # 2 points
    (4, F(26, 5), 5, F(5), "worse"),  # 30 % of 4 is 1.2, and at least a point
    (4, F(36, 7), 5, F(5), "none"),  # 1.14 is under 30 %
    (2, F(20, 7), 5, F(5), "none"),  # 30 % of 2 is 0.6, but under a point
    (0, F(1), 5, F(5), "worse"),
    (4, F(4), 5, F(3), "worse"),  # function down by 2, pain no less
    (4, F(3), 5, F(3), "mixed"),
    (4, F(22, 7), 5, F(3), "worse"),  # pain down by less than a point
    (4, F(2), 8, F(8), "clear"),
    (2, F(2), 7, F(8), "clear"),  # settled: pain 2, function 8
    (2, F(2), 7, F(799, 100), "none"),
    (8, F(6), 5, F(5), "clear"),  # 2 points
    (3, F(2), 5, F(5), "clear"),  # 30 % of 3
    (0, F(0), 5, F(5), "none"),  # nothing to lose; 30 % of nothing is no gain
    (4, F(4), 3, F(5), "clear"),  # function up by 2
    (4, F(34, 7), 3, F(5), "clear"),  # while pain rose by less than a point
    (7, F(8), 3, F(5), "some"),  # better function, but pain rose by a whole point (under 30 % of 7)
    (4, F(3), 5, F(5), "some"),
    (4, F(4), 5, F(6), "some"),
    (4, F(4), 5, F(599, 100), "none"),
]


@pytest.mark.parametrize(("entry_pain", "mean", "entry_function", "function", "expected"), CLASSES)
def test_classes_of_section_6_3(entry_pain, mean, entry_function, function, expected):
    figures = replace(LEVEL, entry_pain=entry_pain, mean_pain=mean, entry_function=F(entry_function), function=function)
    assert str(classify(protocol().classes, figures)) == expected


C, CP, P, PG, G, S = Action
TABLE = {
    (TENNIS, 1): (C, C, G, G),
    (GOLFERS, 1): (C, C, G, G),
    (STRAIN, 2): (C, C, CP, G),
    (SCIATICA, 2): (C, CP, PG, G),
    (TENNIS, 2): (C, CP, PG, G),
    (GOLFERS, 2): (C, CP, PG, G),
    (STRAIN, 4): (C, P, PG, G),
    (SCIATICA, 4): (C, P, G, G),
    (TENNIS, 4): (C, CP, P, G),
    (GOLFERS, 4): (C, CP, P, G),
    (STRAIN, 6): (C, P, S, S),
    (SCIATICA, 6): (C, PG, S, S),
    (TENNIS, 6): (C, P, PG, S),
    (GOLFERS, 6): (C, P, PG, S),
}
BY_CLASS = {
    "clear": {"mean_pain": F(1)},
    "some": {"mean_pain": F(3)},
    "none": {},
    "mixed": {"mean_pain": F(3), "function": F(3)},
    "worse": {"mean_pain": F(6)},
}


def point(condition: Condition, week: int):
    return next(found for found in protocol(condition).checkpoints if found.week == week)


def action(condition, week, **change):
    figures = replace(LEVEL, week=week, best_mean=None, **change)
    return review(point(condition, week), protocol(condition).classes, protocol(condition).modifiers, figures)


@pytest.mark.parametrize(("condition", "week"), TABLE)
@pytest.mark.parametrize("change", BY_CLASS)
def test_the_actions_of_section_6_4(condition, week, change):
    """6.4/1, 6.4/2, 6.4/4 and 6.4/6."""
    column = {"clear": 0, "some": 1, "none": 2, "mixed": 2, "worse": 3}[change]
    found = action(condition, week, **BY_CLASS[change])
    assert str(found.change) == change
    assert (found.action, found.raised_by) == (TABLE[condition, week][column], ())


def test_week_1_is_for_injured_elbows_alone():
    assert [found.week for found in protocol(TENNIS).checkpoints if found.only_injured] == [1]
    assert [found.week for found in protocol(STRAIN).checkpoints] == [2, 4, 6]


@pytest.mark.parametrize(
    ("rule", "condition", "week", "change", "expected"),
    [
        ("M-1", STRAIN, 4, {"mean_pain": F(1), "stage": StageId.RELATIVE_REST}, P),
        ("M-2", STRAIN, 2, {"mean_pain": F(7), "entry_pain": 7}, G),
        ("M-3", STRAIN, 2, {"mean_pain": F(3), "best_mean": F(1), "entry_pain": 5}, P),
        ("M-3", SCIATICA, 2, {"mean_pain": F(3), "best_mean": F(1), "entry_pain": 5}, PG),
        ("M-4", TENNIS, 2, {"mean_pain": F(1), "life_affected": True}, PG),
        ("M-5", STRAIN, 2, {"age": 50}, PG),
        ("M-5", STRAIN, 2, {"recurrent": True}, PG),
        ("M-6", STRAIN, 6, {"mean_adherence": F(69)}, PG),
    ],
)
def test_modifiers_act(rule, condition, week, change, expected):
    figures = replace(LEVEL, week=week, **({"best_mean": None} | change))
    found = review(point(condition, week), protocol(condition).classes, protocol(condition).modifiers, figures)
    assert (found.action, found.raised_by) == (expected, (rule,))


@pytest.mark.parametrize(
    ("condition", "week", "change"),
    [
        (STRAIN, 2, {"mean_pain": F(1), "stage": StageId.RELATIVE_REST}),  # M-1 from week 4
        (STRAIN, 4, {"age": 50}),  # M-5 at week 2 alone
        (STRAIN, 2, {"age": 49}),
        (STRAIN, 2, {"age": 50, "mean_pain": F(3)}),  # M-5 with none or mixed alone
        (STRAIN, 2, {"life_affected": True}),  # M-4 for elbows alone
        (TENNIS, 1, {"life_affected": True}),  # M-4 from week 2
        (STRAIN, 6, {"mean_adherence": F(70)}),  # M-6 under 70
        (STRAIN, 6, {"mean_adherence": F(60), "mean_pain": F(6)}),  # M-6 with none or mixed alone
        (SCIATICA, 6, {"mean_adherence": F(10)}),  # M-6 for the strain alone
        (STRAIN, 2, {"mean_pain": F(699, 100), "entry_pain": 7}),  # M-2 from 7
    ],
)
def test_modifiers_keep_still(condition, week, change):
    assert action(condition, week, **change).raised_by == ()


def test_m_6_does_not_lower_when_pain_is_high_or_unknown():
    high = action(STRAIN, 6, mean_pain=F(7), entry_pain=7, mean_adherence=F(10))
    assert high.action is S
    unknown = action(STRAIN, 6, mean_pain=None, values=0, mean_adherence=F(10))
    assert unknown.action is S


def test_df_11_at_least_never_lowers():
    found = action(STRAIN, 6, mean_pain=F(8), entry_pain=4)
    assert (found.action, found.raised_by) == (S, ())


# In a plan


def test_df_15_too_little_data_is_none_and_says_so():
    days = {day: Day(1, 1) for day in (1, 2, 13, 14)}
    found = course(days, today=14, pain=6)
    result = found.checkpoints[0]
    assert (str(result.change), result.too_little_data, result.mean_pain) == ("none", True, 1)


def test_df_15_the_question_stays_open_for_three_days():
    days = {day: Day(1, 1) for day in (1, 2, 13, 14)}
    assert course(days, today=16, final=False, pain=6).checkpoints == ()
    assert len(course(days, today=17, final=False, pain=6).checkpoints) == 1
    answered = course(days, today=15, final=False, pain=6, weeks={2: Week(F(8), pain=1)})
    assert str(answered.checkpoints[0].change) == "clear"


@pytest.mark.parametrize(("today", "open_"), [(13, False), (14, False), (15, True), (16, True), (17, False)])
def test_df_15_a_course_says_which_question_is_open_and_until_when(today, open_):
    few = {day: Day(1, 1) for day in (1, 2, 13)}
    found = course(few, today=today, final=False, pain=6).open_checkpoint
    assert found == (OpenCheckpoint(week=2, day=14, closes=16) if open_ else None)


def test_df_15_no_question_is_open_where_there_is_nothing_to_ask():
    few = {day: Day(1, 1) for day in (1, 2, 13)}
    assert course(steady(14), today=15, final=False).open_checkpoint is None
    assert course(few, today=15, final=False, weeks={2: Week(F(8), pain=1)}).open_checkpoint is None
    assert course(few, today=15, final=False, done=[Pause(15)]).open_checkpoint is None
    assert course(few, today=15, final=True).open_checkpoint is None


def test_df_15_a_review_on_the_day_itself_that_leaves_the_score_open_is_asked_at_once():
    few = {day: Day(1, 1) for day in (1, 2, 13)}
    found = course(few, today=14, final=False, weeks={2: Week(F(8))})
    assert found.open_checkpoint == OpenCheckpoint(week=2, day=14, closes=16)


def test_the_action_is_there_as_soon_as_the_review_is_answered():
    days = steady(14, pain=1)
    assert course(days, today=14, final=False, pain=4).checkpoints == ()
    assert course(days, today=14, final=False, pain=4).review_due == 2
    answered = course(days, today=14, final=False, pain=4, weeks={2: Week(F(8))})
    assert str(answered.checkpoints[0].action) == "continue"


def test_df_12_a_relapse_is_measured_against_the_best_week_so_far():
    days = steady(28, pain=1) | {day: Day(4, 1) for day in range(22, 29)}
    found = course(days, today=28, pain=6, weeks=weekly(4))
    assert found.checkpoints[-1].relapse is True
    assert "M-3" in found.checkpoints[-1].raised_by


def test_df_18_an_injury_said_in_the_first_week_switches_week_1_on():
    said = {day: Day(4, 3, answers={"QE1": Answer.YES} if day == 7 else {}) for day in range(1, 9)}
    late = {day: Day(4, 3, answers={"QE1": Answer.YES} if day == 8 else {}) for day in range(1, 9)}
    assert [found.week for found in course(said, condition=TENNIS).checkpoints] == [1]
    assert course(late, condition=TENNIS).checkpoints == ()
