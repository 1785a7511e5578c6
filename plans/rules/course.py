"""`follow`: from a protocol and a diary to everything that a person sees.

    course = follow(protocol, diary, interventions, today)

A pure function: the same diary gives the same course, in whatever order its entries came (DF-16).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from . import gates, loading
from .answers import Answers
from .diary import Day, Diary, Intervention
from .dose import DoseState, PlannedSession, Planner, SessionKind
from .protocol import Protocol
from .records import Alert, CheckpointResult, CheckResult, Note, OpenCheckpoint, StageEntry
from .screening import Screening
from .series import Series
from .state import State
from .walk import EMPTY, walk
from .words import AlertKind, Disposition, StageId, Status


@dataclass(frozen=True, slots=True)
class NextCheckpoint:
    week: int
    day: int


@dataclass(frozen=True, slots=True)
class Course:
    """Where a plan stands on `today`, and how it came there. Days are plan days, the first is 1.

    stage: None when no plan may start. criteria: the gate of the stage, line by line. held: the gates are kept shut
    until a review or a clear checkpoint (D3b). review_wanted: a review is asked for and not yet recorded.
    rescreen_wanted: the red-flag questions are to be answered again before the next session. review_due: the week whose
    review is open. days: the diary it was worked out from. pending_check: the day of a session whose morning score is
    still missing. next_session_in: days. open_checkpoint: the one that waits for the athlete to answer (DF-15). silent:
    days in a row without a check-in, today's counted (SB-6).
    """

    protocol: Protocol
    screening: Screening
    status: Status
    today: int
    stage: StageId | None
    since: int
    entries: tuple[StageEntry, ...]
    checks: tuple[CheckResult, ...]
    checkpoints: tuple[CheckpointResult, ...]
    alerts: tuple[Alert, ...]
    notes: tuple[Note, ...]
    criteria: tuple[gates.Criterion, ...]
    dose: DoseState
    session: PlannedSession
    next_session_in: int
    held: bool
    review_wanted: bool
    rescreen_wanted: bool
    stopped_for: Disposition | None
    days: Mapping[int, Day]
    pending_check: int | None
    review_due: int | None
    next_checkpoint: NextCheckpoint | None
    open_checkpoint: OpenCheckpoint | None
    silent: int
    mean_pain: Fraction | None
    function: Fraction
    sessions_this_week: int

    @property
    def written(self) -> Day:
        """What the diary says of today."""
        return self.days.get(self.today, EMPTY)


def follow(
    protocol: Protocol, diary: Diary, interventions: Iterable[Intervention], today: int, *, final: bool = False
) -> Course:
    """Follow the protocol through the diary up to `today`, a plan day of 1 or more.

    The day `today` is not over: its gate, drift, silence and checkpoint are judged once it is (DF-06), while red-flag
    answers, stops and checks act at once. final: nothing more will come for it, so it is judged as over, and the
    question of too little data counts as unanswered (DF-15); a rehearsal ends so.
    """
    if today < 1:
        raise ValueError("today is counted from 1, the first day of the plan")
    answers = Answers.of(diary.intake, protocol.condition)
    state = State(protocol, diary, today, final, answers, Series(protocol.classes.mean_days))
    walk(state, sorted(interventions, key=lambda done: done.day))
    return _course(state)


def _course(state: State) -> Course:
    started = state.status is not Status.NOT_STARTED
    on = state.status in (Status.ACTIVE, Status.MAINTENANCE)
    today, gate = state.today, state.stage.gate
    entry = state.diary.days.get(today, EMPTY)
    kind, wait = _kind_of_day(state) if on else (SessionKind.NONE, 0)
    pending = on and state.series.session(today - 1) is not None and entry.morning is None
    return Course(
        protocol=state.protocol,
        screening=state.answers.at_entry,
        status=state.status,
        today=today,
        stage=state.stage_id if started else None,
        since=state.since,
        entries=tuple(state.entries),
        checks=tuple(state.checks),
        checkpoints=tuple(state.checkpoints),
        alerts=tuple(sorted(state.alerts, key=lambda alert: (alert.day, alert.kind.rank))),
        notes=tuple(state.notes),
        criteria=gates.criteria(gate, loading.standing(state, today, entry.checked_in)) if gate and on else (),
        dose=state.dose,
        session=_session(state, kind),
        next_session_in=wait,
        held=state.held,
        review_wanted=state.review_wanted,
        rescreen_wanted=on and _rescreen_wanted(state),
        stopped_for=state.stopped_for,
        days=state.diary.days,
        pending_check=today - 1 if pending and today - 1 >= state.active_from else None,
        review_due=_review_due(state) if on else None,
        next_checkpoint=_next_checkpoint(state) if on else None,
        open_checkpoint=state.open_checkpoint if on else None,
        silent=_silent(state, entry) if on else 0,
        mean_pain=state.series.mean(today) if started and on else None,
        function=state.function(today),
        sessions_this_week=state.series.sessions_in_week((today + 6) // 7) if on else 0,
    )


def _kind_of_day(state: State) -> tuple[SessionKind, int]:
    """What today is, and in how many days the next session is due (DF-03's sessions a week, with rest between)."""
    today, stage, series = state.today, state.stage, state.series
    if series.session(today) is not None:
        return SessionKind.DONE, stage.days_between
    last = next((day for day in range(today - 1, max(today - 4, 0), -1) if series.session(day)), None)
    rest = 0 if last is None else max(0, last + stage.days_between - today)
    if series.sessions_in_week((today + 6) // 7) >= stage.sessions_a_week:
        rest = max(rest, 7 - (today - 1) % 7)
    if rest:
        return SessionKind.REST, rest
    return (SessionKind.RECOVERY if state.dose.recovery else SessionKind.SESSION), 0


def _session(state: State, kind: SessionKind) -> PlannedSession:
    if kind is SessionKind.NONE or _rescreen_wanted(state):
        return PlannedSession(SessionKind.NONE)
    sport = state.diary.intake.sport
    return Planner(state.stage, state.dose, state.protocol.step_back, kind, sport, state.own_doses).plan()


def _rescreen_wanted(state: State) -> bool:
    """G-2, SB-3, SB-6: after a `retriage` alert until the questions were answered again."""
    asked = max((alert.day for alert in state.alerts if alert.kind is AlertKind.RETRIAGE), default=0)
    return asked > 0 and not any(entry.rescreened for day, entry in state.diary.days.items() if day >= asked)


def _review_due(state: State) -> int | None:
    """The week that ended last, while its review is missing; it is asked for until the next week ends."""
    week = state.today // 7
    given = state.diary.weeks.get(week)
    return week if week >= 1 and (given is None or given.function is None) else None


def _silent(state: State, entry: Day) -> int:
    """SB-6. The walk counts days that are over; today is one more while nothing is written."""
    return state.silent if entry.checked_in or state.final else state.silent + 1


def _next_checkpoint(state: State) -> NextCheckpoint | None:
    done = {result.week for result in state.checkpoints}
    for point in state.protocol.checkpoints:
        applies = not point.only_injured or state.injured(state.today)
        if applies and point.week not in done and 7 * point.week >= state.today:
            return NextCheckpoint(point.week, 7 * point.week)
    return None
