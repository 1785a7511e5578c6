"""What Celery is told: which tasks there are, when they come, and which go first."""

from uuid import uuid4

import pytest
from celery.schedules import crontab
from kombu.transport.redis import Channel as RedisChannel

from plans.reminders import clock, digest, outbox, tasks
from plans.reminders.claims import Queue
from rehab.celery import app


def test_every_worker_finds_the_tasks() -> None:
    app.loader.import_default_modules()
    ours = sorted(name for name in app.tasks if not name.startswith("celery."))
    assert ours == ["reminders.housekeeping", "reminders.look", "reminders.send", "reminders.tick"]


def test_beat_calls_what_there_is() -> None:
    schedule = app.conf.beat_schedule
    assert {entry["task"] for entry in schedule.values()} == {"reminders.tick", "reminders.housekeeping"}
    assert schedule["tick"]["schedule"] == crontab()
    for entry in schedule.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] > 0


@pytest.mark.parametrize(
    ("name", "queue"),
    [
        ("reminders.tick", "escalations"),
        ("reminders.look", "clock"),
        ("reminders.housekeeping", "clock"),
    ],
)
def test_routes(name: str, queue: str) -> None:
    assert app.amqp.router.route({}, name)["queue"].name == queue


def test_what_is_urgent_is_taken_first() -> None:
    """As a worker asks Redis for its next task: in this order, whichever it took last."""
    names = [Queue(True, "email").name, Queue(False, "email").name, "clock"]
    with app.connection_for_read() as connection, connection.channel() as channel:
        assert isinstance(channel, RedisChannel)
        app.amqp.TaskConsumer(channel).consume()
        for took in (*names, names[0]):
            assert channel._queue_cycle.consume(3) == names
            channel._queue_cycle.rotate(took)


def test_tasks_are_thin(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[object] = []
    for module, name in (
        (clock, "tick"),
        (clock, "look"),
        (clock, "mend"),
        (digest, "seed"),
        (outbox, "dispatch"),
        (outbox, "send_batch"),
        (outbox, "prune"),
    ):
        monkeypatch.setattr(module, name, lambda *args, name=name: called.append((name, *args)))
    claim = uuid4()
    tasks.tick()
    tasks.look([1, 2])
    tasks.send(str(claim))
    tasks.housekeeping()
    looked = [("look", [1, 2]), ("dispatch",)]  # what a look found need not wait for the next tick
    assert called == [("tick",), *looked, ("send_batch", claim), ("mend",), ("seed",), ("prune",)]
