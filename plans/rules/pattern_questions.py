"""What is asked to find a pattern: the questions PQ-*, the self-tests ST-*, and who may be offered a self-test.

The words for a person are in plans/catalogue/patterns.yaml; here is what may be answered (rule book, section 3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .screening import SITES, Screening
from .words import Answer, Condition, Disposition, Region

YES_NO = tuple(Answer)
DIRECTIONS = ("forward", "backward")
PERCENT = tuple(str(n) for n in range(201))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question or self-test: its region and the answers that it takes."""

    region: Region
    choices: tuple[str, ...] = YES_NO


def _back(*choices: str) -> Asked:
    return Asked(Region.BACK, choices or YES_NO)


def _elbow(*choices: str) -> Asked:
    return Asked(Region.ELBOW, choices or YES_NO)


# PT-01, PT-03, PT-05 to PT-09 and DM-1 to DM-5 of the back; RF-B30; PT-22, PT-23 and PT-25 of the elbow. DM-6 asks
# nothing new: bruise, swelling, tingling and severe pain were asked in the screening.
QUESTIONS: dict[str, Asked] = {
    "PQ-1": _back("back", "thigh", "below-knee", "both-legs"),
    "PQ-2": _back("eases", "same", "worse"),
    "PQ-3": _back(),
    "PQ-4": _back(),
    "PQ-5": _back(),
    "PQ-6": _back(),
    "PQ-7": _back(),
    "PQ-8": _back("sudden", "later", "slowly"),
    "PQ-9": _back("both-sides", "one-spot"),
    "PQ-10": _back("fading", "under-a-week", "week-or-more"),
    "PQ-11": _back(),
    "PQ-20": _elbow("gradual", "sudden", "not_sure"),
    "PQ-21": _elbow(),
    "PQ-22": _elbow(),
}
STOPPED = "stopped"
SELF_TESTS: dict[str, Asked] = {
    "ST-1": _back("below-knee", "pull", "nothing", STOPPED),
    "ST-2": _back("jump", "nothing", STOPPED),
    "ST-3": _back("eases", "nothing", STOPPED),
    "ST-4": _back("can", "cannot"),
    "ST-5": _back(*DIRECTIONS, "neither", STOPPED),
    "ST-6": _back("eases", "same", "worse", STOPPED),
    "ST-10": _elbow("outer", "inner", "both", "neither"),
    "ST-11": _elbow("outer", "nothing", STOPPED),
    "ST-12": _elbow("inner", "nothing", STOPPED),
    "ST-13": _elbow(*(str(score) for score in range(11))),
    "ST-14": _elbow("full", "less"),
    "ST-15": _elbow(*PERCENT),
}


@dataclass(frozen=True, slots=True)
class PatternAnswers:
    """Everything that a pattern rests on.

    red_flags: the screening's answers. site: the choice of QE12. asked: answers to PQ-* and ST-*, those that were
    given. chosen: the condition that the person picked, if any. injured: the onset was an injury (DF-18).
    cleared: a clinician has cleared the elbow after its injury (PT-23).
    Raises ValueError for an unknown question, answer or site.
    """

    red_flags: Mapping[str, Answer] = field(default_factory=dict)
    site: str | None = None
    asked: Mapping[str, str] = field(default_factory=dict)
    chosen: Condition | None = None
    injured: bool = False
    cleared: bool = False

    def __post_init__(self) -> None:
        known = QUESTIONS | SELF_TESTS
        for id, answer in self.asked.items():
            if id not in known:
                raise ValueError(f"there is no pattern question {id}")
            if answer not in known[id].choices:
                raise ValueError(f"{id} cannot be answered {answer!r}")
        if self.site is not None and self.site not in SITES:
            raise ValueError(f"QE12 cannot be answered {self.site!r}")

    def given(self, id: str) -> str | None:
        """The answer to any question, in one form: a red-flag question, QE12, PQ-* or ST-*; None when not asked."""
        if id == "QE12":
            return self.site
        if id == "QE1" and self.injured:
            return Answer.YES
        return self.asked.get(id) or self.red_flags.get(id)


def fits_pattern(screening: Screening) -> bool:
    """Patterns are only for those who may start something now: D3b or D4 (rule book, section 3)."""
    return screening.disposition.rank <= Disposition.REVIEW_ALONGSIDE.rank


TRAUMA = {Region.BACK: ("QB9", "QB10", "QB11"), Region.ELBOW: ("QE1",)}


def self_tests(region: Region, screening: Screening, answers: PatternAnswers) -> tuple[str, ...]:
    """The self-tests ST-1 to ST-6 or ST-10 to ST-15 that may be offered: none after a fall, blow or accident (also not
    when that is unsure), none when the screening asks for a review first or for more. They are optional.
    """
    trauma = any(answers.given(id) in (Answer.YES, Answer.NOT_SURE) for id in TRAUMA[region])
    if trauma or answers.given("PQ-20") == "sudden" or not fits_pattern(screening):
        return ()
    return tuple(id for id, test in SELF_TESTS.items() if test.region is region)
