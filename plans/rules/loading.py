"""Loading: the check that falls due, step-backs SB-1 to SB-5, and the gate (rule book, sections 4.0 and 5)."""

from collections.abc import Iterable
from fractions import Fraction

from . import check, gates
from .diary import Day
from .records import CheckResult, Checks
from .state import FIRST, State
from .words import AlertKind, Outcome, StageId, Status


def checks_fall_due(state: State, day: int, entry: Day, over: bool) -> CheckResult | None:
    """Judge yesterday's session, look once more at the one before (DF-05); returns a red that became known today."""
    _late_rise(state, day, entry)
    session = state.series.session(day - 1)
    if session is None or day - 1 < state.active_from:
        return None
    limits = state.protocol.check
    base = check.baseline(state.series.mornings(day - 1, limits.baseline_days))
    verdict = check.judge(limits, session, base, entry.morning)
    if entry.morning is None and not over and verdict.outcome is Outcome.UNKNOWN:
        return None  # the morning may still come
    result = CheckResult(day - 1, day, verdict, base, entry.morning)
    state.checks.append(result)
    if verdict.outcome is not Outcome.UNKNOWN:
        state.known.append(result)
    state.note(day, "check", verdict.rule, result=result, session=session, outcome=verdict.outcome)
    _change_dose(state, day, verdict.outcome)
    if verdict.outcome is Outcome.EASE_RED:
        state.red_run += 1
        return result
    if verdict.outcome is not Outcome.UNKNOWN:
        state.red_run = 0
    return None


def told(checks: Iterable[CheckResult]) -> Checks:
    """Checks that a decision rests on, as they stand now: DF-05 may change them later."""
    return tuple((done.day, done.outcome) for done in checks)


def _late_rise(state: State, day: int, entry: Day) -> None:
    last = state.checks[-1] if state.checks else None
    if last is None or last.day != day - 2 or state.series.session(day - 1) is not None:
        return
    limits = state.protocol.check
    if last.outcome in check.PROVISIONAL and check.still_raised(limits, last.base, entry.morning):
        last.verdict = check.Verdict(Outcome.EASE_AMBER, "DF-05")
        state.note(day, "late_rise", "DF-05", base=last.base, morning=entry.morning, session_day=last.day)
        _change_dose(state, day, Outcome.EASE_AMBER)


def _change_dose(state: State, day: int, outcome: Outcome) -> None:
    before = state.dose
    state.dose = before.after(outcome, state.protocol.step_back, len(state.stage.steps))
    if state.dose.step > before.step:
        calm = told(state.known[-state.protocol.step_back.progress_for_step :])
        state.note(day, "dose_step", "ST-G6", step=state.stage.steps[before.step], checks=calm)
    if outcome is Outcome.EASE_RED:
        scale = state.protocol.step_back.dose_scales[-1]
        state.note(day, "recovery", "SB-1", scale=scale, checks=told(state.known[-1:]))


def after_red(state: State, day: int, red: CheckResult) -> None:
    """SB-2 and SB-3 (DF-07, DF-08)."""
    limits = state.protocol.step_back
    state.reds.append(red.day)
    recent = [other for other in state.reds if other > red.day - limits.window_days]
    if len(recent) >= limits.reds_in_window:
        state.alert(day, "SB-3", AlertKind.RETRIAGE)
        behind = told(done for done in state.known[-limits.window_days :] if done.day in recent)
        state.note(day, "three_reds", "SB-3", days=tuple(recent), checks=behind)
    if state.red_run >= limits.reds_in_a_row and state.status is not Status.MAINTENANCE:
        # an unknown check, which does not break a run, is not among the known ones
        state.step_back(day, "SB-2", checks=told(state.known[-state.red_run :]))


def drift(state: State, day: int, reference: Fraction, moved: bool) -> bool:
    """SB-5 (DF-09): the 7-day mean against the reference, which on a day of SB-2 is the one from before it."""
    limits, mean = state.protocol.step_back, state.series.mean(day)
    if day < state.protocol.classes.mean_days or mean is None:
        return False
    if state.last_drift is not None and day - state.last_drift < limits.drift_every_days:
        return False
    if mean - reference < limits.drift_rise:
        return False
    state.last_drift = day
    state.alert(day, "SB-5", AlertKind.EARLY_REVIEW)
    state.note(day, "drift", "SB-5", mean=mean, reference=reference)
    if not moved and state.stage_id not in (FIRST, StageId.MAINTENANCE):
        state.step_back(day, "SB-5")
    state.refer_to(day)
    return True


def misfit(state: State, day: int) -> None:
    """SB-4 (DF-10)."""
    limit, mean = state.stage.misfit_mean_pain, state.series.mean(day)
    if limit is None or mean is None or state.stage_id in (FIRST, StageId.MAINTENANCE):
        return
    if day - state.since >= state.protocol.step_back.misfit_days and mean >= limit:
        state.step_back(day, "SB-4")


def standing(state: State, day: int, checked_in: bool) -> gates.Standing:
    """Where the athlete stands in front of the gate of the present stage."""
    gate = state.stage.gate
    days = gate.mean_over_days if gate else state.protocol.classes.mean_days
    newest = state.known[-gate.checks :] if gate else []
    mean = state.series.mean(day, days)
    return gates.Standing(
        days=day - state.since,
        mean_pain=mean,
        values=state.series.values(day, days),
        function=state.function(day),
        outcomes=[done.outcome for done in newest],
        adherence=state.adherence(day // 7),
        checked_in=checked_in,
    )


def gate(state: State, day: int, entry: Day) -> None:
    gate = state.stage.gate
    if gate is None or day - state.since < gate.min_days:
        return
    at = standing(state, day, entry.checked_in)
    if not gates.is_open(gate, at):
        return
    lines = gates.criteria(gate, at)
    if state.held:
        state.note(day, "gate_held", "DF-17", stage=state.stage_id, criteria=lines)
        return
    following = list(StageId)[state.stage_id.rank + 1]
    state.note(day, "gate", "ST-G2", stage=following, **{"from": state.stage_id}, criteria=lines)
    state.enter(day, following, "gate")
