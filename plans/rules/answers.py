"""Red-flag answers as they gather over a plan: what is new, and what was said before (AT-1, DF-17, DF-18)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .diary import Day, Intake
from .screening import Facts, Screening, complete, screen
from .words import Answer, Condition, Disposition, Onset

INJURY_WINDOW_DAYS = 7  # DF-18: a yes to QE1 on days 1 to 7 still makes it an injured elbow


@dataclass(frozen=True, slots=True)
class Raised:
    """A rule whose level an answer of today raised above what all answers so far gave."""

    rule: str
    disposition: Disposition


@dataclass(slots=True)
class Answers:
    """All answers so far; a yes is never taken back (G-0)."""

    facts: Facts
    at_entry: Screening
    known: dict[str, Answer]
    levels: dict[str, Disposition]
    _injured_on: int | None = None

    @classmethod
    def of(cls, intake: Intake, condition: Condition) -> "Answers":
        known = complete(condition.region, intake.answers)
        facts = Facts(
            region=condition.region,
            age=intake.age,
            answers=known,
            pain=intake.pain,
            site=intake.site,
            sport=intake.sport,
            condition=condition,
            injured=intake.onset is Onset.INJURY,
        )
        entry = screen(facts)
        injured = 1 if facts.yes("QE1") else None
        return cls(facts, entry, known, {hit.rule: hit.disposition for hit in entry.hits}, injured)

    def add(self, day: int, entry: Day) -> list[Raised]:
        """Take in the day's answers; what they raise, in the order of the rule book, most urgent first."""
        if not entry.answers:
            return []
        new = {id: answer for id, answer in entry.answers.items() if self._is_news(id, answer)}
        if not new:
            return []
        self.known = {**self.known, **new}
        if self._injured_on is None and self.known.get("QE1") is Answer.YES:
            self._injured_on = day
        self.facts = replace(self.facts, answers=self.known)
        raised = []
        for hit in screen(self.facts).hits:
            before = self.levels.get(hit.rule)
            if before is None or hit.disposition.rank > before.rank:
                self.levels[hit.rule] = hit.disposition
                raised.append(Raised(hit.rule, hit.disposition))
        return raised

    def _is_news(self, id: str, answer: Answer) -> bool:
        """Questions of the other region are not asked; a milder answer than before changes nothing."""
        return id in self.known and answer.rank > self.known[id].rank

    def yes(self, id: str) -> bool:
        return self.known.get(id) is Answer.YES

    def injured_by(self, day: int) -> bool:
        return self._injured_on is not None and self._injured_on <= min(day, INJURY_WINDOW_DAYS)


def merged(answers: Mapping[str, Answer], later: Mapping[str, Answer]) -> dict[str, Answer]:
    """Answers of one day put together: the more worrying one of each question stays."""
    return {id: answers.get(id, Answer.NO).at_least(later.get(id, Answer.NO)) for id in {*answers, *later}}
