"""Templates and versions."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.audit import AuditEvent
from plans.models import Plan, Version
from plans.models.template import checksum
from plans.rules.words import Condition
from tests.factories import PlanFactory, TemplateFactory, UserFactory, publish
from tests.protocols import protocol

pytestmark = pytest.mark.django_db


def changed(title="Another title"):
    return protocol(title=title)


def test_promise_5_a_published_protocol_never_changes():
    version = Version.objects.get(pk=publish().pk)
    before = Version.objects.values().get(pk=version.pk)
    for change in ({"note": "x"}, {"number": 9}, {"document": {}}, {"published_at": timezone.now()}):
        with pytest.raises(ValidationError):
            Version.objects.filter(pk=version.pk).update(**change)
    version.note = "x"
    for refused in (version.save, version.delete, Version.objects.all().delete):
        with pytest.raises(ValidationError):
            refused()
    assert Version.objects.values().get(pk=version.pk) == before


@pytest.mark.parametrize("column", ["document", "number", "note", "checksum", "template_id", "published_at"])
def test_promise_5_the_database_itself_refuses_a_change(column):
    version = publish()
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE plans_version SET {column} = {column} WHERE id = %s", [version.pk])  # noqa: S608


def test_promise_5_a_running_plan_keeps_its_version_when_a_new_one_is_published():
    plan = PlanFactory()
    newer = plan.version.template.publish(changed())
    assert Version.objects.current(plan.condition) == newer
    assert Plan.objects.get(pk=plan.pk).version.protocol == protocol()


def test_a_version_that_is_followed_cannot_be_deleted():
    plan = PlanFactory()
    with pytest.raises(ProtectedError):
        plan.version.template.delete()


def test_publishing_counts_versions_and_says_who():
    admin, template = UserFactory(), TemplateFactory()
    first = template.publish(protocol(), by=admin)
    second = template.publish(changed(), by=admin, note="Kinder words")
    assert [first.number, second.number, second.note] == [1, 2, "Kinder words"]
    events = AuditEvent.objects.filter(action="version.publish", actor_id=admin.pk)
    assert {event.object_id for event in events} == {str(first.pk), str(second.pk)}


def test_the_same_content_is_not_published_twice():
    template = TemplateFactory()
    assert template.publish(protocol()) == template.publish(protocol())
    template.publish(changed())
    assert template.publish(protocol()).number == 3


def test_a_document_of_another_condition_is_refused():
    with pytest.raises(ValidationError):
        TemplateFactory().publish(protocol(Condition.TENNIS_ELBOW))


def test_a_retired_template_is_not_current():
    version = publish()
    assert Version.objects.current("lumbar-strain") == version
    version.template.retired_at = timezone.now()
    version.template.save(update_fields=["retired_at"])
    assert Version.objects.current("lumbar-strain") is None


def test_a_protocol_comes_back_as_it_was_published():
    for condition in Condition:
        assert Version.objects.get(pk=publish(condition).pk).protocol == protocol(condition)


def test_the_document_is_fetched_and_parsed_once(django_assert_num_queries):
    plan = PlanFactory(version=publish(title="Read once"))
    assert Plan.objects.get(pk=plan.pk).version.protocol.title == "Read once"
    with django_assert_num_queries(1) as seen:
        assert Plan.objects.get(pk=plan.pk).version.protocol.title == "Read once"
    assert '"document"' not in seen.captured_queries[0]["sql"]


def test_a_document_that_is_not_the_published_one_is_not_followed():
    template = TemplateFactory()
    forged = Version.objects.create(template=template, number=1, document={"a": 1}, checksum=checksum({"a": 2}))
    with pytest.raises(ValueError, match="not the one"):
        _ = forged.protocol


def test_a_checksum_does_not_depend_on_the_order_of_keys():
    assert checksum({"a": 1, "b": 2}) == checksum({"b": 2, "a": 1}) != checksum({"a": 1, "b": 3})


@pytest.mark.django_db(transaction=True)
def test_the_trigger_goes_and_comes_with_its_migration():
    version = publish()
    statement, values = "UPDATE plans_version SET note = 'x' WHERE id = %s", [version.pk]
    try:
        call_command("migrate", "plans", "0001", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
    finally:
        call_command("migrate", "plans", verbosity=0)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
