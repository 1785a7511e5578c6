"""The courses of many plans in as many queries as that of one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from functools import cached_property
from typing import Any

from plans.rules import diary as rules
from plans.rules.course import Course, follow

from . import diary
from .care import Intervention
from .diary import Entry
from .plan import Plan
from .review import WeeklyReview


@dataclass
class Reading:
    """What `follow` reads of one plan, as it came from the database: made into the rules' values when asked."""

    plan: Plan
    entries: Sequence[tuple[Date, tuple[Any, ...]]]
    reviews: Sequence[WeeklyReview]
    interventions: Sequence[Intervention]

    @cached_property
    def diary(self) -> rules.Diary:
        return rules.Diary(
            self.plan.intake(),
            days={self.plan.day_number(date): diary.as_day(*values) for date, values in self.entries},
            weeks={review.week: review.as_week() for review in self.reviews},
        )

    @cached_property
    def done(self) -> tuple[rules.Intervention, ...]:
        return tuple(intervention.as_rule(self.plan) for intervention in self.interventions)

    def today(self, now: datetime | None = None) -> int:
        return self.plan.today_of((date for date, _ in self.entries), now)

    def course(self, today: int) -> Course:
        """The plan as it stands on that day of it; for several days without another query."""
        return follow(self.plan.version.protocol, self.diary, self.done, today)


def readings(plans: Iterable[Plan]) -> dict[int, Reading]:
    """In three queries, by the key of the plan. A document is fetched once in the life of a process."""
    wanted = {plan.pk: plan for plan in plans}
    # Bare values: there are many, and models would cost twice as much.
    entries: dict[int, list[tuple[Date, tuple[Any, ...]]]] = defaultdict(list)
    for pk, date, *values in Entry.objects.filter(plan__in=wanted).values_list("plan_id", "date", *diary.READ):
        entries[pk].append((date, tuple(values)))
    reviews: dict[int, list[WeeklyReview]] = defaultdict(list)
    for review in WeeklyReview.objects.filter(plan__in=wanted):
        reviews[review.plan_id].append(review)
    done: dict[int, list[Intervention]] = defaultdict(list)
    for intervention in Intervention.objects.filter(plan__in=wanted):
        done[intervention.plan_id].append(intervention)
    return {pk: Reading(plan, entries[pk], reviews[pk], done[pk]) for pk, plan in wanted.items()}


def courses(plans: Iterable[Plan], now: datetime | None = None) -> dict[int, Course]:
    """Each plan as it stands at `now`, by its key; see Plan.course."""
    return {pk: reading.course(reading.today(now)) for pk, reading in readings(plans).items()}
