"""What a course is made of: plain, frozen records (docs/simulate.md; rule book, section 12)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from .check import Verdict
from .words import Action, AlertKind, Change, Outcome, StageId


@dataclass(frozen=True, slots=True)
class StageEntry:
    """cause: start, gate, SB-2, SB-4, SB-5, or clear and set-stage by a physio."""

    day: int
    stage: StageId
    cause: str


@dataclass(slots=True)
class CheckResult:
    """The check of the session on `day`, known on `known_on`; DF-05 may replace the verdict a day later.

    base: B; morning: m; both 0 to 10 or None.
    """

    day: int
    known_on: int
    verdict: Verdict
    base: int | None
    morning: int | None

    @property
    def outcome(self) -> Outcome:
        return self.verdict.outcome

    @property
    def rule(self) -> str:
        return self.verdict.rule


Checks = tuple[tuple[int, Outcome], ...]
"""Session day and outcome of each check that a decision rests on."""


@dataclass(frozen=True, slots=True)
class CheckpointResult:
    """mean_pain: exact, None when unknown. raised_by: the modifiers that changed the action, in order."""

    week: int
    day: int
    mean_pain: Fraction | None
    change: Change
    relapse: bool
    action: Action
    stage: StageId
    raised_by: tuple[str, ...]
    too_little_data: bool


@dataclass(frozen=True, slots=True)
class OpenCheckpoint:
    """DF-15: too few values to judge it, so the athlete is asked. closes: the last day on which that still counts."""

    week: int
    day: int
    closes: int


@dataclass(frozen=True, slots=True)
class Alert:
    day: int
    rule: str
    kind: AlertKind


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that the course decided: day, what kind, by which rule, on what values.

    `sentences.explain` turns it into words; keeping the values raw keeps a long course quick.
    """

    day: int
    kind: str
    rule: str
    values: Mapping[str, object] = field(default_factory=dict)
