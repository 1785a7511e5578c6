"""Which plan the answers look like: a suggestion, never a diagnosis (rule book, section 3).

Red flags come first: a pattern is only named for those who may start something now. Where two patterns tie, both are
shown and the gentler plan is offered first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from .pattern_questions import DIRECTIONS, SELF_TESTS, PatternAnswers, fits_pattern, self_tests
from .pattern_signs import Match, back_matches, below_the_bump, elbow_matches, sore
from .screening import Screening
from .words import Answer, Condition, Disposition, Region

YES, NOT_SURE = Answer.YES, Answer.NOT_SURE


class Withheld(StrEnum):
    """Why no pattern is named."""

    SCREENING = "screening"
    """The red flags ask for a review first, or for more."""
    ASK_AGAIN = "ask-again"
    """An answer speaks of something that a red-flag question asks: that comes first."""
    REVIEW = "review"
    """The answers fit advice to be seen first (RF-B29, RF-B30)."""
    INJURY = "injury"
    """A sudden elbow event is no tendon pattern until it is cleared (PT-23)."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """patterns: likely ones first. gentler: the plan to start with when both back plans are in question.

    refer: rules whose advice goes with this, such as RF-B22 (ask about inflammation) or PT-25. ask_again: red-flag
    questions to put again before anything else. easing: the direction of bending that eases (ST-5), used first.
    """

    patterns: tuple[Match, ...] = ()
    withheld: Withheld | None = None
    gentler: Condition | None = None
    disagrees_with_chosen: bool = False
    refer: tuple[str, ...] = ()
    ask_again: tuple[str, ...] = ()
    easing: str | None = None


# What else the answers point to -----------------------------------------------------------------------------------

REVIEW_FIRST = ("RF-B29", "RF-B30")
POINTED_TO = ("RF-B22", "RF-B24", "RF-E11", "RF-E14", "RF-E18")
"""Red flags that a pattern leads to: PT-09, PT-10, ST-14, PT-26 and the sites that no plan is for."""


def _refer_back(given: PatternAnswers) -> Iterable[str]:
    if given.given("PQ-6") == YES:
        yield "RF-B22"  # PT-09
    if sore(given) and given.given("PQ-10") == "week-or-more":
        yield "RF-B29"  # DM-5
    if given.given("PQ-11") == YES:
        yield "RF-B30"


def _refer_elbow(given: PatternAnswers) -> Iterable[str]:
    if given.given("ST-14") == "less":
        yield "RF-E05" if given.given("QE1") == YES else "RF-E11"
    if given.given("QE9") in (YES, NOT_SURE):
        yield "RF-E14"  # PT-26
    if below_the_bump(given):
        yield "PT-25"


def _ask_again(region: Region, given: PatternAnswers) -> tuple[str, ...]:
    """A danger sign that came out late counts, also from a test that should not have been tried."""
    if region is Region.BACK:
        both = ("QB6",) if given.given("PQ-1") == "both-legs" and given.given("QB6") != YES else ()
        weak = ("QB7a", "QB7b") if given.given("ST-4") == "cannot" else ()
        return both + weak
    return ("QE3",) if given.given("ST-14") == "less" and given.given("QE3") != YES else ()


def _withheld(region: Region, screening: Screening, given: PatternAnswers, refer: tuple[str, ...]) -> Withheld | None:
    if not fits_pattern(screening):
        return Withheld.SCREENING
    if _ask_again(region, given):
        return Withheld.ASK_AGAIN
    if set(refer) & set(REVIEW_FIRST):
        return Withheld.REVIEW
    sudden = given.given("QE1") == YES or given.given("PQ-20") == "sudden"
    if region is Region.ELBOW and sudden and not given.cleared:
        return Withheld.INJURY
    return None


def _allowed(region: Region, screening: Screening, given: PatternAnswers) -> PatternAnswers:
    """Without the self-tests that should not have been tried: what they seem to say counts for no pattern."""
    may = self_tests(region, screening, given)
    kept = {id: answer for id, answer in given.asked.items() if id not in SELF_TESTS or id in may}
    return replace(given, asked=kept)


def _gentler(conditions: set[Condition]) -> Condition | None:
    """Sciatica before strain; the two elbow plans are equally gentle."""
    both = {Condition.SCIATICA_LIKE, Condition.LUMBAR_STRAIN}
    return Condition.SCIATICA_LIKE if both <= conditions else None


def suggest(region: Region, screening: Screening, answers: PatternAnswers) -> Suggestion:
    """Suggest what the answers look like; no pattern unless the screening gave D3b or D4.

    Implements PT-01 to PT-10, PT-20 to PT-26, DM-1 to DM-6 and the readings of ST-1 to ST-6 and ST-10 to ST-14 (ST-13
    and ST-15 are scores to follow, not signs). Sources: rule book, section 3.
    Raises ValueError when the chosen condition is of the other region.
    """
    chosen = answers.chosen
    if chosen is not None and chosen.region is not region:
        raise ValueError(f"{chosen} is not a condition of the {region}")
    ask_again = _ask_again(region, answers)
    if screening.disposition.rank >= Disposition.URGENT.rank:
        return Suggestion(withheld=Withheld.SCREENING, ask_again=ask_again)
    by_answer = _refer_back(answers) if region is Region.BACK else _refer_elbow(answers)
    by_flag = (hit.rule for hit in screening.hits if hit.rule in POINTED_TO)
    refer = tuple(sorted({*by_answer, *by_flag}))
    if withheld := _withheld(region, screening, answers, refer):
        return Suggestion(withheld=withheld, refer=refer, ask_again=ask_again)
    counted = _allowed(region, screening, answers)
    found = back_matches(counted) if region is Region.BACK else elbow_matches(counted)
    matches = tuple(sorted((match for match in found if match), key=lambda match: -match.confidence.rank))
    conditions = {match.pattern.condition for match in matches if match.pattern.condition}
    easing = counted.given("ST-5")
    return Suggestion(
        patterns=matches,
        gentler=_gentler(conditions | ({chosen} if chosen and conditions else set())),
        disagrees_with_chosen=chosen is not None and bool(conditions) and chosen not in conditions,
        refer=refer,
        easing=easing if easing in DIRECTIONS else None,
    )
