"""Audit rows: with the change or not at all, and never changed."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.audit import AuditEvent
from tests.factories import UserFactory


@pytest.fixture
def event(db):
    user = UserFactory()
    return audit.record(user, "user.test", user, athlete_id=user.pk, fields=["name", "country"])


def test_a_row_says_who_did_what_to_what(event):
    user = event.actor_id
    assert (event.athlete_id, event.object_id) == (user, str(user))
    assert (event.action, event.object_type, event.fields) == ("user.test", "accounts.user", ["country", "name"])
    assert event.actor_label.endswith("@example.org")


def test_the_program_itself_is_an_actor(db):
    assert audit.record(None, "clock.tick", UserFactory()).actor_label == "system"


def test_a_row_outlives_what_it_is_about(db):
    user = UserFactory()
    event = audit.record(user, "user.test", user)
    user.delete()
    assert AuditEvent.objects.get(pk=event.pk).actor_id is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: AuditEvent.objects.update(action="x"),
        lambda event: AuditEvent.objects.filter(pk=event.pk).delete(),
        lambda event: AuditEvent.objects.bulk_update([event], ["action"]),
    ],
)
def test_a_row_is_never_changed_or_deleted(event, change):
    event.action = "something.else"
    with pytest.raises(PermissionDenied):
        change(event)
    assert AuditEvent.objects.get(pk=event.pk).action == "user.test"


@pytest.mark.django_db(transaction=True)
def test_a_row_needs_the_transaction_of_its_change():
    user = UserFactory()
    with pytest.raises(RuntimeError, match=r"user\.test"):
        audit.record(user, "user.test", user)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_promise_9_a_change_that_fails_leaves_no_audit_row():
    user = UserFactory()

    def change():
        audit.record(user, "user.test", user)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        change()
    assert not AuditEvent.objects.exists()
