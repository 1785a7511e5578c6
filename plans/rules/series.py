"""The daily figures of a plan, with their running means (DF-02): each day is added once, each question is quick."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from .diary import Day, Session


@lru_cache(maxsize=1024)
def ratio(total: int, count: int) -> Fraction:
    """Means of whole scores repeat; making a Fraction costs more than looking one up."""
    return Fraction(total, count)


@dataclass(slots=True)
class Series:
    """Index 0 is the day before the plan and empty, so that day n stands at n.

    sums and counts run from day 1, so that any window is a difference of two.
    """

    window: int
    pain: list[int | None] = field(default_factory=lambda: [None])
    morning: list[int | None] = field(default_factory=lambda: [None])
    sessions: list[Session | None] = field(default_factory=lambda: [None])
    _sums: list[int] = field(default_factory=lambda: [0])
    _counts: list[int] = field(default_factory=lambda: [0])
    _held: list[int] = field(default_factory=lambda: [0])
    _means: list[Fraction | None] = field(default_factory=lambda: [None])

    def add(self, day: int, entry: Day) -> None:
        self.pain.append(entry.pain)
        self.morning.append(entry.morning)
        held = entry.held_session
        self.sessions.append(held)
        self._sums.append(self._sums[-1] + (entry.pain or 0))
        self._counts.append(self._counts[-1] + (entry.pain is not None))
        self._held.append(self._held[-1] + (held is not None))
        self._means.append(self._mean(day, self.window))

    def values(self, day: int, days: int) -> int:
        """How many of the last `days` days, this one included, have a pain score."""
        return self._counts[day] - self._counts[max(day - days, 0)]

    def _mean(self, day: int, days: int) -> Fraction | None:
        start = max(day - days, 0)
        count = self._counts[day] - self._counts[start]
        return ratio(self._sums[day] - self._sums[start], count) if count else None

    def mean(self, day: int, days: int | None = None) -> Fraction | None:
        """Exact mean of pain over the last `days` days (P7 when left out) that have a value; None without any."""
        return self._means[day] if days is None or days == self.window else self._mean(day, days)

    def best_mean(self, day: int) -> Fraction | None:
        """DF-12: the lowest P7(k) for k from 7 to the day before."""
        return min((mean for mean in self._means[self.window : day] if mean is not None), default=None)

    def mornings(self, day: int, days: int) -> list[int | None]:
        return self.morning[max(day - days + 1, 0) : day + 1]

    def session(self, day: int) -> Session | None:
        return self.sessions[day] if 0 <= day < len(self.sessions) else None

    def sessions_in_week(self, week: int) -> int:
        last = min(7 * week, len(self._held) - 1)
        return self._held[last] - self._held[7 * week - 7]

    def at_least(self, day: int, score: int | Fraction, days: int) -> bool:
        """Whether pain was recorded at `score` or more on each of the last `days` days."""
        return day >= days and all(
            value is not None and value >= score for value in self.pain[day - days + 1 : day + 1]
        )
