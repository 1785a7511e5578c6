"""Doses, gates and dates in words, for pages. What they say is decided in plans.rules; here it is only worded."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.rules.course import Course
from plans.rules.dose import PlannedItem, dose_at
from plans.rules.evidence import number
from plans.rules.gates import Criterion
from plans.rules.protocol import Dose, Exercise, Gate, Lever, Prescription, Protocol, Stage, StepUp, When
from plans.rules.records import Note
from plans.rules.sentences import Decision, explain
from plans.rules.words import Outcome

SIGNS = {"calm": "✓", "care": "!", "stop": "■"}


# Doses


def amount(dose: Dose, per_side: bool = False) -> str:
    """How much, in one short line: sets and repetitions, hold, each side, times a day."""
    parts = [_counted(dose)]
    if dose.hold_s and (dose.reps or dose.minutes):
        parts.append(_("hold %(seconds)s s") % {"seconds": dose.hold_s})
    if per_side:
        parts.append(_("each side"))
    if dose.times_a_day > 1:
        parts.append(ngettext("%(n)s time a day", "%(n)s times a day", dose.times_a_day) % {"n": dose.times_a_day})
    return ", ".join(part for part in parts if part)


def _counted(dose: Dose) -> str:
    sets = f"{dose.sets} \N{MULTIPLICATION SIGN} " if dose.sets > 1 else ""
    if dose.reps and len(dose.reps) > 1:
        return _("%(counts)s repetitions") % {"counts": ", ".join(str(count) for count in dose.reps)}
    if dose.reps:
        count = dose.reps[0]
        return f"{sets}{count}" if sets else ngettext("%(n)s repetition", "%(n)s repetitions", count) % {"n": count}
    if dose.minutes:
        return sets + ngettext("%(n)s minute", "%(n)s minutes", dose.minutes) % {"n": dose.minutes}
    if dose.metres:
        return sets + _("%(n)s metres") % {"n": dose.metres}
    return sets + _("%(n)s s") % {"n": dose.hold_s} if sets else _("hold %(seconds)s s") % {"seconds": dose.hold_s}


def manner(dose: Dose) -> list[str]:
    """How: load, effort, tempo and rest, each a short phrase."""
    parts = []
    if dose.load_kg:
        parts.append(_("%(load)s kg") % {"load": f"{dose.load_kg.normalize():f}"})
    if dose.load:
        parts.append(dose.load)
    if dose.effort:
        low, high = dose.effort
        words = _("effort %(low)s of 10") if low == high else _("effort %(low)s to %(high)s of 10")
        parts.append(words % {"low": low, "high": high})
    if dose.tempo:
        parts.append(dose.tempo)
    if dose.rest_s:
        parts.append(_("rest %(seconds)s s between sets") % {"seconds": dose.rest_s})
    return parts


def change(step: StepUp) -> str:
    """The tag beside an exercise that a step has just changed: +1 set."""
    words = {
        Lever.SETS: ngettext("+%(n)s set", "+%(n)s sets", step.by),
        Lever.REPS: ngettext("+%(n)s repetition", "+%(n)s repetitions", step.by),
        Lever.HOLD: _("+%(n)s s hold"),
        Lever.MINUTES: _("+%(n)s min"),
        Lever.LOAD: _("+%(n)s %% load"),
    }
    return words[step.lever] % {"n": step.by}


@dataclass(frozen=True)
class Line:
    """An exercise on a page, with its dose in words. tag: what is different about it today."""

    exercise: Exercise
    when: When
    amount: str
    manner: list[str]
    note: str = ""
    tag: str = ""
    tone: str = ""

    @property
    def brief(self) -> str:
        """For lists: how much, and the first that is said of how."""
        return ", ".join([self.amount, *self.manner[:1]])


def line_of(item: PlannedItem, protocol: Protocol) -> Line:
    exercise = protocol.exercises[item.exercise]
    tag, tone = "", ""
    if item.changed is not None:
        tag, tone = change(item.changed), "calm"
    elif item.eased:
        tag, tone = _("eased"), "care"
    elif item.by_physio:
        tag, tone = _("set by your physio"), "calm"
    return Line(exercise, item.when, amount(item.dose, exercise.per_side), manner(item.dose), item.note, tag, tone)


def prescribed(stage: Stage, given: Prescription, protocol: Protocol, step: int = 0) -> Line:
    """An exercise as the stage prescribes it after so many of its steps."""
    exercise, dose = protocol.exercises[given.exercise], dose_at(stage, given, step)
    return Line(exercise, given.when, amount(dose, exercise.per_side), manner(dose), given.note)


def session_lines(course: Course) -> dict[str, list[Line]]:
    """Today's exercises by when: warm-up, session, every-day (with an underscore, for templates)."""
    lines = [line_of(item, course.protocol) for item in course.session.items]
    return {when.value.replace("-", "_"): [line for line in lines if line.when is when] for when in When}


# Gates


@dataclass(frozen=True)
class GateLine:
    """One line of a gate in words: what is needed, where it stands."""

    id: str
    met: bool
    needed: str
    actual: str


def criterion(line: Criterion, gate: Gate) -> GateLine:
    needed, actual = _GATE[line.id](line, gate)
    return GateLine(line.id, line.met, needed, actual)


def _days(line: Criterion, gate: Gate) -> tuple[str, str]:
    needed = ngettext("%(n)s day in this stage", "%(n)s days in this stage", gate.min_days) % {"n": gate.min_days}
    return needed, ngettext("%(n)s day", "%(n)s days", int(line.actual or 0)) % {"n": number(line.actual or 0)}


def _pain(line: Criterion, gate: Gate) -> tuple[str, str]:
    needed = _("Pain averages %(most)s or less over %(days)s days") % {
        "most": number(gate.max_mean_pain),
        "days": gate.mean_over_days,
    }
    return needed, _("too few scores yet") if line.actual is None else number(line.actual)


def _function(line: Criterion, gate: Gate) -> tuple[str, str]:
    return _("Your activities at %(least)s or more") % {"least": number(gate.min_function)}, number(line.actual)


def _checks(line: Criterion, gate: Gate) -> tuple[str, str]:
    # how many of them were calm, which the criterion does not count, is put in by `gate_lines`
    needed = _("The last %(n)s session checks without easing back") % {"n": gate.checks}
    if gate.min_progress:
        needed = _("The last %(n)s session checks without easing back, %(calm)s of them calm") % {
            "n": gate.checks,
            "calm": gate.min_progress,
        }
    return needed, _("%(actual)s of %(n)s") % {"actual": number(line.actual or 0), "n": gate.checks}


def _adherence(line: Criterion, gate: Gate) -> tuple[str, str]:
    needed = _("%(percent)s %% of last week's sessions done") % {"percent": gate.min_adherence}
    if line.actual is None:
        return needed, _("counts from week 2")
    return needed, _("%(percent)s %%") % {"percent": round(Fraction(line.actual))}


def _check_in(line: Criterion, gate: Gate) -> tuple[str, str]:
    return _("A check-in today"), _("done") if line.met else _("not yet")


_GATE = {
    "days": _days,
    "pain": _pain,
    "function": _function,
    "checks": _checks,
    "adherence": _adherence,
    "check_in": _check_in,
}


def gate_lines(course: Course) -> list[GateLine]:
    gate = course.protocol.stage(course.stage).gate if course.stage else None
    lines = [criterion(line, gate) for line in course.criteria] if gate else []
    return [_with_calm(line, course, gate) if line.id == "checks" and gate else line for line in lines]


def _with_calm(line: GateLine, course: Course, gate: Gate) -> GateLine:
    """Three checks without easing back can still miss the calm ones that the gate asks for; say how many there are."""
    if not gate.min_progress:
        return line
    known = [check.outcome for check in course.checks if check.outcome is not Outcome.UNKNOWN]
    calm = sum(outcome is Outcome.PROGRESS for outcome in known[-gate.checks :])
    return replace(line, actual=_("%(count)s, %(calm)s calm") % {"count": line.actual, "calm": calm})


def gate_needs(gate: Gate) -> list[tuple[str, str]]:
    """What a gate needs, without where anybody stands."""
    unknown = [Criterion(id, met=False, needed=0, actual=None) for id in _GATE if id != "check_in"]
    return [_GATE[line.id](line, gate) for line in unknown]


# Decisions


@dataclass(frozen=True)
class Told:
    """A decision in words, with the sign that stands beside its colour."""

    decision: Decision
    sentence: str
    sign: str

    @property
    def tone(self) -> str:
        return self.decision.tone

    @property
    def day(self) -> int:
        return self.decision.day

    @property
    def rule(self) -> str:
        return self.decision.rule


def told(note: Note, protocol: Protocol) -> Told:
    decision = explain(note, protocol)
    return Told(decision, decision.athlete.render(_), SIGNS[decision.tone])


def all_told(notes: Iterable[Note], protocol: Protocol) -> list[Told]:
    return [told(note, protocol) for note in notes]
