"""Patterns, soreness and self-tests (rule book, section 3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.rules.pattern import Suggestion, Withheld, suggest
from plans.rules.pattern_questions import QUESTIONS, SELF_TESTS, PatternAnswers, self_tests
from plans.rules.pattern_signs import Confidence, Pattern
from plans.rules.screening import SITES, Facts, Hit, Screening, complete, screen
from plans.rules.words import Answer, Condition, Disposition, Region

BACK, ELBOW = Region.BACK, Region.ELBOW
YES, NO, NOT_SURE = Answer.YES, Answer.NO, Answer.NOT_SURE
LIKELY, POSSIBLE = Confidence.LIKELY, Confidence.POSSIBLE
STRAIN, SCIATICA = Condition.LUMBAR_STRAIN, Condition.SCIATICA_LIKE
TENNIS, GOLFERS = Condition.TENNIS_ELBOW, Condition.GOLFERS_ELBOW

CLEAR = Screening()


def look(
    region: Region,
    *yes: str,
    not_sure: tuple[str, ...] = (),
    site: str | None = None,
    age: int = 35,
    injured: bool = False,
    cleared: bool = False,
    chosen: Condition | None = None,
    **asked: str,
) -> Suggestion:
    """Screen a person who answered all questions, the rest no, and suggest. asked: PQ_1="back" is PQ-1."""
    told = dict.fromkeys(yes, YES) | dict.fromkeys(not_sure, NOT_SURE)
    red_flags = complete(region, told, unanswered=NO)
    found = screen(Facts(region, age, red_flags, site=site, injured=injured))
    questions = {id.replace("_", "-"): answer for id, answer in asked.items()}
    return suggest(region, found, PatternAnswers(red_flags, site, questions, chosen, injured, cleared))


def seen(suggestion: Suggestion) -> dict[str, Confidence]:
    return {match.pattern: match.confidence for match in suggestion.patterns}


# The back -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suggestion", "expected"),
    [
        # PT-01, PT-02, PT-05: stays in the back, eases with moving
        (look(BACK, PQ_1="back", PQ_2="eases"), {"lumbar-strain": LIKELY}),
        (look(BACK, PQ_1="thigh", PQ_2="eases"), {"lumbar-strain": LIKELY}),
        (look(BACK, PQ_1="back", ST_6="eases"), {"lumbar-strain": LIKELY}),
        (look(BACK, PQ_1="back", ST_1="pull"), {"lumbar-strain": LIKELY}),
        # PT-05: no ease points to more, so less sure of a strain
        (look(BACK, PQ_1="back", PQ_2="same"), {"lumbar-strain": POSSIBLE}),
        (look(BACK, PQ_1="back", PQ_2="worse"), {"lumbar-strain": POSSIBLE}),
        # PT-04: nothing in the leg, so no sciatica, even with a cough that hurts or long sitting (PT-07)
        (look(BACK), {"lumbar-strain": POSSIBLE}),
        (look(BACK, "QB18", PQ_1="back", PQ_2="eases"), {"lumbar-strain": LIKELY}),
        (look(BACK, "QB18", PQ_1="back", PQ_3="yes"), {"lumbar-strain": POSSIBLE}),
        # two nerve signs make it possible all the same: both are shown (PT-06, PT-07)
        (look(BACK, PQ_1="back", PQ_3="yes", PQ_5="yes"), {"sciatica-like": POSSIBLE, "lumbar-strain": POSSIBLE}),
        # PT-03: the leg
        (look(BACK, "QB19"), {"sciatica-like": POSSIBLE}),
        (look(BACK, "QB21"), {"sciatica-like": POSSIBLE}),
        (look(BACK, "QB20"), {"sciatica-like": POSSIBLE}),
        (look(BACK, PQ_1="below-knee"), {"sciatica-like": POSSIBLE}),
        (look(BACK, "QB19", "QB20"), {"sciatica-like": LIKELY}),
        (look(BACK, "QB19", "QB21"), {"sciatica-like": LIKELY}),
        (look(BACK, "QB19", "QB18"), {"sciatica-like": LIKELY}),
        (look(BACK, "QB19", PQ_1="below-knee"), {"sciatica-like": LIKELY}),
        (look(BACK, "QB19", PQ_5="yes"), {"sciatica-like": LIKELY}),
        (look(BACK, "QB20", PQ_5="yes"), {"sciatica-like": POSSIBLE}),
        # not sure of the leg: both, and nothing likely
        (
            look(BACK, not_sure=("QB19",), PQ_1="back", PQ_2="eases"),
            {"sciatica-like": POSSIBLE, "lumbar-strain": POSSIBLE},
        ),
        # the answers contradict each other: one leg sign leaves both, two do not
        (look(BACK, "QB19", PQ_1="back"), {"sciatica-like": POSSIBLE, "lumbar-strain": POSSIBLE}),
        (look(BACK, "QB19", "QB20", PQ_1="back"), {"sciatica-like": LIKELY}),
        # self-tests ST-1, ST-2, ST-3, ST-5, ST-6
        (look(BACK, PQ_1="thigh", ST_1="below-knee"), {"sciatica-like": POSSIBLE, "lumbar-strain": POSSIBLE}),
        (look(BACK, "QB20", ST_1="below-knee"), {"sciatica-like": LIKELY}),
        (look(BACK, PQ_1="back", ST_2="jump"), {"lumbar-strain": POSSIBLE}),
        (look(BACK, PQ_1="back", ST_2="jump", ST_3="eases"), {"sciatica-like": POSSIBLE, "lumbar-strain": POSSIBLE}),
        (
            look(BACK, PQ_1="back", ST_5="stopped", ST_6="stopped"),
            {"sciatica-like": POSSIBLE, "lumbar-strain": POSSIBLE},
        ),
        (look(BACK, PQ_1="back", ST_6="worse"), {"lumbar-strain": POSSIBLE}),
        # PT-08: a joint type beside the strain, never with the leg
        (look(BACK, PQ_1="back", PQ_2="eases", PQ_4="yes"), {"lumbar-strain": LIKELY, "joint-type": POSSIBLE}),
        (look(BACK, "QB19", PQ_1="back", PQ_4="yes"), {"sciatica-like": POSSIBLE, "lumbar-strain": POSSIBLE}),
    ],
)
def test_the_back_looks_like(suggestion, expected):
    assert seen(suggestion) == expected
    assert suggestion.withheld is None


def test_a_match_names_the_answers_and_rules_it_rests_on():
    (match,) = look(BACK, "QB19", "QB18", PQ_1="below-knee").patterns
    assert [(e.question, e.answer, e.rule) for e in match.because] == [
        ("QB19", "yes", "PT-03"),
        ("PQ-1", "below-knee", "PT-03"),
        ("QB18", "yes", "PT-03"),
    ]
    assert match.rules == ("PT-03",)
    (match,) = look(BACK, PQ_1="back", PQ_2="eases").patterns
    assert match.rules == ("PT-02", "PT-04", "PT-05")


# Soreness: DM-1 to DM-6 ---------------------------------------------------------------------------------------------

SORE = {"PQ_7": "yes", "PQ_8": "later", "PQ_9": "both-sides", "PQ_2": "eases", "PQ_10": "fading"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, LIKELY),
        ({"PQ_10": "under-a-week"}, LIKELY),
        ({"PQ_10": None}, POSSIBLE),  # DM-5
        ({"PQ_7": "no"}, POSSIBLE),  # DM-1
        ({"PQ_2": None}, POSSIBLE),  # DM-4
        ({"PQ_7": None, "PQ_2": None}, None),
        ({"PQ_8": "slowly"}, None),  # DM-2
        ({"PQ_8": "sudden"}, None),
        ({"PQ_9": "one-spot"}, None),  # DM-3
        ({"PQ_9": None}, None),
        ({"PQ_1": "below-knee"}, None),
        ({"PQ_2": "same"}, None),  # DM-4
        ({"PQ_2": "worse"}, None),
        ({"PQ_10": "week-or-more"}, None),  # DM-5
    ],
)
def test_soreness(change, expected):
    answers = {id: answer for id, answer in (SORE | change).items() if answer}
    assert seen(look(BACK, **answers)).get("soreness") is expected


@pytest.mark.parametrize("extra", ["QB12", "QG11", "QB17", "QB19", "QB20", "QB21"])
def test_dm_6_anything_extra_is_no_soreness(extra):
    assert "soreness" not in seen(look(BACK, not_sure=(extra,), **SORE))
    assert "soreness" not in seen(look(BACK, extra, **SORE))


def test_rf_b29_soreness_of_a_week_or_more_is_to_be_seen_first():
    suggestion = look(BACK, **(SORE | {"PQ_10": "week-or-more"}))
    assert suggestion == Suggestion(withheld=Withheld.REVIEW, refer=("RF-B29",))


def test_a_strain_of_a_week_or_more_is_not_rf_b29():
    suggestion = look(BACK, PQ_1="back", PQ_2="eases", PQ_8="sudden", PQ_9="one-spot", PQ_10="week-or-more")
    assert suggestion.refer == ()
    assert seen(suggestion) == {"lumbar-strain": LIKELY}


def test_rf_b30_nagging_after_jumping_is_to_be_seen_first():
    assert look(BACK, PQ_1="back", PQ_11="yes") == Suggestion(withheld=Withheld.REVIEW, refer=("RF-B30",))
    assert look(BACK, PQ_1="back", PQ_11="not_sure").withheld is None


# The elbow ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suggestion", "expected"),
    [
        # PT-20 and PT-21: the site and one more sign
        (look(ELBOW, "QE13", site="outer"), {"tennis-elbow": LIKELY}),
        (look(ELBOW, "QE14", site="inner"), {"golfers-elbow": LIKELY}),
        (look(ELBOW, site="outer"), {"tennis-elbow": POSSIBLE}),
        (look(ELBOW, site="inner"), {"golfers-elbow": POSSIBLE}),
        (look(ELBOW, "QE13"), {"tennis-elbow": POSSIBLE}),
        (look(ELBOW, "QE14"), {"golfers-elbow": POSSIBLE}),
        (look(ELBOW), {}),
        # a tie shows both
        (look(ELBOW, "QE13", "QE14"), {"tennis-elbow": POSSIBLE, "golfers-elbow": POSSIBLE}),
        (look(ELBOW, "QE14", site="outer"), {"tennis-elbow": POSSIBLE, "golfers-elbow": POSSIBLE}),
        (look(ELBOW, "QE13", "QE14", site="inner"), {"golfers-elbow": LIKELY, "tennis-elbow": POSSIBLE}),
        # ST-10, ST-11, ST-12
        (look(ELBOW, site="outer", ST_10="outer"), {"tennis-elbow": LIKELY}),
        (look(ELBOW, site="outer", ST_11="outer"), {"tennis-elbow": LIKELY}),
        (look(ELBOW, site="inner", ST_12="inner"), {"golfers-elbow": LIKELY}),
        (look(ELBOW, ST_10="both"), {"tennis-elbow": POSSIBLE, "golfers-elbow": POSSIBLE}),
        # ST-13 and ST-15 are scores to follow, ST-14 full and PT-22 gradual are no signs of a side
        (look(ELBOW, ST_13="7", ST_14="full", ST_15="60", PQ_20="gradual"), {}),
        # PT-25 below the bump: never likely
        (look(ELBOW, site="outer", ST_10="outer", PQ_21="yes", PQ_22="yes"), {"tennis-elbow": POSSIBLE}),
    ],
)
def test_the_elbow_looks_like(suggestion, expected):
    assert seen(suggestion) == expected
    assert suggestion.gentler is None  # the two elbow plans are equally gentle


def test_pt_22_a_gradual_start_and_a_straight_elbow_are_named():
    """PT-22."""
    (match,) = look(ELBOW, "QE13", site="outer", PQ_20="gradual", ST_14="full").patterns
    assert match.rules == ("PT-20", "PT-22")


@pytest.mark.parametrize("how", [{"injured": True}, {"PQ_20": "sudden"}])
def test_pt_23_a_sudden_event_is_no_tendon_pattern_until_cleared(how):
    """PT-23."""
    assert look(ELBOW, "QE13", site="outer", **how) == Suggestion(withheld=Withheld.INJURY)
    assert seen(look(ELBOW, "QE13", site="outer", cleared=True, **how)) == {"tennis-elbow": LIKELY}


def test_pt_23_counts_a_yes_to_qe1():
    assert look(ELBOW, "QE1", "QE13", site="outer").withheld is Withheld.INJURY


@pytest.mark.parametrize(
    ("answers", "refer"),
    [
        ({"PQ_21": "yes", "PQ_22": "yes"}, ("PT-25",)),
        ({"PQ_21": "yes", "PQ_22": "no"}, ()),
        ({"PQ_21": "no", "PQ_22": "yes"}, ()),
    ],
)
def test_pt_25_needs_the_spot_the_night_and_little_grip_link(answers, refer):
    assert look(ELBOW, site="outer", **answers).refer == refer
    assert look(ELBOW, "QE13", site="outer", **answers).refer == ()


def test_pt_26_tingling_refers_to_rf_e14():
    """PT-26."""
    assert look(ELBOW, "QE9", site="inner") == Suggestion(withheld=Withheld.SCREENING, refer=("RF-E14",))
    unsure = look(ELBOW, not_sure=("QE9",), site="inner")
    assert (seen(unsure), unsure.refer) == ({"golfers-elbow": POSSIBLE}, ("RF-E14",))


def test_sites_without_a_plan_refer_to_rf_e18():
    for site in ("front", "back"):
        assert look(ELBOW, "QE13", site=site) == Suggestion(withheld=Withheld.SCREENING, refer=("RF-E18",))


def test_st_14_lost_movement_asks_again():
    assert look(ELBOW, "QE13", ST_14="less") == Suggestion(
        withheld=Withheld.ASK_AGAIN, refer=("RF-E11",), ask_again=("QE3",)
    )
    injured = look(ELBOW, "QE13", ST_14="less", injured=True)
    assert (injured.refer, injured.ask_again) == (("RF-E05",), ("QE3",))
    assert look(ELBOW, "QE3", ST_14="less").ask_again == ()  # told already


# Choice, tie, referral ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suggestion", "disagrees", "gentler"),
    [
        (look(BACK, PQ_1="back", PQ_2="eases", chosen=STRAIN), False, None),
        (look(BACK, "QB19", "QB20", chosen=SCIATICA), False, None),
        (look(BACK, "QB19", "QB20", chosen=STRAIN), True, SCIATICA),
        (look(BACK, PQ_1="back", PQ_2="eases", chosen=SCIATICA), True, SCIATICA),
        (look(BACK, "QB19", PQ_1="back", chosen=STRAIN), False, SCIATICA),
        (look(BACK, "QB19", PQ_1="back", chosen=SCIATICA), False, SCIATICA),
        (look(BACK, "QB19", PQ_1="back"), False, SCIATICA),
        (look(BACK, "QB19", "QB20"), False, None),
        (look(ELBOW, "QE13", site="outer", chosen=TENNIS), False, None),
        (look(ELBOW, "QE13", site="outer", chosen=GOLFERS), True, None),
        (look(ELBOW, "QE13", "QE14", chosen=GOLFERS), False, None),
        (look(ELBOW, chosen=GOLFERS), False, None),
    ],
)
def test_choice_and_pattern(suggestion, disagrees, gentler):
    assert (suggestion.disagrees_with_chosen, suggestion.gentler) == (disagrees, gentler)


def test_pt_09_and_pt_10_lead_to_red_flags():
    """PT-09 and PT-10."""
    assert look(BACK, PQ_1="back", PQ_6="yes").refer == ("RF-B22",)
    assert look(BACK, "QB22") == Suggestion(withheld=Withheld.SCREENING, refer=("RF-B22",))
    assert look(BACK, "QB24", age=19) == Suggestion(withheld=Withheld.SCREENING, refer=("RF-B24",))
    assert look(BACK, "QB24", age=20).refer == ()


def test_st_4_weakness_and_pain_in_both_legs_ask_again():
    for answers, questions in (({"ST_4": "cannot"}, ("QB7a", "QB7b")), ({"PQ_1": "both-legs"}, ("QB6",))):
        assert look(BACK, **answers) == Suggestion(withheld=Withheld.ASK_AGAIN, ask_again=questions)
    assert look(BACK, ST_4="can").withheld is None


def test_st_5_gives_the_direction_that_eases():
    assert look(BACK, ST_5="forward").easing == "forward"
    assert look(BACK, ST_5="backward").easing == "backward"
    assert look(BACK, ST_5="neither").easing is None


def test_a_condition_of_the_other_region_is_refused():
    with pytest.raises(ValueError, match="tennis-elbow is not a condition of the back"):
        look(BACK, chosen=TENNIS)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"asked": {"PQ-99": "yes"}}, "there is no pattern question PQ-99"),
        ({"asked": {"PQ-1": "arm"}}, "PQ-1 cannot be answered 'arm'"),
        ({"asked": {"ST-13": "11"}}, "ST-13 cannot be answered '11'"),
        ({"site": "wrist"}, "QE12 cannot be answered 'wrist'"),
    ],
)
def test_unknown_answers_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        PatternAnswers(**wrong)


# Self-tests ---------------------------------------------------------------------------------------------------------


def test_self_tests_are_those_of_the_region():
    assert self_tests(BACK, CLEAR, PatternAnswers()) == ("ST-1", "ST-2", "ST-3", "ST-4", "ST-5", "ST-6")
    assert self_tests(ELBOW, CLEAR, PatternAnswers()) == ("ST-10", "ST-11", "ST-12", "ST-13", "ST-14", "ST-15")


@pytest.mark.parametrize(
    ("region", "answers"),
    [
        (BACK, PatternAnswers({"QB11": YES})),
        (BACK, PatternAnswers({"QB11": NOT_SURE})),
        (BACK, PatternAnswers({"QB9": NOT_SURE})),
        (BACK, PatternAnswers({"QB10": YES})),
        (ELBOW, PatternAnswers({"QE1": YES})),
        (ELBOW, PatternAnswers({"QE1": NOT_SURE})),
        (ELBOW, PatternAnswers(injured=True)),
        (ELBOW, PatternAnswers(asked={"PQ-20": "sudden"})),
    ],
)
def test_no_self_test_after_a_fall_blow_or_accident(region, answers):
    assert self_tests(region, CLEAR, answers) == ()


@pytest.mark.parametrize(
    ("level", "offered"),
    [
        (Disposition.EMERGENCY, False),
        (Disposition.URGENT, False),
        (Disposition.REVIEW_FIRST, False),
        (Disposition.REVIEW_ALONGSIDE, True),
    ],
)
def test_self_tests_only_at_d3b_or_d4(level, offered):
    found = Screening((Hit("RF-G06", level),))
    assert bool(self_tests(BACK, found, PatternAnswers())) is offered


def test_what_a_test_seems_to_say_after_a_fall_counts_for_nothing():
    assert seen(look(BACK, "QB11", PQ_1="back", ST_6="eases")) == {"lumbar-strain": POSSIBLE}
    assert look(BACK, "QB11", ST_4="cannot").ask_again == ("QB7a", "QB7b")


# Properties ---------------------------------------------------------------------------------------------------------


@st.composite
def cases(draw):
    """A region, a person's answers and a screening, which mostly is that of the answers."""
    region = draw(st.sampled_from(Region))
    asked = {id: what for id, what in (QUESTIONS | SELF_TESTS).items() if what.region is region and id != "ST-15"}
    red = {
        BACK: ("QB7a", "QB11", "QB12", "QB17", "QB18", "QB19", "QB20", "QB21", "QB22", "QB24", "QB28", "QG11"),
        ELBOW: ("QE1", "QE3", "QE9", "QE11", "QE13", "QE14", "QE16", "QE19", "QE22"),
    }[region]
    answers = PatternAnswers(
        complete(region, draw(st.dictionaries(st.sampled_from(red), st.sampled_from(Answer), max_size=4)), NO),
        site=draw(st.none() | st.sampled_from(SITES)) if region is ELBOW else None,
        asked={
            id: draw(st.sampled_from(asked[id].choices))
            for id in draw(st.lists(st.sampled_from(sorted(asked)), unique=True, max_size=8))
        },
        chosen=draw(st.none() | st.sampled_from([c for c in Condition if c.region is region])),
        injured=draw(st.booleans()) if region is ELBOW else False,
    )
    found = screen(Facts(region, 35, answers.red_flags, site=answers.site, injured=answers.injured))
    level = draw(st.none() | st.sampled_from([d for d in Disposition if d is not Disposition.SELF_MANAGED]))
    if level and level.rank > found.disposition.rank:
        found = Screening((Hit("RF-G06", level), *found.hits))
    return region, found, answers


@given(cases())
def test_no_pattern_unless_something_may_start(case):
    region, found, answers = case
    suggestion = suggest(region, found, answers)
    if found.disposition.rank > Disposition.REVIEW_ALONGSIDE.rank:
        assert suggestion.withheld is Withheld.SCREENING
    if suggestion.withheld:
        assert (suggestion.patterns, suggestion.gentler, suggestion.disagrees_with_chosen) == ((), None, False)


@given(cases())
def test_nothing_but_the_red_flag_is_said_at_d1_and_d2(case):
    region, found, answers = case
    if found.disposition.rank >= Disposition.URGENT.rank:
        assert suggest(region, found, answers).refer == ()


@given(cases())
def test_a_tie_always_offers_sciatica_first(case):
    region, found, answers = case
    suggestion = suggest(region, found, answers)
    if {Pattern.LUMBAR_STRAIN, Pattern.SCIATICA_LIKE} <= set(seen(suggestion)):
        assert suggestion.gentler is SCIATICA
    assert suggestion.gentler in (None, SCIATICA)


@given(cases())
def test_a_strain_is_never_likely_beside_a_leg_that_is_not_clear(case):
    region, found, answers = case
    if any(answers.red_flags.get(id, NO) is not NO for id in ("QB19", "QB20", "QB21")):
        assert seen(suggest(region, found, answers)).get("lumbar-strain") is not LIKELY


@given(cases())
def test_patterns_are_of_the_region_and_rest_on_given_answers(case):
    region, found, answers = case
    for match in suggest(region, found, answers).patterns:
        assert match.pattern.condition is None or match.pattern.condition.region is region
        assert match.because
        assert all(answers.given(e.question) == e.answer for e in match.because)


@given(cases())
def test_disagreement_means_the_choice_is_not_among_the_patterns(case):
    region, found, answers = case
    suggestion = suggest(region, found, answers)
    if suggestion.disagrees_with_chosen:
        assert answers.chosen not in seen(suggestion)
        assert any(match.pattern.condition for match in suggestion.patterns)


@given(cases(), st.sampled_from(["QB19", "QB20", "QB21"]))
def test_one_more_leg_sign_never_hides_sciatica(case, question):
    region, found, answers = case
    if region is not BACK:
        return
    before = suggest(region, found, answers)
    worse = PatternAnswers({**answers.red_flags, question: YES}, asked=answers.asked, chosen=answers.chosen)
    after = suggest(region, found, worse)
    if SCIATICA in seen(before):
        assert seen(after)[SCIATICA].rank >= seen(before)[SCIATICA].rank


@given(cases())
def test_soreness_and_leg_pain_are_never_suggested_together(case):
    region, found, answers = case
    names = set(seen(suggest(region, found, answers)))
    if answers.asked.get("PQ-1") == "below-knee" or YES in [answers.given(id) for id in ("QB19", "QB20", "QB21")]:
        assert not {"soreness", "joint-type"} & names
