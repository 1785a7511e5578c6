"""A person's terms as plain values, and what the planner hands on. No database, no clock of its own."""

from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, time
from zoneinfo import ZoneInfo

from accounts.models import User
from plans.models.reminder import Kind, Preferences

from .habit import ahead
from .kinds import KINDS, Slot


@dataclass(frozen=True, slots=True)
class Terms:
    """When and how often somebody wants to be reminded. learned: the usual time of a session, where it is wanted."""

    zone: ZoneInfo
    morning: time = time(8)
    session: time = time(17, 30)
    evening: time = time(20)
    days: frozenset[int] = frozenset(range(7))
    quiet_from: time = time(21, 30)
    quiet_until: time = time(7, 30)
    budget: int = 5
    off: frozenset[Kind] = frozenset()
    holiday: tuple[Date, Date] | None = None
    snoozed_until: datetime | None = None
    learned: time | None = None

    @classmethod
    def of(cls, user: User, learned: time | None = None) -> "Terms":
        chosen = Preferences.of(user)
        away = (chosen.holiday_from, chosen.holiday_until)
        return cls(
            zone=user.zone,
            morning=chosen.morning,
            session=chosen.session,
            evening=chosen.evening,
            days=frozenset(chosen.days),
            quiet_from=chosen.quiet_from,
            quiet_until=chosen.quiet_until,
            budget=chosen.budget,
            off=frozenset(map(Kind, chosen.off)),
            holiday=(away[0], away[1]) if away[0] and away[1] else None,
            snoozed_until=chosen.snoozed_until,
            learned=learned if chosen.usual else None,
        )

    def time_of(self, kind: Kind) -> time | None:
        """The wall-clock time for a kind; None for what goes as soon as it is known."""
        match KINDS[kind].slot:
            case Slot.MORNING:
                return self.morning
            case Slot.SESSION:
                return self.session if self.learned is None else ahead(self.learned)
            case Slot.EVENING:
                return self.evening
        return None

    def allows(self, kind: Kind, now: datetime) -> bool:
        """Whether this kind may be sent at `now`: asked at planning, and again at the moment of sending.

        Quiet hours and days of the week say when, not whether; they are the planner's (see `day`).
        """
        rule = KINDS[kind]
        if rule.must:
            return True
        if kind in self.off:
            return False
        if rule.urgent:
            return True
        today = now.astimezone(self.zone).date()
        away = self.holiday is not None and self.holiday[0] <= today <= self.holiday[1]
        snoozed = self.snoozed_until is not None and now < self.snoozed_until
        return not away and not snoozed


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder of one plan: what, of which local day, when (UTC). missed: its time passed too long ago to help."""

    plan: int
    kind: Kind
    local_date: Date
    due_at: datetime
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """What one person gets at one moment: a single reminder, or several as one catch-up."""

    local_date: Date
    due_at: datetime
    parts: tuple[Planned, ...]

    @property
    def kind(self) -> Kind:
        return self.parts[0].kind if len(self.parts) == 1 else Kind.CATCH_UP
