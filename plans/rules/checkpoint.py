"""Checkpoints: a dated question with an action (rule book, section 6, DF-11, DF-12, DF-15)."""

from dataclasses import dataclass
from fractions import Fraction

from .limits import Actions, Checkpoint, Classes, Modifiers
from .words import Action, Change, StageId


@dataclass(frozen=True, slots=True)
class Figures:
    """What a checkpoint looks at, at the end of its day. Pain and function 0 to 10, adherence in percent."""

    week: int
    mean_pain: Fraction | None
    values: int
    function: Fraction
    entry_pain: int
    entry_function: Fraction
    best_mean: Fraction | None
    stage: StageId
    life_affected: bool
    age: int
    recurrent: bool
    mean_adherence: Fraction | None


@dataclass(frozen=True, slots=True)
class Review:
    """change: the class; raised_by: the modifiers that changed the action, in order."""

    change: Change
    relapse: bool
    action: Action
    raised_by: tuple[str, ...]


def review(point: Checkpoint, classes: Classes, modifiers: Modifiers, figures: Figures) -> Review:
    """Class, then action, then the modifiers M-1 to M-6 in order; they only ever raise, except M-6 (DF-11)."""
    change = classify(classes, figures)
    relapse = relapsed(modifiers, figures)
    action = _plain_action(point.actions, change)
    raised_by = []
    for rule, wanted in _raises(modifiers, figures, change, relapse):
        if action.at_least(wanted) is not action:
            action = wanted
            raised_by.append(rule)
    lowered = _supervised_reset(modifiers, figures, change, action)
    if lowered is not action:
        action = lowered
        raised_by.append("M-6")
    return Review(change, relapse, action, tuple(raised_by))


def classify(limits: Classes, figures: Figures) -> Change:
    """The class of section 6.3, first match wins; too little data is "none" (DF-15)."""
    mean = figures.mean_pain
    if mean is None or figures.values < limits.min_values:
        return Change.NONE
    drop = figures.entry_pain - mean
    better = figures.function - figures.entry_function
    if -drop >= limits.worse_points or (
        -drop >= limits.worse_percent_points and -drop >= Fraction(limits.worse_percent, 100) * figures.entry_pain
    ):
        return Change.WORSE
    if better <= -limits.function_drop:
        return Change.MIXED if drop >= limits.pain_down else Change.WORSE
    if _is_clear(limits, figures, mean, drop, better):
        return Change.CLEAR
    return Change.SOME if drop >= limits.some_points or better >= limits.some_function else Change.NONE


def _is_clear(limits: Classes, figures: Figures, mean: Fraction, drop: Fraction, better: Fraction) -> bool:
    settled = mean <= limits.low_pain and figures.function >= limits.high_function
    enough = drop >= limits.clear_points or drop >= Fraction(limits.clear_percent, 100) * figures.entry_pain
    freer = better >= limits.clear_function and -drop < limits.clear_function_pain_rise
    return settled or (drop > 0 and enough) or freer


def relapsed(modifiers: Modifiers, figures: Figures) -> bool:
    """M-3: the mean is so much above the lowest 7-day mean so far (DF-12)."""
    if figures.mean_pain is None or figures.best_mean is None:
        return False
    return figures.mean_pain >= figures.best_mean + modifiers.relapse.rise


def _plain_action(actions: Actions, change: Change) -> Action:
    by_class = {Change.CLEAR: actions.clear, Change.SOME: actions.some, Change.WORSE: actions.worse}
    return by_class.get(change, actions.none)


def _raises(modifiers: Modifiers, figures: Figures, change: Change, relapse: bool) -> list[tuple[str, Action]]:
    resting, life, cautious = modifiers.still_resting, modifiers.life_affected, modifiers.cautious
    mean, high = figures.mean_pain, modifiers.high_pain
    found = []
    if figures.week >= resting.from_week and figures.stage is StageId.RELATIVE_REST:
        found.append(("M-1", resting.at_least))
    if mean is not None and mean >= high.mean_pain:
        found.append(("M-2", high.at_least))
    if relapse:
        found.append(("M-3", modifiers.relapse.at_least))
    if life is not None and figures.week >= life.from_week and figures.life_affected:
        found.append(("M-4", life.at_least))
    careful = figures.age >= cautious.age or figures.recurrent
    if figures.week == cautious.week and careful and change in (Change.NONE, Change.MIXED):
        found.append(("M-5", cautious.at_least))
    return found


def _supervised_reset(modifiers: Modifiers, figures: Figures, change: Change, action: Action) -> Action:
    """M-6: a plan that was hardly delivered gets a supervised reset before a specialist."""
    rule = modifiers.undelivered
    if rule is None or figures.week != rule.week or action is not rule.action:
        return action
    if change not in (Change.NONE, Change.MIXED) or figures.mean_pain is None or figures.mean_adherence is None:
        return action
    undelivered = figures.mean_adherence < rule.below_adherence and figures.mean_pain < rule.below_mean_pain
    return rule.becomes if undelivered else action
