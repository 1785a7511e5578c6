"""Gates: each criterion at its edge, in each stage of each condition (section 4.0, DF-02, DF-03, DF-06)."""

from dataclasses import replace
from fractions import Fraction

import pytest

from plans.rules.diary import Day, Week
from plans.rules.gates import Standing, criteria
from plans.rules.words import Outcome, StageId

from .build import GOLFERS, SCIATICA, STRAIN, TENNIS, course, protocol, session, stages, steady, weekly, with_days

G, H, EA, ER = Outcome.PROGRESS, Outcome.HOLD, Outcome.EASE_AMBER, Outcome.EASE_RED
MINIMUM_DAYS = {STRAIN: (7, 7, 14, 14), SCIATICA: (7, 14, 14, 14), TENNIS: (7, 21, 21, 14), GOLFERS: (7, 21, 21, 14)}
# days of the mean, values it needs, pain at most, function at least, progress checks wanted of the last three
COMMON = ((3, 2, 4, 4, 0), (7, 3, 3, 6, 1), (7, 3, 2, 8, 2), (7, 3, 1, 9, 2))


@pytest.mark.parametrize("condition", MINIMUM_DAYS)
def test_the_gates_are_those_of_the_rule_book(condition):
    for stage, days, (over, values, pain, function, progress) in zip(
        protocol(condition).stages, MINIMUM_DAYS[condition], COMMON, strict=False
    ):
        gate = stage.gate
        assert (gate.min_days, gate.mean_over_days, gate.min_values) == (days, over, values)
        assert (gate.max_mean_pain, gate.min_function, gate.min_progress) == (pain, function, progress)
        assert (gate.checks, gate.min_adherence) == (3, 50)


AT_THE_EDGE = Standing(
    days=7,
    mean_pain=Fraction(3),
    values=3,
    function=Fraction(6),
    outcomes=(H, H, G),
    adherence=Fraction(50),
    checked_in=True,
)


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({}, None),
        ({"days": 6}, "days"),
        ({"mean_pain": Fraction(22, 7)}, "pain"),
        ({"mean_pain": None}, "pain"),
        ({"values": 2}, "pain"),
        ({"function": Fraction(599, 100)}, "function"),
        ({"outcomes": (H, H, H)}, "checks"),
        ({"outcomes": (G, G)}, "checks"),
        ({"outcomes": (EA, G, G)}, "checks"),
        ({"outcomes": (G, G, ER)}, "checks"),
        ({"outcomes": (ER, EA, H, H, G)}, None),
        ({"adherence": Fraction(499, 10)}, "adherence"),
        ({"adherence": None}, None),
        ({"checked_in": False}, "check_in"),
    ],
)
def test_each_criterion_at_its_edge(change, missed):
    lines = criteria(protocol(STRAIN).stage(StageId.REBUILD).gate, replace(AT_THE_EDGE, **change))
    assert [line.id for line in lines if not line.met] == ([missed] if missed else [])


def calm_days(days):
    return steady(days, pain=1, every=2, during=1, after=1)


def test_a_clear_course_opens_each_gate_on_its_first_possible_day():
    """ST-G1, ST-G2: four stages, by criteria and a minimum time. DF-01: the first date is day 1."""
    found = course(calm_days(60), weeks=weekly(8, 10, adherence=Fraction(100)))
    assert stages(found) == [
        (1, "relative-rest", "start"),
        (8, "rebuild", "gate"),
        (15, "reload", "gate"),
        (29, "return-to-sport", "gate"),
        (43, "maintenance", "gate"),
    ]
    assert str(found.status) == "maintenance"


def test_df_06_a_gate_opens_only_on_a_day_with_a_check_in():
    days = calm_days(12)
    del days[8]
    assert stages(course(days, weeks=weekly(1)))[1] == (9, "rebuild", "gate")


def test_df_03_adherence_is_computed_when_it_is_not_given():
    few = with_days(calm_days(14), {day: Day(1, 1) for day in (1, 3, 5)})  # one session left in week 1
    assert stages(course(few, today=13))[1:] == []
    # one of the five sessions due is 20 %, three are 60 %
    enough = with_days(few, {3: Day(1, 1, session()), 5: Day(1, 1, session())})
    assert stages(course(enough, today=8))[1:] == [(8, "rebuild", "gate")]


def test_df_03_the_figures_of_a_week_count_from_the_end_of_its_last_day():
    late = {1: Week(Fraction(3)), 2: Week(Fraction(6))}
    assert stages(course(calm_days(16), weeks=late, function=3))[1:] == [(14, "rebuild", "gate")]


def test_st_g8_low_adherence_keeps_the_gate_shut_but_step_backs_act():
    """ST-G8."""
    unwell = {day: Day(6, 3) for day in range(15, 23)}
    days = with_days(calm_days(22), unwell)
    low = {1: Week(Fraction(9)), 2: Week(Fraction(9), adherence=Fraction(10)), 3: Week(Fraction(9))}
    causes = [cause for _, _, cause in stages(course(days, weeks=low, pain=2))]
    assert causes.count("gate") == 1
    assert {"SB-4", "SB-5"} & set(causes)


def test_the_gate_is_not_judged_before_the_day_is_over():
    days = calm_days(8)
    assert len(stages(course(days, weeks=weekly(1), final=False))) == 1
    assert len(stages(course(days, today=9, weeks=weekly(1), final=False))) == 2
