"""The walk through a plan, day by day, in the order of ST-G15.

Red-flag answers; the 24-hour check; SB-2 and SB-3; SB-5 then SB-4; the gate; the checkpoint. At most one stage change a
day (DF-13).
"""

from collections.abc import Sequence

from . import interventions, loading, milestones, stops
from .diary import Day, Intervention
from .records import CheckResult
from .state import State
from .words import Status

EMPTY = Day()


def walk(state: State, done: Sequence[Intervention]) -> None:
    """Walk from day 1 to the state's today; stops early where no plan may start or it was ended."""
    state.start()
    by_day: dict[int, list[Intervention]] = {}
    for act in done:
        by_day.setdefault(act.day, []).append(act)
    for number in range(1, state.today + 1):
        if state.status in (Status.NOT_STARTED, Status.ENDED):
            break
        _day(state, number, state.diary.days.get(number, EMPTY), by_day.get(number, ()))


def _day(state: State, number: int, entry: Day, done: Sequence[Intervention]) -> None:
    if number % 7 == 1:
        state.started_weeks[number // 7 + 1] = state.stage_id
    state.series.add(number, entry)
    for act in done:
        interventions.apply(state, act)
    raised = state.answers.add(number, entry)
    if not state.running:
        stops.stop_for_answers(state, number, entry, raised)
        return
    over = state.final or number < state.today
    stops.silence(state, number, entry, over)
    if stops.stop_for_answers(state, number, entry, raised):
        return
    for new in raised:
        stops.review_alongside(state, number, entry, new)
    red = loading.checks_fall_due(state, number, entry, over)
    if stops.stop_for_scores(state, number, entry):
        return
    _step_backs_gate_and_checkpoint(state, number, entry, red, over)


def _step_backs_gate_and_checkpoint(state: State, number: int, entry: Day, red: CheckResult | None, over: bool) -> None:
    """What is judged at the end of a day waits until it is over; only a red acts at once."""
    reference, entered = state.reference, len(state.entries)

    def moved() -> bool:
        return len(state.entries) > entered

    if red is not None:
        loading.after_red(state, number, red)
    if over:
        drifted = loading.drift(state, number, reference, moved=moved())
        if not moved():
            loading.misfit(state, number)
        if not moved() and not drifted:
            loading.gate(state, number, entry)
    if number % 7 == 0:
        milestones.fall_due(state, number, over)
