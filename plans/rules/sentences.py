"""The words of a decision: for the athlete, for the physio, with the answers it rests on (MW-1, MW-2, ST-G11).

The sentences are plain and translatable: a template that gettext knows, and the values that fill it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from .check import RED_FLAGS
from .diary import Session
from .evidence import Evidence, Sentence, behind, listed, number, of_answers, of_session
from .phrases import ACTIONS, CHANGES, CHECKS, DISPOSITIONS, FLAGS, LEVERS, OUTCOMES, TONES
from .phrases import gettext_noop as _
from .protocol import Protocol, StepUp
from .records import CheckpointResult, CheckResult, Note
from .register import source_of
from .words import Action, Disposition, Flag, Outcome, StageId


@dataclass(frozen=True, slots=True)
class Decision:
    """One change with its reason. tone: calm, care or stop; the page always adds a sign and words to it."""

    day: int
    kind: str
    rule: str
    tone: str
    athlete: Sentence
    physio: Sentence
    evidence: tuple[Evidence, ...] = ()

    @property
    def source(self) -> str:
        """Where the rule comes from, in the words of the register."""
        return source_of(self.rule)


Said = tuple[str, Sentence, Sentence, tuple[Evidence, ...]]


def explain(note: Note, protocol: Protocol) -> Decision:
    """Put a note of the course into words. Raises KeyError for a kind that has none, which a test excludes."""
    tone, athlete, physio, evidence = _SAY[note.kind](note, protocol)
    return Decision(note.day, note.kind, note.rule, tone, athlete, physio, evidence + behind(note))


def _plain(tone: str, athlete: str, physio: str, **values: object) -> Said:
    return tone, Sentence(athlete, values), Sentence(physio, values), ()


def _stage(protocol: Protocol, stage: object) -> str:
    return protocol.stage(StageId(str(stage))).title


# The 24-hour check


def _check(note: Note, protocol: Protocol) -> Said:
    result, session = cast(CheckResult, note.values["result"]), cast(Session, note.values["session"])
    # as it was known that morning; DF-05 may have changed the result since, with a note of its own
    outcome = Outcome(str(note.values["outcome"]))
    limits = protocol.check
    values = {
        "day": result.day,
        "base": number(result.base),
        "morning": number(result.morning),
        "worst": number(_worst(session)),
        "stop": number(limits.stop_morning),
        "red": number(limits.red_pain),
        "reason": _reason(note.rule, result, session, protocol),
    }
    athlete = Sentence(CHECKS[note.rule], values)
    physio = Sentence(
        _("Check of day {day}: {outcome}. B {base}, m {morning}, worst {worst}."),
        {**values, "outcome": Sentence(OUTCOMES[outcome])},
    )
    return TONES[outcome], athlete, physio, of_session(result, session)


def _reason(rule: str, result: CheckResult, session: Session, protocol: Protocol) -> Sentence:
    """The answer that decided, said back in the person's own terms (MW-1)."""
    wanted = RED_FLAGS if rule == "5.2/2" else (Flag.TINGLING_LASTING, Flag.TINGLING_BRIEF)
    flag = next((flag for flag in wanted if flag in session.flags), None)
    rise = None if result.morning is None or result.base is None else result.morning - result.base
    if flag is not None:
        return Sentence(FLAGS[flag])
    if rise is not None and rise >= protocol.check.hold_rise:
        return Sentence(_("pain next morning was {rise} above your usual"), {"rise": rise})
    if session.dose is not None and session.dose < protocol.check.full_dose:
        return Sentence(_("you did {dose} % of the session"), {"dose": number(session.dose)})
    return Sentence(_("pain reached {worst} of 10 during or after"), {"worst": number(_worst(session))})


def _worst(session: Session) -> int | None:
    return max((score for score in (session.during, session.after) if score is not None), default=None)


def _late_rise(note: Note, protocol: Protocol) -> Said:
    values = dict(note.values)
    said = _plain(
        "care",
        _("The next session is cut a little: two mornings after the last one pain was still at {morning}."),
        _("Day {session_day}: still raised at 48 hours (M {morning}, B {base}); eased."),
        **values,
    )
    return *said[:3], listed((_("Second morning"), values["morning"]), (_("Usual morning"), values["base"]))


# Doses and stages


def _dose_step(note: Note, protocol: Protocol) -> Said:
    step = cast(StepUp, note.values["step"])
    return _plain(
        "calm",
        _("{count} calm sessions in a row: {change} of {exercise}."),
        _("Step up ({count} progress checks): {change}, {exercise}."),
        count=protocol.step_back.progress_for_step,
        change=Sentence(LEVERS[step.lever], {"by": step.by}),
        exercise=protocol.exercises[step.exercise].name,
    )


def _recovery(note: Note, protocol: Protocol) -> Said:
    return _plain(
        "care",
        _("Your next session is a recovery session. After it you go on at {scale} % of the dose."),
        _("Recovery session next, then {scale} % dose."),
        **note.values,
    )


def _step_back(note: Note, protocol: Protocol) -> Said:
    values = {"stage": _stage(protocol, note.values["stage"]), "mean": number(note.values["mean"])}
    if note.values["stage"] is note.values["from"]:
        athlete = _("Two sessions in a row were too much. You start again at the lightest dose of {stage}.")
    else:
        athlete = {
            "SB-2": _(
                "Two sessions in a row were too much. You go back to {stage} for a while; most of it will be known."
            ),
            "SB-4": _(
                "Pain has averaged {mean} over the week, high for this stage. You go back to {stage} for a while."
            ),
            "SB-5": _("Pain has been rising for a week. You go back to {stage} while somebody looks at it with you."),
        }[note.rule]
    said = _plain("care", athlete, _("Back to {stage} by {rule}; 7-day mean {mean}."), rule=note.rule, **values)
    # SB-2 rests on its two checks, which `behind` adds
    return *said[:3], () if note.rule == "SB-2" else listed((_("Average pain, 7 days"), note.values["mean"]))


def _gate(note: Note, protocol: Protocol) -> Said:
    stage = _stage(protocol, note.values["stage"])
    return _plain(
        "calm",
        _("You met every criterion: {stage} begins."),
        _("Gate open: {stage}."),
        stage=stage,
    )


def _gate_held(note: Note, protocol: Protocol) -> Said:
    return _plain(
        "care",
        _("You meet the criteria for the next stage. It opens once your review is done, or after a clear checkpoint."),
        _("Gate met but kept shut: review alongside not yet recorded."),
    )


# Stops, alerts, silence


def _stop(note: Note, protocol: Protocol) -> Said:
    disposition = Disposition(str(note.values["disposition"]))
    if note.rule == "AT-3":
        said = _plain(
            "stop",
            _("Your scores are high enough that this needs checking before any more exercise. The plan has stopped."),
            _("Stop by AT-3: M {morning}, P {pain}."),
            morning=number(note.values["morning"]),
            pain=number(note.values["pain"]),
        )
        return *said[:3], listed((_("This morning"), note.values["morning"]), (_("Pain today"), note.values["pain"]))
    said = _plain(
        "stop",
        _("What you told us needs checking: {disposition}. The plan has stopped and nothing you entered is lost."),
        _("Stop by {rule} ({because}): {disposition}."),
        rule=note.rule,
        because=note.values.get("because", note.rule),
        disposition=Sentence(DISPOSITIONS[disposition]),
    )
    return *said[:3], of_answers(note)


def _review_alongside(note: Note, protocol: Protocol) -> Said:
    said = _plain(
        "care",
        _("What is new needs a review. You can go on in this stage; the next one waits for the review."),
        _("New answer asks for a review alongside ({rule}); gates kept shut."),
        rule=note.rule,
    )
    return *said[:3], of_answers(note)


def _checkpoint(note: Note, protocol: Protocol) -> Said:
    result = cast(CheckpointResult, note.values["result"])
    values = {
        "week": result.week,
        "change": Sentence(CHANGES[result.change]),
        "action": Sentence(ACTIONS[result.action]),
        "mean": number(result.mean_pain),
        "raised": ", ".join(result.raised_by) or number(None),
    }
    athlete = _("{action} At week {week} things are {change}.")
    if result.too_little_data:
        athlete = _("{action} There were too few scores this week to tell how things are going.")
    physio = _("Week {week}: {change}, 7-day mean {mean}; modifiers {raised}.")
    tone = "calm" if result.action is Action.CONTINUE else "care"
    evidence = listed(
        (_("Average pain, 7 days"), result.mean_pain), (_("Your activities, 0 to 10"), note.values["function"])
    )
    return tone, Sentence(athlete, values), Sentence(physio, values), evidence


def _simple(tone: str, athlete: str, physio: str) -> Callable[[Note, Protocol], Said]:
    """A note whose sentences need only its values; a stage among them is given its title."""

    def say(note: Note, protocol: Protocol) -> Said:
        values = {
            name: _stage(protocol, value)
            if name == "stage"
            else number(value)
            if isinstance(value, int | Fraction)
            else value
            for name, value in note.values.items()
        }
        return _plain(tone, athlete, physio, rule=note.rule, **values)

    return say


_SAY: dict[str, Callable[[Note, Protocol], Said]] = {
    "check": _check,
    "late_rise": _late_rise,
    "dose_step": _dose_step,
    "recovery": _recovery,
    "step_back": _step_back,
    "gate": _gate,
    "gate_held": _gate_held,
    "stop": _stop,
    "checkpoint": _checkpoint,
    "start": _simple("calm", _("Your plan starts with relative rest."), _("Plan started ({disposition}).")),
    "review_alongside": _review_alongside,
    "three_reds": _simple(
        "care",
        _("Three sessions within a week were too much. Please answer the safety questions again."),
        _("Three reds within 7 days: questions again, review now."),
    ),
    "drift": _simple(
        "care",
        _("Pain has been rising for a week (average {mean}). Book a physio or a doctor to look at it soon."),
        _("Drift: 7-day mean {mean} against {reference}; early review."),
    ),
    "silence": _simple(
        "care",
        _("No check-in for {days} days. Whatever the reason, you can pick it up again today."),
        _("No check-in for {days} days."),
    ),
    "back_after_silence": _simple(
        "care",
        _("Good to see you. After {days} quiet days we ask the safety questions again and start one dose lower."),
        _("First check-in after {days} days: questions again, one dose lower."),
    ),
    "cleared": _simple(
        "calm", _("A clinician has cleared you: {stage} starts today."), _("Cleared: {stage}. {reason}")
    ),
    "reviewed": _simple("calm", _("Your review is recorded. The next stage can open."), _("Reviewed. {reason}")),
    "paused": _simple("care", _("The plan is paused."), _("Paused. {reason}")),
    "resumed": _simple("calm", _("The plan goes on, one dose lower."), _("Resumed, one dose lower. {reason}")),
    "set_stage": _simple("calm", _("Your physio set the stage: {stage}."), _("Stage set: {stage}. {reason}")),
    "set_dose": _simple("calm", _("Your physio changed the dose of an exercise."), _("Dose set: {exercise}. {reason}")),
    "ended": _simple("calm", _("The plan has ended."), _("Ended. {reason}")),
}
