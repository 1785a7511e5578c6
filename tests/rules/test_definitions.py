"""What the rule book defines exactly, where no test of a single rule shows it: DF-*, the stages ST-G*, G-2."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from plans.catalogue import catalogue
from plans.rules.diary import Day
from plans.rules.dose import SessionKind, eased
from plans.rules.protocol import Dose, Protocol
from plans.rules.screening import if_not_sure, questions
from plans.rules.words import Condition, Onset, Sport

from .build import STRAIN, TENNIS, course, protocol, session, stages, steady, weekly, with_days

RED = {"during": 8, "after": 8}


def calm(days):
    return steady(days, pain=1, during=1, after=1)


def test_df_01_checkpoints_fall_at_the_end_of_days_14_28_and_42():
    assert [(c.week, c.day) for c in course(calm(43), weeks=weekly(6)).checkpoints] == [(2, 14), (4, 28), (6, 42)]
    injured = course(calm(15), condition=TENNIS, weeks=weekly(2), onset=Onset.INJURY)
    assert [(c.week, c.day) for c in injured.checkpoints] == [(1, 7), (2, 14)]


def test_df_08_maintenance_is_not_left_by_a_step_back():
    reds = {day: Day(1, 1, session(**RED)) for day in (50, 52, 54)}
    found = course(with_days(calm(56), reds), weeks=weekly(8, 10))
    assert stages(found)[-1] == (43, "maintenance", "gate")
    assert any(alert.rule == "SB-3" for alert in found.alerts)  # alerts act all the same


def test_df_08_the_day_of_a_step_back_is_the_new_day_of_entry():
    reds = {day: Day(1, 1, session(**RED)) for day in (9, 11)}
    found = course(with_days(calm(20), reds), weeks=weekly(2, 10))
    assert (12, "relative-rest", "SB-2") in stages(found)
    assert (19, "rebuild", "gate") in stages(found)  # seven days after the new entry, not after day 1


@pytest.mark.parametrize("entry_pain", [1, 2, 3])
def test_df_09_in_a_later_stage_drift_is_measured_from_its_first_day(entry_pain):
    """Entered on day 8 at a mean of 2: the mean is 4 or more on day 13, whatever the pain at entry was."""
    days = with_days(steady(15, pain=2), {day: Day(5, 2) for day in range(9, 16)})
    found = course(days, weeks=weekly(2), pain=entry_pain)
    assert [alert.day for alert in found.alerts if alert.rule == "SB-5"] == [13]


def test_df_10_a_misfit_needs_seven_days_in_the_stage():
    days = with_days(steady(15, pain=4, morning=1), {day: Day(5, 1) for day in range(9, 16)})
    assert stages(course(days, today=14, weeks=weekly(2)))[-1] == (8, "rebuild", "gate")
    assert stages(course(days, today=15, weeks=weekly(2)))[-1] == (15, "relative-rest", "SB-4")


def test_df_16_a_correction_gives_the_course_as_if_it_had_always_been_so():
    first = with_days(calm(20), {11: Day(1, 1, session(**RED)), 9: Day(1, 1, session(**RED))})
    corrected = with_days(first, {11: Day(1, 1, session(during=1, after=1))})
    assert any(cause == "SB-2" for _, _, cause in stages(course(first, weeks=weekly(2, 10))))
    found = course(corrected, weeks=weekly(2, 10))
    assert not any(cause == "SB-2" for _, _, cause in stages(found))
    assert found == course(dict(reversed(corrected.items())), weeks=weekly(2, 10))


def test_df_19_the_sport_types():
    assert {str(sport) for sport in Sport} == {
        "strength",
        "running",
        "field",
        "racket",
        "golf-throwing",
        "manual",
        "desk",
        "swimming",
        "yoga",
        "climbing",
    }


@pytest.mark.parametrize("leave_out", range(5))
def test_st_g1_a_protocol_has_its_four_stages_and_maintenance_in_order(leave_out):
    document = protocol(STRAIN).model_dump()
    document["stages"] = [stage for place, stage in enumerate(document["stages"]) if place != leave_out]
    with pytest.raises(ValidationError, match="ST-G1"):
        Protocol.model_validate(document)


def test_st_g2_neither_time_nor_calm_alone_opens_a_stage():
    assert len(stages(course(calm(7), weeks=weekly(1, 10)))) == 1  # all criteria but the time
    sore = {day: Day(5, 3, session(during=3, after=3) if day % 2 else None) for day in range(1, 29)}
    assert len(stages(course(sore, weeks=weekly(4, 3), pain=5))) == 1  # four times the time


@pytest.mark.parametrize("condition", Condition)
def test_st_g3_there_is_something_to_do_from_the_first_day(condition):
    first = course({}, today=1, condition=condition, final=False).session
    assert first.kind is SessionKind.SESSION
    assert first.items
    for stage in protocol(condition).stages:
        assert set(stage.swaps) == set(Sport) or not stage.gate


@pytest.mark.parametrize(
    ("dose", "by_load", "cut"),
    [
        (Dose(sets=3, reps=(10,), load_kg=Decimal(20)), True, {"load_kg": Decimal(15)}),
        (Dose(minutes=20, metres=100), False, {"minutes": 15}),
        (Dose(sets=3, reps=(8, 6, 4), hold_s=8), False, {"reps": (6, 4, 3)}),
        (Dose(metres=100, hold_s=10), False, {"metres": 75}),
        (Dose(hold_s=40), False, {"hold_s": 30}),
        (Dose(reps=(1,)), False, {"reps": (1,)}),
    ],
)
def test_st_g7_easing_cuts_one_thing_only(dose, by_load, cut):
    assert eased(dose, 75, by_load=by_load) == dose.model_copy(update=cut)


@pytest.mark.parametrize("condition", Condition)
def test_g_2_every_check_in_asks_for_all_that_is_an_emergency_or_urgent(condition):
    urgent = {id for id in questions(condition.region) if if_not_sure(id, 50)}
    assert urgent <= set(protocol(condition).every_day)
    assert set(protocol(condition).screening) == set(questions(condition.region))


def test_mw_3_an_emergency_says_not_to_drive_and_what_to_take():
    emergency = catalogue().dispositions["emergency"]
    assert any("drive" in text for text in (*emergency.do, *emergency.leave))
    assert any("medicine" in text for text in emergency.bring)


def test_mw_1_every_flag_gives_the_own_answer_as_reason_and_what_to_say():
    for flag in catalogue().flags.values():
        assert flag.because.startswith("You said that ")
        assert "This needs checking because" in flag.because
        assert flag.say
