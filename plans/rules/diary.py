"""What `follow` reads: the intake, the diary of days and weeks, and what a physio did. Plain, frozen values.

Days are counted from 1, the plan's first date in the athlete's own time zone (DF-01). Scores are whole numbers 0 to 10;
function (PSFS average, 0 to 10) and adherence (percent) are exact fractions, compared as written (DF-02).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from .protocol import Dose
from .words import Answer, Flag, Onset, Sport, StageId


def score(value: object, name: str) -> int | None:
    """A whole number 0 to 10, or None; anything else is refused (DF-02)."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10:
        raise ValueError(f"{name} must be a whole number from 0 to 10, not {value!r}")
    return value


def exact(value: int | Decimal | Fraction | None, name: str, most: int) -> Fraction | None:
    """A number from 0 to `most` as an exact fraction, or None."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise ValueError(f"{name} must be a number, not {value!r}")
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"{name} must be a number, not {value}")
    if not 0 <= value <= most:
        raise ValueError(f"{name} must be from 0 to {most}, not {value}")
    return Fraction(value)


@dataclass(frozen=True, slots=True)
class Session:
    """One session: worst during (d), worst later that day (a), before (b), percent of the dose done, flags."""

    during: int | None = None
    after: int | None = None
    before: int | None = None
    dose: Fraction | None = None
    flags: frozenset[Flag] = frozenset()

    def __post_init__(self) -> None:
        for name in ("during", "after", "before"):
            score(getattr(self, name), name)

    @property
    def recorded(self) -> bool:
        """A session without during, after, dose and flags is no session (DF-04)."""
        return self.during is not None or self.after is not None or self.dose is not None or bool(self.flags)


@dataclass(frozen=True, slots=True)
class Day:
    """One local day: average key pain (P), morning score (M), the session, and what is new."""

    pain: int | None = None
    morning: int | None = None
    session: Session | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    new_weakness: bool = False
    rescreened: bool = False

    def __post_init__(self) -> None:
        score(self.pain, "pain")
        score(self.morning, "morning")

    @property
    def held_session(self) -> Session | None:
        return self.session if self.session is not None and self.session.recorded else None

    @property
    def checked_in(self) -> bool:
        """SB-6: a pain, a morning score, a session, a red-flag yes or new weakness; an empty entry is none."""
        return (
            self.pain is not None
            or self.morning is not None
            or self.held_session is not None
            or self.new_weakness
            or self.rescreened
            or any(answer is not Answer.NO for answer in self.answers.values())
        )


@dataclass(frozen=True, slots=True)
class Week:
    """The weekly review: function is the PSFS average; pain answers the question of too little data (DF-15)."""

    function: Fraction | None = None
    adherence: Fraction | None = None
    sleep_affected: bool = False
    work_affected: bool = False
    training_stopped: bool = False
    pain: int | None = None

    @property
    def life_affected(self) -> bool:
        return self.sleep_affected or self.work_affected or self.training_stopped


@dataclass(frozen=True, slots=True)
class Intake:
    """What is known at entry. pain: P0; function: F0; answers: to the red-flag questions, complete (see `screening`).

    site: the choice of QE12. cleared: a clinician has cleared a loading plan, which also lifts the D3b limit (ST-G14).
    """

    age: int
    pain: int
    function: Fraction
    answers: Mapping[str, Answer] = field(default_factory=dict)
    site: str | None = None
    sport: Sport | None = None
    onset: Onset = Onset.GRADUAL
    cleared: bool = False

    def __post_init__(self) -> None:
        if score(self.pain, "entry pain") is None:
            raise ValueError("entry pain is needed")


@dataclass(frozen=True, slots=True)
class Diary:
    """All that the athlete reported. days and weeks by their number; what is missing was not reported."""

    intake: Intake
    days: Mapping[int, Day] = field(default_factory=dict)
    weeks: Mapping[int, Week] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clear:
    """A clinician's clearance: starts a stopped plan again at the stage the clinician names (DF-14)."""

    day: int
    stage: StageId
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A clinician has reviewed: the gates that a D3b answer kept shut may open (DF-17)."""

    day: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    day: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """Goes on after a pause, in the same stage, one dose step lower."""

    day: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetStage:
    day: int
    stage: StageId
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetDose:
    """A physio's own dose for one exercise from this day on, in place of the template's; None takes it out."""

    day: int
    exercise: str
    dose: Dose | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class End:
    day: int
    reason: str = ""


Intervention = Clear | Review | Pause | Resume | SetStage | SetDose | End
