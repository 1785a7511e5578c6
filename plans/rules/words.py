"""The words of the rule book (section 12) as types, in the order in which they outrank each other."""

from enum import StrEnum
from typing import Self


class Ranked(StrEnum):
    """A word with a rank from 0: members are written from the least to the most."""

    rank: int

    def __new__(cls, value: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.rank = len(cls.__members__)
        return member

    def at_least(self, other: Self) -> Self:
        """The higher of the two; never lowers (DF-11)."""
        return other if other.rank > self.rank else self


class Condition(StrEnum):
    LUMBAR_STRAIN = "lumbar-strain"
    SCIATICA_LIKE = "sciatica-like"
    TENNIS_ELBOW = "tennis-elbow"
    GOLFERS_ELBOW = "golfers-elbow"

    @property
    def region(self) -> "Region":
        back = (Condition.LUMBAR_STRAIN, Condition.SCIATICA_LIKE)
        return Region.BACK if self in back else Region.ELBOW


class Region(StrEnum):
    BACK = "back"
    ELBOW = "elbow"


class Answer(Ranked):
    """An answer to a red-flag question; a yes is never taken back by a later, milder answer (G-0)."""

    NO = "no"
    NOT_SURE = "not_sure"
    YES = "yes"


class Disposition(Ranked):
    """D4, D3b, D3a, D2, D1 (rule book, section 0)."""

    SELF_MANAGED = "self_managed"
    REVIEW_ALONGSIDE = "review_alongside"
    REVIEW_FIRST = "review_first"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    def raised(self) -> "Disposition":
        """One level more urgent (RF-G15)."""
        levels = list(Disposition)
        return levels[min(self.rank + 1, len(levels) - 1)]


class StageId(Ranked):
    """S1, S2, S3, S4, maintenance (ST-G1)."""

    RELATIVE_REST = "relative-rest"
    REBUILD = "rebuild"
    RELOAD = "reload"
    RETURN_TO_SPORT = "return-to-sport"
    MAINTENANCE = "maintenance"


class Sport(StrEnum):
    """DF-19."""

    STRENGTH = "strength"
    RUNNING = "running"
    FIELD = "field"
    RACKET = "racket"
    GOLF_THROWING = "golf-throwing"
    MANUAL = "manual"
    DESK = "desk"
    SWIMMING = "swimming"
    YOGA = "yoga"
    CLIMBING = "climbing"


class Onset(StrEnum):
    GRADUAL = "gradual"
    INJURY = "injury"


class Flag(StrEnum):
    """What can be said of a session besides its scores (section 5.1)."""

    SPASM = "spasm"
    SHOT_UP = "shot_up"
    SPREAD = "spread"
    TINGLING_BRIEF = "tingling_brief"
    TINGLING_LASTING = "tingling_lasting"


class Outcome(StrEnum):
    """G, H, EA, ER, X and unknown: the outcome of a 24-hour check (section 5.2)."""

    PROGRESS = "progress"
    HOLD = "hold"
    EASE_AMBER = "ease_amber"
    EASE_RED = "ease_red"
    STOP = "stop"
    UNKNOWN = "unknown"


class Change(StrEnum):
    """The classes of a checkpoint (section 6.3)."""

    WORSE = "worse"
    MIXED = "mixed"
    CLEAR = "clear"
    SOME = "some"
    NONE = "none"


class Action(Ranked):
    """C < CP < P < PG < G < S: the actions of a checkpoint (section 6.4, DF-11)."""

    CONTINUE = "continue"
    OFFER_PHYSIO = "offer_physio"
    PHYSIO = "physio"
    PHYSIO_OR_GP = "physio_or_gp"
    GP = "gp"
    SPECIALIST = "specialist"


class Status(StrEnum):
    NOT_STARTED = "not_started"
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    MAINTENANCE = "maintenance"
    ENDED = "ended"


class AlertKind(Ranked):
    """What a person is told at once, the most pressing first."""

    STOP = "stop"
    RETRIAGE = "retriage"
    EARLY_REVIEW = "early_review"
    SILENCE = "silence"
