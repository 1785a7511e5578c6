"""The 24-hour check: how a session was tolerated, known next morning (rule book, section 5, DF-04, DF-05)."""

from collections.abc import Iterable
from dataclasses import dataclass

from .diary import Session
from .limits import Check
from .words import Flag, Outcome

RED_FLAGS = (Flag.SPASM, Flag.SHOT_UP, Flag.SPREAD)
PROVISIONAL = (Outcome.PROGRESS, Outcome.HOLD)


@dataclass(frozen=True, slots=True)
class Verdict:
    """outcome and the row of table 5.2 that gave it: "5.2/1" to "5.2/9", "DF-04" (unknown) or "DF-05" (late)."""

    outcome: Outcome
    rule: str


UNKNOWN = Verdict(Outcome.UNKNOWN, "DF-04")


def baseline(mornings: Iterable[int | None]) -> int | None:
    """B: median of the morning scores 0 to 10 that exist; a half rounds up; None when there is none (section 5.1)."""
    known = sorted(score for score in mornings if score is not None)
    if not known:
        return None
    middle = len(known) // 2
    return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle] + 1) // 2


def judge(limits: Check, session: Session, base: int | None, morning: int | None) -> Verdict:
    """Judge a session by table 5.2, first match wins.

    base: B, 0 to 10 or None. morning: m, the score of the next morning, or None when it is missing: then only the rows
    that need no morning can hold (DF-04). Returns unknown where the rows that are left would guess.
    """
    if morning is not None and morning >= limits.stop_morning:
        return Verdict(Outcome.STOP, "5.2/1")
    if not session.flags.isdisjoint(RED_FLAGS):
        return Verdict(Outcome.EASE_RED, "5.2/2")
    if base is None:
        return UNKNOWN
    rise = None if morning is None else morning - base
    if rise is not None and rise >= limits.red_rise:
        return Verdict(Outcome.EASE_RED, "5.2/2")
    if base >= limits.high_baseline:
        return _judge_high_baseline(limits, session, base, rise)
    return _judge_low_baseline(limits, session, rise)


def _judge_high_baseline(limits: Check, session: Session, base: int, rise: int | None) -> Verdict:
    if _worst(session) >= base + limits.high_baseline_red_rise:
        return Verdict(Outcome.EASE_RED, "5.2/3")
    if rise is None:
        return UNKNOWN
    if rise >= limits.amber_rise or Flag.TINGLING_LASTING in session.flags:
        return Verdict(Outcome.EASE_AMBER, "5.2/4")
    return Verdict(Outcome.HOLD, "5.2/5")


def _judge_low_baseline(limits: Check, session: Session, rise: int | None) -> Verdict:
    if _worst(session) >= limits.red_pain:
        return Verdict(Outcome.EASE_RED, "5.2/6")
    if rise is None:
        return UNKNOWN
    if rise >= limits.amber_rise or Flag.TINGLING_LASTING in session.flags:
        return Verdict(Outcome.EASE_AMBER, "5.2/7")
    short = session.dose is not None and session.dose < limits.full_dose
    if _worst(session) >= limits.hold_pain or rise >= limits.hold_rise or Flag.TINGLING_BRIEF in session.flags or short:
        return Verdict(Outcome.HOLD, "5.2/8")
    if session.during is None or session.after is None or session.dose is None:
        return UNKNOWN
    return Verdict(Outcome.PROGRESS, "5.2/9")


def _worst(session: Session) -> int:
    """The worse of during and after that are known; -1 when neither is."""
    return max((score for score in (session.during, session.after) if score is not None), default=-1)


def still_raised(limits: Check, base: int | None, second_morning: int | None) -> bool:
    """DF-05: the second morning is still above B + 1, outside high-baseline mode."""
    if base is None or second_morning is None or base >= limits.high_baseline:
        return False
    return second_morning > base + limits.late_rise
