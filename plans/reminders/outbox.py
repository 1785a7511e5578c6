"""The outbox: rows that are due are claimed in batches and sent by one task each.

    due → claimed → sending → sent; or failed, missed, withdrawn, unknown

claims says who holds a row, sending sends a batch, recheck looks once more, marks writes what came of it, journal knows
what a sender that died had under way. The rows are the truth: tasks only carry tokens.
"""

import logging
from collections import Counter
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from plans.models.reminder import ENDED, Message, MessageCount, State

from . import claims, journal, marks
from .claims import BATCH
from .sending import send_batch

__all__ = ["BATCH", "dispatch", "message_id", "prune", "send_batch", "sweep"]

log = logging.getLogger(__name__)

KEPT = timedelta(days=90)
PRUNED = 1000


def dispatch(now: datetime | None = None, batch: int = BATCH) -> int:
    """Hand out what is due, and what a sender left behind; the number of batches. One query when there is nothing."""
    from redis import RedisError

    now = now or timezone.now()
    handed = 0
    if not claims.waiting(now).exists():
        return handed
    while (taken := claims.take(now, batch)).rows:
        sent = [claims.enqueue(claim, queue) for claim, queue in taken.batches.items()]
        handed += sum(sent)
        try:
            for claim in taken.abandoned:
                sweep(claim, now)
        except RedisError as error:
            log.warning("What a sender had under way cannot be read for now: %s", error)
            break
        if not all(sent):
            break
    return handed


def sweep(claim: UUID, now: datetime) -> None:
    """Settle what a sender left behind. Raises redis.RedisError: without its notes nothing can be said."""
    notes = journal.read(claim)
    left = Message.objects.filter(claim=claim, state=State.SENDING.value, due_at__lte=now)
    answers = [(message, answer) for message in left if (answer := notes.of(message.pk))]
    marks.write(claim, answers, now)
    claims.release(claim, now)  # the others were never begun, so they are handed out at once


def message_id(message: Message) -> str:
    """The same at every try, so that a mailbox shows what came twice as one."""
    return f"<reminder.{message.pk}@{urlsplit(settings.SITE_URL).hostname}>"


def prune(now: datetime | None = None) -> int:
    """Delete rows that ended long ago; how many of each kind there were is kept."""
    before = (now or timezone.now()) - KEPT
    pruned = 0
    while rows := _prune_some(before):
        pruned += rows
    return pruned


def _prune_some(before: datetime) -> int:
    with transaction.atomic():
        old = Message.objects.filter(state__in=ENDED, planned_at__lt=before).order_by("planned_at")
        chosen = old[:PRUNED].select_for_update(skip_locked=True, of=("self",))
        rows = list(chosen.values_list("pk", "local_date", "kind", "channel__way", "state"))
        for (date, kind, way, state), count in sorted(Counter(row[1:] for row in rows).items()):
            kept, _ = MessageCount.objects.get_or_create(local_date=date, kind=kind, way=way, state=state)
            MessageCount.objects.filter(pk=kept.pk).update(count=F("count") + count)
        Message.objects.filter(pk__in=[row[0] for row in rows]).delete()
    return len(rows)
