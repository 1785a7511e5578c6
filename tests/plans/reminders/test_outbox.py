"""Rows of the outbox from due to their end, in one process. See test_workers for real ones."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway
from pytest_django import DjangoAssertNumQueries
from redis import RedisError

from plans.models import Plan
from plans.models.reminder import OPEN, Kind, Message, MessageCount, Preferences, State, Use, Way
from plans.reminders import claims, journal, marks, outbox, sending
from plans.reminders.channels import Answer, Outcome
from plans.reminders.journal import Journal
from plans.reminders.kinds import KINDS
from plans.reminders.marks import BACKOFF
from tests.factories import ChannelFactory, MessageFactory, PlanFactory

from .ways import SENT, Out

NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)
Tasks = list[tuple[str, str]]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def work(tasks: Tasks) -> None:
    """What the workers do: every batch in the queue, and those that these leave."""
    while tasks:
        outbox.send_batch(UUID(tasks.pop(0)[0]))


def run(tasks: Tasks) -> None:
    outbox.dispatch()
    work(tasks)


def no_quiet_hours(message: Message) -> None:
    Preferences.objects.create(user=message.recipient, quiet_from=time(0), quiet_until=time(0))


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


# The way through ------------------------------------------------------------------------------------------------------


def test_idle_asks_once(django_assert_num_queries: DjangoAssertNumQueries, tasks: Tasks) -> None:
    MessageFactory(due_at=NOON + timedelta(minutes=1))
    MessageFactory(state=State.SENT.value, sent_at=NOON)
    with django_assert_num_queries(1):
        assert outbox.dispatch() == 0
    assert tasks == []


def test_from_due_to_sent(out: Out, tasks: Tasks) -> None:
    message = MessageFactory()
    assert outbox.dispatch() == 1
    message.refresh_from_db()
    assert (message.state, message.due_at) == (State.CLAIMED, NOON + claims.LEASE)
    assert tasks == [(str(message.claim), "reminders")]
    work(tasks)
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.answer) == (State.SENT, NOON, SENT.text)
    assert (message.attempts, message.claim, out.sent) == (1, None, [message.pk])


def test_it_is_sending_while_it_is_sent(out: Out, tasks: Tasks) -> None:
    message = MessageFactory()

    def look(_: Message) -> Answer:
        message.refresh_from_db()
        assert message.state == State.SENDING
        assert journal.read(message.claim).of(message.pk) == journal.LOST
        return SENT

    out.answer = look
    run(tasks)
    assert states() == [State.SENT]


def test_a_batch_has_one_way_and_what_is_urgent_goes_first(out: Out, tasks: Tasks) -> None:
    plan = PlanFactory()
    for way, address in ((Way.EMAIL, ""), (Way.PUSH, "https://push.example.org/1"), (Way.INBOX, "")):
        channel = ChannelFactory(user=plan.athlete, way=way.value, address=address)
        for kind in (Kind.SESSION, Kind.MESSAGE):
            MessageFactory(plan=plan, channel=channel, kind=kind.value)
    outbox.dispatch()
    assert [queue for _, queue in tasks] == ["escalations"] * 3 + ["reminders"] * 3
    for claim, queue in tasks:
        rows = Message.objects.filter(claim=claim)
        assert {KINDS[Kind(row.kind)].urgent for row in rows} == {queue == "escalations"}
        assert rows.values("channel__way").distinct().count() == 1


def test_many_are_claimed_in_batches(out: Out, tasks: Tasks) -> None:
    MessageFactory.create_batch(7)
    assert outbox.dispatch(batch=3) == 3
    assert Message.objects.values("claim").distinct().count() == 3
    work(tasks)
    assert sorted(out.sent) == sorted(Message.objects.values_list("pk", flat=True))
    assert out.opened == 3


def test_the_longest_waiting_go_first(tasks: Tasks) -> None:
    late, early = MessageFactory(due_at=NOON), MessageFactory(due_at=NOON - timedelta(minutes=9))
    outbox.dispatch(batch=1)
    assert tasks[0][0] == str(Message.objects.get(pk=early.pk).claim)
    assert tasks[1][0] == str(Message.objects.get(pk=late.pk).claim)


def test_a_task_that_comes_twice_sends_once(out: Out, tasks: Tasks) -> None:
    MessageFactory()
    outbox.dispatch()
    twice = [*tasks, *tasks]
    work(tasks)
    work(twice)
    assert len(out.sent) == 1


def test_a_task_that_comes_again_while_the_first_runs_touches_nothing(out: Out, tasks: Tasks) -> None:
    MessageFactory()
    outbox.dispatch()
    claim = UUID(tasks[0][0])

    def again(_: Message) -> Answer:
        outbox.send_batch(claim)
        return SENT

    out.answer = again
    work(tasks)
    assert len(out.sent) == 1
    assert states() == [State.SENT]


def test_a_person_who_is_deleted_in_between_is_simply_gone(out: Out, tasks: Tasks) -> None:
    gone, other = MessageFactory(), MessageFactory()
    outbox.dispatch()
    Plan.objects.filter(pk=gone.plan.pk).delete()
    gone.recipient.delete()
    work(tasks)
    assert out.sent == [other.pk]


def test_a_person_who_is_deleted_while_it_is_sent(out: Out, tasks: Tasks) -> None:
    message = MessageFactory()

    def delete(_: Message) -> Answer:
        message.delete()
        return SENT

    out.answer = delete
    run(tasks)
    assert states() == []


@pytest.mark.parametrize("state", list(State))
def test_only_what_is_due_is_claimed(state: State, tasks: Tasks) -> None:
    held = state in (State.CLAIMED, State.SENDING)
    MessageFactory(
        state=state.value,
        claim=uuid4() if held else None,
        sent_at=NOON if state is State.SENT else None,
        due_at=NOON + timedelta(minutes=1) if held else NOON,
    )
    outbox.dispatch()
    assert states() == [State.CLAIMED if state is State.DUE else state]


# What the database itself holds ---------------------------------------------------------------------------------------


def test_a_message_is_once_in_the_outbox() -> None:
    first = MessageFactory()
    same = {"plan": first.plan, "channel": first.channel, "local_date": first.local_date}
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageFactory(**same)
    assert MessageFactory(**same, about="again").pk


@pytest.mark.parametrize(
    "values",
    [{"state": "sent"}, {"sent_at": NOON}, {"state": "claimed"}, {"state": "sending"}, {"state": "lost"}],
)
def test_a_row_cannot_say_what_is_not_so(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageFactory(**values)


# What came of it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "kind", "state"),
    [
        (Outcome.SENT, Kind.SESSION, State.SENT),
        (Outcome.FAILED, Kind.SESSION, State.FAILED),
        (Outcome.GONE, Kind.SESSION, State.FAILED),
        (Outcome.RETRY, Kind.SESSION, State.DUE),
        (Outcome.UNKNOWN, Kind.SESSION, State.UNKNOWN),
        (Outcome.UNKNOWN, Kind.MESSAGE, State.DUE),
        (Outcome.FAILED, Kind.MESSAGE, State.FAILED),
    ],
)
def test_outcomes(outcome: Outcome, kind: Kind, state: State, out: Out, tasks: Tasks) -> None:
    message = MessageFactory(kind=kind.value)
    out.answer = lambda _: Answer(outcome, "what was said")
    run(tasks)
    message.refresh_from_db()
    assert (message.state, message.answer, message.attempts) == (state, "what was said", 1)


def test_each_answer_stands_in_its_own_row(out: Out, tasks: Tasks) -> None:
    made = MessageFactory.create_batch(5)
    said = {message.pk: f'250 "queued" as {message.pk}, \\ {{%s}} ünd\x00\ud800\n' for message in made}
    out.answer = lambda message: Answer(Outcome.SENT, said[message.pk])
    run(tasks)
    for message in Message.objects.all():
        assert message.answer == f'250 "queued" as {message.pk}, \\ {{%s}} ünd   '


def test_a_long_answer_is_cut(out: Out, tasks: Tasks) -> None:
    MessageFactory()
    out.answer = lambda _: Answer(Outcome.FAILED, "x" * 1000)
    run(tasks)
    assert Message.objects.get().answer == "x" * 200


def test_a_fault_of_ours_harms_nobody_elses(out: Out, tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    bad = MessageFactory.create_batch(2)[0]

    def answer(message: Message) -> Answer:
        if message.pk == bad.pk:
            raise ZeroDivisionError
        return SENT

    out.answer = answer
    run(tasks)
    assert states() == [State.UNKNOWN, State.SENT]
    assert "Traceback" in caplog.text


def test_a_try_comes_again_later_and_later_and_then_it_has_failed(out: Out, tasks: Tasks, noon: Any) -> None:
    message = MessageFactory(kind=Kind.MESSAGE.value)
    no_quiet_hours(message)
    out.answer = lambda _: Answer(Outcome.RETRY, "450 come again")
    for wait in BACKOFF:
        run(tasks)
        message.refresh_from_db()
        assert message.state == State.DUE
        assert wait <= message.due_at - timezone.now() <= wait * 1.25
        noon.move_to(message.due_at)
    run(tasks)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.FAILED, 6)
    assert len(out.sent) == 6


def test_no_try_is_made_when_it_would_be_too_late_to_help(out: Out, tasks: Tasks) -> None:
    """A session's reminder helps for three hours; the third try would come after half an hour."""
    message = MessageFactory(planned_at=NOON - timedelta(hours=2, minutes=45), due_at=NOON, attempts=2)
    Plan.objects.update(next_due_at=None)
    out.answer = lambda _: Answer(Outcome.RETRY, "450 come again")
    run(tasks)
    message.refresh_from_db()
    assert message.state == State.MISSED
    assert Plan.objects.get().next_due_at == NOON


@pytest.mark.parametrize("kind", list(Kind))
def test_what_comes_too_late_is_missed_and_summed_up(kind: Kind, out: Out, tasks: Tasks) -> None:
    late = KINDS[kind].late
    plan = PlanFactory()
    message = MessageFactory(
        kind=kind.value,
        plan=None if kind is Kind.CATCH_UP else plan,
        recipient=plan.athlete,
        parts=[[plan.pk, Kind.SESSION.value]] if kind is Kind.CATCH_UP else [],
        planned_at=NOON - late - timedelta(seconds=1),
    )
    Plan.objects.update(next_due_at=None)
    run(tasks)
    message.refresh_from_db()
    assert (message.state, message.answer, out.sent) == (State.MISSED, marks.TOO_LATE, [])
    assert Plan.objects.get().next_due_at == NOON


def test_a_way_that_cannot_be_opened_is_tried_again(out: Out, tasks: Tasks) -> None:
    MessageFactory.create_batch(3)

    def refuse() -> None:
        raise ConnectionRefusedError("nobody there")

    out.opening = refuse
    run(tasks)
    assert states() == [State.DUE] * 3
    assert set(Message.objects.values_list("attempts", "answer")) == {(1, "ConnectionRefusedError: nobody there")}
    assert all(due > NOON for due in Message.objects.values_list("due_at", flat=True))


def test_the_health_of_channels_is_told(out: Out, tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[int, Answer] = {}
    monkeypatch.setattr("plans.reminders.ways.note", told.update)
    gone, good = MessageFactory.create_batch(2)
    answers = {gone.pk: Answer(Outcome.GONE, "410"), good.pk: SENT}
    out.answer = lambda message: answers[message.pk]
    run(tasks)
    assert told == {gone.channel_id: answers[gone.pk], good.channel_id: SENT}


# Turns ----------------------------------------------------------------------------------------------------------------


def test_what_does_not_fit_into_a_turn_waits_for_another(out: Out, tasks: Tasks, noon: Any) -> None:
    """So an escalation never waits longer than one turn for a slow mail server."""
    made = MessageFactory.create_batch(5)

    def slow(_: Message) -> Answer:
        noon.shift(sending.TURN / 2 + timedelta(seconds=1))
        return SENT

    out.answer = slow
    outbox.dispatch()
    outbox.send_batch(UUID(tasks.pop()[0]))
    assert len(out.sent) == 2
    assert states() == [State.SENT] * 2 + [State.CLAIMED] * 3
    (later,) = tasks
    assert later[1] == "reminders"
    work(tasks)
    assert out.sent == [message.pk for message in made]


def test_outcomes_reach_the_rows_in_chunks(out: Out, tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MARK_ROWS", 2)
    MessageFactory.create_batch(5)
    seen: list[int] = []

    def count(_: Message) -> Answer:
        seen.append(Message.objects.filter(state=State.SENT.value).count())
        return SENT

    out.answer = count
    run(tasks)
    assert seen == [0, 0, 2, 2, 4]
    assert states() == [State.SENT] * 5


def test_a_slow_one_holds_up_nobody_else(out: Out, tasks: Tasks) -> None:
    """Four at once: the one that hangs is answered only after all others were sent."""
    from threading import Event

    made = MessageFactory.create_batch(8)
    others = Event()

    def answer(message: Message) -> Answer:
        if message.pk == made[0].pk:
            return SENT if others.wait(10) else Answer(Outcome.FAILED, "the others did not come by")
        if len(out.sent) == 8:
            others.set()
        return SENT

    out.answer, out.parallel = answer, 4
    run(tasks)
    assert states() == [State.SENT] * 8


# Looked at once more --------------------------------------------------------------------------------------------------


def test_what_was_loaded_a_while_ago_is_looked_at_again(
    out: Out, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second person switches their e-mail off while a slow server takes the first one's."""
    first, second = MessageFactory.create_batch(2)

    def off(_: Message) -> Answer:
        second.channel.use = Use.OFF.value
        second.channel.save()
        return SENT

    monkeypatch.setattr(sending, "FRESH_S", 0)
    out.answer = off
    run(tasks)
    assert out.sent == [first.pk]
    assert states() == [State.SENT, State.WITHDRAWN]


# Left behind ----------------------------------------------------------------------------------------------------------


def left_behind(message: Message, note: Answer | str | None) -> None:
    """As a sender leaves it that was killed: claimed, with or without a note in its journal."""
    book = Journal(uuid4())
    book.begin()
    if note is not None:
        book.started(message.pk)
    if isinstance(note, Answer):
        book.ended(message.pk, note)
        book.flush()
    Message.objects.filter(pk=message.pk).update(state=State.SENDING.value, claim=book.claim, due_at=NOON)


@pytest.mark.parametrize(
    ("kind", "note", "state"),
    [
        (Kind.SESSION, SENT, State.SENT),
        (Kind.SESSION, "started", State.UNKNOWN),
        (Kind.SESSION, Answer(Outcome.FAILED, "550 no such person"), State.FAILED),
        (Kind.SESSION, Answer(Outcome.RETRY, "450 later"), State.DUE),
        (Kind.MESSAGE, SENT, State.SENT),
        (Kind.MESSAGE, "started", State.DUE),
    ],
)
def test_what_a_dead_sender_noted_is_believed(
    kind: Kind, note: Answer | str, state: State, out: Out, tasks: Tasks
) -> None:
    message = MessageFactory(kind=kind.value)
    left_behind(message, note)
    run(tasks)
    message.refresh_from_db()
    assert (message.state, message.attempts, out.sent) == (state, 1, [])
    assert message.answer == (note.text if isinstance(note, Answer) else journal.LOST.text)


@pytest.mark.parametrize("kind", [Kind.SESSION, Kind.MESSAGE])
def test_what_a_dead_sender_never_began_is_sent_at_once(kind: Kind, out: Out, tasks: Tasks) -> None:
    message = MessageFactory(kind=kind.value)
    left_behind(message, None)
    run(tasks)
    assert (states(), out.sent) == ([State.SENT], [message.pk])


def test_without_its_notes_nothing_is_sent_twice(out: Out, tasks: Tasks) -> None:
    message = MessageFactory(state=State.SENDING.value, claim=uuid4())
    run(tasks)
    message.refresh_from_db()
    assert (message.state, message.answer, out.sent) == (State.UNKNOWN, journal.LOST.text, [])


def test_what_waited_in_a_queue_that_is_gone_is_claimed_anew(out: Out, tasks: Tasks) -> None:
    old = uuid4()
    MessageFactory(state=State.CLAIMED.value, claim=old)
    outbox.dispatch()
    outbox.send_batch(old)
    assert out.sent == []
    work(tasks)
    assert states() == [State.SENT]


def test_a_lease_that_runs_is_left_alone(out: Out, tasks: Tasks) -> None:
    MessageFactory(state=State.SENDING.value, claim=uuid4(), due_at=NOON + timedelta(seconds=1))
    run(tasks)
    assert states() == [State.SENDING]


def test_a_sender_that_slept_through_its_lease_stops(out: Out, tasks: Tasks, noon: Any) -> None:
    """A machine that was suspended: when it wakes, the sweeper has given its rows to somebody else."""
    made = MessageFactory.create_batch(3)

    def sleep(_: Message) -> Answer:
        if len(out.sent) == 1:
            noon.shift(claims.LEASE + timedelta(seconds=1))
            outbox.dispatch()
        return SENT

    out.answer = sleep
    outbox.dispatch()
    outbox.send_batch(UUID(tasks.pop(0)[0]))
    assert out.sent == [made[0].pk]
    work(tasks)
    assert sorted(out.sent) == [message.pk for message in made]
    assert states() == [State.UNKNOWN, State.SENT, State.SENT]


# Without a broker, without a database ---------------------------------------------------------------------------------


def test_without_a_broker_nothing_is_lost(out: Out, tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    from plans.reminders.tasks import send

    def away(args: object, queue: str) -> None:
        raise BrokerAway("connection refused")

    MessageFactory.create_batch(3)
    with monkeypatch.context() as patch:
        patch.setattr(send, "apply_async", away)
        assert outbox.dispatch(batch=1) == 0
    assert states() == [State.DUE] * 3
    run(tasks)
    assert states() == [State.SENT] * 3


def test_when_the_journal_goes_away_sending_stops(out: Out, tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    MessageFactory.create_batch(4)
    started = Journal.started

    def away(self: Journal, pk: int) -> None:
        if len(out.sent) == 2:
            raise RedisError("gone")
        started(self, pk)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "started", away)
        outbox.dispatch()
        outbox.send_batch(UUID(tasks.pop()[0]))
    assert len(out.sent) == 2
    assert [state in OPEN for state in states()] == [False, False, True, True]
    run(tasks)
    assert states() == [State.SENT] * 4
    assert len(out.sent) == len(set(out.sent)) == 4


def test_a_journal_that_is_away_from_the_start(out: Out, tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: Journal) -> None:
        raise RedisError("gone")

    MessageFactory()
    outbox.dispatch()
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "begin", away)
        work(tasks)
    assert (states(), out.sent) == ([State.DUE], [])
    run(tasks)
    assert states() == [State.SENT]


def test_a_database_that_goes_away_for_a_moment_costs_nothing(
    out: Out, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    MessageFactory.create_batch(3)
    write, tries = marks.write, []

    def away_twice(*args: Any) -> None:
        tries.append(args)
        if len(tries) <= 2:
            raise OperationalError("terminating connection")
        write(*args)

    monkeypatch.setattr(marks, "write", away_twice)
    monkeypatch.setattr(marks, "PAUSE_S", 0)
    monkeypatch.setattr(connection, "close", lambda: None)
    run(tasks)
    assert states() == [State.SENT] * 3
    assert len(out.sent) == 3


def test_a_database_that_stays_away_is_made_good_by_the_sweeper(
    out: Out, tasks: Tasks, monkeypatch: pytest.MonkeyPatch, noon: Any
) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("terminating connection")

    MessageFactory.create_batch(3)
    outbox.dispatch()
    with monkeypatch.context() as patch:
        patch.setattr(marks, "write", away)
        patch.setattr(marks, "PATIENCE_S", 0)
        patch.setattr(connection, "close", lambda: None)
        with pytest.raises(OperationalError):
            work(tasks)
    assert states() == [State.SENDING] * 3
    noon.shift(claims.LEASE)
    run(tasks)
    assert states() == [State.SENT] * 3
    assert len(out.sent) == 3


# Old rows -------------------------------------------------------------------------------------------------------------


def test_old_rows_go_and_their_counts_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PRUNED", 2)
    old = NOON - outbox.KEPT - timedelta(days=1)
    made = MessageFactory.create_batch(3, state=State.SENT.value, sent_at=old, planned_at=old, local_date=old.date())
    MessageFactory(state=State.MISSED.value, planned_at=old, local_date=old.date())
    still_open = MessageFactory(planned_at=old, due_at=NOON)
    young = MessageFactory(state=State.SENT.value, sent_at=NOON, planned_at=NOON - outbox.KEPT)
    assert outbox.prune() == 4
    assert set(Message.objects.all()) == {still_open, young}
    assert list(MessageCount.objects.order_by("state").values_list("local_date", "kind", "way", "state", "count")) == [
        (old.date(), "session", "email", "missed", 1),
        (old.date(), "session", "email", "sent", 3),
    ]
    MessageFactory(plan=made[0].plan, state=State.SENT.value, sent_at=old, planned_at=old, local_date=old.date())
    outbox.prune()
    assert MessageCount.objects.get(state="sent").count == 4
    assert outbox.prune() == 0


# Names ----------------------------------------------------------------------------------------------------------------


def test_the_message_id_is_the_same_at_every_try(settings: Any) -> None:
    settings.SITE_URL = "https://rehab.example.org:8443"
    message = MessageFactory()
    assert outbox.message_id(message) == f"<reminder.{message.pk}@rehab.example.org>"
    assert outbox.message_id(Message.objects.get()) == outbox.message_id(message)
