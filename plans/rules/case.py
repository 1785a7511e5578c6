"""A rehearsal: an invented athlete as plain data in, what the rules make of them out. Used by `manage.py simulate`.

The format is written down in docs/simulate.md. Numbers must come as int or Decimal: a float is not what was written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from . import screening
from .course import Course, follow
from .diary import Day, Diary, Intake, Session, Week, exact, score
from .protocol import Protocol
from .records import CheckpointResult
from .words import Answer, Condition, Flag, Onset, Region, Sport

W = TypeVar("W", bound=StrEnum)

OLDEST = 120
LAST_DAY = 3650  # ten years: a slip of the pen must not keep the machine busy for an hour
LAST_WEEK = LAST_DAY // 7
ALL_QUESTIONS = {question for region in Region for question in screening.questions(region)} - {screening.SITE_QUESTION}

CASE_KEYS = (
    "case",
    "condition",
    "region",
    "age",
    "onset",
    "screening",
    "unanswered",
    "cleared",
    "sport",
    "entry",
    "days",
    "weeks",
)
DAY_KEYS = ("day", "pain", "morning", "session", "red_flags", "new_weakness")
SESSION_KEYS = ("during", "after", "before", "dose", "flags")
WEEK_KEYS = ("week", "function", "adherence", "sleep_affected", "work_affected", "training_stopped")


class Malformed(ValueError):
    """The case cannot be run; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Case:
    """condition and diary: None when only the screening is asked for. last_day: the day that the case runs to."""

    name: str
    region: Region
    facts: screening.Facts
    condition: Condition | None = None
    diary: Diary | None = None
    last_day: int = 1


@dataclass(slots=True)
class _Part:
    """One object of the case, read key by key; `at` says where it stands."""

    data: Mapping[str, Any]
    at: str = ""
    keys: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, data: object, keys: tuple[str, ...], at: str = "") -> "_Part":
        if not isinstance(data, Mapping):
            raise Malformed(f"{at or 'a case'} must be an object")
        if unknown := sorted(str(key) for key in data if key not in keys):
            raise Malformed(f"unknown key {', '.join(unknown)}{f' in {at}' if at else ''}")
        return cls(data, at, keys)

    def name(self, key: str) -> str:
        return f"{self.at}.{key}" if self.at else key

    def whole(self, key: str, least: int, most: int) -> int:
        value = self.data.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Malformed(f"{self.name(key)} must be a whole number from {least} to {most}, not {_shown(value)}")
        return value

    def score(self, key: str) -> int | None:
        try:
            return score(self.data.get(key), self.name(key))
        except ValueError as error:
            raise Malformed(str(error)) from None

    def number(self, key: str, most: int) -> Fraction | None:
        try:
            return exact(self.data.get(key), self.name(key), most)
        except ValueError as error:
            raise Malformed(str(error)) from None

    def yes(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise Malformed(f"{self.name(key)} must be true or false, not {_shown(value)}")
        return value

    def word(self, key: str, words: type[W], default: W | None = None) -> W | None:
        value = self.data.get(key)
        return default if value is None else _word(words, value, self.name(key))

    def items(self, key: str) -> Iterable[Any]:
        value = self.data.get(key, [])
        if not isinstance(value, list):
            raise Malformed(f"{self.name(key)} must be a list")
        return value


def _shown(value: object) -> str:
    text = repr(str(value)) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _word(words: type[W], value: Any, name: str) -> W:
    try:
        return words(value)
    except ValueError:
        raise Malformed(f"{name}: {_shown(value)} is not one of {', '.join(words)}") from None


def parse(data: object) -> Case:
    """Read one case. Raises Malformed for anything that the format does not know."""
    case = _Part.of(data, CASE_KEYS)
    name = case.data.get("case")
    if not isinstance(name, str) or not name:
        raise Malformed("case, the name, is missing")
    condition, region = case.word("condition", Condition), case.word("region", Region)
    if (condition is None) is (region is None):
        raise Malformed("give one of condition and region")
    region = region or condition.region  # type: ignore[union-attr]  # one of the two is given
    answers, site = _answers(case, region)
    intake = _intake(case, answers, site, needed=condition is not None)
    facts = screening.Facts(
        region=region,
        age=intake.age,
        answers=answers,
        pain=intake.pain if "entry" in case.data else None,
        site=site,
        sport=intake.sport,
        condition=condition,
        injured=intake.onset is Onset.INJURY,
    )
    days, weeks = _days(case, region), _weeks(case)
    if condition is None:
        return Case(name, region, facts)
    last = max([1, *days, *(7 * week for week in weeks)])
    return Case(name, region, facts, condition, Diary(intake, days, weeks), last)


def _answers(case: _Part, region: Region) -> tuple[dict[str, Answer], str | None]:
    """All questions of the region answered, and the place of QE12. Answers for the other region are not asked for."""
    given = _Part.of(case.data.get("screening", {}), (*ALL_QUESTIONS, screening.SITE_QUESTION), "screening")
    site = given.data.get(screening.SITE_QUESTION)
    if site is not None and site not in (*screening.SITES, Answer.NOT_SURE):
        raise Malformed(f"screening.QE12: {_shown(site)} is not one of {', '.join(screening.SITES)}")
    answers = {
        question: _word(Answer, answer, f"screening.{question}")
        for question, answer in given.data.items()
        if question != screening.SITE_QUESTION
    }
    unanswered = case.word("unanswered", Answer, Answer.NOT_SURE)
    if unanswered is None or unanswered is Answer.YES:
        raise Malformed("unanswered must be no or not_sure")
    known = screening.complete(region, answers, unanswered)
    return known, site if region is Region.ELBOW and site in screening.SITES else None


def _intake(case: _Part, answers: Mapping[str, Answer], site: str | None, *, needed: bool) -> Intake:
    age, cleared = case.whole("age", 0, OLDEST), case.yes("cleared")
    onset, sport = case.word("onset", Onset, Onset.GRADUAL), case.word("sport", Sport)
    if not needed and "entry" not in case.data:
        pain, function = 0, Fraction(0)  # a case of the screening alone may leave them out
    else:
        entry = _Part.of(case.data.get("entry"), ("pain", "function"), "entry")
        pain = entry.whole("pain", 0, 10)
        known = entry.number("function", 10)
        if known is None and needed:
            raise Malformed("entry.function is missing")
        function = known or Fraction(0)
    return Intake(
        age=age,
        pain=pain,
        function=function,
        answers=answers,
        site=site,
        sport=sport,
        onset=onset or Onset.GRADUAL,
        cleared=cleared,
    )


def _days(case: _Part, region: Region) -> dict[int, Day]:
    days: dict[int, Day] = {}
    for place, data in enumerate(case.items("days")):
        part = _Part.of(data, DAY_KEYS, f"days[{place}]")
        number = part.whole("day", 1, LAST_DAY)
        if number in days:
            raise Malformed(f"day {number} is there twice")
        flags = [_red_flag(question, part) for question in part.items("red_flags")]
        days[number] = Day(
            pain=part.score("pain"),
            morning=part.score("morning"),
            session=_session(part),
            answers={question: Answer.YES for question in flags if question in screening.questions(region)},
            new_weakness=part.yes("new_weakness"),
        )
    return days


def _red_flag(question: object, part: _Part) -> str:
    if not isinstance(question, str) or question not in ALL_QUESTIONS:
        raise Malformed(f"{part.name('red_flags')}: unknown question {_shown(question)}")
    return question


def _session(day: _Part) -> Session | None:
    if day.data.get("session") is None:
        return None
    part = _Part.of(day.data["session"], SESSION_KEYS, day.name("session"))
    return Session(
        during=part.score("during"),
        after=part.score("after"),
        before=part.score("before"),
        dose=part.number("dose", 100),
        flags=frozenset(_word(Flag, flag, part.name("flags")) for flag in part.items("flags")),
    )


def _weeks(case: _Part) -> dict[int, Week]:
    weeks: dict[int, Week] = {}
    for place, data in enumerate(case.items("weeks")):
        part = _Part.of(data, WEEK_KEYS, f"weeks[{place}]")
        number = part.whole("week", 1, LAST_WEEK)
        if number in weeks:
            raise Malformed(f"week {number} is there twice")
        weeks[number] = Week(
            function=part.number("function", 10),
            adherence=part.number("adherence", 100),
            sleep_affected=part.yes("sleep_affected"),
            work_affected=part.yes("work_affected"),
            training_stopped=part.yes("training_stopped"),
        )
    return weeks


def answer(protocol: Protocol | None, case: Case) -> dict[str, Any]:
    """What the rules make of the case, as JSON values. protocol: of the case's condition; None for a region alone.

    The case runs to the later of its last day and the end of its last week, and nothing comes after.
    """
    if case.diary is None:
        return {"case": case.name, "screening": _screening(screening.screen(case.facts))}
    if protocol is None or protocol.condition is not case.condition:
        raise ValueError(f"the case needs a protocol for {case.condition}")
    course = follow(protocol, case.diary, (), case.last_day, final=True)
    return {"case": case.name, "screening": _screening(course.screening), **_course(course)}


def _screening(found: screening.Screening) -> dict[str, Any]:
    hits = [
        {"rule": hit.rule, "disposition": hit.disposition.value, **({"via": hit.via} if hit.via else {})}
        for hit in found.hits
    ]
    return {"disposition": found.disposition.value, "hits": hits}


def _course(course: Course) -> dict[str, Any]:
    return {
        "stages": [{"day": entry.day, "stage": entry.stage.value, "cause": entry.cause} for entry in course.entries],
        "checks": [{"day": check.day, "outcome": check.outcome.value, "rule": check.rule} for check in course.checks],
        "checkpoints": [_checkpoint(result) for result in course.checkpoints],
        "alerts": [{"day": alert.day, "rule": alert.rule, "kind": alert.kind.value} for alert in course.alerts],
        "status": course.status.value,
    }


def _checkpoint(result: CheckpointResult) -> dict[str, Any]:
    return {
        "week": result.week,
        "mean_pain": None if result.mean_pain is None else _tenths(result.mean_pain),
        "change": result.change.value,
        "relapse": result.relapse,
        "action": result.action.value,
        "stage": result.stage.value,
        "raised_by": list(result.raised_by),
    }


def _tenths(value: Fraction) -> float:
    """To one decimal, a half up. Exact until the last step: 0.05 as a fraction is not 0.05 as a float."""
    tenths = (value * 10 + Fraction(1, 2)).__floor__()
    return float(Decimal(tenths).scaleb(-1).quantize(Decimal("0.1"), ROUND_HALF_UP))
