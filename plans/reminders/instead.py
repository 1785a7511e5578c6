"""What surely did not arrive on a device or at a service goes by mail, though mail is in reserve."""

from collections.abc import Iterable
from datetime import datetime

from plans.models.reminder import Channel, Kind, Message, State, Use, Way

SAME = ("recipient_id", "plan_id", "kind", "local_date", "about")
COPIED = (*SAME, "escalation_id", "parts", "revision", "planned_at")
WAYS = (Way.PUSH.value, Way.SERVICE.value)
ENDED_WITHOUT = (State.FAILED.value, State.MISSED.value, State.WITHDRAWN.value)


def by_mail(failed: Iterable[Message], now: datetime) -> None:
    """Put a copy into the outbox, unless the same went or may still go to another device. Call it when the rows say
    that these have failed; safe to repeat: a copy is once in the outbox.

    It keeps the time for which it was meant, so that it does not arrive when it no longer helps.
    """
    lost = [message for message in failed if message.channel.way in WAYS and message.kind != Kind.TEST]
    if not lost:
        return
    people = {message.recipient_id for message in lost}
    dates = {message.local_date for message in lost}
    others = Message.objects.filter(recipient__in=people, local_date__in=dates, channel__way__in=WAYS)
    elsewhere = set(others.exclude(state__in=ENDED_WITHOUT).values_list(*SAME))
    mails = Channel.objects.open().filter(user__in=people, way=Way.EMAIL.value).exclude(use=Use.OFF.value)
    mail = {channel.user_id: channel for channel in mails}
    copies = [
        Message(**{name: getattr(message, name) for name in COPIED}, channel=mail[message.recipient_id], due_at=now)
        for message in lost
        if message.recipient_id in mail and tuple(getattr(message, name) for name in SAME) not in elsewhere
    ]
    Message.objects.bulk_create(copies, ignore_conflicts=True)
