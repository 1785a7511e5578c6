"""Short ways to write a diary down in a test. Days are plan days; a session is (during, after, dose, *flags)."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from plans.catalogue import catalogue
from plans.rules.course import Course, follow
from plans.rules.diary import Day, Diary, Intake, Intervention, Session, Week
from plans.rules.protocol import Protocol
from plans.rules.screening import complete
from plans.rules.words import Answer, Condition, Flag

STRAIN, SCIATICA = Condition.LUMBAR_STRAIN, Condition.SCIATICA_LIKE
TENNIS, GOLFERS = Condition.TENNIS_ELBOW, Condition.GOLFERS_ELBOW


def protocol(condition: Condition = STRAIN) -> Protocol:
    return catalogue().protocols[condition]


def session(during: int | None = 2, after: int | None = 2, dose: int | None = 100, *flags: Flag) -> Session:
    return Session(during, after, None, None if dose is None else Fraction(dose), frozenset(flags))


def intake(condition: Condition = STRAIN, pain: int = 4, function: int = 4, yes: Iterable[str] = (), **more) -> Intake:
    """Every question answered no but those in `yes`."""
    answers = complete(condition.region, dict.fromkeys(yes, Answer.YES), Answer.NO)
    return Intake(age=more.pop("age", 35), pain=pain, function=Fraction(function), answers=answers, **more)


def steady(days: int, pain: int = 2, morning: int | None = None, every: int = 2, **kind) -> dict[int, Day]:
    """The same day again and again, with a calm session every `every` days from day 1."""
    low = pain if morning is None else morning
    return {
        day: Day(pain, low, session(**kind) if every and day % every == 1 % every else None)
        for day in range(1, days + 1)
    }


def with_days(days: Mapping[int, Day], changes: Mapping[int, Day]) -> dict[int, Day]:
    return {**days, **changes}


def weekly(weeks: int, function: int = 9, **more) -> dict[int, Week]:
    return {week: Week(Fraction(function), **more) for week in range(1, weeks + 1)}


def course(
    days: Mapping[int, Day],
    today: int | None = None,
    condition: Condition = STRAIN,
    weeks: Mapping[int, Week] | None = None,
    done: Iterable[Intervention] = (),
    final: bool = True,
    **entry,
) -> Course:
    """The course at the end of `today`, or of the last day with an entry."""
    diary = Diary(intake(condition, **entry), days, weeks or {})
    return follow(protocol(condition), diary, done, today or max(days, default=1), final=final)


def stages(found: Course) -> list[tuple[int, str, str]]:
    return [(entry.day, str(entry.stage), entry.cause) for entry in found.entries]


def alerts(found: Course) -> list[tuple[int, str, str]]:
    return [(alert.day, alert.rule, str(alert.kind)) for alert in found.alerts]


def outcomes(found: Course) -> dict[int, tuple[str, str]]:
    return {check.day: (str(check.outcome), check.rule) for check in found.checks}
