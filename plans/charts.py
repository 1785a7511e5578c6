"""A chart of scores over days, worked out here and drawn by a template as SVG: no script, and it prints."""

from collections.abc import Mapping
from dataclasses import dataclass

from plans.rules.course import Course

WIDTH, HEIGHT = 340, 210
LEFT, RIGHT, TOP, BOTTOM = 22, 4, 20, 22
MOST = 10
LABELS = 7
LETTER = 6.6  # about the width of a letter at the size that the style sheet gives names


@dataclass(frozen=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True)
class Band:
    """A stage from one day to another. odd: every second one is shaded."""

    title: str
    x: float
    width: float
    odd: bool

    @property
    def named(self) -> bool:
        """Whether its name has room above it."""
        return self.width > LETTER * len(self.title)


@dataclass(frozen=True)
class Chart:
    """lines: what a polyline's points attribute holds, one for each unbroken run of days."""

    days: int
    bands: list[Band]
    pain: list[str]
    pain_dots: list[Point]
    morning: list[str]
    morning_dots: list[Point]
    rows: list[tuple[int, float]]
    ticks: list[tuple[int, float]]
    marks: list[tuple[str, float]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    foot: int = HEIGHT - BOTTOM
    plot: int = HEIGHT - BOTTOM - TOP


def draw(course: Course, pain: Mapping[int, int], morning: Mapping[int, int]) -> Chart:
    days = max(course.today, 7)
    every = max(1, -(-days // LABELS))
    return Chart(
        days=days,
        bands=_bands(course, days),
        pain=_runs(pain, days),
        pain_dots=[Point(_x(day, days), _y(value)) for day, value in sorted(pain.items())],
        morning=_runs(morning, days),
        morning_dots=[Point(_x(day, days), _y(value)) for day, value in sorted(morning.items())],
        rows=[(value, _y(value)) for value in (0, 2, 4, 6, 8, 10)],
        ticks=[(day, _x(day, days)) for day in range(1, days + 1, every)],
        marks=[(str(result.week), _x(result.day, days)) for result in course.checkpoints if result.day <= days],
    )


def _x(day: float, days: int) -> float:
    """The middle of a day's column; half a day less is where it begins."""
    return round(LEFT + (day - 0.5) * (WIDTH - LEFT - RIGHT) / days, 1)


def _y(value: int) -> float:
    return round(TOP + (MOST - value) * (HEIGHT - TOP - BOTTOM) / MOST, 1)


def _runs(values: Mapping[int, int], days: int) -> list[str]:
    """A day without a score breaks the line: what was not said is not drawn."""
    runs: list[list[str]] = []
    before = None
    for day, value in sorted(values.items()):
        if before is None or day != before + 1:
            runs.append([])
        runs[-1].append(f"{_x(day, days)},{_y(value)}")
        before = day
    return [" ".join(run) for run in runs if len(run) > 1]


def _bands(course: Course, days: int) -> list[Band]:
    bands = []
    for n, entry in enumerate(course.entries):
        last = course.entries[n + 1].day if n + 1 < len(course.entries) else days + 1
        start, end = _x(entry.day - 0.5, days), _x(last - 0.5, days)
        if end > start:
            title = course.protocol.stage(entry.stage).title
            bands.append(Band(title, start, round(end - start, 1), odd=n % 2 == 1))
    return bands
