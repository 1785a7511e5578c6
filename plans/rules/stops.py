"""What stops a plan or asks for a review: red-flag answers, scores and silence (AT-1 to AT-3, DF-14, DF-17, SB-6)."""

from collections.abc import Sequence

from .answers import Raised
from .diary import Day
from .state import State
from .words import AlertKind, Disposition, Outcome, Region, Status


def stop_for_answers(state: State, day: int, entry: Day, raised: Sequence[Raised]) -> bool:
    """AT-1, then AT-2, then a D3a answer; the plan is as urgent as the most urgent of them (G-0)."""
    if not raised and not entry.new_weakness:
        return False
    worst = max(raised, key=lambda new: new.disposition.rank, default=None)
    told = {"answers": entry.answers}
    if worst is not None and worst.disposition.rank >= Disposition.URGENT.rank:
        disposition = worst.disposition.at_least(_of_weakness(state)[0] if entry.new_weakness else worst.disposition)
        return _stop(state, day, "AT-1", disposition, because=worst.rule, **told)
    if entry.new_weakness:
        disposition, rule = _of_weakness(state)
        return _stop(state, day, "AT-2", disposition, because=rule, **told)
    if worst is not None and worst.disposition is Disposition.REVIEW_FIRST:
        return _stop(state, day, worst.rule, worst.disposition, because=worst.rule, **told)
    return False


def _of_weakness(state: State) -> tuple[Disposition, str]:
    """AT-2: RF-B05 makes new weakness an emergency; of a hand, RF-E09 makes it urgent."""
    back = state.protocol.condition.region is Region.BACK
    return (Disposition.EMERGENCY, "RF-B05") if back else (Disposition.URGENT, "RF-E09")


def stop_for_scores(state: State, day: int, entry: Day) -> bool:
    limits = state.protocol.any_time
    morning = entry.morning is not None and entry.morning >= limits.stop_morning
    newest = state.checks[-1] if state.checks else None
    judged_stop = newest is not None and newest.known_on == day and newest.outcome is Outcome.STOP
    if morning or judged_stop or state.series.at_least(day, limits.stop_pain, limits.stop_pain_days):
        return _stop(state, day, "AT-3", Disposition.REVIEW_FIRST, morning=entry.morning, pain=entry.pain)
    return False


def _stop(state: State, day: int, rule: str, disposition: Disposition, **values: object) -> bool:
    """A stop raises one alert; of a plan already stopped only the urgency grows."""
    if state.status is not Status.STOPPED:
        state.alert(day, rule, AlertKind.STOP)
        state.status, state.stopped_for = Status.STOPPED, disposition
    else:
        state.stopped_for = disposition.at_least(state.stopped_for or disposition)
    state.note(day, "stop", rule, disposition=disposition, **values)
    return True


def review_alongside(state: State, day: int, entry: Day, new: Raised) -> None:
    """DF-17: a new answer that asks for a review alongside keeps the gates shut, but the stage is kept."""
    state.alert(day, new.rule, AlertKind.RETRIAGE)
    state.note(day, "review_alongside", new.rule, disposition=new.disposition, answers=entry.answers)
    state.review_wanted = True
    if not state.cleared_by_checkpoint:
        state.held = True


def silence(state: State, day: int, entry: Day, over: bool) -> None:
    """SB-6: a nudge, an alert, and on coming back the questions again and one dose lower."""
    limits = state.protocol.step_back
    if entry.checked_in:
        if state.silent >= limits.nudge_days:
            state.alert(day, "SB-6", AlertKind.RETRIAGE)
            state.dose = state.dose.lower(limits)
            state.note(day, "back_after_silence", "SB-6", days=state.silent)
        state.silent = 0
    elif over:
        state.silent += 1
        if state.silent in (limits.nudge_days, limits.alert_days):
            state.alert(day, "SB-6", AlertKind.SILENCE)
            state.note(day, "silence", "SB-6", days=state.silent)
