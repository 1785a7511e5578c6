"""When somebody usually trains, read off the moments at which they noted their sessions.

The page says it in these words: "You usually note a session about 18:10, so we remind you at 17:40."
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from plans.models import EntryRevision

DAY = 24 * 60  # minutes
NEWEST, LEAST = 10, 4
NEAR = 60
AHEAD = 30
ROUNDED = 5
WINDOW = timedelta(days=60)


def usual(moments: Sequence[datetime], zone: ZoneInfo) -> time | None:
    """The usual time of day of these moments, to 5 minutes; None where there is no habit.

    The median of the newest ten, around the clock: 23:50 and 00:10 are near each other. It takes four, and three in
    four of them within an hour of it: a reminder half an hour ahead would else as often be hours early or come after
    the session, and the fixed time that the person chose is better.
    """
    newest = sorted(moments)[-NEWEST:]
    if len(newest) < LEAST:
        return None
    minutes = [at.hour * 60 + at.minute for at in (moment.astimezone(zone) for moment in newest)]
    middle = _median(minutes)
    near = sum(_apart(minute, middle) <= NEAR for minute in minutes)
    if 4 * near < 3 * len(minutes):
        return None
    rounded = round(middle / ROUNDED) * ROUNDED % DAY
    return time(rounded // 60, rounded % 60)


def ahead(usual: time) -> time:
    """When to remind of a session that is usually noted at this time: half an hour before, on the same day."""
    minute = max(usual.hour * 60 + usual.minute - AHEAD, 0)
    return time(minute // 60, minute % 60)


def learned(user: User) -> time | None:
    """The usual time of one person's sessions."""
    return habits([user]).get(user.pk)


def habits(users: Collection[User]) -> dict[int, time]:
    """The usual time of each person's sessions, for those who have one, in one query.

    What counts is when they first noted a session themselves, on its own day: what is filled in later says nothing.
    """
    rows = (
        EntryRevision.objects.filter(entry__plan__athlete__in=users, created_at__gte=timezone.now() - WINDOW)
        .filter(Q(changed__has_key="during") | Q(changed__has_key="dose"))
        .values_list("entry__plan__athlete", "by", "entry__date", "entry", "created_at", "changed")
    )
    zones = {user.pk: user.zone for user in users}
    noted: dict[int, dict[int, datetime]] = {}
    for athlete, by, date, entry, moment, changed in rows.order_by("-created_at", "-id"):
        if by == athlete and moment.astimezone(zones[athlete]).date() == date and _says_when(changed):
            noted.setdefault(athlete, {})[entry] = moment  # the newest come first, so the first note of a session stays
    found = {pk: usual(list(moments.values()), zones[pk]) for pk, moments in noted.items()}
    return {pk: at for pk, at in found.items() if at is not None}


def _says_when(changed: Mapping[str, Any]) -> bool:
    """A session was noted, not taken back."""
    return any(changed.get(name, (None, None))[1] is not None for name in ("during", "dose"))


def _median(minutes: Sequence[int]) -> float:
    """The circle is cut where nobody trains, at its widest gap, and read as a line from there."""
    turn = sorted(minutes)
    gaps = [later - earlier for earlier, later in pairwise([*turn, turn[0] + DAY])]
    start = turn[(gaps.index(max(gaps)) + 1) % len(turn)]
    return (start + median((minute - start) % DAY for minute in minutes)) % DAY


def _apart(one: float, other: float) -> float:
    """The shorter way around the clock, in minutes."""
    way = abs(one - other) % DAY
    return min(way, DAY - way)
