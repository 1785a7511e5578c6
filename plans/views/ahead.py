"""What would come next to a person on their terms; or why nothing does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from accounts.models import User
from plans.models import Plan
from plans.reminders import day
from plans.reminders.kinds import KINDS
from plans.reminders.terms import Group, Terms

SHOWN = 3
DAYS_AHEAD = 10


@dataclass(frozen=True)
class Next:
    """One message to come: when, in the person's own zone, and what it holds."""

    when: str
    titles: list[str]


def when(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Today, 17:30; tomorrow, 08:00; Wed 5 March, 08:00: on the wall clock of the zone."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    near = {today: _("today"), today + timedelta(days=1): _("tomorrow")}
    date = near.get(local.date()) or date_format(local.date(), "D j M")
    return _("%(day)s, %(time)s") % {"day": date, "time": time_format(local.time(), "H:i")}


def zone_of(user: User) -> str:
    """The zone that times are shown in: Europe/London, America/New York."""
    return user.zone.key.replace("_", " ")


def ahead(plans: Sequence[Plan], terms: Terms, now: datetime) -> list[Next]:
    groups = day.merge(day.forecasts(plans, terms, now, days=DAYS_AHEAD))
    return [Next(when(group.due_at, terms.zone, now), _titles(group)) for group in groups[:SHOWN]]


def _titles(group: Group) -> list[str]:
    return list(dict.fromkeys(str(KINDS[part.kind].title) for part in group.parts))


def why_none(user: User, plans: Sequence[Plan], terms: Terms, now: datetime) -> str:
    """The first reason that holds; the page says it instead of an empty list."""
    today = now.astimezone(terms.zone).date()
    if not plans:
        return _("You follow no plan now, so there is nothing to remind you of.")
    if terms.snoozed_until and terms.snoozed_until > now:
        return _("You asked for quiet until %(when)s.") % {"when": when(terms.snoozed_until, terms.zone, now)}
    if terms.holiday and terms.holiday[0] <= today <= terms.holiday[1]:
        return _("You are away until %(day)s. We start again after that.") % {
            "day": date_format(terms.holiday[1], "j F")
        }
    if terms.budget == 0:
        return _("You chose 0 a week, so only checkpoints, bookings and messages come.")
    return _("Nothing is due in the next %(days)s days, as far as we can see from today.") % {"days": DAYS_AHEAD}
