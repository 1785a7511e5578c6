"""How reminders go: what is due, stuck, failed; and one more try for what must arrive. See docs/operate.md."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from accounts import audit
from plans.models import Message
from plans.models.reminder import Kind, State
from plans.reminders import masked, status
from plans.reminders.kinds import KINDS

WRONG = 1  # exit status, for cron and monitors
MOST = 50
REFUSED = (
    "A reminder is sent at most once, and the answer to this one is all that is known of it: sent again it might come "
    "twice. The next one comes by itself. Only {kinds} may be tried again."
)


class Command(BaseCommand):
    help = "Shows what is due, stuck and failed, by kind and way. Ends with 1 when somebody must see to something."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="the figures as JSON")
        parser.add_argument("--failed", action="store_true", help="what failed lately, with the provider's answer")
        actions = parser.add_subparsers(dest="action")
        retry = actions.add_parser("retry", help="try a failed message once more")
        retry.add_argument("id", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "retry":
            return self.stdout.write(retry(options["id"]))
        if options["failed"]:
            return self.stdout.write("\n".join(failed()))
        now = status.figures()
        if options["json"]:
            self.stdout.write(json.dumps(now.as_json(), cls=DjangoJSONEncoder, indent=2))
        else:
            self.stdout.write("\n".join(lines(now)))
        if now.wrong():
            sys.exit(WRONG)
        return None


def lines(now: status.Figures) -> Iterator[str]:
    yield row("last tick", ago(now.last_tick, now.now))
    yield row("oldest due", ", ".join(f"{queue} {seconds(age)}" for queue, age in now.oldest.items()))
    for due in now.due:
        yield row("  due", f"{due.number} {due.kind} by {due.way}, since {seconds(due.age)}")
    yield row("stuck", str(now.stuck))
    yield row("sent", f"{now.sent_minute} in the last minute, {now.sent_hour} in the last hour")
    yield "planned for the last 24 hours:"
    for one in now.ended:
        yield row(f"  {one.state}", f"{one.day} {one.kind} by {one.way}")
    yield row("plans", f"{now.overdue_plans} overdue for a look, {now.plans_in_error} whose last look failed")
    yield row("channels", f"{now.failing_channels} failing")
    if now.capped:
        yield f"More than is counted: {', '.join(now.capped)} (at most {status.CAP} each)."
    yield from (f"WRONG: {said}" for said in now.wrong())
    if not now.wrong():
        yield "All is well."


def row(name: str, text: str) -> str:
    return f"{name:<12}{text}"


def ago(moment: datetime | None, now: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC, {seconds((now - moment).total_seconds())} ago" if moment else "never seen"


def seconds(number: float) -> str:
    return "none" if number == 0 else f"{number:.0f} s"


def failed() -> Iterator[str]:
    """The newest first. Numbers only: whose message it is stands in the database, not in a terminal."""
    now = timezone.now()
    rows = (
        Message.objects.filter(
            state__in=[State.FAILED.value, State.UNKNOWN.value],
            planned_at__gt=now - status.DAY * 7,
            planned_at__lte=now,
        )
        .select_related("channel")
        .order_by("-planned_at")[:MOST]
    )
    for message in rows:
        what = f"{message.state} {message.kind} by {message.channel.way}, {message.attempts} tries"
        yield f"#{message.pk} {message.planned_at:%Y-%m-%d %H:%M} {what}: {masked.text(message.answer) or 'no answer'}"
    if not rows:
        yield "Nothing failed in the last 7 days."


def retry(pk: int) -> str:
    again = sorted(kind.value for kind, rule in KINDS.items() if rule.at_least_once)
    message = Message.objects.filter(pk=pk).first()
    if message is None:
        raise CommandError(f"There is no message #{pk}.")
    if not KINDS[Kind(message.kind)].at_least_once:
        raise CommandError(REFUSED.format(kinds=" and ".join(again)))
    change = {"state": State.DUE.value, "due_at": timezone.now(), "attempts": 0, "claim": None}
    with transaction.atomic():
        ended = Message.objects.filter(pk=pk, state=State.FAILED.value, kind__in=again)
        if not ended.update(**change):
            raise CommandError(f"Message #{pk} is {message.state}. Only one that failed can be tried again.")
        audit.record(None, "message.retry", message)
    return f"Message #{pk} goes out with the next tick."
