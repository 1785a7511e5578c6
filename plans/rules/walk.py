"""The walk through a plan, day by day, in the order of ST-G15.

Red-flag answers; the 24-hour check; SB-2 and SB-3; SB-5 then SB-4; the gate; the checkpoint. At most one stage change a
day (DF-13). `course.follow` is the way in; this module holds the state between days.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from . import check, checkpoint, gates
from .answers import Answers, Raised
from .diary import Clear, Day, Diary, End, Intervention, Pause, Resume, Review, SetDose, SetStage
from .dose import DoseState
from .protocol import Checkpoint, Dose, Protocol, Stage
from .records import Alert, CheckpointResult, CheckResult, Note, StageEntry
from .series import Series
from .words import AlertKind, Change, Disposition, Onset, Outcome, Region, StageId, Status

EMPTY = Day()
FIRST = StageId.RELATIVE_REST


@dataclass(slots=True)
class Walk:
    """The state of a plan at the end of the last day walked; lists grow, nothing in them is taken back."""

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
    started_weeks: dict[int, StageId] = field(default_factory=dict)
    entries: list[StageEntry] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)
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

    # The way in and out of a stage

    def start(self) -> None:
        """ST-G14: self-managed, or a review alongside; the rest only when a clinician has cleared, never an emergency."""
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
        self._refer_to(day)

    def step_back(self, day: int, cause: str) -> None:
        """To the stage before; in the first stage to its least dose (DF-08). Empties the run of reds (DF-07)."""
        reduced = DoseState(0, self.dose.level, self.dose.recovery)
        before = list(StageId)[max(self.stage_id.rank - 1, 0)]
        self.note(day, "step_back", cause, stage=before, **{"from": self.stage_id}, mean=self.series.mean(day))
        self.enter(day, before, cause)
        self.dose = reduced
        self.red_run = 0

    def _refer_to(self, day: int) -> None:
        """DF-09: the reference of SB-5 becomes that day's 7-day mean; unknown, it stays as it was."""
        mean = self.series.mean(day)
        if mean is not None:
            self.reference = mean

    def note(self, day: int, kind: str, rule: str, **values: object) -> None:
        self.notes.append(Note(day, kind, rule, values))

    def alert(self, day: int, rule: str, kind: AlertKind) -> None:
        self.alerts.append(Alert(day, rule, kind))

    # One day

    def walk(self, interventions: Sequence[Intervention]) -> None:
        self.start()
        by_day: dict[int, list[Intervention]] = {}
        for done in interventions:
            by_day.setdefault(done.day, []).append(done)
        for number in range(1, self.today + 1):
            if self.status in (Status.NOT_STARTED, Status.ENDED):
                break
            self.day(number, self.diary.days.get(number, EMPTY), by_day.get(number, ()))

    def day(self, number: int, entry: Day, interventions: Sequence[Intervention]) -> None:
        if number % 7 == 1:
            self.started_weeks[number // 7 + 1] = self.stage_id
        self.series.add(number, entry)
        for done in interventions:
            self.intervene(done)
        raised = self.answers.add(number, entry)
        if not self.running:
            self._stop_for_answers(number, entry, raised)
            return
        over = self.final or number < self.today
        self._silence(number, entry, over)
        if self._stop_for_answers(number, entry, raised):
            return
        for new in raised:
            self._review_alongside(number, new)
        red = self._checks_fall_due(number, entry, over)
        if self._stop_for_scores(number, entry):
            return
        self._step_backs_gate_and_checkpoint(number, entry, red, over)

    def _step_backs_gate_and_checkpoint(self, number: int, entry: Day, red: CheckResult | None, over: bool) -> None:
        reference, entered = self.reference, len(self.entries)
        if red is not None:
            self._after_red(number, red)
        drifted = over and self._drift(number, reference, moved=len(self.entries) > entered)
        if over and len(self.entries) == entered:
            self._misfit(number)
        if over and len(self.entries) == entered and not drifted:
            self._gate(number, entry)
        if number % 7 == 0:
            self._checkpoint(number, over)

    # Red-flag answers and scores that stop (AT-1 to AT-3, DF-14, DF-17)

    def _stop_for_answers(self, day: int, entry: Day, raised: Sequence[Raised]) -> bool:
        worst = max(raised, key=lambda new: new.disposition.rank, default=None)
        if worst is not None and worst.disposition.rank >= Disposition.URGENT.rank:
            return self._stop(day, "AT-1", worst.disposition, because=worst.rule)
        if entry.new_weakness:
            # RF-B05 makes new weakness an emergency; of a hand, RF-E09 makes it urgent.
            back = self.protocol.condition.region is Region.BACK
            disposition, rule = (Disposition.EMERGENCY, "RF-B05") if back else (Disposition.URGENT, "RF-E09")
            return self._stop(day, "AT-2", disposition, because=rule)
        if worst is not None and worst.disposition is Disposition.REVIEW_FIRST:
            return self._stop(day, worst.rule, worst.disposition, because=worst.rule)
        return False

    def _stop_for_scores(self, day: int, entry: Day) -> bool:
        limits = self.protocol.any_time
        morning = entry.morning is not None and entry.morning >= limits.stop_morning
        judged_stop = any(done.outcome is Outcome.STOP and done.known_on == day for done in self.checks[-1:])
        if morning or judged_stop or self.series.at_least(day, limits.stop_pain, limits.stop_pain_days):
            return self._stop(day, "AT-3", Disposition.REVIEW_FIRST, morning=entry.morning, pain=entry.pain)
        return False

    def _stop(self, day: int, rule: str, disposition: Disposition, **values: object) -> bool:
        """A stop raises one alert; of a plan already stopped only the urgency grows."""
        if self.status is not Status.STOPPED:
            self.alert(day, rule, AlertKind.STOP)
            self.status, self.stopped_for = Status.STOPPED, disposition
        else:
            self.stopped_for = disposition.at_least(self.stopped_for or disposition)
        self.note(day, "stop", rule, disposition=disposition, **values)
        return True

    def _review_alongside(self, day: int, new: Raised) -> None:
        """DF-17: a new answer that asks for a review alongside keeps the gates shut, but the stage is kept."""
        self.alert(day, new.rule, AlertKind.RETRIAGE)
        self.note(day, "review_alongside", new.rule, disposition=new.disposition)
        self.review_wanted = True
        if not self.cleared_by_checkpoint:
            self.held = True

    def _silence(self, day: int, entry: Day, over: bool) -> None:
        """SB-6: a nudge, an alert, and on coming back the questions again and one dose lower."""
        limits = self.protocol.step_back
        if entry.checked_in:
            if self.silent >= limits.nudge_days:
                self.alert(day, "SB-6", AlertKind.RETRIAGE)
                self.dose = self.dose.lower(limits)
                self.note(day, "back_after_silence", "SB-6", days=self.silent)
            self.silent = 0
        elif over:
            self.silent += 1
            if self.silent in (limits.nudge_days, limits.alert_days):
                self.alert(day, "SB-6", AlertKind.SILENCE)
                self.note(day, "silence", "SB-6", days=self.silent)

    # The 24-hour check

    def _checks_fall_due(self, day: int, entry: Day, over: bool) -> CheckResult | None:
        """Judge yesterday's session; look once more at the one before (DF-05). Returns a red that became known today."""
        self._late_rise(day, entry)
        session = self.series.session(day - 1)
        if session is None or day - 1 < self.active_from:
            return None
        limits = self.protocol.check
        base = check.baseline(self.series.mornings(day - 1, limits.baseline_days))
        verdict = check.judge(limits, session, base, entry.morning)
        if entry.morning is None and not over and verdict.outcome is Outcome.UNKNOWN:
            return None  # the morning may still come
        result = CheckResult(day - 1, day, verdict, base, entry.morning)
        self.checks.append(result)
        self.note(day, "check", verdict.rule, result=result, session=session)
        self._change_dose(day, verdict.outcome)
        if verdict.outcome is Outcome.EASE_RED:
            self.red_run += 1
            return result
        if verdict.outcome is not Outcome.UNKNOWN:
            self.red_run = 0
        return None

    def _late_rise(self, day: int, entry: Day) -> None:
        last = self.checks[-1] if self.checks else None
        if last is None or last.day != day - 2 or self.series.session(day - 1) is not None:
            return
        limits = self.protocol.check
        if last.outcome in check.PROVISIONAL and check.still_raised(limits, last.base, entry.morning):
            last.verdict = check.Verdict(Outcome.EASE_AMBER, "DF-05")
            self.note(day, "late_rise", "DF-05", base=last.base, morning=entry.morning, session_day=last.day)
            self._change_dose(day, Outcome.EASE_AMBER)

    def _change_dose(self, day: int, outcome: Outcome) -> None:
        before = self.dose
        self.dose = before.after(outcome, self.protocol.step_back, len(self.stage.steps))
        if self.dose.step > before.step:
            self.note(day, "dose_step", "ST-G6", step=self.stage.steps[before.step])
        if outcome is Outcome.EASE_RED:
            self.note(day, "recovery", "SB-1", scale=self.protocol.step_back.dose_scales[-1])

    def _after_red(self, day: int, red: CheckResult) -> None:
        """SB-2 and SB-3 (DF-07, DF-08)."""
        limits = self.protocol.step_back
        self.reds.append(red.day)
        recent = [other for other in self.reds if other > red.day - limits.window_days]
        if len(recent) >= limits.reds_in_window:
            self.alert(day, "SB-3", AlertKind.RETRIAGE)
            self.note(day, "three_reds", "SB-3", days=tuple(recent))
        if self.red_run >= limits.reds_in_a_row and self.status is not Status.MAINTENANCE:
            self.step_back(day, "SB-2")

    # Drift, misfit, gate

    def _drift(self, day: int, reference: Fraction, moved: bool) -> bool:
        """SB-5 (DF-09): the 7-day mean against the reference, which on a day of SB-2 is the one from before it."""
        limits, mean = self.protocol.step_back, self.series.mean(day)
        if day < self.protocol.classes.mean_days or mean is None:
            return False
        if self.last_drift is not None and day - self.last_drift < limits.drift_every_days:
            return False
        if mean - reference < limits.drift_rise:
            return False
        self.last_drift = day
        self.alert(day, "SB-5", AlertKind.EARLY_REVIEW)
        self.note(day, "drift", "SB-5", mean=mean, reference=reference)
        if not moved and self.stage_id not in (FIRST, StageId.MAINTENANCE):
            self.step_back(day, "SB-5")
        self._refer_to(day)
        return True

    def _misfit(self, day: int) -> None:
        """SB-4 (DF-10)."""
        limit, mean = self.stage.misfit_mean_pain, self.series.mean(day)
        if limit is None or mean is None or self.stage_id in (FIRST, StageId.MAINTENANCE):
            return
        if day - self.since >= self.protocol.step_back.misfit_days and mean >= limit:
            self.step_back(day, "SB-4")

    def standing(self, day: int, checked_in: bool) -> gates.Standing:
        """Where the athlete stands in front of the gate of the present stage."""
        gate = self.stage.gate
        days = gate.mean_over_days if gate else self.protocol.classes.mean_days
        known = [done.outcome for done in self.checks if done.outcome is not Outcome.UNKNOWN]
        mean = self.series.mean(day, days)
        return gates.Standing(
            days=day - self.since,
            mean_pain=mean,
            values=self.series.values(day, days),
            function=self.function(day),
            outcomes=known,
            adherence=self.adherence(day // 7),
            checked_in=checked_in,
        )

    def _gate(self, day: int, entry: Day) -> None:
        gate = self.stage.gate
        if gate is None:
            return
        lines = gates.criteria(gate, self.standing(day, entry.checked_in))
        if not all(line.met for line in lines):
            return
        if self.held:
            self.note(day, "gate_held", "DF-17", stage=self.stage_id)
            return
        following = list(StageId)[self.stage_id.rank + 1]
        self.note(day, "gate", "ST-G2", stage=following, **{"from": self.stage_id}, criteria=lines)
        self.enter(day, following, "gate")

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
        return min(Fraction(100), Fraction(100 * self.series.sessions_in_week(week), due))

    # Checkpoints

    def injured(self, day: int) -> bool:
        """DF-18: by onset, or QE1 yes at entry or on days 1 to 7."""
        return self.diary.intake.onset is Onset.INJURY or self.answers.injured_by(day)

    def _checkpoint(self, day: int, over: bool) -> None:
        week = day // 7
        for point in self.protocol.checkpoints:
            if point.week == week and (not point.only_injured or self.injured(day)):
                if over or week in self.diary.weeks:
                    self._review(day, point)

    def _review(self, day: int, point: Checkpoint) -> None:
        classes, given = self.protocol.classes, self.diary.weeks.get(point.week)
        mean, values = self.series.mean(day, classes.mean_days), self.series.values(day, classes.mean_days)
        if values < classes.min_values and given is not None and given.pain is not None:
            mean, values = Fraction(given.pain), classes.min_values  # DF-15: the athlete was asked
        too_little = values < classes.min_values
        if too_little and not self.final and self.today < day + classes.wait_days:
            return
        done = checkpoint.review(point, classes, self.protocol.modifiers, self._figures(day, point.week, mean, values))
        if point.week >= 2 and done.change is Change.CLEAR:
            self.cleared_by_checkpoint, self.held = True, False
        result = CheckpointResult(
            point.week, day, mean, done.change, done.relapse, done.action, self.stage_id, done.raised_by, too_little
        )
        self.checkpoints.append(result)
        self.note(day, "checkpoint", f"6.4/{point.week}", result=result, function=self.function(day))

    def _figures(self, day: int, week: int, mean: Fraction | None, values: int) -> checkpoint.Figures:
        intake, given = self.diary.intake, self.diary.weeks.get(week)
        delivered = [self.adherence(number) or Fraction(0) for number in range(1, week + 1)]
        return checkpoint.Figures(
            week=week,
            mean_pain=mean,
            values=values,
            function=self.function(day),
            entry_pain=intake.pain,
            entry_function=intake.function,
            best_mean=self.series.best_mean(day),
            stage=self.stage_id,
            life_affected=given is not None and given.life_affected,
            age=intake.age,
            recurrent=self.answers.yes("QB23"),
            mean_adherence=sum(delivered, Fraction(0)) / len(delivered),
        )

    # What a physio does

    def intervene(self, done: Intervention) -> None:
        match done:
            case Clear():
                self._clear(done)
            case Review():
                self.held = self.review_wanted = False
                self.note(done.day, "reviewed", "DF-17", reason=done.reason)
            case Pause() if self.running:
                self.status = Status.PAUSED
                self.note(done.day, "paused", "ST-G3", reason=done.reason)
            case Resume() if self.status is Status.PAUSED:
                self._resume(done.day, done.reason)
            case SetStage() if self.running:
                self.note(done.day, "set_stage", "ST-G2", stage=done.stage, reason=done.reason)
                self.enter(done.day, done.stage, "set-stage")
            case SetDose():
                self.own_doses[done.exercise] = done.dose
                self.note(done.day, "set_dose", "ST-G5", exercise=done.exercise, dose=done.dose, reason=done.reason)
            case End():
                self.status = Status.ENDED
                self.note(done.day, "ended", "AT-6", reason=done.reason)
            case _:
                pass  # nothing to resume, or a pause of a plan that does not run

    def _clear(self, done: Clear) -> None:
        """DF-14. An emergency is never cleared within the same screening (section 0, D1)."""
        if self.status is not Status.STOPPED or self.stopped_for is Disposition.EMERGENCY:
            return
        self.stopped_for, self.held, self.review_wanted = None, False, False
        self.red_run, self.silent, self.active_from = 0, 0, done.day
        self.reds.clear()
        self.note(done.day, "cleared", "DF-14", stage=done.stage, reason=done.reason)
        self.enter(done.day, done.stage, "clear")

    def _resume(self, day: int, reason: str) -> None:
        """The rule book is silent on pauses; the safer reading: minimum days begin again, one dose lower."""
        self.status = Status.MAINTENANCE if self.stage_id is StageId.MAINTENANCE else Status.ACTIVE
        self.since, self.silent, self.active_from = day, 0, day
        self.dose = self.dose.lower(self.protocol.step_back)
        self.note(day, "resumed", "SB-6", reason=reason)
