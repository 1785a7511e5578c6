"""What a person was told."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import AuditEvent
from plans.models import Escalation
from plans.models.escalation import ask, tell
from tests.factories import EscalationFactory, PhysioFactory, PlanFactory

pytestmark = pytest.mark.django_db


def test_promise_6_it_stays_visible_until_it_is_closed():
    told, physio = EscalationFactory(), PhysioFactory()
    assert list(Escalation.objects.open()) == [told]
    told.acknowledge(physio)
    assert list(Escalation.objects.open()) == [told]
    told.close(physio, "Rang: was seen by the GP")
    assert not Escalation.objects.open().exists()
    assert (told.acknowledged_by, told.closed_by, told.outcome) == (physio, physio, "Rang: was seen by the GP")
    events = AuditEvent.objects.filter(athlete_id=told.plan.athlete_id).order_by("id")
    assert list(events.values_list("action", flat=True)) == ["escalation.acknowledge", "escalation.close"]


def test_who_acknowledges_first_stays_the_one():
    told, first, second = EscalationFactory(), PhysioFactory(), PhysioFactory()
    told.acknowledge(first)
    told.acknowledge(second)
    assert told.acknowledged_by == first
    assert AuditEvent.objects.filter(action="escalation.acknowledge").count() == 1


def test_closing_twice_keeps_the_first_outcome():
    told, physio = EscalationFactory(), PhysioFactory()
    told.close(physio, "Seen")
    told.close(PhysioFactory(), "Not seen")
    assert (told.closed_by, told.outcome, told.acknowledged_by) == (physio, "Seen", physio)


@pytest.mark.parametrize("outcome", ["", "   "])
def test_closing_needs_an_outcome(outcome):
    told = EscalationFactory()
    with pytest.raises(ValidationError):
        told.close(PhysioFactory(), outcome)
    assert Escalation.objects.open().exists()


def test_silence_is_told_without_an_entry():
    plan = PlanFactory(days_ago=11)
    new = tell(plan, plan.course())
    assert [(row.day, row.kind) for row in new] == [(7, "silence"), (10, "silence")]
    assert tell(plan, plan.course()) == []


def test_an_athlete_may_ask_without_meeting_a_rule():
    plan = PlanFactory(days_ago=2)
    first, again = ask(plan, plan.athlete, "I am worried"), ask(plan, plan.athlete, "Still worried")
    assert first == again
    assert (first.day, first.rule, first.kind, first.note) == (3, "AT-6", "asked", "I am worried")


NOW = timezone.now()


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "gossip"},
        {"disposition": "fine"},
        {"action": "sleep"},
        {"day": 0},
        {"rule": ""},
        {"acknowledged_at": NOW},
        {"acknowledged_by": "physio"},
        {"closed_at": NOW, "outcome": "Seen"},
        {"acknowledged_at": NOW, "acknowledged_by": "physio", "closed_at": NOW, "closed_by": "physio"},
        {"acknowledged_at": NOW, "acknowledged_by": "physio", "outcome": "Seen"},
        {"closed_at": NOW, "closed_by": "physio", "outcome": "Seen"},
    ],
)
def test_the_database_refuses_a_row_that_makes_no_sense(fields):
    physio = PhysioFactory()
    given = {key: physio if value == "physio" else value for key, value in fields.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        EscalationFactory(**given)


def test_the_database_keeps_what_was_told_once():
    told = EscalationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        EscalationFactory(plan=told.plan)
