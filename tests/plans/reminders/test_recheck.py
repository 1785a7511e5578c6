"""The last look before a message leaves."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from plans.models import Plan
from plans.models.reminder import Kind, Message, Preferences, State, Use, Way
from plans.reminders import marks, recheck
from plans.reminders.kinds import KINDS
from plans.reminders.recheck import Verdict
from tests.factories import (
    CareLinkFactory,
    ChannelFactory,
    EscalationFactory,
    MessageFactory,
    PhysioFactory,
    PlanFactory,
    UserFactory,
)

NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> dict[int, set[Kind]]:
    """What makes sense for each plan now; nothing, unless said here."""
    said: dict[int, set[Kind]] = {}
    monkeypatch.setattr("plans.reminders.due.wanted", lambda plan, course: frozenset(said.get(plan.pk, ())))
    return said


def verdict(message: Message) -> Verdict | None:
    rows = list(recheck.loaded(Message.objects.filter(pk=message.pk)))
    return recheck.verdicts(rows, timezone.now()).get(message.pk)


def ends(message: Message) -> State | None:
    found = verdict(message)
    return found.fate.state if found else None


def prefer(message: Message, **terms: Any) -> None:
    Preferences.objects.create(user=message.recipient, **terms)


def test_nothing_was_written_since(
    wanted: dict[int, set[Kind]], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """No plan is read, however many messages."""
    MessageFactory.create_batch(5)
    with django_assert_num_queries(1):
        rows = list(recheck.loaded(Message.objects.all()))
        assert recheck.verdicts(rows, NOON) == {}


def test_what_is_done_is_not_asked_for(wanted: dict[int, set[Kind]]) -> None:
    done, still = MessageFactory.create_batch(2)
    Plan.objects.update(revision=5)
    wanted[still.plan.pk] = {Kind.SESSION}
    assert ends(done) is State.WITHDRAWN
    assert ends(still) is None


def test_many_plans_are_read_in_a_few_queries(
    wanted: dict[int, set[Kind]], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    MessageFactory.create_batch(6)
    Plan.objects.update(revision=5)
    with django_assert_max_num_queries(6):
        assert len(recheck.verdicts(list(recheck.loaded(Message.objects.all())), NOON)) == 6


def test_the_day_has_changed(wanted: dict[int, set[Kind]], noon: Any) -> None:
    """Nothing was written, but yesterday's session is not today's."""
    message = MessageFactory(planned_at=NOON + timedelta(hours=11))
    prefer(message, quiet_from=time(0), quiet_until=time(0))
    noon.shift(timedelta(hours=12, minutes=30))
    assert ends(message) is State.WITHDRAWN


def test_an_ended_plan_asks_for_nothing(wanted: dict[int, set[Kind]]) -> None:
    message = MessageFactory()
    wanted[message.plan.pk] = {Kind.SESSION}
    Plan.objects.update(ended_on=message.plan.start_date, revision=1)
    assert ends(message) is State.WITHDRAWN


def test_a_plan_that_cannot_be_read_stops_nobody_else(
    wanted: dict[int, set[Kind]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = MessageFactory.create_batch(2)
    Plan.objects.update(revision=5)
    wanted[good.plan.pk] = {Kind.SESSION}
    real = recheck.courses

    def courses(plans: list[Plan], now: datetime) -> Any:
        if bad.plan.pk in [plan.pk for plan in plans]:
            raise ValueError("no sense in it")
        return real(plans, now)

    monkeypatch.setattr(recheck, "courses", courses)
    found = recheck.verdicts(list(recheck.loaded(Message.objects.all())), NOON)
    assert set(found) == {bad.pk}
    assert "no sense in it" in caplog.text


@pytest.mark.parametrize("kind", list(Kind))
def test_an_account_that_was_closed_gets_nothing(kind: Kind) -> None:
    message = MessageFactory(kind=kind.value)
    message.recipient.is_active = False
    message.recipient.save()
    assert ends(message) is State.WITHDRAWN


@pytest.mark.parametrize("kind", list(Kind))
def test_a_way_that_was_ended_is_not_used(kind: Kind) -> None:
    message = MessageFactory(kind=kind.value)
    message.channel.ended_at = NOON
    message.channel.save()
    assert ends(message) is State.WITHDRAWN


@pytest.mark.parametrize("kind", [Kind.SESSION, Kind.MESSAGE, Kind.TEST])
def test_a_way_that_is_off_is_only_tested(kind: Kind) -> None:
    message = MessageFactory(kind=kind.value, channel__use=Use.OFF.value)
    assert ends(message) is (None if kind is Kind.TEST else State.WITHDRAWN)


@pytest.mark.parametrize(
    "terms",
    [
        {"off": ["session"]},
        {"snoozed_until": NOON + timedelta(minutes=1)},
        {"holiday_from": date(2026, 3, 11), "holiday_until": date(2026, 3, 11)},
    ],
)
def test_what_was_put_off_or_switched_off_stays_away(terms: dict[str, Any]) -> None:
    message = MessageFactory()
    prefer(message, **terms)
    assert ends(message) is State.WITHDRAWN


# Quiet hours end at 13:00 here.
QUIET = {"quiet_from": time(11), "quiet_until": time(13)}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_late_try_waits_for_the_end_of_quiet_hours(kind: Kind, wanted: dict[int, set[Kind]]) -> None:
    message = MessageFactory(kind=kind.value, plan=PlanFactory(), revision=0)
    prefer(message, **QUIET)
    if kind in (Kind.ESCALATION, Kind.TEST):  # planned for the night when it is urgent enough
        assert recheck.mistimed(message, recheck.Terms.of(message.recipient), NOON) is None
        return
    found = verdict(message)
    if KINDS[kind].late <= timedelta(hours=1):
        assert found == Verdict(marks.Fate(State.MISSED), marks.TOO_LATE)
    else:
        assert found
        assert found.fate == marks.Fate(State.DUE, NOON + timedelta(hours=1))


def test_quiet_hours_that_end_too_late_to_help() -> None:
    message = MessageFactory(planned_at=NOON - timedelta(hours=2, minutes=30))
    prefer(message, **QUIET)
    assert ends(message) is State.MISSED


def test_a_catch_up_sums_up_what_still_waits(wanted: dict[int, set[Kind]]) -> None:
    one, other = PlanFactory(), PlanFactory()
    message = MessageFactory(
        kind=Kind.CATCH_UP.value,
        plan=None,
        recipient=one.athlete,
        parts=[[one.pk, "session"], [one.pk, "morning"], [other.pk, "review"]],
    )
    wanted[one.pk] = {Kind.SESSION, Kind.MORNING}
    prefer(message, off=["morning"])
    assert ends(message) is None
    message.refresh_from_db()
    assert message.parts == [[one.pk, "session"]]
    wanted.clear()
    assert ends(message) is State.WITHDRAWN


def test_an_escalation_that_somebody_has_in_hand() -> None:
    link = CareLinkFactory()
    raised = EscalationFactory(plan=PlanFactory(athlete=link.athlete))
    message = MessageFactory(
        kind=Kind.ESCALATION.value, plan=raised.plan, recipient=link.physio, escalation=raised, about=f"{raised.pk}:0"
    )
    assert ends(message) is None
    raised.acknowledge(link.physio)
    assert ends(message) is State.WITHDRAWN


def test_a_digest_tells_how_many_wait_now() -> None:
    physio = PhysioFactory()
    message = MessageFactory(kind=Kind.DIGEST.value, plan=None, recipient=physio)
    assert ends(message) is State.WITHDRAWN
    link = CareLinkFactory(physio=physio)
    EscalationFactory(plan=PlanFactory(athlete=link.athlete))
    (row,) = recheck.loaded(Message.objects.filter(pk=message.pk))
    assert recheck.verdicts([row], NOON) == {}
    assert row.parts == [1]


def test_sifting_writes_the_end_of_those_that_do_not_go() -> None:
    from uuid import uuid4

    claim = uuid4()
    held = {"state": State.SENDING.value, "claim": claim, "due_at": NOON + timedelta(minutes=10)}
    user = UserFactory()
    good = MessageFactory(**held)
    off = MessageFactory(**held, channel=ChannelFactory(user=user, way=Way.EMAIL.value, use=Use.OFF.value))
    late = MessageFactory(**held, planned_at=NOON - timedelta(hours=4))
    rows = list(recheck.loaded(Message.objects.order_by("pk")))
    assert recheck.sift(claim, rows, NOON) == [good]
    found = {row.pk: (row.state, row.answer, row.claim, row.attempts) for row in Message.objects.exclude(pk=good.pk)}
    assert found == {
        off.pk: (State.WITHDRAWN, "The way was switched off.", None, 0),
        late.pk: (State.MISSED, marks.TOO_LATE, None, 0),
    }
