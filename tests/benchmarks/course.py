"""How long it takes to follow a plan: the rules alone, without a database or a page."""

import statistics
import time
from collections.abc import Callable

from plans.rules.course import follow
from plans.rules.diary import Day, Diary
from tests.rules.build import intake, protocol, session, weekly

BUDGET_MS = {56: 3.0, 365: 15.0}
LENGTHS = (56, 365, 730)
REPEATS = 31


def diary(days: int) -> Diary:
    """Every day logged, a session every other day, some mornings worse; never calm enough for the gate.

    The slow case: the gate is asked about on every evening, and checks keep the dose moving.
    """
    logged = {
        number: Day(2 + (number % 5 == 0), 2 + (number % 7 == 0), session(2 + number % 2) if number % 2 else None)
        for number in range(1, days + 1)
    }
    return Diary(intake(), logged, weekly(days // 7, function=8))


def median_ms(clock: Callable[[], float], diary: Diary, days: int) -> float:
    plan, times = protocol(), []
    for _ in range(REPEATS):
        begin = clock()
        follow(plan, diary, (), days)
        times.append(clock() - begin)
    return statistics.median(times) * 1000


def run() -> None:
    print("Following a plan (rules alone), each day logged")
    print(f"  {'days':>6}{'CPU ms':>9}{'wall ms':>9}{'budget':>9}  n = {REPEATS}, medians")
    spent = {}
    for days in LENGTHS:
        lived = diary(days)
        spent[days] = median_ms(time.process_time, lived, days)
        wall = median_ms(time.perf_counter, lived, days)
        budget = f"{BUDGET_MS[days]:.0f}" if days in BUDGET_MS else ""
        print(f"  {days:6}{spent[days]:9.2f}{wall:9.2f}{budget:>9}")
    print(f"  730 days against 365: {spent[730] / spent[365]:.2f} times (linear is 2)")
