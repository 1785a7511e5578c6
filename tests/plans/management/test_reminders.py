"""`manage.py reminders`: what a person reads, what a monitor reads, and one more try."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.audit import AuditEvent
from plans.models.reminder import Kind, State
from plans.reminders import status
from rehab.redis import client
from tests.factories import EscalationFactory, MessageFactory, PlanFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2031, 3, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def ticked():
    with time_machine.travel(NOW, tick=False):
        client().set(status.TICK, NOW.isoformat())
        yield
        client().delete(status.TICK)


@pytest.fixture
def plan():
    return PlanFactory(
        next_due_at=None, athlete__name="Hidden Name", athlete__email="hidden.person@example.org", pain=7
    )


def put(plan, **fields):
    return MessageFactory(plan=plan, **{"planned_at": timezone.now() - MINUTE, **fields})


def run(*args):
    """What it says, and how it ends."""
    out = io.StringIO()
    try:
        call_command("reminders", *args, stdout=out)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


def test_when_all_is_well(plan):
    put(plan, state=State.SENT.value, sent_at=timezone.now())
    put(plan, kind=Kind.MORNING.value)
    said, code = run()
    assert code == 0
    assert "1 session by email" in said
    assert "1 morning by email, since 60 s" in said
    assert "1 in the last minute, 1 in the last hour" in said
    assert "oldest due  escalations none, reminders 60 s" in said
    assert said.endswith("All is well.\n")


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_it_ends_with_1_when_something_is_wrong(plan, options):
    put(plan, planned_at=timezone.now() - 11 * MINUTE)
    said, code = run(*options)
    assert code == 1
    assert "more than 10 minutes" in said


def test_without_a_tick_it_is_wrong():
    client().delete(status.TICK)
    said, code = run()
    assert (code, "never seen" in said) == (1, True)


def test_what_was_not_counted_is_said(plan, monkeypatch):
    put(plan)
    monkeypatch.setattr(status, "CAP", 1)
    assert "More than is counted: due" in run()[0]


def test_for_a_program(plan):
    put(plan)
    said = json.loads(run("--json")[0])
    assert said["due"] == [{"kind": "session", "way": "email", "number": 1, "age": said["due"][0]["age"]}]
    assert (said["stuck"], said["wrong"], said["overdue_plans"]) == (0, [], 0)


class TestFailed:
    def test_the_newest_first_with_the_answer_and_without_an_address(self, plan):
        ended = {"state": State.FAILED.value, "attempts": 3}
        old = put(plan, answer="451 later", planned_at=timezone.now() - 9 * MINUTE, kind="later", **ended)
        said = "550 <hidden.person@example.org> unknown, see https://push.example.org/secret/1"
        new = put(plan, answer=said, **ended)
        lines = run("--failed")[0].splitlines()
        assert [line.split()[0] for line in lines] == [f"#{new.pk}", f"#{old.pk}"]
        assert (
            "failed session by email, 3 tries: 550 <h…@example.org> unknown, see https://push.example.org/…" in lines[0]
        )
        for hidden in ("hidden.person", "Hidden", "secret"):
            assert hidden not in lines[0]

    def test_nothing_failed(self, plan):
        put(plan)
        put(plan, state=State.FAILED.value, planned_at=timezone.now() - timedelta(days=8), kind="later")
        assert run("--failed") == ("Nothing failed in the last 7 days.\n", 0)


class TestRetry:
    def failed(self, plan, kind=Kind.ESCALATION):
        return put(plan, kind=kind.value, state=State.FAILED.value, attempts=6, escalation=EscalationFactory(plan=plan))

    def test_what_must_arrive_is_tried_again(self, plan):
        message = self.failed(plan)
        assert "next tick" in run("retry", str(message.pk))[0]
        message.refresh_from_db()
        assert (message.state, message.attempts) == (State.DUE.value, 0)
        assert timezone.now() - message.due_at < MINUTE
        event = AuditEvent.objects.get(action="message.retry")
        assert (event.actor_id, event.object_id) == (None, str(message.pk))

    def test_a_reminder_is_not(self, plan):
        message = self.failed(plan, Kind.SESSION)
        with pytest.raises(CommandError, match=r"at most once.*Only escalation and message may"):
            run("retry", str(message.pk))
        message.refresh_from_db()
        assert message.state == State.FAILED.value

    def test_what_did_not_fail_stays_as_it_is(self, plan):
        message = put(plan, kind=Kind.ESCALATION.value)
        with pytest.raises(CommandError, match="is due"):
            run("retry", str(message.pk))
        assert not AuditEvent.objects.filter(action="message.retry").exists()

    def test_a_number_that_is_none(self):
        with pytest.raises(CommandError, match="no message #9"):
            run("retry", "9")
