"""Thresholds of the rules, as parts of the protocol: every number of the rule book, sections 4 to 6 that a rule uses.

Scores are exact numbers 0 to 10, percentages 0 to 100, days and weeks are counted from 1 (DF-01, DF-02).
"""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from .words import Action


def _score(value: object) -> int | Fraction:
    """An exact number 0 to 10, so that means can be compared without rounding (DF-02)."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal | Fraction):
        raise ValueError("must be a number")
    number = Fraction(str(value))
    if not 0 <= number <= 10:
        raise ValueError("must be from 0 to 10")
    return number.numerator if number.denominator == 1 else number


Score = Annotated[
    int | Fraction,
    PlainValidator(_score),
    PlainSerializer(lambda value: value if isinstance(value, int) else float(value)),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 10}),
]
Percent = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=1, le=400)]


class Document(BaseModel):
    """A part of the protocol: frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


# Judging sessions and days ------------------------------------------------------------------------------------------


class Check(Document):
    """Thresholds of the 24-hour check, table 5.2, by row, and the window of its baseline (DF-04, DF-05)."""

    baseline_days: Count
    stop_morning: Score = Field(description="row 1")
    red_rise: Score = Field(description="row 2: morning above baseline")
    high_baseline: Score = Field(description="baseline from which rows 3 to 5 judge")
    high_baseline_red_rise: Score = Field(description="row 3: during or after above baseline")
    amber_rise: Score = Field(description="rows 4 and 7: morning above baseline")
    red_pain: Score = Field(description="row 6: during or after")
    hold_pain: Score = Field(description="row 8: during or after")
    hold_rise: Score = Field(description="row 8: morning above baseline")
    full_dose: Percent = Field(description="rows 8 and 9: share of the session done")
    late_rise: Score = Field(description="row 7, DF-05: more than this above baseline at 48 hours")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.hold_rise < self.amber_rise < self.red_rise:
            raise ValueError("the morning rise must grow from hold to amber to red")
        if not self.hold_pain < self.red_pain:
            raise ValueError("pain that holds must lie under pain that is red")
        return self


class StepBack(Document):
    """SB-1 to SB-6 and what a check does to the dose."""

    reds_in_a_row: Count = Field(description="SB-2")
    reds_in_window: Count = Field(description="SB-3")
    window_days: Count = Field(description="SB-3")
    misfit_days: Count = Field(description="SB-4: days in stage")
    drift_rise: Score = Field(description="SB-5: 7-day mean above the reference")
    drift_every_days: Count = Field(description="SB-5: at most once in so many days")
    nudge_days: Count = Field(description="SB-6")
    alert_days: Count = Field(description="SB-6")
    dose_scales: tuple[Percent, ...] = Field(description="full dose, eased (EA), after a red (SB-1); percent, falling")
    progress_for_step: Count = Field(description="ST-G6: progress checks in a row that earn a step")

    @model_validator(mode="after")
    def _falling(self) -> Self:
        if (
            len(self.dose_scales) < 2
            or self.dose_scales[0] != 100
            or list(self.dose_scales) != sorted(set(self.dose_scales), reverse=True)
        ):
            raise ValueError("dose scales start at 100 and fall")
        return self


class AnyTime(Document):
    """AT-3: the scores that stop a plan on any day."""

    stop_morning: Score
    stop_pain: Score
    stop_pain_days: Count


# Checkpoints ----------------------------------------------------------------------------------------------------------


class Actions(Document):
    """The action for each class; mixed acts like none (section 6.3)."""

    clear: Action
    some: Action
    none: Action
    worse: Action


class Checkpoint(Document):
    week: Annotated[int, Field(ge=1, le=52)]
    only_injured: bool = False
    actions: Actions


class Classes(Document):
    """Thresholds of the classes (section 6.3). Points are of 10; percent is of P0."""

    mean_days: Count
    min_values: Count = Field(description="DF-15: fewer daily values are too little data")
    wait_days: Count = Field(description="DF-15: how long the question of too little data stays open")
    worse_points: Score
    worse_percent: Percent
    worse_percent_points: Score = Field(description="the rise that the percentage needs as well")
    function_drop: Score
    pain_down: Score = Field(description="how much less pain makes a drop in function mixed, not worse")
    low_pain: Score
    high_function: Score
    clear_points: Score
    clear_percent: Percent
    clear_function: Score
    clear_function_pain_rise: Score = Field(description="better function is clear while pain rose by less than this")
    some_points: Score
    some_function: Score


class StillResting(Document):
    """M-1."""

    from_week: Count
    at_least: Action


class HighPain(Document):
    """M-2."""

    mean_pain: Score
    at_least: Action


class Relapse(Document):
    """M-3, DF-12."""

    rise: Score
    at_least: Action


class LifeAffected(Document):
    """M-4."""

    from_week: Count
    at_least: Action


class Cautious(Document):
    """M-5: by age, or QB23 yes."""

    week: Count
    age: Count
    at_least: Action


class Undelivered(Document):
    """M-6, the only modifier that lowers."""

    week: Count
    action: Action
    below_adherence: Percent
    below_mean_pain: Score
    becomes: Action


class Modifiers(Document):
    still_resting: StillResting
    high_pain: HighPain
    relapse: Relapse
    life_affected: LifeAffected | None = None
    cautious: Cautious
    undelivered: Undelivered | None = None
