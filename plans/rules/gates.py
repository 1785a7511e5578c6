"""Gates: the criteria that open the next stage (rule book, section 4.0, DF-02, DF-03, DF-06)."""

from collections.abc import Iterator, Sequence
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
    return tuple(_lines(gate, at))


def is_open(gate: Gate, at: Standing) -> bool:
    """Whether every criterion is met. Asked for each day of a plan, so it looks no further than the first unmet one."""
    return all(line.met for line in _lines(gate, at))


def _lines(gate: Gate, at: Standing) -> Iterator[Criterion]:
    yield Criterion("days", at.days >= gate.min_days, gate.min_days, at.days)
    known_mean = at.mean_pain if at.values >= gate.min_values else None
    calm_enough = known_mean is not None and known_mean <= gate.max_mean_pain
    yield Criterion("pain", calm_enough, gate.max_mean_pain, known_mean)
    yield Criterion("function", at.function >= gate.min_function, gate.min_function, at.function)
    newest = at.outcomes[-gate.checks :]
    calm = len(newest) == gate.checks and not any(outcome in SETBACKS for outcome in newest)
    progress = newest.count(Outcome.PROGRESS)
    yield Criterion("checks", calm and progress >= gate.min_progress, gate.checks, _calm_in_a_row(newest))
    delivered = at.adherence is None or at.adherence >= gate.min_adherence
    yield Criterion("adherence", delivered, gate.min_adherence, at.adherence)
    yield Criterion("check_in", at.checked_in, 1, int(at.checked_in))


def _calm_in_a_row(newest: Sequence[Outcome]) -> int:
    """How many of the newest checks, counted back from the last, were neither ease nor stop."""
    count = 0
    for outcome in reversed(newest):
        if outcome in SETBACKS:
            break
        count += 1
    return count
