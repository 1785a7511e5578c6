"""What a physio does to a plan, applied on its day (DF-14, DF-17)."""

from .diary import Clear, End, Intervention, Pause, Resume, Review, SetDose, SetStage
from .state import State
from .words import Disposition, StageId, Status


def apply(state: State, done: Intervention) -> None:
    """One intervention; one that has nothing to act on, such as a resume without a pause, changes nothing."""
    match done:
        case Clear():
            _clear(state, done)
        case Review():
            state.held = state.review_wanted = False
            state.note(done.day, "reviewed", "DF-17", reason=done.reason)
        case Pause() if state.running:
            state.status = Status.PAUSED
            state.note(done.day, "paused", "ST-G3", reason=done.reason)
        case Resume() if state.status is Status.PAUSED:
            _resume(state, done.day, done.reason)
        case SetStage() if state.running:
            state.note(done.day, "set_stage", "ST-G2", stage=done.stage, reason=done.reason)
            state.enter(done.day, done.stage, "set-stage")
        case SetDose():
            state.own_doses[done.exercise] = done.dose
            state.note(done.day, "set_dose", "ST-G5", exercise=done.exercise, dose=done.dose, reason=done.reason)
        case End():
            state.status = Status.ENDED
            state.note(done.day, "ended", "AT-6", reason=done.reason)
        case _:
            pass  # nothing to resume, or a pause of a plan that does not run


def _clear(state: State, done: Clear) -> None:
    """DF-14. An emergency is never cleared within the same screening (section 0, D1)."""
    if state.status is not Status.STOPPED or state.stopped_for is Disposition.EMERGENCY:
        return
    state.stopped_for, state.held, state.review_wanted = None, False, False
    state.red_run, state.silent, state.active_from = 0, 0, done.day
    state.reds.clear()
    state.note(done.day, "cleared", "DF-14", stage=done.stage, reason=done.reason)
    state.enter(done.day, done.stage, "clear")


def _resume(state: State, day: int, reason: str) -> None:
    """The rule book is silent on pauses; the safer reading: minimum days begin again, one dose lower."""
    state.status = Status.MAINTENANCE if state.stage_id is StageId.MAINTENANCE else Status.ACTIVE
    state.since, state.silent, state.active_from = day, 0, day
    state.dose = state.dose.lower(state.protocol.step_back)
    state.note(day, "resumed", "SB-6", reason=reason)
