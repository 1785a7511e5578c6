"""The inbox: what reached somebody, the newest first; and an escalation for whoever looks after the athlete."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from plans import demo
from plans.catalogue import catalogue
from plans.models import Escalation, Message
from plans.models.escalation import Kind, ask
from plans.models.shipped import publish
from plans.reminders import clock
from plans.views.escalation import NOTES, WORDS, decision, sentence
from tests.factories import CareLinkFactory, ChannelFactory, EscalationFactory, MessageFactory

from .daily import DOOR, Phone, lived, running
from .walk import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def there():
    return reverse("plans:inbox")


def put(user, *, ago=0, **values) -> Message:
    """A message that reached this person's inbox so many days ago."""
    moment = timezone.now() - timedelta(days=ago)
    given = {"plan": None, "recipient": user, "channel": ChannelFactory(user=user, way="inbox"), "kind": "test"}
    told = {"state": "sent", "sent_at": moment, "planned_at": moment, "about": str(ago)}
    return MessageFactory(**given | told | values)


def item(message):
    return reverse("plans:inbox_item", args=[message.pk])


def items(client, there, **query):
    return [each.message for each in client.get(there, query).context["items"]]


def test_the_newest_first_and_what_is_new_is_marked(phone, there):
    athlete = phone.plan.athlete
    old, new = put(athlete, ago=2, seen_at=timezone.now()), put(athlete, ago=1)
    assert items(phone.client, there) == [new, old]
    page = Page(phone.client.get(there))
    assert page.text.split().count("new") == 1
    assert [link for link in page.links() if "/inbox/" in link] == [item(new), item(old)]


def test_only_what_was_sent_to_ones_own_inbox_within_90_days(phone, there):
    athlete = phone.plan.athlete
    put(athlete, ago=91)
    put(athlete, state="due", sent_at=None)
    put(athlete, channel=ChannelFactory(user=athlete, way="email"))
    put(running().athlete)
    assert items(phone.client, there) == []
    assert "Nothing here yet" in Page(phone.client.get(there)).text


def test_looking_at_the_list_marks_nothing_as_seen(phone, there):
    message = put(phone.plan.athlete)
    phone.client.get(there)
    message.refresh_from_db()
    assert message.seen_at is None


def test_many_come_page_by_page_in_as_many_queries(phone, there, django_assert_num_queries):
    for ago in range(25):
        put(phone.plan.athlete, ago=ago)
    assert len(items(phone.client, there)) == 20
    assert len(items(phone.client, there, page=2)) == 5
    assert len(items(phone.client, there, page="nonsense")) == 20
    with django_assert_num_queries(4):  # session, person, count, messages
        phone.client.get(there)


def test_opening_marks_it_once_and_leads_to_what_it_is_about(phone):
    message = put(phone.plan.athlete, plan=phone.plan, kind="booking")
    assert phone.client.get(item(message)).url == phone.url("reviewed")
    message.refresh_from_db()
    first = message.seen_at
    phone.client.get(item(message))
    message.refresh_from_db()
    assert message.seen_at == first is not None


@pytest.mark.parametrize("kind", ["message", "digest"])
def test_what_has_no_page_of_its_own_is_read_here(phone, kind):
    response = phone.client.get(item(put(phone.plan.athlete, kind=kind)))
    assert response.status_code == 200
    assert Page(response).text.strip()


def test_a_catch_up_names_its_parts(phone, there):
    parts = [[phone.plan.pk, "review"], [phone.plan.pk, "session"]]
    put(phone.plan.athlete, kind="catch_up", parts=parts)
    text = Page(phone.client.get(there)).text
    assert "Your weekly review" in text
    assert "Your session is due" in text


def test_what_is_new_is_counted_on_me(phone, django_assert_num_queries):
    """Not on today's page, which everybody opens every day: the count took a fifth of its time."""
    me = reverse("accounts:me")
    assert "nothing new" in Page(phone.client.get(me)).text
    put(phone.plan.athlete, ago=1)
    put(phone.plan.athlete, ago=2)
    put(phone.plan.athlete, ago=3, seen_at=timezone.now())
    assert "2 new" in Page(phone.client.get(me)).text
    with django_assert_num_queries(6):
        phone.client.get(reverse("plans:today"))


# An escalation


@pytest.fixture
def link(plan):
    return CareLinkFactory(athlete=plan.athlete)


@pytest.fixture
def physio(link) -> Client:
    client = Client()
    client.force_login(link.physio, backend=DOOR)
    return client


def told_to(link, told) -> Message:
    return put(link.physio, plan=told.plan, kind="escalation", escalation=told, about=f"{told.pk}:0")


def test_a_physio_reads_who_why_and_since_when(physio, link, plan):
    told = ask(plan, plan.athlete, "May I run again on Sunday?")
    page = Page(physio.get(item(told_to(link, told))))
    assert plan.athlete.name in page.text
    assert "Low back strain" in page.text
    assert "They ask for somebody to look" in page.text
    assert "May I run again on Sunday?" in page.text
    assert "Nobody has looked yet" in page.text
    assert f"mailto:{plan.athlete.email}" in page.links()


def test_a_stop_says_the_sentence_of_its_rule_and_how_urgent_it_is(client):
    phone = Phone(client, running(days=3))
    phone.plan.record(phone.plan.local_today(), {"answers": {"QB4": "yes"}}, phone.plan.athlete)
    link = CareLinkFactory(athlete=phone.plan.athlete)
    told = Escalation.objects.get()
    client.force_login(link.physio, backend=DOOR)
    text = Page(client.get(item(told_to(link, told)))).text
    assert f"Stop by {told.rule}" in text
    assert "Emergency, now. It waits since" in text
    assert catalogue().questions["QB4"].text in text  # the answer behind it


def test_what_a_correction_undid_is_said_to_stay_open(physio, link, plan):
    told = EscalationFactory(plan=plan, day=2, rule="SB-5", kind=Kind.EARLY_REVIEW.value, disposition="")
    assert "The diary was put right since then" in Page(physio.get(item(told_to(link, told)))).text


def test_every_kind_has_words_and_its_notes():
    assert WORDS.keys() == set(Kind)
    assert NOTES.keys() == set(Kind) - {Kind.ASKED}


@pytest.mark.parametrize(("reds", "asked"), [((8, 10, 12), {"retriage"}), ((), {"early_review", "checkpoint"})])
def test_what_is_told_in_earnest_finds_its_own_sentence(client, reds, asked):
    """Each escalation of a diary that goes badly, as it was written by the plan itself."""
    phone = Phone(client, running(days=1))
    plan = phone.plan
    plan.start_date -= timedelta(days=20)
    plan.save()
    for number in range(1, 15):
        bad = {"during": 7, "after": 7, "dose": 100} if number in reds else {}
        lived(plan, number, pain=3 if number < 8 else 7, morning=3, **bad)
    plan.record(plan.date_of(15), {"pain": 7, "morning": 3}, plan.athlete)
    course = plan.course()
    told = list(Escalation.objects.filter(plan=plan))
    assert {each.kind for each in told} >= asked
    for each in told:
        assert "put right since then" not in sentence(each, decision(each, course)), each


def test_seen_is_noted_with_its_trace_and_the_first_one_stays(physio, link, plan):
    told = ask(plan, plan.athlete)
    message = told_to(link, told)
    assert physio.post(item(message)).url == item(message)
    told.refresh_from_db()
    assert told.acknowledged_by == link.physio
    assert AuditEvent.objects.get(action="escalation.acknowledge").actor_id == link.physio.pk
    other = CareLinkFactory(athlete=plan.athlete)
    physio.force_login(other.physio, backend=DOOR)
    physio.post(item(told_to(other, told)))
    told.refresh_from_db()
    assert told.acknowledged_by == link.physio
    page = Page(physio.get(item(Message.objects.get(recipient=other.physio))))
    assert f"{link.physio} has seen it" in page.text
    assert "I have seen it" not in page.text


def test_reading_one_leaves_a_trace_once(physio, link, plan):
    message = told_to(link, ask(plan, plan.athlete))
    physio.get(item(message))
    physio.get(item(message))
    event = AuditEvent.objects.get(action="escalation.view")
    assert (event.actor_id, event.athlete_id) == (link.physio.pk, plan.athlete_id)


@pytest.mark.parametrize("why", ["ended", "no physio any more", "never"])
def test_without_an_open_link_there_is_no_such_page(physio, link, plan, why, there):
    message = told_to(link, ask(plan, plan.athlete))
    if why == "ended":
        link.ended_at = timezone.now()
        link.save()
    elif why == "never":
        link.delete()
    else:
        User.objects.filter(pk=link.physio.pk).update(is_physio=False)
    assert physio.get(item(message)).status_code == 404
    assert physio.post(item(message)).status_code == 404
    assert items(physio, there) == []
    assert Escalation.objects.get().acknowledged_at is None
    message.refresh_from_db()
    assert message.seen_at is None


def test_only_an_escalation_can_be_said_to_be_seen(phone):
    assert phone.client.post(item(put(phone.plan.athlete))).status_code == 404


# The demo


def test_the_demos_physio_looks_after_the_elbow_and_has_something_to_look_at(db):
    publish(catalogue())
    demo.make()
    demo.make()
    physio = User.objects.get(email=demo.PHYSIO.email)
    link = physio.clients.get()
    assert link.athlete.email == demo.ELBOW.email
    assert Escalation.objects.filter(plan__athlete=link.athlete, kind=Kind.ASKED.value).count() == 1
    clock.look([link.athlete.plans.get().pk])
    waiting = Message.objects.filter(recipient=physio, kind="escalation", channel__way="inbox")
    assert {message.escalation.kind for message in waiting} >= {Kind.ASKED.value}
