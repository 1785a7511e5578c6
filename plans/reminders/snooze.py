"""What somebody does about a message from the message itself, without signing in: not now, done, no more of these.

Doing it twice is doing it once.
"""

from datetime import date as Date
from datetime import datetime, timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from plans.models import Plan
from plans.models.reminder import Channel, Kind, Message, Preferences, State, Use, Way

from .calendar import instant, quiet_end
from .kinds import KINDS, SWITCHABLE
from .terms import Terms


class Length(StrEnum):
    HOUR = "hour"
    TOMORROW = "tomorrow"
    WEEK = "week"


# Each day plans its own of these, so what was put off until another day needs no row of its own.
DAILY = (Kind.MORNING, Kind.SESSION, Kind.LATER, Kind.CATCH_UP, Kind.DIGEST)


def can_wait(message: Message) -> bool:
    """Whether it may be put off: never what somebody else waits for."""
    return not KINDS[Kind(message.kind)].urgent


def snooze(message: Message, length: Length, now: datetime | None = None) -> datetime:
    """Put reminders off; returns the moment until which they are.

    A snooze is never shortened, so the same button again, or a shorter one, changes nothing and gives what holds. What
    was put off comes again at the end of it, if it still makes sense then, which sending checks.
    Raises ValidationError for a message that cannot wait, and for an hour that was had already.
    """
    if not can_wait(message):
        raise ValidationError(_("This one cannot be put off. Open it to see what to do."), code="urgent")
    user, now = message.recipient, now or timezone.now()
    put_off: Message | None = Message.objects.filter(recipient=user, about=_again(message)).first()
    if put_off is not None and length is Length.HOUR:
        if put_off.planned_at > now:
            return put_off.planned_at
        raise ValidationError(_("The hour is over. The newer message has its own button."), code="used")
    until = end_of(length, Terms.of(user), now)
    with transaction.atomic():
        Preferences.objects.get_or_create(user=user)
        shorter = Q(snoozed_until=None) | Q(snoozed_until__lt=until)
        if not Preferences.objects.filter(shorter, user=user).update(snoozed_until=until, updated_at=now):
            return snoozed_until(user, now) or until
        _come_again(message, put_off, until, now)
        _look_again(user)
    return until


def end_of(length: Length, terms: Terms, now: datetime) -> datetime:
    """An hour, moved out of quiet hours; or the time for mornings on the next day or in seven days."""
    if length is Length.HOUR:
        # On the minute: of two taps within it the second asks for nothing new.
        return quiet_end((now + timedelta(hours=1)).replace(second=0, microsecond=0), terms)
    days = 1 if length is Length.TOMORROW else 7
    return instant(now.astimezone(terms.zone).date() + timedelta(days=days), terms.morning, terms.zone)


def snoozed_until(user: User, now: datetime | None = None) -> datetime | None:
    """The end of the snooze that holds now."""
    held = Preferences.objects.filter(user=user, snoozed_until__gt=now or timezone.now())
    return held.values_list("snoozed_until", flat=True).first()


def wake(user: User) -> None:
    """End the snooze: reminders come again from now on."""
    if Preferences.objects.filter(user=user).exclude(snoozed_until=None).update(snoozed_until=None):
        _look_again(user)


def _again(message: Message) -> str:
    return f"again {message.pk}"


def _come_again(message: Message, put_off: Message | None, until: datetime, now: datetime) -> None:
    """The same message once more, at the end of the snooze; one row, whatever is pressed.

    On another day it is not as it was planned, even if nobody wrote since: without a revision, sending checks it.
    """
    date = _date(message, until)
    same_day = date == _date(message, now)
    moved = {"planned_at": until, "due_at": until, "revision": message.revision if same_day else None}
    if put_off is not None:
        Message.objects.filter(pk=put_off.pk, state=State.DUE.value).update(local_date=date, **moved)
    elif same_day or message.kind not in DAILY:
        Message.objects.get_or_create(
            recipient_id=message.recipient_id,
            plan=message.plan,
            kind=message.kind,
            local_date=date,
            channel_id=message.channel_id,
            about=_again(message),
            defaults={"parts": message.parts, **moved},
        )


def _date(message: Message, moment: datetime) -> Date:
    return moment.astimezone(message.recipient.zone).date()


def _look_again(user: User) -> None:
    Plan.objects.filter(athlete=user).open().look_again()


# Done ----------------------------------------------------------------------------------------------------------------


def done(message: Message, now: datetime | None = None) -> bool:
    """Note that the whole session of the message's day was done. False when that day has a session already.

    Only the share is written, no score. The 24-hour check makes of such a session what it can without one: a raised
    morning still eases or holds, and a high baseline holds; but "progress" needs the worst pain both during and after
    (DF-04), so a tap can never count as a calm session. The evening's check-in asks for what is missing.
    Raises ValidationError for any other kind, and where the plan takes none: stopped, paused, ended, too long ago.
    """
    plan = message.plan
    if message.kind != Kind.SESSION or plan is None or plan.athlete_id != message.recipient_id:
        raise ValidationError(_("There is nothing to note here."), code="kind")
    with transaction.atomic():
        held = plan.locked()
        entry = held.entries.filter(date=message.local_date).first()
        if entry is not None and entry.session is not None:
            return False
        held.record(message.local_date, {"dose": 100}, message.recipient, now=now)
    return True


# No more of these ----------------------------------------------------------------------------------------------------


class Scope(StrEnum):
    """What is switched off: all reminders by the message's way, or its kind by every way."""

    WAY = "way"
    KIND = "kind"


def scopes(message: Message) -> list[Scope]:
    """What can be switched off from this message. Nothing from what must be told, nor the inbox in the app."""
    rule = KINDS[Kind(message.kind)]
    if rule.must:
        return []
    found = [Scope.WAY] if message.channel.way != Way.INBOX else []
    return [*found, Scope.KIND] if rule in SWITCHABLE else found


def is_off(message: Message, scope: Scope) -> bool:
    if scope is Scope.WAY:
        return message.channel.use == Use.OFF
    return message.kind in Preferences.of(message.recipient).off


def switch(message: Message, scope: Scope, *, off: bool, use: Use = Use.ALWAYS) -> None:
    """Switch off, or on again; use: how a channel that comes on again is used.

    One click of a mail program (RFC 8058) switches the way off: whoever presses it wants no more of these mails, and
    another kind on the next morning would be one more. What must be told still comes.
    Raises ValidationError for what cannot be switched off.
    """
    if scope not in scopes(message):
        raise ValidationError(_("This cannot be switched off."), code="must")
    with transaction.atomic():
        if scope is Scope.WAY:
            message.channel.use = (Use.OFF if off else use).value
            Channel.objects.filter(pk=message.channel_id).update(use=message.channel.use)
        else:
            _switch_kind(message, off)
        _look_again(message.recipient)


def _switch_kind(message: Message, off: bool) -> None:
    Preferences.objects.get_or_create(user=message.recipient)
    held = Preferences.objects.select_for_update().get(user=message.recipient)
    others = [kind for kind in held.off if kind != message.kind]
    held.off = [*others, message.kind] if off else others
    held.updated_at = timezone.now()
    held.save(update_fields=["off", "updated_at"])
    message.recipient.preferences = held
