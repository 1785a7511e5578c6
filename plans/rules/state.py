"""The state of a plan at the end of the last day walked, and the few moves that change it."""

from dataclasses import dataclass, field
from fractions import Fraction

from .answers import Answers
from .diary import Diary
from .dose import DoseState
from .protocol import Dose, Protocol, Stage
from .records import Alert, CheckpointResult, CheckResult, Checks, Note, OpenCheckpoint, StageEntry
from .series import Series, ratio
from .words import AlertKind, Disposition, Onset, StageId, Status

FIRST = StageId.RELATIVE_REST


@dataclass(slots=True)
class State:
    """Lists grow, nothing in them is taken back.

    held: a D3b answer keeps the gates shut. reference: what SB-5 compares with (DF-09). red_run: reds in a row (DF-07).
    active_from: the first day that counts, after a clearance or a pause. known: checks whose outcome is not unknown.
    """

    protocol: Protocol
    diary: Diary
    today: int
    final: bool
    answers: Answers
    series: Series
    status: Status = Status.NOT_STARTED
    stage_id: StageId = FIRST
    since: int = 1
    dose: DoseState = field(default_factory=DoseState)
    own_doses: dict[str, Dose | None] = field(default_factory=dict)
    held: bool = False
    review_wanted: bool = False
    cleared_by_checkpoint: bool = False
    stopped_for: Disposition | None = None
    reference: Fraction = Fraction(0)
    last_drift: int | None = None
    red_run: int = 0
    silent: int = 0
    active_from: int = 1
    open_checkpoint: OpenCheckpoint | None = None
    started_weeks: dict[int, StageId] = field(default_factory=dict)
    entries: list[StageEntry] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)
    known: list[CheckResult] = field(default_factory=list)
    reds: list[int] = field(default_factory=list)
    checkpoints: list[CheckpointResult] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def stage(self) -> Stage:
        return self.protocol.stage(self.stage_id)

    @property
    def running(self) -> bool:
        return self.status in (Status.ACTIVE, Status.MAINTENANCE)

    def start(self) -> None:
        """ST-G14: self-managed, or with a review alongside; else when a clinician cleared it, but no emergency."""
        disposition = self.answers.at_entry.disposition
        cleared = self.diary.intake.cleared
        startable = disposition in (Disposition.SELF_MANAGED, Disposition.REVIEW_ALONGSIDE)
        if not startable and (disposition is Disposition.EMERGENCY or not cleared):
            return
        self.status = Status.ACTIVE
        self.reference = Fraction(self.diary.intake.pain)
        self.held = self.review_wanted = disposition is Disposition.REVIEW_ALONGSIDE and not cleared
        self.entries.append(StageEntry(1, FIRST, "start"))
        self.note(1, "start", "ST-G14", disposition=disposition)

    def enter(self, day: int, stage: StageId, cause: str) -> None:
        self.stage_id, self.since, self.dose = stage, day, DoseState()
        self.status = Status.MAINTENANCE if stage is StageId.MAINTENANCE else Status.ACTIVE
        self.entries.append(StageEntry(day, stage, cause))
        self.refer_to(day)

    def step_back(self, day: int, cause: str, checks: Checks = ()) -> None:
        """To the stage before; in the first stage to its least dose (DF-08). Empties the run of reds (DF-07)."""
        reduced = DoseState(0, self.dose.level, self.dose.recovery)
        before = list(StageId)[max(self.stage_id.rank - 1, 0)]
        mean = self.series.mean(day)
        self.note(day, "step_back", cause, stage=before, **{"from": self.stage_id}, mean=mean, checks=checks)
        self.enter(day, before, cause)
        self.dose = reduced
        self.red_run = 0

    def refer_to(self, day: int) -> None:
        """DF-09: the reference of SB-5 becomes that day's 7-day mean; unknown, it stays as it was."""
        mean = self.series.mean(day)
        if mean is not None:
            self.reference = mean

    def note(self, day: int, kind: str, rule: str, **values: object) -> None:
        self.notes.append(Note(day, kind, rule, values))

    def alert(self, day: int, rule: str, kind: AlertKind) -> None:
        self.alerts.append(Alert(day, rule, kind))

    def function(self, day: int) -> Fraction:
        """F: the newest PSFS average of a week that is over, F0 until there is one (DF-03)."""
        for week in range(day // 7, 0, -1):
            review = self.diary.weeks.get(week)
            if review is not None and review.function is not None:
                return review.function
        return self.diary.intake.function

    def adherence(self, week: int) -> Fraction | None:
        """Percent of the sessions due that were done in a week that is over; None before the first (DF-03)."""
        if week < 1:
            return None
        given = self.diary.weeks.get(week)
        if given is not None and given.adherence is not None:
            return given.adherence
        due = self.protocol.stage(self.started_weeks[week]).sessions_a_week
        return ratio(100 * min(self.series.sessions_in_week(week), due), due)

    def injured(self, day: int) -> bool:
        """DF-18: by onset, or QE1 yes at entry or on days 1 to 7."""
        return self.diary.intake.onset is Onset.INJURY or self.answers.injured_by(day)
