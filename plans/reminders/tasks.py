"""Celery's tasks: a name each, for what others do. All are safe to run twice."""

from collections.abc import Sequence
from uuid import UUID

from rehab.celery import app

from . import clock, digest, outbox


@app.task(name="reminders.tick")
def tick() -> None:
    clock.tick()


@app.task(name="reminders.look")
def look(pks: Sequence[int]) -> None:
    clock.look(pks)
    outbox.dispatch()  # an escalation that was just found need not wait for the next tick


@app.task(name="reminders.send")
def send(claim: str) -> None:
    outbox.send_batch(UUID(claim))


@app.task(name="reminders.housekeeping")
def housekeeping() -> None:
    clock.mend()
    digest.seed()
    outbox.prune()
