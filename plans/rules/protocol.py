"""The protocol: the typed, immutable document that a published template version holds.

Every number of the rule book, sections 4 to 6 that the rules use is a field here; the code that applies them has none.
Scores are whole numbers 0 to 10, percentages 0 to 100, days and weeks are counted from 1 (DF-01).
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .limits import AnyTime, Check, Checkpoint, Classes, Count, Document, Modifiers, Percent, Score, StepBack
from .words import Condition, Sport, StageId

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


# What the athlete does --------------------------------------------------------------------------------------------


class Source(Document):
    """Where a statement comes from. mark: S seed, V read, R recalled, E engineering consensus (rule book, 0)."""

    id: Slug
    title: Text
    mark: Literal["S", "V", "R", "E"]
    where: str = Field("", max_length=300, description="a DOI, a guideline number or the name of a page")


class Exercise(Document):
    """An exercise card. Wording follows ST-G11: nothing about a body being fragile, worn or out of place."""

    id: Slug
    name: Annotated[str, Field(min_length=2, max_length=60)]
    purpose: Text
    steps: tuple[Text, ...] = Field(min_length=2, max_length=8)
    cues: tuple[Text, ...] = Field(min_length=1, max_length=5)
    mistakes: tuple[Text, ...] = Field(min_length=1, max_length=5)
    feel: Text
    stop: Text
    equipment: tuple[Text, ...] = ()
    easier: Text
    harder: Text
    per_side: bool = False
    figure: Slug = Field(description="the line drawing that fits best; several exercises may share one")
    sources: tuple[Slug, ...] = Field(min_length=1)


class Dose(Document):
    """How much. What is None is not counted; load in kilograms, or in words where it depends on the person."""

    sets: Annotated[int, Field(ge=1, le=10)] = 1
    reps: tuple[Annotated[int, Field(ge=1, le=100)], ...] | None = Field(
        None, description="one number, or one for each set such as 6, 4, 2"
    )
    hold_s: Annotated[int, Field(ge=1, le=120)] | None = None
    minutes: Annotated[int, Field(ge=1, le=120)] | None = None
    metres: Annotated[int, Field(ge=5, le=2000)] | None = None
    load_kg: Annotated[Decimal, Field(gt=0, le=300, decimal_places=2)] | None = None
    load: str = Field("", max_length=120, description="the load in words")
    load_percent: Annotated[int, Field(ge=10, le=400)] = Field(
        100, description="how much of the load in words; steps and easing change it"
    )
    effort: tuple[Percent, Percent] | None = Field(None, description="RPE 0 to 10, from and to (ST-G9)")
    tempo: str = Field("", max_length=80)
    rest_s: Annotated[int, Field(ge=0, le=600)] | None = None
    times_a_day: Annotated[int, Field(ge=1, le=12)] = 1

    @model_validator(mode="after")
    def _counts_something(self) -> Self:
        if not (self.reps or self.hold_s or self.minutes or self.metres):
            raise ValueError("a dose needs repetitions, a hold, minutes or metres")
        if self.reps and len(self.reps) not in (1, self.sets):
            raise ValueError("give one number of repetitions, or one for each set")
        if self.effort and not self.effort[0] <= self.effort[1] <= 10:
            raise ValueError("effort goes from low to high, at most 10")
        return self


class When(StrEnum):
    WARM_UP = "warm-up"
    SESSION = "session"
    EVERY_DAY = "every-day"


class Prescription(Document):
    """An exercise at the dose of step 0, the least of its stage."""

    exercise: Slug
    when: When
    dose: Dose
    note: str = Field("", max_length=300)
    only_for: tuple[Sport, ...] = Field((), description="shown to these sports alone; empty is everyone")
    sources: tuple[Slug, ...] = Field(min_length=1)


class Lever(StrEnum):
    LOAD = "load"
    SETS = "sets"
    REPS = "reps"
    HOLD = "hold"
    MINUTES = "minutes"


class StepUp(Document):
    """One change of one exercise (ST-G5), within ST-G6: 10 % load, 1 set, 2 repetitions or 5 minutes.

    by: percent for load, seconds for a hold, else a count.
    """

    exercise: Slug
    lever: Lever
    by: Count

    @model_validator(mode="after")
    def _small_enough(self) -> Self:
        most = {Lever.LOAD: 10, Lever.SETS: 1, Lever.REPS: 2, Lever.HOLD: 10, Lever.MINUTES: 5}[self.lever]
        if self.by > most:
            raise ValueError(f"a step may raise {self.lever} by {most} at the most (ST-G6)")
        return self


class Swap(Document):
    """What to do instead in one sport, and what to leave for now."""

    do: Text
    leave: str = Field("", max_length=500)


# How a stage is entered and left ------------------------------------------------------------------------------------


class Gate(Document):
    """Criteria that open the next stage; all must hold at the end of a day (section 4.0, DF-06)."""

    min_days: Count
    mean_over_days: Count
    min_values: Count = Field(description="days with a value that the mean needs")
    max_mean_pain: Score
    min_function: Score
    checks: Count = Field(description="how many of the newest known checks are looked at; none may be ease or stop")
    min_progress: Annotated[int, Field(ge=0, le=10)]
    min_adherence: Percent


class Stage(Document):
    id: StageId
    title: Annotated[str, Field(min_length=2, max_length=40)]
    goal: Text
    usual_length: Text
    do: tuple[Text, ...] = Field(min_length=1)
    avoid: tuple[Text, ...] = ()
    step_back_sign: str = Field("", max_length=300)
    sessions_a_week: Annotated[int, Field(ge=1, le=7)]
    days_between: Annotated[int, Field(ge=1, le=3)] = Field(description="2 leaves a rest day between sessions")
    session_minutes: Count
    prescriptions: tuple[Prescription, ...] = Field(min_length=1)
    steps: tuple[StepUp, ...] = ()
    swaps: dict[Sport, Swap] = {}
    gate: Gate | None = None
    misfit_mean_pain: Score | None = Field(None, description="SB-4: 7-day mean at or over this is a misfit")


# The whole ------------------------------------------------------------------------------------------------------------


class Protocol(Document):
    """A condition's plan, complete in itself: nothing outside the document is needed to follow it."""

    format: Literal[1] = 1
    condition: Condition
    title: Annotated[str, Field(min_length=2, max_length=60)]
    summary: Text
    expectation: Text = Field(description="the usual course, promising nothing (MW-4, MW-5)")
    key_pain: Text = Field(description="what P is: the words of the daily question")
    morning_pain: Text = Field(description="what M is: the words of the morning question")
    session_pain: Text = Field(description="what b, d and a are: 'pain' with its place")
    screening: tuple[str, ...] = Field(min_length=1, description="ids of the red-flag questions asked at entry")
    every_day: tuple[str, ...] = Field(min_length=1, description="those behind 'anything new?' on a check-in (G-2)")
    check: Check
    step_back: StepBack
    any_time: AnyTime
    classes: Classes
    stages: tuple[Stage, ...]
    checkpoints: tuple[Checkpoint, ...]
    modifiers: Modifiers
    load_drivers: tuple[Text, ...] = ()
    exercises: dict[Slug, Exercise]
    sources: dict[Slug, Source]
    approver: Annotated[str, Field(min_length=2, max_length=120)]
    review_by: date

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if [stage.id for stage in self.stages] != list(StageId):
            raise ValueError("a protocol has the four stages and maintenance, in order (ST-G1)")
        for stage in self.stages:
            self._check_stage(stage)
        weeks = [point.week for point in self.checkpoints]
        if weeks != sorted(set(weeks)) or not {2, 4, 6} <= set(weeks):
            raise ValueError("checkpoints are needed at week 2, 4 and 6, each once and in order")
        return self

    def _check_stage(self, stage: Stage) -> None:
        last = stage.id is StageId.MAINTENANCE
        if last is not (stage.gate is None):
            raise ValueError(f"stage {stage.id}: every stage but maintenance needs a gate")
        prescribed = [item.exercise for item in stage.prescriptions]
        if len(set(prescribed)) != len(prescribed):
            raise ValueError(f"stage {stage.id}: an exercise is prescribed twice")
        if unknown := set(prescribed) - set(self.exercises):
            raise ValueError(f"stage {stage.id}: unknown exercise {', '.join(sorted(unknown))}")
        if stray := {step.exercise for step in stage.steps} - set(prescribed):
            raise ValueError(f"stage {stage.id}: a step changes {', '.join(sorted(stray))}, which is not prescribed")

    def stage(self, id: StageId) -> Stage:
        return self.stages[id.rank]
