"""The signs of each pattern, and how many of them make it possible or likely (rule book, section 3).

Signs are counted, not weighed, so that a person can follow why: a match names every answer that it rests on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .pattern_questions import STOPPED, PatternAnswers
from .words import Answer, Condition, Ranked

YES, NO, NOT_SURE = Answer.YES, Answer.NO, Answer.NOT_SURE


class Pattern(StrEnum):
    """What can be recognised; the gentler plan stands first. Soreness and the joint type have no plan of their own."""

    SCIATICA_LIKE = Condition.SCIATICA_LIKE
    LUMBAR_STRAIN = Condition.LUMBAR_STRAIN
    TENNIS_ELBOW = Condition.TENNIS_ELBOW
    GOLFERS_ELBOW = Condition.GOLFERS_ELBOW
    SORENESS = "soreness"
    JOINT_TYPE = "joint-type"

    @property
    def condition(self) -> Condition | None:
        return next((condition for condition in Condition if condition.value == self.value), None)


class Confidence(Ranked):
    POSSIBLE = "possible"
    LIKELY = "likely"


@dataclass(frozen=True, slots=True)
class Evidence:
    """An answer that counts, and the rule by which it does."""

    question: str
    answer: str
    rule: str


@dataclass(frozen=True, slots=True)
class Match:
    pattern: Pattern
    confidence: Confidence
    because: tuple[Evidence, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(evidence.rule for evidence in self.because))


@dataclass(frozen=True, slots=True)
class Sign:
    rule: str
    question: str
    answers: tuple[str, ...] = (YES,)


def met(signs: Iterable[Sign], given: PatternAnswers) -> tuple[Evidence, ...]:
    found = ((sign, given.given(sign.question)) for sign in signs)
    return tuple(
        Evidence(sign.question, answer, sign.rule) for sign, answer in found if answer in sign.answers and answer
    )


# The back -----------------------------------------------------------------------------------------------------

LEG = (
    Sign("PT-03", "QB19"),
    Sign("PT-03", "QB21"),
    Sign("PT-03", "PQ-1", ("below-knee",)),
    Sign("ST-1", "ST-1", ("below-knee",)),
)
TINGLING = (Sign("PT-03", "QB20"),)
LEG_UNSURE = tuple(Sign("PT-03", id, (NOT_SURE,)) for id in ("QB19", "QB20", "QB21"))
NERVE = (
    Sign("PT-06", "PQ-5"),
    Sign("PT-07", "PQ-3"),
    Sign("ST-1", "ST-1", (STOPPED,)),
    Sign("ST-2", "ST-2", ("jump", STOPPED)),
    Sign("ST-3", "ST-3", ("eases", STOPPED)),
    Sign("ST-5", "ST-5", (STOPPED,)),
    Sign("ST-6", "ST-6", (STOPPED,)),
)
ADDS = (Sign("PT-03", "QB18"), Sign("PT-05", "PQ-2", ("same", "worse")))
PLACE = (Sign("PT-02", "PQ-1", ("back", "thigh")),)
NO_LEG = tuple(Sign("PT-04", id, (NO,)) for id in ("QB19", "QB20", "QB21"))
EASES = (
    Sign("PT-05", "PQ-2", ("eases",)),
    Sign("ST-1", "ST-1", ("pull",)),
    Sign("ST-6", "ST-6", ("eases",)),
)
STIFF_WHEN_STILL = (Sign("PT-08", "PQ-4"),)
SORE = (
    Sign("DM-2", "PQ-8", ("later",)),
    Sign("DM-3", "PQ-9", ("both-sides",)),
    Sign("DM-1", "PQ-7"),
    Sign("DM-4", "PQ-2", ("eases",)),
)
RECENT = (Sign("DM-5", "PQ-10", ("fading", "under-a-week")),)
NOT_SORE = (
    Sign("DM-2", "PQ-8", ("sudden",)),
    Sign("DM-3", "PQ-9", ("one-spot",)),
    Sign("DM-3", "PQ-1", ("below-knee",)),
    Sign("DM-4", "PQ-2", ("same", "worse")),
    *(Sign("DM-6", id, (YES, NOT_SURE)) for id in ("QB12", "QG11", "QB17", "QB19", "QB20", "QB21", "QB28")),
)


def _sciatica(given: PatternAnswers) -> Match | None:
    """PT-03, PT-06, PT-07. PT-04: where nothing clear happens in the leg it takes two nerve signs to think of it."""
    leg, tingling, unsure = met(LEG, given), met(TINGLING, given), met(LEG_UNSURE, given)
    nerve, adds = met(NERVE, given), met(ADDS, given)
    if not (leg or tingling or unsure or len(nerve) >= 2):
        return None
    because = (*leg, *tingling, *nerve, *adds)
    likely = leg and len(because) >= 2
    return Match(Pattern.SCIATICA_LIKE, Confidence.LIKELY if likely else Confidence.POSSIBLE, (*because, *unsure))


def _strain(given: PatternAnswers, sciatica: Match | None) -> Match | None:
    """PT-02, PT-04, PT-05. One leg sign against "it stays in the back" leaves the strain possible; two rule it out."""
    place, no_leg, eases = met(PLACE, given), met(NO_LEG, given), met(EASES, given)
    against = len(met((*LEG, *TINGLING, Sign("PT-06", "QB28"), Sign("PT-06", "QB7a")), given))
    if against > bool(place) or not (place or len(no_leg) == len(NO_LEG)):
        return None
    likely = place and eases and not sciatica
    because = (*place, *no_leg, *eases)
    return Match(Pattern.LUMBAR_STRAIN, Confidence.LIKELY if likely else Confidence.POSSIBLE, because)


def _joint_type(given: PatternAnswers) -> Match | None:
    """PT-08: not to the leg, and worse for holding one position."""
    still, place = met(STIFF_WHEN_STILL, given), met(PLACE, given)
    if not (still and place) or met((*LEG, *TINGLING), given):
        return None
    return Match(Pattern.JOINT_TYPE, Confidence.POSSIBLE, (*still, *place))


def sore(given: PatternAnswers) -> tuple[Evidence, ...]:
    """The answers that speak for ordinary soreness (DM-1 to DM-4), or none when one speaks against it (DM-6)."""
    for_it = met(SORE, given)
    needed = {"DM-2", "DM-3"} <= {evidence.rule for evidence in for_it} and len(for_it) >= 3
    return for_it if needed and not met(NOT_SORE, given) else ()


def _soreness(given: PatternAnswers) -> Match | None:
    signs, recent = sore(given), met(RECENT, given)
    if not signs or given.given("PQ-10") == "week-or-more":
        return None
    likely = recent and len(signs) == len(SORE)
    return Match(Pattern.SORENESS, Confidence.LIKELY if likely else Confidence.POSSIBLE, (*signs, *recent))


def back_matches(given: PatternAnswers) -> tuple[Match | None, ...]:
    sciatica = _sciatica(given)
    return sciatica, _strain(given, sciatica), _soreness(given), _joint_type(given)


# The elbow ----------------------------------------------------------------------------------------------------

OUTER = (
    Sign("PT-20", "QE12", ("outer",)),
    Sign("PT-20", "QE13"),
    Sign("ST-10", "ST-10", ("outer", "both")),
    Sign("ST-11", "ST-11", ("outer",)),
)
INNER = (
    Sign("PT-21", "QE12", ("inner",)),
    Sign("PT-21", "QE14"),
    Sign("ST-10", "ST-10", ("inner", "both")),
    Sign("ST-12", "ST-12", ("inner",)),
)
BUILT_UP = (Sign("PT-22", "PQ-20", ("gradual",)), Sign("PT-22", "ST-14", ("full",)))


def below_the_bump(given: PatternAnswers) -> bool:
    """PT-25: sore below the outer bump, aching at night, with little link to gripping."""
    return given.given("PQ-21") == YES and given.given("PQ-22") == YES and given.given("QE13") != YES


def _tendon(pattern: Pattern, signs: tuple[Sign, ...], given: PatternAnswers) -> Match | None:
    found = met(signs, given)
    if not found:
        return None
    at_its_site = found[0].question == "QE12"
    elsewhere = pattern is Pattern.TENNIS_ELBOW and below_the_bump(given)
    likely = at_its_site and len(found) >= 2 and not elsewhere
    because = (*found, *met(BUILT_UP, given))
    return Match(pattern, Confidence.LIKELY if likely else Confidence.POSSIBLE, because)


def elbow_matches(given: PatternAnswers) -> tuple[Match | None, ...]:
    return _tendon(Pattern.TENNIS_ELBOW, OUTER, given), _tendon(Pattern.GOLFERS_ELBOW, INNER, given)
