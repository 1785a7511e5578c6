"""The format of a rehearsal: what is read, what is refused, how the answer is written."""

from decimal import Decimal
from fractions import Fraction

import pytest

from plans.catalogue import catalogue
from plans.rules import case as rehearsal
from plans.rules.words import Answer, Condition, Flag, Onset, Sport
from tests.protocols import protocol

REGION = {"case": "r", "region": "back", "age": 30}
PLAN = {
    "case": "p",
    "condition": "lumbar-strain",
    "age": 30,
    "unanswered": "no",
    "entry": {"pain": 5, "function": 4},
}


def day(**values):
    return {**PLAN, "days": [{"day": 1, **values}]}


def session(**values):
    return day(session={"during": 2, "after": 2, "dose": 100, **values})


def week(**values):
    return {**PLAN, "weeks": [{"week": 1, **values}]}


MALFORMED = {
    "not an object": ["case"],
    "nothing": None,
    "no name": {"region": "back", "age": 30},
    "an empty name": {**REGION, "case": ""},
    "no age": {"case": "r", "region": "back"},
    "age as text": {**REGION, "age": "30"},
    "age as a boolean": {**REGION, "age": True},
    "age with a decimal": {**REGION, "age": Decimal("30.0")},
    "age below 0": {**REGION, "age": -1},
    "unknown key": {**REGION, "ages": 30},
    "neither condition nor region": {"case": "r", "age": 30},
    "both condition and region": {**PLAN, "region": "back"},
    "unknown condition": {**PLAN, "condition": "knee"},
    "condition as a list": {**PLAN, "condition": ["lumbar-strain"]},
    "unknown region": {**REGION, "region": "knee"},
    "unknown question": {**REGION, "screening": {"QB99": "yes"}},
    "the age as a question": {**REGION, "screening": {"QG1": "yes"}},
    "unknown answer": {**REGION, "screening": {"QB1": "maybe"}},
    "an answer as a boolean": {**REGION, "screening": {"QB1": True}},
    "unknown place": {"case": "r", "region": "elbow", "age": 30, "screening": {"QE12": "yes"}},
    "unanswered read as yes": {**REGION, "unanswered": "yes"},
    "unknown onset": {**REGION, "onset": "slow"},
    "unknown sport": {**PLAN, "sport": "chess"},
    "cleared as text": {**PLAN, "cleared": "true"},
    "no entry": {key: value for key, value in PLAN.items() if key != "entry"},
    "entry without pain": {**PLAN, "entry": {"function": 4}},
    "entry without function": {**PLAN, "entry": {"pain": 5}},
    "entry pain of 11": {**PLAN, "entry": {"pain": 11, "function": 4}},
    "entry function of 10.5": {**PLAN, "entry": {"pain": 5, "function": Decimal("10.5")}},
    "unknown key in entry": {**PLAN, "entry": {"pain": 5, "function": 4, "sleep": 1}},
    "days as an object": {**PLAN, "days": {"1": {}}},
    "a day without its number": {**PLAN, "days": [{"pain": 3}]},
    "day 0": {**PLAN, "days": [{"day": 0}]},
    "a day twice": {**PLAN, "days": [{"day": 2}, {"day": 2}]},
    "a day in another millennium": {**PLAN, "days": [{"day": 400_000}]},
    "unknown key in a day": day(mood=3),
    "pain of 11": day(pain=11),
    "pain of -1": day(pain=-1),
    "pain of 3.0": day(pain=Decimal("3.0")),
    "pain as a float": day(pain=3.5),
    "pain as a boolean": day(pain=True),
    "pain as text": day(pain="3"),
    "pain that is not a number": day(pain=Decimal("NaN")),
    "morning of 11": day(morning=11),
    "new weakness as a number": day(new_weakness=1),
    "red flags as text": day(red_flags="QB1"),
    "unknown red flag": day(red_flags=["QB99"]),
    "a red flag as a number": day(red_flags=[1]),
    "a session as a number": day(session=3),
    "unknown key in a session": session(rpe=3),
    "worst during of 11": session(during=11),
    "worst later of 2.5": session(after=Decimal("2.5")),
    "before as a boolean": session(before=False),
    "dose of 101": session(dose=101),
    "dose that is not a number": session(dose=Decimal("NaN")),
    "endless dose": session(dose=Decimal("Infinity")),
    "unknown session flag": session(flags=["ouch"]),
    "session flags as text": session(flags="spasm"),
    "a session flag as a list": session(flags=[["spasm"]]),
    "week 0": {**PLAN, "weeks": [{"week": 0}]},
    "a week twice": {**PLAN, "weeks": [{"week": 1}, {"week": 1}]},
    "unknown key in a week": week(pain=3),
    "function of 11": week(function=11),
    "function that is not a number": week(function=Decimal("NaN")),
    "adherence of 101": week(adherence=101),
    "adherence as text": week(adherence="80"),
    "sleep as a number": week(sleep_affected=1),
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_case_is_refused_with_the_reason(data):
    with pytest.raises(rehearsal.Malformed) as refused:
        rehearsal.parse(data)
    assert str(refused.value)


def test_what_is_left_out_has_the_defaults_of_the_format():
    case = rehearsal.parse({"case": "r", "condition": "lumbar-strain", "age": 30, "entry": {"pain": 5, "function": 4}})
    assert set(case.facts.answers.values()) == {Answer.NOT_SURE}
    assert (case.facts.injured, case.facts.sport, case.facts.site) == (False, None, None)
    assert (case.diary.intake.cleared, case.diary.intake.onset, case.last_day) == (False, Onset.GRADUAL, 1)


def test_everything_given_arrives():
    case = rehearsal.parse(
        {
            "case": "all",
            "condition": "golfers-elbow",
            "age": 41,
            "onset": "injury",
            "screening": {"QE12": "inner", "QE16": "yes", "QG8": "not_sure"},
            "unanswered": "no",
            "cleared": True,
            "sport": "golf-throwing",
            "entry": {"pain": 5, "function": Decimal("4.5")},
            "days": [
                {
                    "day": 3,
                    "pain": 0,
                    "morning": 10,
                    "session": {"during": 1, "after": 2, "before": 3, "dose": Decimal("79.5"), "flags": ["spasm"]},
                    "red_flags": ["QE5"],
                    "new_weakness": True,
                }
            ],
            "weeks": [{"week": 2, "function": Decimal("6.25"), "adherence": 70, "work_affected": True}],
        }
    )
    intake, told, review = case.diary.intake, case.diary.days[3], case.diary.weeks[2]
    assert (case.condition, intake.sport, intake.site) == (Condition.GOLFERS_ELBOW, Sport.GOLF_THROWING, "inner")
    assert (intake.cleared, intake.onset, case.facts.injured) == (True, Onset.INJURY, True)
    assert (intake.answers["QE16"], intake.answers["QG8"], intake.answers["QE1"]) == ("yes", "not_sure", "no")
    assert (intake.function, review.function, review.adherence) == (Fraction(9, 2), Fraction(25, 4), 70)
    assert (told.pain, told.morning, told.new_weakness, told.answers) == (0, 10, True, {"QE5": Answer.YES})
    assert (told.session.during, told.session.after, told.session.before) == (1, 2, 3)
    assert (told.session.dose, told.session.flags) == (Fraction(159, 2), {Flag.SPASM})
    assert (review.work_affected, review.sleep_affected) == (True, False)
    assert case.last_day == 14


@pytest.mark.parametrize(
    ("days", "weeks", "last"), [([], [], 1), ([9], [], 9), ([9], [1], 9), ([9], [2], 14), ([15], [2], 15)]
)
def test_a_case_runs_to_the_later_of_its_last_day_and_the_end_of_its_last_week(days, weeks, last):
    case = rehearsal.parse(
        {**PLAN, "days": [{"day": number} for number in days], "weeks": [{"week": number} for number in weeks]}
    )
    assert case.last_day == last


def test_answers_for_the_other_region_change_nothing():
    data = {**REGION, "unanswered": "no", "screening": {"QE2": "yes"}}
    assert rehearsal.answer(None, rehearsal.parse(data))["screening"] == {"disposition": "self_managed", "hits": []}


def test_a_hit_of_an_unsure_answer_says_so():
    data = {**REGION, "unanswered": "no", "screening": {"QB1": "not_sure", "QG4": "yes"}}
    assert rehearsal.answer(None, rehearsal.parse(data)) == {
        "case": "r",
        "screening": {
            "disposition": "urgent",
            "hits": [
                {"rule": "RF-G04", "disposition": "urgent"},
                {"rule": "RF-B01", "disposition": "urgent", "via": "G-1"},
            ],
        },
    }


def test_promise_2_a_plan_is_not_started_on_unanswered_questions():
    data = {key: value for key, value in PLAN.items() if key != "unanswered"}
    answer = rehearsal.answer(protocol(), rehearsal.parse(data))
    assert (answer["status"], answer["stages"], answer["checks"]) == ("not_started", [], [])


def test_the_pain_of_entry_counts_in_the_screening_of_a_plan():
    answer = rehearsal.answer(protocol(), rehearsal.parse({**PLAN, "entry": {"pain": 8, "function": 4}}))
    assert answer["screening"]["hits"] == [{"rule": "RF-G16", "disposition": "review_first"}]
    assert answer["status"] == "not_started"


@pytest.mark.parametrize(
    ("pains", "shown"),
    [([1, 1, 1, 1, 1, 1, 2], 1.1), ([3, 3, 3, 4], 3.3), ([2, 3], None), ([0, 0, 0, 1], 0.3), ([4, 4, 4], 4.0)],
)
def test_mean_pain_has_one_decimal_and_a_half_rounds_up(pains, shown):
    days = [{"day": 15 - len(pains) + place, "pain": pain} for place, pain in enumerate(pains)]
    answer = rehearsal.answer(protocol(), rehearsal.parse({**PLAN, "days": days, "weeks": [{"week": 2}]}))
    [checkpoint] = answer["checkpoints"]
    if shown is None:
        assert checkpoint["change"] == "none"
    else:
        assert checkpoint["mean_pain"] == shown


def test_answering_needs_the_protocol_of_the_condition():
    with pytest.raises(ValueError, match="sciatica-like"):
        rehearsal.answer(protocol(), rehearsal.parse({**PLAN, "condition": "sciatica-like"}))


def test_every_sport_of_the_rule_book_has_swaps_in_every_loading_stage():
    """DF-19."""
    back = ["strength", "running", "field", "racket", "golf-throwing", "manual", "desk", "swimming", "yoga"]
    assert [sport.value for sport in Sport] == [*back, "climbing"]
    for shipped in catalogue().protocols.values():
        for stage in shipped.stages[:4]:
            assert set(stage.swaps) == set(Sport)
