"""The shipped elbow plans say what the rule book says (rule book, 4.0, 4.3, 4.4, 6.4), in words people can use."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import pytest

from plans.catalogue import FOLDER, catalogue
from plans.rules.dose import DoseState, Planner, SessionKind, dose_at
from plans.rules.protocol import Dose, Lever, Protocol, Stage, When
from plans.rules.screening import questions
from plans.rules.words import Action, Condition, Region, Sport, StageId

TENNIS, GOLFERS = Condition.TENNIS_ELBOW, Condition.GOLFERS_ELBOW
REST, REBUILD, RELOAD, RETURN, KEEP = StageId
FOUR = (REST, REBUILD, RELOAD, RETURN)
BOTH = pytest.mark.parametrize("condition", [TENNIS, GOLFERS])

# Section 4.0: minimum days, mean over days, values needed (DF-06), most pain, least function, progress checks.
GATES = {
    REST: (7, 3, 2, 4, 4, 0),
    REBUILD: (21, 7, 3, 3, 6, 1),
    RELOAD: (21, 7, 3, 2, 8, 2),
    RETURN: (14, 7, 3, 1, 9, 2),
}

# Section 6.4: clear, some, none or mixed, worse.
C, CP, P, PG, G, S = Action
CHECKPOINTS = {1: (C, C, G, G), 2: (C, CP, PG, G), 4: (C, CP, P, G), 6: (C, P, PG, S)}

# Sections 4.3 and 4.4: what each stage must hold.
NAMED = {
    (TENNIS, REST): {"isometric-wrist-extension", "towel-grip-hold"},
    (TENNIS, REBUILD): {"wrist-extension-lift", "hammer-turn"},
    (TENNIS, RELOAD): {
        "slow-lowering-wrist-extension",
        "bar-twist",
        "wrist-extensor-stretch",
        "neutral-grip-row",
        "neutral-grip-pull-down",
        "band-external-rotation",
    },
    (TENNIS, RETURN): {"quick-wrist-extension", "medicine-ball-push", "quick-grip-release", "interval-tennis"},
    (GOLFERS, REST): {"isometric-wrist-flexion"},
    (GOLFERS, REBUILD): {"wrist-curl-lift", "hammer-pronation"},
    (GOLFERS, RELOAD): {"reverse-bar-twist", "neutral-grip-row", "neutral-grip-pull-down", "forearm-carry"},
    (GOLFERS, RETURN): {"interval-golf", "interval-throwing"},
}

# The least and the most of each dose there: exercise to (sets, repetitions or seconds of hold).
DOSES = {
    (TENNIS, REST, "isometric-wrist-extension"): ((4, 30), (5, 45)),
    (TENNIS, REST, "towel-grip-hold"): ((5, 20), (5, 30)),
    (TENNIS, REBUILD, "wrist-extension-lift"): ((3, 15), (3, 15)),
    (TENNIS, REBUILD, "hammer-turn"): ((2, 12), (2, 12)),
    (TENNIS, RELOAD, "slow-lowering-wrist-extension"): ((3, 10), (3, 10)),
    (TENNIS, RELOAD, "bar-twist"): ((3, 15), (3, 15)),
    (TENNIS, RELOAD, "wrist-extensor-stretch"): ((3, 30), (3, 45)),
    (TENNIS, RELOAD, "neutral-grip-row"): ((3, 8), (3, 10)),
    (TENNIS, RELOAD, "neutral-grip-pull-down"): ((3, 8), (3, 10)),
    (TENNIS, RELOAD, "band-external-rotation"): ((3, 8), (3, 10)),
    (TENNIS, RETURN, "quick-wrist-extension"): ((3, 12), (3, 20)),
    (TENNIS, RETURN, "medicine-ball-push"): ((3, 12), (3, 20)),
    (TENNIS, RETURN, "quick-grip-release"): ((3, 12), (3, 20)),
    (GOLFERS, REST, "isometric-wrist-flexion"): ((4, 30), (5, 45)),
    (GOLFERS, REBUILD, "wrist-curl-lift"): ((3, 15), (3, 15)),
    (GOLFERS, REBUILD, "hammer-pronation"): ((2, 12), (2, 12)),
    (GOLFERS, RELOAD, "reverse-bar-twist"): ((3, 15), (3, 15)),
    (GOLFERS, RELOAD, "neutral-grip-row"): ((3, 8), (3, 8)),
    (GOLFERS, RELOAD, "neutral-grip-pull-down"): ((3, 8), (3, 8)),
    (GOLFERS, RETURN, "interval-throwing"): ((2, 25), (2, 25)),
}


def protocol(condition: Condition) -> Protocol:
    return catalogue().protocols[condition]


def prescribed(stage: Stage) -> set[str]:
    return {given.exercise for given in stage.prescriptions}


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def amount(dose: Dose) -> tuple[int, int | None]:
    return dose.sets, dose.reps[0] if dose.reps else dose.hold_s


# The numbers of the rule book -------------------------------------------------------------------------------------


@BOTH
def test_gates_are_those_of_the_rule_book(condition):
    found = {
        stage.id: (g.min_days, g.mean_over_days, g.min_values, g.max_mean_pain, g.min_function, g.min_progress)
        for stage in protocol(condition).stages
        if (g := stage.gate)
    }

    assert found == GATES


@BOTH
def test_every_gate_looks_at_three_checks_and_half_of_the_sessions(condition):
    gates = [stage.gate for stage in protocol(condition).stages if stage.gate]

    assert {(gate.checks, gate.min_adherence) for gate in gates} == {(3, 50)}


@BOTH
def test_rhythm_and_misfit_are_those_of_the_rule_book(condition):
    stages = protocol(condition).stages

    assert [stage.sessions_a_week for stage in stages] == [7, 7, 3, 3, 2]
    assert [stage.days_between for stage in stages] == [1, 1, 2, 2, 2]
    assert [stage.misfit_mean_pain for stage in stages] == [None, 5, 4, 3, None]


@BOTH
def test_checkpoints_are_those_of_the_rule_book(condition):
    points = protocol(condition).checkpoints

    assert {p.week: (p.actions.clear, p.actions.some, p.actions.none, p.actions.worse) for p in points} == CHECKPOINTS
    assert [p.week for p in points if p.only_injured] == [1]


@BOTH
def test_modifiers_are_those_of_the_rule_book(condition):
    assert protocol(condition).modifiers.model_dump() == {
        "still_resting": {"from_week": 4, "at_least": "physio"},
        "high_pain": {"mean_pain": 7, "at_least": "gp"},
        "relapse": {"rise": 2, "at_least": "physio"},
        "life_affected": {"from_week": 2, "at_least": "physio_or_gp"},
        "cautious": {"week": 2, "age": 50, "at_least": "physio_or_gp"},
        "undelivered": None,
    }


@BOTH
def test_an_elbow_is_judged_by_the_common_check(condition):
    check = protocol(condition).check

    assert (check.hold_pain, check.red_pain, check.stop_morning) == (4, 6, 8)


@BOTH
def test_all_questions_of_the_region_are_asked_at_entry(condition):
    assert sorted(protocol(condition).screening) == sorted(questions(Region.ELBOW))


@BOTH
def test_anything_new_holds_every_emergency_and_urgent_question(condition):
    emergency = {"QG12", "QE2", "QE4"}
    urgent = {"QG3", "QG4", "QG5", "QG9", "QG10", "QG11", "QE5", "QE6", "QE7", "QE8", "QE10", "QE15"}
    every_day = protocol(condition).every_day

    assert set(every_day) >= emergency | urgent | {"QE1", "QE3", "QE9", "QE11"}
    assert set(every_day[: len(emergency)]) == emergency
    assert len(set(every_day)) == len(every_day)


# Exercises and doses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("condition", "stage"), NAMED)
def test_a_stage_holds_the_exercises_of_the_rule_book(condition, stage):
    assert prescribed(protocol(condition).stage(stage)) >= NAMED[condition, stage]


@pytest.mark.parametrize(("condition", "stage", "exercise"), DOSES)
def test_a_dose_begins_at_its_least_and_its_steps_lead_to_the_most(condition, stage, exercise):
    held = protocol(condition).stage(stage)
    given = next(item for item in held.prescriptions if item.exercise == exercise)

    assert (amount(given.dose), amount(dose_at(held, given, len(held.steps)))) == DOSES[condition, stage, exercise]


@BOTH
def test_every_step_is_small_and_changes_what_the_dose_counts(condition):
    """ST-G5, ST-G6: one exercise, one lever, and never more than the rule allows."""
    for stage in protocol(condition).stages:
        doses = {given.exercise: given.dose for given in stage.prescriptions}
        for number, step in enumerate(stage.steps, 1):
            given = next(item for item in stage.prescriptions if item.exercise == step.exercise)
            before, after = doses[step.exercise], dose_at(stage, given, number)
            match step.lever:
                case Lever.LOAD:
                    assert before.load_kg < after.load_kg <= before.load_kg * Decimal("1.1")
                case Lever.SETS:
                    assert after.sets == before.sets + 1
                case Lever.REPS:
                    assert before.reps[0] < after.reps[0] <= before.reps[0] + 2
                case Lever.HOLD:
                    assert before.hold_s < after.hold_s <= before.hold_s + 5
                case _:
                    pytest.fail(f"{stage.id} changes {step.exercise} by {step.lever}")
            doses[step.exercise] = after


@pytest.mark.parametrize(("condition", "exercise"), [(TENNIS, "wrist-extension-lift"), (GOLFERS, "wrist-curl-lift")])
def test_wrist_lifts_begin_at_one_kilo_and_grow_in_steps_under_a_tenth(condition, exercise):
    """The trials added 0.1 kg a week; a step here takes two green checks and adds about half of that."""
    stage = protocol(condition).stage(REBUILD)
    lift = next(item for item in stage.prescriptions if item.exercise == exercise)
    loads = [dose_at(stage, lift, number).load_kg for number in range(len(stage.steps) + 1)]

    assert loads[0] == 1
    assert all(Decimal("0.05") <= later - sooner <= Decimal("0.07") for sooner, later in pairwise(loads))
    assert Decimal("1.35") <= loads[-1] <= Decimal("1.5")


@BOTH
def test_loaded_sessions_begin_with_a_warm_up(condition):
    """ST-G10. The holds of the first stage are not loaded sessions."""
    for stage in protocol(condition).stages[1:]:
        first = stage.prescriptions[0]

        assert (first.exercise, first.when) == ("arm-warm-up", When.WARM_UP)
        assert 8 <= first.dose.minutes <= 10


@BOTH
def test_a_red_check_takes_the_daily_rubber_bar_out_of_recovery_and_halves_it(condition):
    """SB-1 acts on what is loaded, not only on what belongs to a session."""
    held = protocol(condition)
    stage, limits = held.stage(RELOAD), held.step_back
    bar = "bar-twist" if condition is TENNIS else "reverse-bar-twist"
    hurt = DoseState(level=len(limits.dose_scales) - 1, recovery=True)

    recovery = Planner(stage, hurt, limits, SessionKind.RECOVERY, None, {}).plan()
    rest_day = Planner(stage, hurt, limits, SessionKind.REST, None, {}).plan()

    assert bar not in {item.exercise for item in recovery.items}
    assert next(item.dose.reps for item in rest_day.items if item.exercise == bar) == (7,)


@BOTH
def test_each_build_up_ladder_is_for_its_sport_and_every_other_day(condition):
    stage = protocol(condition).stage(RETURN)
    ladders = {item.exercise: item.only_for for item in stage.prescriptions if item.exercise.startswith("interval-")}

    assert ladders == {
        "interval-tennis": (Sport.RACKET,),
        "interval-golf": (Sport.GOLF_THROWING,),
        "interval-throwing": (Sport.GOLF_THROWING,),
    }
    assert stage.days_between == 2


def test_each_plan_loads_its_own_side_of_the_elbow():
    outer = {"isometric-wrist-extension", "wrist-extension-lift", "slow-lowering-wrist-extension", "bar-twist"}
    inner = {"isometric-wrist-flexion", "wrist-curl-lift", "hammer-pronation", "reverse-bar-twist", "quick-wrist-curl"}

    assert outer <= set(protocol(TENNIS).exercises)
    assert inner <= set(protocol(GOLFERS).exercises)
    assert not inner & set(protocol(TENNIS).exercises)
    assert not (outer | {"quick-wrist-extension"}) & set(protocol(GOLFERS).exercises)


def elbow_cards() -> list:
    used = set(protocol(TENNIS).exercises) | set(protocol(GOLFERS).exercises)
    return [catalogue().exercises[slug] for slug in sorted(used)]


def test_no_elbow_card_is_left_over():
    written = re.findall(r"(?m)^([a-z][a-z0-9-]*):$", (FOLDER / "exercises-elbow.yaml").read_text())

    assert sorted(written) == [card.id for card in elbow_cards()]


def test_the_list_of_drawings_at_the_top_of_the_file_is_true():
    head = re.findall(r"(?m)^#   ([a-z-]+(?:, [a-z-]+)*)", (FOLDER / "exercises-elbow.yaml").read_text())
    listed = {name for line in head for name in line.split(", ")}

    assert {card.figure for card in elbow_cards()} == listed


def test_every_card_says_when_to_stop_in_words_for_pain_and_nerve():
    for card in elbow_cards():
        assert re.search(r"\b(sharp|ache)", card.stop), card.id
        if "wrist" in card.id or "grip" in card.id or "twist" in card.id or "hammer" in card.id:
            assert re.search(r"tingl|numb", card.stop), card.id


# Sport ----------------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("stage", FOUR)
def test_every_sport_has_a_swap_in_every_stage(condition, stage):
    assert set(protocol(condition).stage(stage).swaps) == set(Sport)


@pytest.mark.parametrize(
    ("stage", "sport", "part", "words"),
    [
        (REST, Sport.STRENGTH, "do", "straps or hooks"),
        (REST, Sport.RACKET, "leave", "backhands"),
        (REST, Sport.RACKET, "leave", "serves"),
        (REST, Sport.GOLF_THROWING, "do", "putt only"),
        (REST, Sport.CLIMBING, "leave", "crimps"),
        (REST, Sport.MANUAL, "do", "palms up"),
        (REST, Sport.DESK, "do", "5-minute break every half hour"),
        (REBUILD, Sport.STRENGTH, "do", "effort of 5"),
        (REBUILD, Sport.RACKET, "do", "2 out of 10 or less"),
        (REBUILD, Sport.GOLF_THROWING, "do", "chip"),
        (REBUILD, Sport.CLIMBING, "do", "every other day"),
        (REBUILD, Sport.MANUAL, "do", "half"),
        (RELOAD, Sport.STRENGTH, "do", "60%"),
        (RELOAD, Sport.RACKET, "do", "groundstrokes"),
        (RELOAD, Sport.GOLF_THROWING, "leave", "hard ground"),
        (RELOAD, Sport.CLIMBING, "do", "overhangs"),
        (RELOAD, Sport.MANUAL, "do", "three quarters"),
        (RETURN, Sport.RACKET, "do", "two-hand backhand"),
        (RETURN, Sport.GOLF_THROWING, "do", "ladder"),
    ],
)
@BOTH
def test_a_swap_says_what_the_rule_book_says(condition, stage, sport, part, words):
    swap = protocol(condition).stage(stage).swaps[sport]

    assert words in getattr(swap, part).lower()


def test_the_two_plans_leave_different_strength_work():
    leave = {c: protocol(c).stage(REBUILD).swaps[Sport.STRENGTH].leave for c in (TENNIS, GOLFERS)}

    assert "palm down" in leave[TENNIS]
    assert "pull-ups" in leave[GOLFERS]


# Words ----------------------------------------------------------------------------------------------------------------


FORBIDDEN = {
    "a diagnosis (MW-2)": r"\byou have (a |an |got )?(tennis|golfer|tend|tear|sprain|strain|injur)|it is nothing",
    "a frightened body (ST-G11)": r"fragile|\bworn\b|wear and tear|out of place|slipped|crumbl|degenerat|damage",
    "a promise (MW-5)": r"guarantee|will be (gone|cured|healed)|90 to 95|\bcures?\b",
    "a drug (ST-G12)": r"paracetamol|ibuprofen|naproxen|diclofenac|codeine|aspirin|\bmg\b",
    "blame (C-15)": r"bad posture|poor posture|your own fault|lazy|you should have",
    "lactic acid (C-19)": r"lactic",
}


@BOTH
@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_text_holds(condition, what):
    held = protocol(condition)
    found = [text for text in texts(held.model_dump(mode="json")) if re.search(FORBIDDEN[what], text, re.IGNORECASE)]

    assert found == []


@BOTH
def test_stages_are_told_in_full(condition):
    for stage in protocol(condition).stages:
        assert stage.goal
        assert stage.usual_length
        assert len(stage.do) >= 3
        assert stage.avoid
        assert stage.step_back_sign


@BOTH
def test_load_drivers_are_asked(condition):
    asked = " ".join(protocol(condition).load_drivers).lower()

    for word in ("training block", "racket", "strings", "diy", "grip"):
        assert word in asked


@BOTH
def test_the_expectation_tells_the_course_and_promises_nothing(condition):
    told = protocol(condition).expectation

    assert "89 in 100" in told
    assert "months" in told
