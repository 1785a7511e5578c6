"""What somebody has told us before there is a plan. It lives in the session alone until they have an account."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from django.http import HttpRequest
from django.utils import timezone

from plans.catalogue.types import Group
from plans.models.screening import Screening
from plans.rules import screening
from plans.rules.screening import Facts
from plans.rules.words import Answer, Condition, Disposition, Onset, Region, Sport
from plans.screens import Screen, implied, screens

KEY = "intake"
MINIMUM_AGE = 16  # RF-G11: younger people are seen first, and do not enrol by themselves


@dataclass
class Intake:
    """The answers so far, as plain values that a session can hold.

    token: tells a form of this intake from one of an earlier intake that is still open in another tab.
    place: where it hurts, for those who did not choose a condition. asked: answers to the pattern questions.
    judged_at: when a review was first asked for. saved: the Screening row, once somebody is signed in. seen: they say
    that a clinician has seen them. cleared: that is logged.
    """

    region: str
    condition: str = ""
    place: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    age: int | None = None
    answers: dict[str, str] = field(default_factory=dict)
    site: str = ""
    asked: dict[str, str] = field(default_factory=dict)
    fitted: bool = False
    judged_at: str = ""
    saved: int = 0
    seen: bool = False
    cleared: bool = False
    pain: int | None = None
    activities: list[list[Any]] = field(default_factory=list)
    sport: str = ""
    onset: str = ""
    side: str = ""
    drivers: list[str] | None = None
    start_date: str = ""
    time_zone: str = ""
    agreed: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """The intake of this visitor. One that an older version of the program wrote is dropped, not guessed at."""
        kept = request.session.get(KEY)
        try:
            return cls(**kept) if kept else None
        except TypeError:
            return None

    @classmethod
    def resumed(cls, row: Screening) -> Self:
        """From answers that were kept with an account, perhaps on another device."""
        return cls(
            region=row.region,
            condition=row.condition,
            age=row.age,
            answers=dict(row.answers),
            site=row.site,
            pain=row.pain,
            sport=row.sport,
            judged_at=row.created_at.isoformat(),
            saved=row.pk,
            seen=row.clearance is not None,
            cleared=row.clearance is not None,
        )

    def keep(self, request: HttpRequest) -> None:
        request.session[KEY] = asdict(self)

    @staticmethod
    def forget(request: HttpRequest) -> None:
        request.session.pop(KEY, None)

    # Screening ---------------------------------------------------------------------------------------------------

    @property
    def words(self) -> dict[str, Answer]:
        return {question: Answer(answer) for question, answer in self.answers.items()}

    @property
    def injury(self) -> Answer | None:
        return self.words.get("QE1")

    @property
    def injured(self) -> bool:
        return self.injury is Answer.YES or self.onset == Onset.INJURY

    @property
    def onset_word(self) -> str:
        return self.onset or (Onset.INJURY if self.injury is Answer.YES else Onset.GRADUAL).value

    @property
    def screens(self) -> tuple[Screen, ...]:
        return screens(Region(self.region), self.age, self.injury) if self.age is not None else ()

    def begin(self, age: int, injury: Answer | None) -> None:
        """Take the age and, for an elbow, how it began."""
        self.age = age
        if injury is not None:
            self.answers["QE1"] = injury.value
        self.add(implied(Region(self.region), age, injury))

    def add(self, answers: Mapping[str, Answer]) -> None:
        """Take answers. A row that was saved with other answers no longer counts, nor does its clearance."""
        new = {question: answer.value for question, answer in answers.items()}
        if new.items() - self.answers.items():
            self.saved, self.cleared = 0, False
        self.answers.update(new)

    @property
    def open_screens(self) -> tuple[Screen, ...]:
        return tuple(screen for screen in self.screens if not screen.answered(self.words, self.site))

    def judge(self) -> screening.Screening:
        """What the answers come to so far: nobody is sent away for a question that was not asked yet."""
        return screening.screen(
            Facts(
                region=Region(self.region),
                age=self.age or 0,
                answers=self.words,
                pain=self.pain,
                site=self.site or None,
                sport=Sport(self.sport) if self.sport else None,
                condition=Condition(self.condition) if self.condition else None,
                injured=self.injured,
            )
        )

    @property
    def decided(self) -> bool:
        """Whether the outcome is due: all is answered, or an answer so far sends the person to somebody at once.

        "Not sure" waits for the questions that could still be an emergency (G-1). Who has been seen for an urgent
        answer goes on to the questions that are left.
        """
        if self.age is None:
            return False
        hits = self.judge().hits
        if not self.open_screens or (hits and hits[0].disposition is Disposition.EMERGENCY):
            return True
        if self.seen or not hits or hits[0].disposition is not Disposition.URGENT:
            return False
        pressing = any(screen.group is not Group.REVIEW for screen in self.open_screens)
        return any(hit.disposition is Disposition.URGENT and not hit.via for hit in hits) or not pressing

    @property
    def may_start(self) -> bool:
        """Complete, and self-managed, with a review alongside, or cleared by a clinician (ST-G14)."""
        if self.age is None or self.open_screens:
            return False
        return self._passes(self.disposition)

    def may_set(self, name: str) -> bool:
        """Whether set-up may ask for this again: a score that sends somebody to be seen can be put right."""
        return self.may_start or (
            self.age is not None and not self.open_screens and self._passes(self._without(name).disposition)
        )

    def _without(self, name: str) -> Self:
        return replace(self, pain=None) if name == "pain" else replace(self, sport="")

    def _passes(self, found: Disposition) -> bool:
        return found.rank <= Disposition.REVIEW_ALONGSIDE.rank or (self.cleared and found is not Disposition.EMERGENCY)

    @property
    def under_age(self) -> bool:
        return self.age is not None and self.age < MINIMUM_AGE

    @property
    def disposition(self) -> Disposition:
        return self.judge().disposition

    def mark_judged(self) -> None:
        """Remember when a review was first asked for: a clearance is later than that."""
        self.judged_at = self.judged_at or timezone.now().isoformat()

    @property
    def judged(self) -> datetime:
        return datetime.fromisoformat(self.judged_at) if self.judged_at else timezone.now()
