"""The checkpoints of a plan: when each falls due, and on what figures it is judged (DF-01, DF-15, DF-18)."""

from fractions import Fraction

from .checkpoint import Figures, review
from .limits import Checkpoint
from .records import CheckpointResult, OpenCheckpoint
from .state import State
from .words import Change


def fall_due(state: State, day: int, over: bool) -> None:
    """Judge the checkpoint at the end of its day, or as soon as the athlete has answered its review.

    The rules are 6.4/1 (an injured elbow), 6.4/2, 6.4/4 and 6.4/6, by the week.
    """
    week = day // 7
    if not over and week not in state.diary.weeks:
        return
    for point in state.protocol.checkpoints:
        if point.week == week and (not point.only_injured or state.injured(day)):
            _judge(state, day, point)


def _judge(state: State, day: int, point: Checkpoint) -> None:
    classes, given = state.protocol.classes, state.diary.weeks.get(point.week)
    mean, values = state.series.mean(day, classes.mean_days), state.series.values(day, classes.mean_days)
    if values < classes.min_values and given is not None and given.pain is not None:
        mean, values = Fraction(given.pain), classes.min_values  # DF-15: the athlete was asked
    too_little = values < classes.min_values
    if too_little and not state.final and state.today < day + classes.wait_days:
        state.open_checkpoint = OpenCheckpoint(point.week, day, day + classes.wait_days - 1)
        return
    done = review(point, classes, state.protocol.modifiers, _figures(state, day, point.week, mean, values))
    if point.week >= 2 and done.change is Change.CLEAR:
        state.cleared_by_checkpoint, state.held = True, False
    result = CheckpointResult(
        point.week, day, mean, done.change, done.relapse, done.action, state.stage_id, done.raised_by, too_little
    )
    state.checkpoints.append(result)
    state.note(day, "checkpoint", f"6.4/{point.week}", result=result, function=state.function(day))


def _figures(state: State, day: int, week: int, mean: Fraction | None, values: int) -> Figures:
    intake, given = state.diary.intake, state.diary.weeks.get(week)
    delivered = [state.adherence(number) or Fraction(0) for number in range(1, week + 1)]
    return Figures(
        week=week,
        mean_pain=mean,
        values=values,
        function=state.function(day),
        entry_pain=intake.pain,
        entry_function=intake.function,
        best_mean=state.series.best_mean(day),
        stage=state.stage_id,
        life_affected=given is not None and given.life_affected,
        age=intake.age,
        recurrent=state.answers.yes("QB23"),
        mean_adherence=sum(delivered, Fraction(0)) / len(delivered),
    )
