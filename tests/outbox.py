"""Many due messages, and real processes that send them: for tests of workers, proofs and measurements."""

import os
import random
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from plans.models import Channel, Message, Plan, Screening
from plans.models.reminder import OPEN, Kind, Preferences, State, Way
from rehab.celery import app
from rehab.children import end_with_parent
from tests.factories import CareLinkFactory, EscalationFactory, PlanFactory

ROOT = Path(__file__).resolve().parent.parent
CELERY = Path(sys.executable).parent / "celery"
Row = TypeVar("Row", bound=Model)


# Rows -----------------------------------------------------------------------------------------------------------------


def zone_at_noon() -> str:
    """Where it is about noon now, so that nothing here hangs on the hour at which it runs."""
    east = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


def people(number: int) -> list[Channel]:
    """Athletes with a plan and no quiet hours, by the e-mail that reaches them."""
    like: Plan = PlanFactory(athlete__time_zone=zone_at_noon())
    name = uuid.uuid4().hex[:8]
    zone = like.athlete.time_zone
    users = User.objects.bulk_create(
        User(email=f"{name}-{n}@example.org", password="!", time_zone=zone) for n in range(number)
    )
    Preferences.objects.bulk_create(_no_quiet_hours(user) for user in users)
    screenings = Screening.objects.bulk_create(_copy(like.screening, athlete=user) for user in users)
    Plan.objects.bulk_create(_copy(like, athlete=row.athlete, screening=row, next_due_at=None) for row in screenings)
    like.delete()
    return Channel.objects.bulk_create(Channel(user=user, way=Way.EMAIL.value) for user in users)


def reminders(channels: Sequence[Channel], number: int) -> None:
    """So many due now, shared out among these people: each is told of a session many times."""
    plans = dict(Plan.objects.filter(athlete__in=[row.user_id for row in channels]).values_list("athlete_id", "pk"))
    today, series = timezone.localdate(timezone=channels[0].user.zone), uuid.uuid4().hex[:8]
    now = timezone.now()
    rows = (
        Message(
            recipient_id=channel.user_id,
            plan_id=plans[channel.user_id],
            channel=channel,
            kind=Kind.SESSION.value,
            local_date=today,
            about=f"{series} {n}",
            revision=0,
            planned_at=now,
            due_at=now,
        )
        for n in range(number)
        for channel in (channels[n % len(channels)],)
    )
    Message.objects.bulk_create(rows, batch_size=5000)


def physio() -> tuple[Channel, Any]:
    """Somebody with one client and one escalation to look at."""
    link = CareLinkFactory(physio__time_zone=zone_at_noon())
    _no_quiet_hours(link.physio).save()
    raised = EscalationFactory(plan=PlanFactory(athlete=link.athlete))
    Plan.objects.filter(pk=raised.plan.pk).update(next_due_at=None)
    return Channel.objects.create(user=link.physio, way=Way.EMAIL.value), raised


def escalations(channel: Channel, raised: Any, number: int) -> None:
    """So many about the same one, due now."""
    now, series = timezone.now(), uuid.uuid4().hex[:8]
    fixed = {"recipient": channel.user, "channel": channel, "plan": raised.plan, "escalation": raised}
    when = {"local_date": now.date(), "planned_at": now, "due_at": now}
    Message.objects.bulk_create(
        Message(**fixed, **when, kind=Kind.ESCALATION.value, about=f"{raised.pk}:0 {series} {n}") for n in range(number)
    )


def _no_quiet_hours(user: User) -> Preferences:
    return Preferences(user=user, quiet_from=time(0), quiet_until=time(0))


def _copy(row: Row, **changed: Any) -> Row:
    values = {item.attname: getattr(row, item.attname) for item in row._meta.concrete_fields if not item.primary_key}
    for name in changed:
        values.pop(row._meta.get_field(name).attname)
    return type(row)(**values, **changed)


def open_rows() -> int:
    return Message.objects.filter(state__in=OPEN).count()


def leases_pass() -> int:
    """As ten minutes would: whoever held these rows is known to be dead."""
    held = Message.objects.filter(state__in=(State.CLAIMED.value, State.SENDING.value))
    return held.update(due_at=timezone.now())


def tries_come() -> int:
    """As backoff would let pass."""
    waiting = Message.objects.filter(state=State.DUE.value, due_at__gt=timezone.now())
    return waiting.update(due_at=timezone.now(), planned_at=timezone.now() - timedelta(minutes=1))


def tick() -> None:
    app.send_task("reminders.tick")


# Processes ------------------------------------------------------------------------------------------------------------


@dataclass
class Fleet:
    """Workers and beats on given servers. They end with this process."""

    env: dict[str, str]
    log: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def worker(self, senders: int) -> subprocess.Popen[bytes]:
        """With so many child processes, each of which sends."""
        pool = ("--pool", "prefork", "--concurrency", str(senders))
        name = f"w{len(self.running)}-{uuid.uuid4().hex[:6]}@test"
        return self._start("worker", *pool, "-n", name, "--without-mingle", "--without-gossip")

    def beat(self) -> subprocess.Popen[bytes]:
        return self._start("beat", "-s", str(self.log.with_name(f"beat{len(self.running)}")), "--pidfile=")

    def _start(self, *argv: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [str(CELERY), "-A", "rehab", "-q", *argv, "--loglevel", "WARNING"],
                env={**os.environ, **self.env, "PYTHONWARNINGS": "ignore"},
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(os.getpid()),
            )
        self.running.append(process)
        return process

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def kill(process: subprocess.Popen[bytes]) -> None:
    """A worker with all its senders, at once, as when a machine loses its power."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def senders(worker: subprocess.Popen[bytes]) -> list[int]:
    """The child processes of a worker that is up. Linux tells them."""
    return [int(pid) for pid in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()]


def kill_a_sender(worker: subprocess.Popen[bytes]) -> None:
    """One child alone, as when it runs out of memory: the worker starts another."""
    with suppress(ProcessLookupError, IndexError):
        os.kill(random.choice(senders(worker)), signal.SIGKILL)  # noqa: S311


def workers_are_up(number: int) -> Callable[[], bool]:
    return lambda: len(app.control.ping(timeout=0.5)) == number
