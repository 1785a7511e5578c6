"""The course of a plan: starts, stops, step-backs, silence, what a physio does (ST-G14, ST-G15, SB-*, AT-*, DF-*)."""

from fractions import Fraction
from itertools import pairwise

import pytest

from plans.rules.course import follow
from plans.rules.diary import Clear, Day, Diary, End, Intake, Pause, Resume, Review, SetDose, SetStage
from plans.rules.dose import DoseState, Planner, SessionKind, dose_at
from plans.rules.protocol import Dose
from plans.rules.sentences import explain
from plans.rules.words import Answer, Disposition, Flag, Onset, StageId, Status

from .build import SCIATICA, TENNIS, alerts, course, outcomes, protocol, session, stages, steady, weekly, with_days

RED = {"during": 7, "after": 2}
YES = Answer.YES


def reds(*sessions: int, days: int, pain: int = 2):
    """Calm scores every day, and a session that was too much on the days named."""
    return {day: Day(pain, 2, session(**RED) if day in sessions else None) for day in range(1, days + 1)}


def said(days, day, *questions, answer=YES, **more):
    return with_days(days, {day: Day(2, 2, answers=dict.fromkeys(questions, answer), **more)})


# ST-G14: who may start


@pytest.mark.parametrize(
    ("yes", "cleared", "status"),
    [
        ((), False, "active"),
        (("QB19",), False, "active"),  # review alongside
        (("QG6",), False, "not_started"),  # review first
        (("QG6",), True, "active"),
        (("QG4",), False, "not_started"),  # urgent
        (("QG4",), True, "active"),
        (("QB1",), False, "not_started"),  # emergency
        (("QB1",), True, "not_started"),
    ],
)
def test_st_g14_who_may_start(yes, cleared, status):
    found = course(steady(3), yes=yes, cleared=cleared)
    assert str(found.status) == status
    assert bool(found.entries) is (status == "active")
    assert (found.session.kind is SessionKind.NONE) is (status == "not_started")


def test_promise_2_an_unanswered_question_is_not_a_no():

    unanswered = Intake(age=35, pain=4, function=Fraction(4))
    found = follow(protocol(), Diary(unanswered), (), 1)
    assert found.status is Status.NOT_STARTED
    assert found.screening.disposition is Disposition.URGENT


def test_rf_g16_pain_of_8_at_entry_is_reviewed_first():
    assert course(steady(2), pain=8).status is Status.NOT_STARTED
    assert course(steady(2), pain=8, cleared=True).status is Status.ACTIVE


# AT-1, AT-2, AT-3: stops


@pytest.mark.parametrize(
    ("question", "rule", "disposition"),
    [
        ("QB4", "AT-1", "emergency"),
        ("QG3", "AT-1", "urgent"),
        ("QG6", "RF-G08", "review_first"),
    ],
)
def test_at_1_a_yes_on_any_day_stops_at_once(question, rule, disposition):
    days = said(steady(20), 17, question)
    found = course(days, today=17, final=False)
    assert alerts(found) == [(17, rule, "stop")]
    assert (str(found.status), str(found.stopped_for)) == ("stopped", disposition)
    assert (found.session.kind, found.session.items) == (SessionKind.NONE, ())


def test_at_1_not_sure_acts_by_g_1():
    assert alerts(course(said(steady(5), 5, "QB4", answer=Answer.NOT_SURE))) == [(5, "AT-1", "stop")]
    assert alerts(course(said(steady(5), 5, "QG3", answer=Answer.NOT_SURE))) == [(5, "RF-G03", "retriage")]


def test_at_1_answers_gather_over_the_days():
    days = said(said(steady(9), 3, "QG7"), 6, "QG3")
    assert alerts(course(days, yes=("QG7",), cleared=True)) == [(6, "AT-1", "stop")]


def test_a_repeated_yes_raises_nothing():
    days = said(said(steady(9), 3, "QB19"), 5, "QB19")
    assert alerts(course(days)) == [(3, "RF-B21", "retriage")]
    assert alerts(course(days, yes=("QB19",))) == []


def test_at_2_new_weakness_stops():
    found = course({1: Day(2, 2), 2: Day(2, 2, new_weakness=True)})
    assert alerts(found) == [(2, "AT-2", "stop")]
    assert found.stopped_for is Disposition.EMERGENCY
    elbow = course({1: Day(2, 2), 2: Day(2, 2, new_weakness=True)}, condition=TENNIS)
    assert elbow.stopped_for is Disposition.URGENT


def test_at_2_beside_an_urgent_answer_is_as_urgent_as_the_worse_of_them():
    found = course({1: Day(2, 2, answers={"QG3": YES}, new_weakness=True)})
    assert alerts(found) == [(1, "AT-1", "stop")]
    assert found.stopped_for is Disposition.EMERGENCY


@pytest.mark.parametrize(
    ("days", "stopped_on"),
    [
        ({1: Day(2, 8)}, 1),
        ({1: Day(2, 7)}, None),
        ({1: Day(8, 2), 2: Day(8, 2), 3: Day(8, 2)}, 3),
        ({1: Day(8, 2), 2: Day(8, 2), 3: Day(7, 2)}, None),
        ({1: Day(8, 2), 2: Day(None, 2), 3: Day(8, 2), 4: Day(8, 2)}, None),
    ],
)
def test_at_3_scores_that_stop(days, stopped_on):
    found = course(days)
    assert alerts(found) == ([(stopped_on, "AT-3", "stop")] if stopped_on else [])


def test_df_14_on_the_day_of_an_answer_no_check_falls_due_but_beside_scores_it_does():
    by_answer = {1: Day(2, 2, session()), 2: Day(2, 2, answers={"QB4": YES})}
    assert outcomes(course(by_answer)) == {}
    by_scores = {1: Day(2, 2, session()), 2: Day(2, 9)}
    assert outcomes(course(by_scores)) == {1: ("stop", "5.2/1")}


def test_df_14_one_stop_alert_a_day_and_nothing_after_it():
    days = with_days(steady(20), {5: Day(9, 9, answers={"QB4": YES, "QG6": YES}, new_weakness=True)})
    found = course(days, weeks=weekly(2))
    assert alerts(found) == [(5, "AT-1", "stop")]
    assert found.checkpoints == ()
    assert max(outcomes(found)) < 4


def test_a_stopped_plan_grows_more_urgent_but_alerts_once():
    days = said(said(steady(9), 3, "QG6"), 5, "QB4")
    found = course(days)
    assert alerts(found) == [(3, "RF-G08", "stop")]
    assert found.stopped_for is Disposition.EMERGENCY


# DF-17: a review alongside keeps the gates shut


def test_df_17_gates_stay_shut_until_a_checkpoint_is_clear():
    found = course(steady(20, pain=1), yes=("QB19",), condition=SCIATICA, weeks=weekly(2))
    assert found.checkpoints[0].change == "clear"
    assert stages(found)[1] == (15, "rebuild", "gate")
    assert any(note.kind == "gate_held" and note.day == 8 for note in found.notes)


def test_df_17_a_review_opens_them():
    found = course(steady(12, pain=1), yes=("QB19",), weeks=weekly(1), done=[Review(10)])
    assert stages(found)[1] == (10, "rebuild", "gate")


def test_df_17_a_new_answer_shuts_them_again_unless_a_checkpoint_was_clear():
    before = said(steady(12, pain=1), 6, "QB19")
    assert len(stages(course(before, today=12, weeks=weekly(1)))) == 1
    after = said(steady(30, pain=1), 16, "QB19")
    assert [entry[0] for entry in stages(course(after, weeks=weekly(4)))] == [1, 8, 15, 29]


def test_df_17_beside_at_3_the_answer_still_raises_its_alert():
    days = {1: Day(2, 9, answers={"QB19": YES})}
    assert sorted(alerts(course(days))) == [(1, "AT-3", "stop"), (1, "RF-B21", "retriage")]
    worse = {1: Day(2, 2, answers={"QB19": YES, "QB4": YES})}
    assert alerts(course(worse)) == [(1, "AT-1", "stop")]


# SB-1 to SB-6


def test_sb_1_one_red_makes_the_next_session_a_recovery_session_then_half():
    days = reds(1, days=2)
    found = course(days, today=3, final=False)
    assert (found.session.kind, found.dose.recovery) == (SessionKind.RECOVERY, True)
    recovered = with_days(days, {3: Day(2, 2, session()), 4: Day(2, 2)})
    found = course(recovered, today=5, final=False)
    assert (found.session.kind, found.session.scale) == (SessionKind.SESSION, 50)


def test_a_reduced_dose_comes_back_one_level_for_each_calm_session():
    days = with_days(reds(1, days=12), {day: Day(2, 2, session()) for day in (3, 5, 7)})
    scales = [course(days, today=day, final=False).session.scale for day in (5, 7, 9)]
    assert scales == [50, 75, 100]


def test_sb_2_two_reds_in_a_row_go_back_one_stage():
    """SB-2, DF-08: into the stage before."""
    days = with_days(steady(20, pain=1), reds(9, 11, days=12, pain=1))
    found = course(with_days(days, steady(8, pain=1)), today=12, weeks=weekly(1))
    assert stages(found)[-2:] == [(8, "rebuild", "gate"), (12, "relative-rest", "SB-2")]


def test_sb_2_in_the_first_stage_is_the_least_dose_of_it():
    found = course(reds(1, 3, days=4))
    assert stages(found) == [(1, "relative-rest", "start"), (4, "relative-rest", "SB-2")]
    assert found.dose.step == 0
    assert found.since == 4


def test_df_07_an_unknown_check_does_not_break_a_run_of_reds_but_a_calm_one_does():
    """DF-07."""
    unknown = with_days(reds(1, 5, days=6), {3: Day(2, 2, session(None, 2))})
    assert stages(course(unknown))[-1] == (6, "relative-rest", "SB-2")
    calm = with_days(reds(1, 5, days=6), {3: Day(2, 2, session())})
    assert len(stages(course(calm))) == 1


def test_sb_3_three_reds_in_seven_days_ask_the_questions_again():
    """SB-3, G-2: the red-flag questions come before the next session."""
    found = course(reds(1, 4, 7, days=8))
    assert (8, "SB-3", "retriage") in alerts(found)
    assert found.rescreen_wanted
    assert found.session.kind is SessionKind.NONE
    assert not any(rule == "SB-3" for _, rule, _ in alerts(course(reds(1, 4, 8, days=9))))


def test_sb_3_the_questions_answered_again_open_the_day():
    days = with_days(reds(1, 4, 7, days=8), {9: Day(2, 2, rescreened=True)})
    assert not course(days, final=False).rescreen_wanted


def test_sb_3_a_fourth_red_fires_again():
    days = reds(1, 3, 5, 7, days=8)
    assert [day for day, rule, _ in alerts(course(days)) if rule == "SB-3"] == [6, 8]


def misfit(pain):
    """In the second stage from day 8, with this pain from day 9, too little of a rise for a drift."""
    return with_days(steady(17, pain=4, morning=1), {day: Day(pain, 1) for day in range(9, 18)})


def test_sb_4_a_week_of_pain_too_high_for_the_stage_goes_back():
    """SB-4, DF-10: after 7 days in the stage."""
    found = course(misfit(5), weeks=weekly(1), pain=4)
    assert stages(found)[1:] == [(8, "rebuild", "gate"), (15, "relative-rest", "SB-4")]
    assert alerts(found) == []


def test_sb_5_drift_asks_for_an_early_review_and_goes_back():
    days = with_days(steady(17, pain=2), {day: Day(5, 2) for day in range(9, 16)})
    found = course(days, today=15, weeks=weekly(2))
    assert (13, "SB-5", "early_review") in alerts(found)
    assert stages(found)[1:] == [(8, "rebuild", "gate"), (13, "relative-rest", "SB-5")]


def test_sb_5_in_the_first_stage_compares_with_entry_and_enters_nothing():
    """SB-5, DF-09."""
    found = course({day: Day(6, 2) for day in range(1, 9)}, pain=4)
    assert alerts(found) == [(7, "SB-5", "early_review")]
    assert len(stages(found)) == 1


def test_sb_5_at_most_once_in_fourteen_days():
    rising = {day: Day(min(7, 2 + day // 4), 2) for day in range(1, 40)}
    fired = [day for day, rule, _ in alerts(course(rising, pain=0)) if rule == "SB-5"]
    assert len(fired) > 1
    assert all(later - earlier >= 14 for earlier, later in pairwise(fired))


def test_sb_6_silence_is_noticed_and_coming_back_starts_lower():
    days = {1: Day(2, 2)} | {day: Day(2, 2) for day in range(12, 14)}
    found = course(days)
    assert alerts(found) == [(8, "SB-6", "silence"), (11, "SB-6", "silence"), (12, "SB-6", "retriage")]
    assert found.dose.level == 1


def test_sb_6_an_empty_entry_is_no_check_in_and_today_is_not_silent_before_it_ends():
    assert alerts(course({7: Day()})) == [(7, "SB-6", "silence")]
    assert alerts(course({7: Day()}, final=False)) == []


@pytest.mark.parametrize(
    ("days", "today", "silent"),
    [
        ({}, 1, 1),  # today counts, while nothing is written
        ({1: Day(2, 2)}, 1, 0),
        ({1: Day(2, 2)}, 4, 3),
        ({1: Day(2, 2), 3: Day()}, 4, 3),  # an empty entry is no check-in
        ({1: Day(2, 2), 12: Day(2, 2)}, 12, 0),
    ],
)
def test_sb_6_a_course_counts_the_silent_days(days, today, silent):
    assert course(days, today=today, final=False).silent == silent
    assert course(days, today=today, final=True).silent == silent


def test_sb_6_silence_is_not_counted_where_nothing_is_asked():
    assert course({}, today=6, final=False, done=[Pause(3)]).silent == 0
    assert course({}, today=9, final=False, done=[Pause(3), Resume(8)]).silent == 2
    assert course({1: Day(2, 2, answers={"QB4": YES})}, today=6, final=False).silent == 0


# Doses


def test_st_g6_two_calm_checks_in_a_row_earn_one_small_step():
    days = steady(6, pain=1)
    assert course(days, today=3, final=False).dose.step == 0
    found = course(days, today=4, final=False)
    assert found.dose.step == 1
    assert [note.rule for note in found.notes if note.kind == "dose_step"] == ["ST-G6"]


def test_ea_cuts_the_next_session_and_a_hold_keeps_it():
    amber = {1: Day(2, 2, session()), 2: Day(2, 4), 3: Day(2, 2)}
    assert course(amber, today=3, final=False).session.scale == 75
    held = with_days(amber, {3: Day(2, 2, session(4, 2)), 4: Day(2, 2)})
    assert course(held, today=5, final=False).session.scale == 75


def test_a_recovery_session_and_a_rest_day_hold_no_loaded_exercise():
    stage = protocol().stage(StageId.REBUILD)
    loaded = {item.exercise for item in stage.prescriptions if item.when == "session"}
    done = [SetStage(1, StageId.REBUILD)]
    recovery = course(reds(1, days=2), today=3, done=done, final=False).session
    assert recovery.kind is SessionKind.RECOVERY
    assert not loaded & {item.exercise for item in recovery.items}
    rest = course({1: Day(2, 2, session())}, today=2, done=done, final=False)
    assert (rest.session.kind, rest.next_session_in) == (SessionKind.REST, 1)
    assert not loaded & {item.exercise for item in rest.session.items}


# What a physio does


def test_a_clearance_starts_a_stopped_plan_again():
    days = said(steady(12), 5, "QG6")
    found = course(days, done=[Clear(8, StageId.REBUILD)])
    assert found.status is Status.ACTIVE
    assert stages(found)[-1] == (8, "rebuild", "clear")
    assert 7 not in outcomes(found)


def test_an_emergency_is_not_cleared_within_the_same_screening():
    found = course(said(steady(12), 5, "QB4"), done=[Clear(8, StageId.REBUILD)])
    assert (found.status, found.stopped_for) == (Status.STOPPED, Disposition.EMERGENCY)


def test_pause_and_resume():
    """ST-G3 is about keeping a rhythm: a pause is said and ended, and goes on one dose lower."""
    days = steady(4) | {day: Day(2, 2) for day in range(20, 22)}
    found = course(days, done=[Pause(5), Resume(20)])
    assert (found.status, alerts(found), found.since) == (Status.ACTIVE, [], 20)
    assert course(steady(4), today=6, done=[Pause(5)]).status is Status.PAUSED


def test_a_red_flag_stops_a_paused_plan_too():
    assert alerts(course(said(steady(4), 6, "QB4"), done=[Pause(5)])) == [(6, "AT-1", "stop")]


def test_a_physio_sets_the_stage_and_a_dose_and_ends():
    own = Dose(sets=1, reps=(3,))
    name = next(i.exercise for i in protocol().stage(StageId.REBUILD).prescriptions if i.when == "session")
    done = [SetStage(3, StageId.REBUILD), SetDose(3, name, own)]
    found = course({1: Day(2, 2)}, today=3, done=done, final=False)
    assert stages(found)[-1] == (3, "rebuild", "set-stage")
    assert next(item.dose for item in found.session.items if item.exercise == name) == own
    removed = course({1: Day(2, 2)}, today=3, done=[*done, SetDose(3, name, None)], final=False)
    assert name not in {item.exercise for item in removed.session.items}
    assert course(steady(9), done=[End(4)]).status is Status.ENDED


def test_onset_by_injury_counts_as_qe1():
    found = course(steady(8), condition=TENNIS, onset=Onset.INJURY)
    assert [result.week for result in found.checkpoints] == [1]


def test_the_flags_of_a_session_are_reasons_in_the_persons_own_words():
    days = {1: Day(2, 2, session(2, 2, 100, Flag.SPASM)), 2: Day(2, 2)}
    found = course(days)
    told = next(explain(note, found.protocol) for note in found.notes if note.kind == "check")
    assert str(told.athlete) == "That was too much for now: your muscles grabbed."
    assert ("You said", "your muscles grabbed") in {(str(e.label), str(e.value)) for e in told.evidence}


def test_a_load_in_words_grows_by_percent_and_is_eased_first():
    """ST-G6, ST-G7: load is cut before anything else."""
    stage = protocol().stage(StageId.RELOAD)
    deadlift = next(given for given in stage.prescriptions if given.exercise == "deadlift")
    steps = [place for place, step in enumerate(stage.steps, 1) if step.exercise == "deadlift" and step.lever == "load"]
    assert [dose_at(stage, deadlift, place).load_percent for place in steps[:2]] == [110, 121]
    limits = protocol().step_back
    planned = Planner(stage, DoseState(steps[0], 1), limits, SessionKind.SESSION, None, {}).plan()
    easier = next(item.dose for item in planned.items if item.exercise == "deadlift")
    assert (easier.load_percent, easier.reps) == (82, dose_at(stage, deadlift, steps[0]).reps)
