"""Doses, gates and charts in words and figures."""

from decimal import Decimal

import pytest

from plans import charts, phrasing
from plans.catalogue import catalogue
from plans.rules.course import follow
from plans.rules.diary import Day, Diary, Intake
from plans.rules.gates import Criterion
from plans.rules.protocol import Dose, Lever, StepUp
from plans.rules.words import Condition, StageId
from tests.protocols import protocol


@pytest.mark.parametrize(
    ("dose", "per_side", "words"),
    [
        ({"reps": [8], "sets": 3, "hold_s": 3}, False, "3 × 8, hold 3 s"),  # noqa: RUF001
        ({"reps": [6, 4, 2], "sets": 3, "hold_s": 8}, True, "6, 4, 2 repetitions, hold 8 s, each side"),
        ({"reps": [1]}, False, "1 repetition"),
        ({"reps": [10], "times_a_day": 4}, False, "10 repetitions, 4 times a day"),
        ({"hold_s": 30}, False, "hold 30 s"),
        ({"hold_s": 30, "sets": 4}, True, "4 × 30 s, each side"),  # noqa: RUF001
        ({"minutes": 20}, False, "20 minutes"),
        ({"metres": 30, "sets": 4}, False, "4 × 30 metres"),  # noqa: RUF001
    ],
)
def test_a_dose_in_one_line(dose, per_side, words):
    assert phrasing.amount(Dose(**dose), per_side) == words


def test_how_a_dose_is_done():
    dose = Dose(reps=(8,), load_kg=Decimal("12.50"), effort=(4, 5), tempo="3 s down", rest_s=60)
    assert phrasing.manner(dose) == ["12.5 kg", "effort 4 to 5 of 10", "3 s down", "rest 60 s between sets"]
    assert phrasing.manner(Dose(reps=(8,), load="a light band", effort=(5, 5))) == ["a light band", "effort 5 of 10"]


@pytest.mark.parametrize(
    ("lever", "by", "words"),
    [
        (Lever.SETS, 1, "+1 set"),
        (Lever.REPS, 2, "+2 repetitions"),
        (Lever.HOLD, 5, "+5 s hold"),
        (Lever.MINUTES, 5, "+5 min"),
        (Lever.LOAD, 10, "+10 % load"),
    ],
)
def test_a_step_is_one_tag(lever, by, words):
    assert phrasing.change(StepUp(exercise="bridge", lever=lever, by=by)) == words


@pytest.mark.parametrize("condition", list(Condition))
def test_every_dose_and_step_of_the_catalogue_has_words(condition):
    shipped = catalogue().protocols[condition]
    for stage in shipped.stages:
        for given in stage.prescriptions:
            assert phrasing.prescribed(stage, given, shipped).amount
        for step in stage.steps:
            assert phrasing.change(step).startswith("+")


@pytest.mark.parametrize(
    ("line", "needed", "actual"),
    [
        (Criterion("days", False, 7, 1), "7 days in this stage", "1 day"),
        (Criterion("pain", False, 4, None), "Pain averages 4 or less over 3 days", "too few scores yet"),
        (Criterion("function", True, 4, 5), "Your activities at 4 or more", "5"),
        (Criterion("checks", False, 3, 2), "The last 3 session checks without easing back", "2 of 3"),
        (Criterion("adherence", True, 50, None), "50 % of last week's sessions done", "counts from week 2"),
        (Criterion("check_in", False, 1, 0), "A check-in today", "not yet"),
    ],
)
def test_a_gate_line_by_line(line, needed, actual):
    gate = protocol().stage(StageId.RELATIVE_REST).gate
    words = phrasing.criterion(line, gate)
    assert (words.needed, words.actual, words.met) == (needed, actual, line.met)


def chart(today, **pain):
    days = {int(day[1:]): Day(pain=score) for day, score in pain.items()}
    course = follow(protocol(), Diary(Intake(age=35, pain=4, function=5), days), (), today)
    return charts.draw(course, {day: entry.pain for day, entry in days.items() if entry.pain is not None}, {})


def test_a_score_stands_at_its_height():
    drawn = chart(3, d1=0, d2=10)
    low, high = drawn.pain_dots
    assert (low.y, high.y) == (drawn.foot, drawn.top)
    assert drawn.left < low.x < high.x < drawn.right


def test_a_gap_breaks_the_line():
    assert len(chart(6, d1=3, d2=3, d4=3, d5=3).pain) == 2
    assert chart(6, d1=3, d3=3, d5=3).pain == []


def test_a_long_plan_has_few_labels():
    assert len(chart(200).ticks) <= charts.LABELS + 1


def test_the_first_week_is_drawn_whole():
    assert chart(1, d1=3).days == 7
