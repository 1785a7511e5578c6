"""Doses by step: what a check changes, by how much, and what today's session holds (ST-G5 to ST-G8, SB-1).

A stage begins at the least dose. Two progress checks in a row earn one small step (ST-G6), one change of one exercise
(ST-G5). An amber check eases one level, a red one makes the next session a recovery session and then resumes at half.
The rule book does not say how a reduced dose returns to full; the safer reading is taken: one level for each progress.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from .limits import StepBack
from .protocol import Dose, Lever, Prescription, Stage, StepUp, When
from .words import Outcome, Sport


@dataclass(frozen=True, slots=True)
class DoseState:
    """step: how many of the stage's steps are taken. level: place in dose_scales, 0 is the full dose.

    recovery: the next session is a recovery session. run: progress checks in a row since the last change.
    """

    step: int = 0
    level: int = 0
    recovery: bool = False
    run: int = 0

    def after(self, outcome: Outcome, limits: StepBack, steps: int) -> "DoseState":
        """The state that a check leaves. steps: how many steps the stage has."""
        lowest = len(limits.dose_scales) - 1
        match outcome:
            case Outcome.EASE_RED:
                return DoseState(self.step, lowest, recovery=True)
            case Outcome.EASE_AMBER:
                return DoseState(self.step, min(self.level + 1, lowest))
            case Outcome.PROGRESS if not self.recovery:
                return self._progress(limits, steps)
            case _:
                return DoseState(self.step, self.level)

    def _progress(self, limits: StepBack, steps: int) -> "DoseState":
        if self.level:
            return DoseState(self.step, self.level - 1)
        run = self.run + 1
        if run >= limits.progress_for_step and self.step < steps:
            return DoseState(self.step + 1)
        return replace(self, run=min(run, limits.progress_for_step))

    def lower(self, limits: StepBack) -> "DoseState":
        """One dose lower, after a long silence (SB-6) or a pause."""
        if self.step:
            return DoseState(self.step - 1, self.level, self.recovery)
        return DoseState(0, min(self.level + 1, len(limits.dose_scales) - 1), self.recovery)


class SessionKind(StrEnum):
    SESSION = "session"
    RECOVERY = "recovery"
    REST = "rest"
    DONE = "done"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An exercise of today. changed: the step that was taken last, when it changed this exercise."""

    exercise: str
    when: When
    dose: Dose
    note: str = ""
    eased: bool = False
    changed: StepUp | None = None
    by_physio: bool = False


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """scale: percent of the dose of this step. minutes: about how long it takes."""

    kind: SessionKind
    items: tuple[PlannedItem, ...] = ()
    scale: int = 100
    minutes: int = 0


def stepped(dose: Dose, step: StepUp) -> Dose:
    """The dose after one step: load by percent, a hold by seconds, the rest by count."""
    match step.lever:
        case Lever.SETS:
            # a dose with a number for each set repeats the last one in the set that is new
            reps = (*dose.reps, dose.reps[-1]) if dose.reps and len(dose.reps) > 1 else dose.reps
            return dose.model_copy(update={"sets": dose.sets + step.by, "reps": reps})
        case Lever.REPS:
            return dose.model_copy(update={"reps": tuple(count + step.by for count in dose.reps or ())})
        case Lever.HOLD:
            return dose.model_copy(update={"hold_s": (dose.hold_s or 0) + step.by})
        case Lever.MINUTES:
            return dose.model_copy(update={"minutes": (dose.minutes or 0) + step.by})
        case Lever.LOAD:
            return _loaded(dose, 100 + step.by)


def eased(dose: Dose, percent: int, *, by_load: bool) -> Dose:
    """The dose cut to so many percent, by the first lever of ST-G7 that it has: load, else how long or how often."""
    if by_load:
        return _loaded(dose, percent)
    if dose.minutes:
        return dose.model_copy(update={"minutes": _part(dose.minutes, percent)})
    if dose.reps:
        return dose.model_copy(update={"reps": tuple(_part(count, percent) for count in dose.reps)})
    if dose.metres:
        return dose.model_copy(update={"metres": _part(dose.metres, percent)})
    return dose.model_copy(update={"hold_s": _part(dose.hold_s or 1, percent)})


def _loaded(dose: Dose, percent: int) -> Dose:
    """The load changed to so many percent of itself, rounded down, so that a step never passes its limit (ST-G6)."""
    if dose.load_kg is None:
        return dose.model_copy(update={"load_percent": dose.load_percent * percent // 100})
    load = (dose.load_kg * percent / 100).quantize(Decimal("0.05"), ROUND_DOWN)
    return dose.model_copy(update={"load_kg": load})


def _part(count: int, percent: int) -> int:
    return max(1, count * percent // 100)


def dose_at(stage: Stage, prescription: Prescription, step: int) -> Dose:
    """The dose of an exercise after so many of the stage's steps."""
    dose = prescription.dose
    for taken in stage.steps[:step]:
        if taken.exercise == prescription.exercise:
            dose = stepped(dose, taken)
    return dose


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans one day of a stage. own: a physio's doses by exercise, in place of the template's; None takes one out."""

    stage: Stage
    state: DoseState
    limits: StepBack
    kind: SessionKind
    sport: Sport | None
    own: Mapping[str, Dose | None]

    def plan(self) -> PlannedSession:
        """A recovery session leaves the loaded items out; on a rest day only what is meant for every day remains."""
        found = (self._item(given) for given in self.stage.prescriptions)
        items = tuple(item for item in found if item is not None)
        shorter = {SessionKind.SESSION: self._scale, SessionKind.RECOVERY: self.limits.dose_scales[-1]}
        minutes = self.stage.session_minutes * shorter.get(self.kind, 0) // 100
        return PlannedSession(self.kind, items, self._scale, minutes)

    @property
    def _scale(self) -> int:
        return self.limits.dose_scales[self.state.level]

    def _item(self, given: Prescription) -> PlannedItem | None:
        dose = self.own.get(given.exercise, dose_at(self.stage, given, self.state.step))
        # an item for every day that names a load is loaded as well
        loaded = given.when is When.SESSION or (
            given.when is When.EVERY_DAY and bool(dose and (dose.load or dose.load_kg))
        )
        if dose is None or not self._wanted(given, loaded):
            return None
        ease = loaded and self._scale < 100
        last = self.stage.steps[self.state.step - 1] if self.state.step and not self.state.level else None
        return PlannedItem(
            given.exercise,
            given.when,
            eased(dose, self._scale, by_load=self._by_load(given.exercise, dose)) if ease else dose,
            given.note,
            eased=ease,
            changed=last if last is not None and last.exercise == given.exercise else None,
            by_physio=given.exercise in self.own,
        )

    def _wanted(self, given: Prescription, loaded: bool) -> bool:
        if given.only_for and self.sport not in given.only_for:
            return False
        if self.kind is SessionKind.SESSION:
            return True
        if self.kind is SessionKind.RECOVERY:
            return not loaded
        return given.when is When.EVERY_DAY

    def _by_load(self, exercise: str, dose: Dose) -> bool:
        """Whether its load can be turned down: it is in kilograms, or the stage turns it up."""
        turned_up = any(step.exercise == exercise and step.lever is Lever.LOAD for step in self.stage.steps)
        return dose.load_kg is not None or turned_up
