"""The admin: what is there to see, what cannot be changed, and what is not for admins at all."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.audit import AuditEvent
from accounts.models import Consent, User
from plans.models import Channel, Entry, Escalation, Message, MessageCount, Plan, Template, Version
from plans.models.reminder import State
from tests.factories import (
    AdminFactory,
    EscalationFactory,
    MessageFactory,
    PhysioFactory,
    PlanFactory,
    TemplateFactory,
    UserFactory,
    publish,
)

pytestmark = pytest.mark.django_db

SHOWN = [User, AuditEvent, Template, Version, Plan, Escalation, Message, MessageCount, Channel]
READ_ONLY = [AuditEvent, Version, Plan, Escalation, Message, MessageCount, Channel]


@pytest.fixture
def staff(client):
    user = AdminFactory()
    client.force_login(user)
    return user


@pytest.fixture
def told():
    plan = PlanFactory(athlete__name="Hidden Name", athlete__email="hidden@example.org", days_ago=3, sport="yoga")
    plan.record(plan.local_today(), {"pain": 9, "answers": {"QB5": "yes"}}, plan.athlete)
    MessageFactory(plan=plan, answer="550 <hidden@example.org> unknown", channel__label="Hidden Name's phone")
    MessageCount.objects.create(
        local_date=plan.local_today(), kind="session", way="email", state=State.SENT.value, count=3
    )
    return plan.escalations.get()


def page(model, action, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{action}", args=args)


def row(model):
    return model.objects.order_by("-pk").first()


@pytest.mark.parametrize("model", SHOWN)
def test_every_list_and_page_opens_and_can_be_searched(client, staff, told, model):
    assert client.get(page(model, "changelist")).status_code == 200
    assert client.get(page(model, "changelist"), {"q": "1"}).status_code == 200
    assert client.get(page(model, "change", row(model).pk)).status_code == 200


@pytest.mark.parametrize("model", READ_ONLY)
def test_nothing_is_added_changed_or_deleted_where_all_is_fixed(client, staff, told, model):
    found = row(model)
    before = model.objects.values().get(pk=found.pk)
    assert client.get(page(model, "add")).status_code == 403
    assert client.post(page(model, "change", found.pk), {"note": "x"}).status_code == 403
    assert client.post(page(model, "delete", found.pk), {"post": "yes"}).status_code == 403
    client.post(page(model, "changelist"), {"action": "delete_selected", "_selected_action": [found.pk]})
    assert model.objects.values().get(pk=found.pk) == before


def test_only_these_models_of_ours_are_in_the_admin():
    ours = {model for model in admin.site._registry if model._meta.app_label in {"accounts", "plans"}}
    assert ours == set(SHOWN)
    assert Entry not in ours


@pytest.mark.parametrize("model", [Plan, Escalation, Message, MessageCount, Channel])
def test_promise_7_no_diary_and_no_name_is_shown(client, staff, told, model):
    for url in (page(model, "changelist"), page(model, "change", row(model).pk)):
        text = client.get(url).content.decode()
        for hidden in ("Hidden Name", "hidden@example.org", "QB5", "RF-B03", "yoga", "emergency"):
            assert hidden not in text


@pytest.mark.parametrize(
    ("model", "action"), [(Plan, "plan.view"), (Escalation, "escalation.view"), (Message, "message.view")]
)
def test_a_look_at_one_leaves_an_audit_row(client, staff, told, model, action):
    client.get(page(model, "change", row(model).pk))
    event = AuditEvent.objects.get(action=action)
    assert (event.actor_id, event.athlete_id, event.object_id) == (staff.pk, told.plan.athlete_id, str(row(model).pk))


@pytest.mark.parametrize("model", SHOWN)
@pytest.mark.parametrize("person", [None, UserFactory, PhysioFactory])
def test_it_is_for_admins(client, told, model, person):
    if person:
        client.force_login(person())
    for url in (page(model, "changelist"), page(model, "change", row(model).pk)):
        assert client.get(url).status_code == 302


def test_a_template_keeps_its_slug_and_condition_and_a_change_is_audited(client, staff):
    template = publish().template
    form = {"title": "Kinder", "slug": "other", "condition": "tennis-elbow", "retired_at_0": "", "retired_at_1": ""}
    management = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}
    assert client.post(page(Template, "change", template.pk), {**form, **management}).status_code == 302
    template.refresh_from_db()
    assert (template.title, template.slug, template.condition) == ("Kinder", "lumbar-strain", "lumbar-strain")
    event = AuditEvent.objects.get(action="template.change")
    assert (event.actor_id, event.fields) == (staff.pk, ["title"])


def test_a_template_is_retired_not_deleted(client, staff):
    template = TemplateFactory()
    assert client.post(page(Template, "delete", template.pk), {"post": "yes"}).status_code == 403


def test_a_version_shows_its_document(client, staff):
    version = publish()
    assert "A plan for tests." in client.get(page(Version, "change", version.pk)).content.decode()


def test_lists_do_not_grow_in_queries(client, staff, django_assert_max_num_queries):
    for _ in range(4):
        EscalationFactory(acknowledged_by=None)
        MessageFactory()
    for model in (Plan, Escalation, Version, Message, Channel):
        with django_assert_max_num_queries(12):
            client.get(page(model, "changelist"))


class TestPeople:
    def test_an_account_without_a_password(self, client, staff):
        answer = client.post(
            page(User, "add"),
            {"email": "New.Physio@example.org", "name": "New", "usable_password": "false"},
        )
        assert answer.status_code == 302
        user = User.objects.get(email="new.physio@example.org")
        assert not user.has_usable_password()
        assert AuditEvent.objects.get(action="user.add").object_id == str(user.pk)

    def test_a_role_given_is_audited(self, client, staff):
        user = UserFactory(consent=False)
        form = {
            "email": user.email,
            "name": user.name,
            "time_zone": "Asia/Kolkata",
            "country": "IN",
            "is_active": "on",
            "is_physio": "on",
            "consents-TOTAL_FORMS": 0,
            "consents-INITIAL_FORMS": 0,
        }
        assert client.post(page(User, "change", user.pk), form).status_code == 302
        user.refresh_from_db()
        assert (user.is_physio, user.time_zone) == (True, "Asia/Kolkata")
        event = AuditEvent.objects.get(action="user.change")
        assert (event.object_id, event.fields) == (str(user.pk), ["country", "is_physio", "time_zone"])

    def test_a_zone_that_is_none_is_refused(self, client, staff):
        user = UserFactory(consent=False)
        form = {"email": user.email, "time_zone": "Mars", "country": "IN"}
        management = {"consents-TOTAL_FORMS": 0, "consents-INITIAL_FORMS": 0}
        answer = client.post(page(User, "change", user.pk), {**form, **management})
        assert "is not a time zone" in answer.content.decode()

    def test_an_account_is_closed_not_deleted(self, client, staff):
        user = UserFactory()
        assert client.post(page(User, "delete", user.pk), {"post": "yes"}).status_code == 403

    def test_consents_are_shown_and_fixed(self, client, staff):
        user = UserFactory()
        consent = Consent.objects.get(user=user)
        text = client.get(page(User, "change", user.pk)).content.decode()
        assert 'name="consents-0-privacy_notice"' not in text
        assert str(consent.medical_disclaimer) in text
