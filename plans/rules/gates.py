"""Gates: the criteria that open the next stage (clinical.md section 4.0, DF-02, DF-03, DF-06)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .protocol import Gate
from .words import Outcome

SETBACKS = (Outcome.EASE_AMBER, Outcome.EASE_RED, Outcome.STOP)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the athlete stands at the end of a day.

    days: since entry into the stage. mean_pain over the gate's days, with the number of values it rests on.
    outcomes: known checks of the plan, oldest first. adherence: percent, None before the end of week 1.
    """

    days: int
    mean_pain: Fraction | None
    values: int
    function: Fraction
    outcomes: Sequence[Outcome]
    adherence: Fraction | None
    checked_in: bool


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a gate. id: days, pain, function, checks, adherence or check_in; actual is None when unknown."""

    id: str
    met: bool
    needed: int | Fraction
    actual: int | Fraction | None


def criteria(gate: Gate, at: Standing) -> tuple[Criterion, ...]:
    """Each criterion of the gate, met or not yet. An unknown value never satisfies one (DF-02)."""
    newest = at.outcomes[-gate.checks :]
    calm = len(newest) == gate.checks and not any(outcome in SETBACKS for outcome in newest)
    progress = sum(outcome is Outcome.PROGRESS for outcome in newest)
    known_mean = at.mean_pain if at.values >= gate.min_values else None
    return (
        Criterion("days", at.days >= gate.min_days, gate.min_days, at.days),
        Criterion("pain", known_mean is not None and known_mean <= gate.max_mean_pain, gate.max_mean_pain, known_mean),
        Criterion("function", at.function >= gate.min_function, gate.min_function, at.function),
        Criterion("checks", calm and progress >= gate.min_progress, gate.checks, _calm_in_a_row(newest)),
        Criterion(
            "adherence",
            at.adherence is None or at.adherence >= gate.min_adherence,
            gate.min_adherence,
            at.adherence,
        ),
        Criterion("check_in", at.checked_in, 1, int(at.checked_in)),
    )


def _calm_in_a_row(newest: Sequence[Outcome]) -> int:
    """How many of the newest checks, counted back from the last, were neither ease nor stop."""
    count = 0
    for outcome in reversed(newest):
        if outcome in SETBACKS:
            break
        count += 1
    return count
