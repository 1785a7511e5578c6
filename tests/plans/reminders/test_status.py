"""The figures of sending: right, in few queries, and bounded however many rows there are."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.models import Channel, Message, Plan
from plans.models.reminder import Kind, State, Way
from plans.reminders import metrics, status
from rehab.redis import client
from tests.factories import ChannelFactory, EscalationFactory, MessageFactory, PlanFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2031, 3, 3, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def ticked():
    """A minute ago all was well."""
    client().set(status.TICK, (NOW - MINUTE).isoformat())
    yield
    client().delete(status.TICK)


@pytest.fixture
def plan():
    return PlanFactory(next_due_at=NOW + HOUR)


def put(plan, ago, **fields):
    """A message that was planned so long ago."""
    planned = NOW - ago
    return MessageFactory(plan=plan, planned_at=planned, **{"due_at": planned, "about": uuid.uuid4().hex, **fields})


def sent(plan, ago, **fields):
    return put(plan, ago, state=State.SENT.value, sent_at=NOW - ago, **fields)


def test_nothing_waits_and_nothing_is_wrong(plan):
    now = status.figures(NOW)
    assert (now.broker, now.last_tick) == (True, NOW - MINUTE)
    assert now.oldest == {"escalations": 0, "reminders": 0}
    assert (now.due, now.stuck, now.ended, now.overdue_plans, now.capped) == ((), 0, (), 0, ())
    assert now.wrong() == []


def test_age_of_the_oldest_by_queue(plan):
    put(plan, 3 * MINUTE)
    put(plan, 2 * MINUTE)
    put(plan, 5 * MINUTE, kind=Kind.ESCALATION.value, escalation=EscalationFactory(plan=plan))
    put(plan, -HOUR)  # comes later today: it does not wait
    now = status.figures(NOW)
    assert now.oldest == {"escalations": 300, "reminders": 180}
    assert {(due.kind, due.way): due.number for due in now.due} == {("session", "email"): 2, ("escalation", "email"): 1}
    assert now.wrong() == []


def test_what_ended_by_state_kind_and_way(plan):
    sent(plan, timedelta(seconds=30))
    sent(plan, 30 * MINUTE)
    sent(plan, 5 * HOUR, kind=Kind.MORNING.value)
    sent(plan, 25 * HOUR)
    push = ChannelFactory(user=plan.athlete, way=Way.PUSH.value, address="https://push.example.org/1")
    put(plan, HOUR, state=State.FAILED.value, channel=push)
    put(plan, HOUR, state=State.UNKNOWN.value)
    now = status.figures(NOW)
    assert {(one.state, one.kind, one.way): one.day for one in now.ended} == {
        ("sent", "session", "email"): 2,
        ("sent", "morning", "email"): 1,
        ("failed", "session", "push"): 1,
        ("unknown", "session", "email"): 1,
    }
    assert (now.sent_minute, now.sent_hour) == (1, 2)
    assert (now.count(State.SENT), now.count(State.FAILED), now.count(State.UNKNOWN)) == (3, 1, 1)


@pytest.mark.parametrize(
    ("state", "past", "stuck"),
    [
        (State.CLAIMED, 3 * MINUTE, 1),
        (State.SENDING, 3 * MINUTE, 1),
        (State.SENDING, MINUTE, 0),  # the next tick takes it
        (State.SENDING, -MINUTE, 0),  # in good hands
        (State.DUE, 3 * MINUTE, 0),
    ],
)
def test_a_row_is_stuck_when_no_tick_took_it_from_a_dead_worker(plan, state, past, stuck):
    claim = None if state is State.DUE else uuid.uuid4()
    put(plan, HOUR, state=state.value, claim=claim, due_at=NOW - past)
    now = status.figures(NOW)
    assert now.stuck == stuck
    assert bool(now.wrong()) == bool(stuck)


def test_plans_and_channels_that_need_a_look(plan):
    PlanFactory(next_due_at=NOW - 6 * MINUTE)
    PlanFactory(next_due_at=NOW - 4 * MINUTE)
    PlanFactory(next_due_at=NOW + HOUR, clock_error="KeyError: 'x'")
    ChannelFactory(failing_since=NOW - HOUR)
    ChannelFactory(failing_since=NOW - HOUR, ended_at=NOW)
    now = status.figures(NOW)
    assert (now.overdue_plans, now.plans_in_error, now.failing_channels) == (1, 1, 1)


@pytest.mark.parametrize("ago", [None, 6 * MINUTE])
def test_a_clock_that_does_not_tick_is_wrong(ago):
    if ago:
        client().set(status.TICK, (NOW - ago).isoformat())
    else:
        client().delete(status.TICK)
    (said,) = status.figures(NOW).wrong()
    assert "has not ticked for 5 minutes" in said


def test_what_waits_for_long_is_wrong(plan):
    put(plan, 11 * MINUTE)
    (said,) = status.figures(NOW).wrong()
    assert "more than 10 minutes" in said


def test_redis_away_is_told_and_the_rest_still_counted(settings, tmp_path, plan):
    put(plan, MINUTE)
    settings.REDIS_URL = f"unix://{tmp_path}/absent.sock"
    now = status.figures(NOW)
    assert (now.broker, now.last_tick, now.oldest["reminders"]) == (False, None, 60)
    assert "Redis does not answer" in now.wrong()[0]


def test_a_time_that_is_none_is_as_good_as_no_tick():
    client().set(status.TICK, "yesterday")
    assert status.last_tick() == status.Tick(True, None)


def test_the_same_few_queries_and_no_more_than_the_cap_is_counted(plan, monkeypatch, django_assert_num_queries):
    for number in range(5):
        put(plan, number * MINUTE)
        sent(plan, number * MINUTE, kind=Kind.MORNING.value)
    with django_assert_num_queries(5):
        assert status.figures(NOW).capped == ()
    monkeypatch.setattr(status, "CAP", 3)
    with django_assert_num_queries(5):
        now = status.figures(NOW)
    assert (sum(due.number for due in now.due), now.count(State.SENT), now.capped) == (3, 3, ("due", "ended"))
    assert now.oldest["reminders"] == 240, "the oldest are the ones that are kept"
    assert now.sent_hour == 3


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="reads PostgreSQL's own plan of a query")
def test_every_question_is_asked_of_an_index(plan):
    # Enough open channels for the planner to see that those which fail are few.
    addresses = [f"https://push.example.org/{number}" for number in range(300)]
    Channel.objects.bulk_create(Channel(user=plan.athlete, way="push", address=address) for address in addresses)
    with CaptureQueriesContext(connection) as asked:
        status.figures(NOW)
        status.readiness()
    used = set()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE plans_channel")
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        for query in asked.captured_queries:
            cursor.execute("EXPLAIN " + query["sql"])
            used |= set(re.findall(r"using (\w+)", "\n".join(row[0] for row in cursor.fetchall())))
    assert used >= {"message_due", "message_ended", "plan_due", "plan_clock_error", "channel_failing"}


def test_as_json_it_is_plain_and_names_nobody(plan):
    plan.athlete.name = "Hidden Name"
    plan.athlete.save()
    put(plan, 11 * MINUTE)
    said = json.dumps(status.figures(NOW).as_json(), cls=DjangoJSONEncoder)
    assert json.loads(said)["oldest"] == {"escalations": 0, "reminders": 660}
    assert len(json.loads(said)["wrong"]) == 1
    assert plan.athlete.name not in said
    assert plan.athlete.email not in said


class TestMetrics:
    SAMPLE = re.compile(r'^(rehab_\w+)(?:\{(?:\w+="[^"]*",?)+\})? (-?[0-9.e+]+)$')

    def test_each_line_is_a_sample_or_says_what_one_is(self, plan):
        put(plan, MINUTE)
        sent(plan, MINUTE)
        lines = list(metrics.lines(status.figures(NOW)))
        samples = [line for line in lines if not line.startswith("#")]
        assert all(self.SAMPLE.match(line) for line in samples)
        names = {self.SAMPLE.match(line)[1] for line in samples}
        assert names == {line.split()[2] for line in lines if line.startswith("# HELP")}
        assert names == {line.split()[2] for line in lines if line.startswith("# TYPE")}
        assert all(line.endswith(" gauge") for line in lines if line.startswith("# TYPE"))
        assert f"rehab_last_tick_timestamp_seconds {(NOW - MINUTE).timestamp():.0f}" in lines
        assert 'rehab_oldest_due_seconds{queue="reminders"} 60' in lines
        assert 'rehab_due_messages{kind="session",way="email"} 1' in lines
        assert 'rehab_messages_day{state="sent",kind="session",way="email"} 1' in lines

    def test_no_tick_has_no_time(self):
        client().delete(status.TICK)
        assert "last_tick" not in "\n".join(metrics.lines(status.figures(NOW)))

    def test_every_name_is_in_the_guide(self):
        guide = (Path(__file__).parents[3] / "docs" / "operate.md").read_text()
        names = set(re.findall(r"rehab_\w+", "\n".join(metrics.lines(status.figures(NOW)))))
        assert names == set(re.findall(r"`(rehab_\w+)", guide))

    def test_what_would_break_a_line_is_escaped(self):
        assert metrics.escaped('a"b\\c\nd') == r"a\"b\\c\nd"


def test_readiness_says_when_and_how_long(plan):
    Message.objects.all().delete()
    Plan.objects.update(next_due_at=None)
    put(plan, timedelta(seconds=(NOW - datetime.now(UTC)).total_seconds() + 90))
    said = status.readiness()
    assert said["last_tick"] == (NOW - MINUTE).isoformat()
    assert 89 < said["oldest_due_s"] < 120
    assert said["overdue_plans"] == 0
    assert Channel.objects.count() == 1
