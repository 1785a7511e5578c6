"""The clock and the outbox among many plans: `python -m tests.benchmarks.crowd 100000 30` (plans, logged days each).

Fills the database of DATABASE_URL by INSERT ... SELECT and measures there; answers in JSON. Everything is measured
beside its floor: plain SQL on a bare table of as many rows, as the same server does it in the same minute. Without
numbers it measures idle ticks alone, in a database that is filled already.
"""

import json
import os
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - models need the settings above
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from plans.catalogue import catalogue  # noqa: E402
from plans.models import Channel, Message, Plan, shipped  # noqa: E402
from plans.models.reminder import Kind, State, Way  # noqa: E402
from plans.reminders import clock  # noqa: E402
from plans.reminders.claims import BATCH, take  # noqa: E402
from plans.reminders.rows import Changes  # noqa: E402
from tests.benchmarks.people import APART, copy, crowd, person  # noqa: E402

DUE = 10_000  # messages that fall due at once
LOOKS = 4_000  # plans looked at
TICKS = 101
ROUNDS = 3

BARE = """
DROP TABLE IF EXISTS bare;
CREATE TABLE bare (id bigserial PRIMARY KEY, plan_id bigint NOT NULL, due_at timestamptz NOT NULL,
  state smallint NOT NULL DEFAULT 0, claimed_at timestamptz, worker smallint, UNIQUE (plan_id, due_at));
CREATE INDEX bare_due ON bare (due_at) WHERE state = 0;
"""
FILL = """
INSERT INTO bare (plan_id, due_at)
SELECT n, now() + CASE WHEN n <= %s THEN interval '-1 hour' ELSE interval '1 year' END + (n %% 3600) * interval '1 s'
FROM generate_series(1, %s) n
"""
CLAIM = """
UPDATE bare SET state = 1, claimed_at = now(), worker = 0 FROM (
  SELECT id FROM bare WHERE state = 0 AND due_at <= now() + interval '1 hour' ORDER BY due_at LIMIT %s
  FOR UPDATE SKIP LOCKED) chosen
WHERE bare.id = chosen.id RETURNING bare.id
"""
# The same on the outbox itself: what its wider rows and its indexes cost, whoever asks.
CLAIM_ROWS = """
UPDATE plans_message SET state = 'claimed', claim = gen_random_uuid(), due_at = now() + interval '10 minutes' FROM (
  SELECT id FROM plans_message WHERE state IN ('due', 'claimed', 'sending') AND due_at <= now() ORDER BY due_at LIMIT %s
  FOR UPDATE SKIP LOCKED) chosen
WHERE plans_message.id = chosen.id RETURNING plans_message.id
"""


def sql(statement: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.rowcount


def seconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


# Filling -----------------------------------------------------------------------------------------------------------


def fill(number: int, days: int) -> tuple[range, float]:
    """People with a plan each, their ways, and a message each that is due tomorrow: these, rows a second."""
    call_command("migrate", verbosity=0)
    shipped.publish(catalogue())
    plan = person(days)
    for way in (Way.INBOX, Way.EMAIL):
        Channel.objects.create(user=plan.athlete, way=way.value)
    sql("SET session_replication_role = replica")  # no look at each row's keys: they are right by construction
    made = crowd(plan, 1, number)
    id = f"{APART} + n"
    for place, way in enumerate((Way.INBOX, Way.EMAIL), start=1):
        source = f"row.user_id = {plan.athlete_id} AND row.way = '{way.value}'"
        copy(Channel, number, source, id=f"{place * APART} + n", user_id=id)
    then = timezone.now() + timedelta(days=1)
    mail = Channel.objects.get(user=plan.athlete, way=Way.EMAIL.value)
    Message.objects.create(
        recipient=plan.athlete,
        plan=plan,
        channel=mail,
        kind=Kind.LATER.value,
        local_date=then.date(),
        planned_at=then,
        due_at=then,
    )
    columns = {"recipient_id": id, "plan_id": id, "channel_id": f"{2 * APART} + n"}
    rate = number / seconds(lambda: copy(Message, number, f"row.recipient_id = {plan.athlete_id}", **columns))
    sql("SET session_replication_role = origin")
    Plan.objects.update(next_due_at=then)
    sql("VACUUM ANALYZE")
    return made, rate


# What is measured --------------------------------------------------------------------------------------------------


def ticks() -> dict[str, float]:
    """P14: nothing is due."""
    times = [seconds(clock.tick) for _ in range(TICKS)]
    return {"tick_ms": statistics.median(times) * 1000}


def claims(number: int) -> dict[str, list[float]]:
    """P15: as many are due at once, among all; first batch and rows a second until none is left. Turn by turn."""
    found: dict[str, list[float]] = defaultdict(list)
    due = min(DUE, number // 2)
    rows = Message.objects.filter(plan__lte=APART + due, kind=Kind.LATER.value)
    for _ in range(ROUNDS):
        sql(BARE)
        found["insert"].append(number / seconds(lambda: sql(FILL, due, number)))
        sql("VACUUM ANALYZE bare")
        drain(found, "bare", lambda: sql(CLAIM, BATCH))
        for name, claim in (("rows", lambda: sql(CLAIM_ROWS, BATCH)), ("ours", lambda: take(timezone.now()).rows)):
            now = timezone.now()
            rows.update(state=State.DUE.value, claim=None, due_at=now, planned_at=now)
            sql("VACUUM ANALYZE plans_message")
            drain(found, name, claim)
        rows.update(state=State.WITHDRAWN.value, claim=None)
    return found


def drain(found: dict[str, list[float]], name: str, claim: Callable[[], int]) -> None:
    begin, rows = time.perf_counter(), 0
    while got := claim():
        if not rows:
            found[f"{name}_first"].append((time.perf_counter() - begin) * 1000)
        rows += got
    found[name].append(rows / (time.perf_counter() - begin))


def looks(ids: range) -> dict[str, Any]:
    """P16: the rows of one day, as the clock makes them: a look each, of which the writing is timed apart."""
    zone = Plan.objects.get(pk=ids[0]).athlete.zone
    midnight = datetime.combine(timezone.localdate(timezone=zone), datetime.min.time(), zone)
    now = midnight + timedelta(minutes=10)
    chosen = ids[: min(LOOKS, len(ids))]
    Plan.objects.filter(pk__in=chosen).update(next_due_at=now)
    sql("VACUUM ANALYZE plans_plan")
    before = Message.objects.count()
    spent: Counter[str] = Counter()
    with timed(spent):
        begin, busy = time.perf_counter(), time.process_time()
        for start in range(0, len(chosen), clock.CHUNK):
            clock.look(chosen[start : start + clock.CHUNK], now)
        spent["all"], cpu = time.perf_counter() - begin, time.process_time() - busy
    again = clock.look(chosen, now)
    made = Message.objects.count() - before
    Message.objects.exclude(kind=Kind.LATER.value).delete()  # so that nothing is due when ticks are measured
    return {
        "looks": len(chosen),
        "rows": made,
        "again": again,
        "spent": dict(spent),
        "cpu": cpu,
    }


@contextmanager
def timed(spent: Counter[str]) -> Iterator[None]:
    """How long each part of a look takes."""
    parts = {
        "read": (clock, "people"),
        "decide": (clock, "agenda"),
        "claim": (clock, "_claim"),
        "tell": (clock, "_tell"),
        "insert": (Changes, "apply"),
    }
    real = {name: getattr(*place) for name, place in parts.items()}

    def wrap(name: str) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            begin = time.perf_counter()
            try:
                return real[name](*args)
            finally:
                spent[name] += time.perf_counter() - begin

        return call

    for name, (owner, attribute) in parts.items():
        setattr(owner, attribute, wrap(name))
    try:
        yield
    finally:
        for name, (owner, attribute) in parts.items():
            setattr(owner, attribute, real[name])


def main(number: int, days: int) -> dict[str, Any]:
    begin = time.perf_counter()
    ids, outbox = fill(number, days)
    filled = time.perf_counter() - begin
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        durable = cursor.fetchone()[0] == "on"
    figures = {"filled_s": filled, "durable": durable, "outbox": outbox}
    return figures | {"claims": claims(number), "looks": looks(ids)}


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:])) if sys.argv[1:] else ticks()))
