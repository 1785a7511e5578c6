"""Promise 7: every address of the site, as a visitor, as another athlete, and as the plan's own.

The walk goes through the resolver: an address that is added without saying here whose it is fails it.
"""

from collections.abc import Iterator

import pytest
from django.forms import model_to_dict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from plans.models import Channel
from tests.factories import (
    AdminFactory,
    CareLinkFactory,
    ChannelFactory,
    EscalationFactory,
    MessageFactory,
    PhysioFactory,
    UserFactory,
)
from tests.plans.views.daily import DOOR, running

pytestmark = pytest.mark.django_db

# Whose pages are tested elsewhere: Django's admin, allauth's sign-in, and the figures for a monitor (test_health).
OTHERS = ("admin/", "accounts/", "metrics", "__")
# Pages that anybody may open, without an account.
OPEN = {
    "front",
    "choose",
    "where",
    "country",
    "screening",
    "about",
    "screen",
    "outcome",
    "cleared",
    "fit",
    "setup",
    "setup_step",
    "finish",
    "help",
    "offline",
    "manifest",
    "worker",
}
# Pages of one message, by a signed link that its reader was sent; tests/plans/views/test_message_links.py.
BY_LINK = {"message", "snooze", "done", "unsubscribe"}
# Pages of whoever is signed in; they show nothing of another's.
OWN = {"me", "today", "progress", "plan", "reminders", "ways", "inbox"}
# What takes something of one's own from whoever is signed in, and shows nothing.
OWN_POSTED = {"device", "service"}
# One row of one person, by its number: a way to them, a message in their inbox.
ROW = {"channel", "inbox_item"}
# Pages of one plan, by its number, with the rest of their address.
PLAN = {
    "plan_of": {},
    "today_of": {},
    "progress_of": {},
    "summary": {},
    "session": {},
    "exercise": {"slug": "goblet-squat"},
    "day": {"date": "TODAY"},
    "new_today": {},
    "new": {"date": "TODAY"},
    "checkin": {"part": "morning"},
    "checkin_on": {"part": "morning", "date": "TODAY"},
    "why": {},
    "decision": {"day": 1, "rule": "ST-G14"},
    "review": {"week": 1},
    "rescreen": {},
    "reviewed": {},
    "clearance": {},
    "booking": {},
    "sport": {},
    "pause": {},
    "resume": {},
    "end": {},
    "ask": {},
}
POSTED_ONLY = {"ask"}


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in (resolver or get_resolver()).url_patterns:
        here = before + str(one.pattern)
        if here.startswith(OTHERS):
            continue
        if isinstance(one, URLResolver):
            yield from addresses(one, here)
        else:
            yield here, one


def test_every_address_says_whose_it_is():
    names = {pattern.name for _address, pattern in addresses()}
    assert names == OPEN | BY_LINK | OWN | OWN_POSTED | ROW | PLAN.keys()


def test_every_address_with_a_signed_link_in_it_is_a_messages():
    for address, pattern in addresses():
        assert ("<str:token>" in address) is (pattern.name in BY_LINK)


def test_every_address_with_a_plan_in_it_is_a_plans():
    for address, pattern in addresses():
        assert ("<int:pk>" in address) is (pattern.name in ROW | PLAN.keys())


@pytest.fixture
def plan(db):
    return running(days=8)


def where(name, plan):
    rest = {key: str(plan.local_today()) if value == "TODAY" else value for key, value in PLAN[name].items()}
    return reverse(f"plans:{name}", kwargs={"pk": plan.pk, **rest})


def signed_in(person):
    client = Client()
    client.force_login(person, backend=DOOR)
    return client


def both(client, there):
    """The answers to a look and to a change, but for a method that the page does not take from anybody."""
    answers = (client.get(there), client.post(there, {"morning": 3}))
    return [answer for answer in answers if answer.status_code != 405]


def unchanged(plan):
    return (plan.entries.count(), plan.reviews.count(), plan.interventions.count(), plan.escalations.count())


@pytest.mark.parametrize("name", sorted(PLAN))
def test_promise_7_a_visitor_is_asked_to_sign_in(plan, name):
    before = unchanged(plan)
    answers = both(Client(), where(name, plan))
    assert answers
    assert all(answer.status_code == 302 and "login" in answer.url for answer in answers)
    assert unchanged(plan) == before


@pytest.mark.parametrize("stranger", [UserFactory, PhysioFactory, AdminFactory])
@pytest.mark.parametrize("name", sorted(PLAN))
def test_promise_7_a_stranger_finds_no_page(plan, name, stranger):
    """Another athlete, a physio without a care link, an admin: none of them is told that there is such a plan."""
    client, before = signed_in(stranger()), unchanged(plan)
    answers = both(client, where(name, plan))
    assert answers
    assert {answer.status_code for answer in answers} == {404}
    assert unchanged(plan) == before


@pytest.mark.parametrize("name", sorted(PLAN.keys() - POSTED_ONLY))
def test_its_own_athlete_finds_the_page(plan, name):
    response = signed_in(plan.athlete).get(where(name, plan))
    assert response.status_code in (200, 302)
    if response.status_code == 302:
        assert "login" not in response.url


@pytest.mark.parametrize("name", sorted(OWN))
def test_promise_7_what_is_ones_own_shows_nothing_of_another(plan, name):
    there = reverse(f"accounts:{name}" if name == "me" else f"plans:{name}")
    assert "login" in Client().get(there).url
    response = signed_in(UserFactory()).get(there)
    assert f"/plan/{plan.pk}/" not in response.content.decode()


@pytest.fixture
def row(plan):
    """The way to the inbox of the plan's athlete and what stands in it, by the name of the page."""
    message = MessageFactory(plan=plan, channel__way="inbox", state="sent", sent_at=timezone.now())
    return {"channel": message.channel, "inbox_item": message}


@pytest.mark.parametrize("name", sorted(ROW))
def test_promise_7_a_row_of_another_is_no_page(plan, row, name):
    there, before = reverse(f"plans:{name}", args=[row[name].pk]), model_to_dict(row[name])
    assert all(answer.status_code == 302 and "login" in answer.url for answer in both(Client(), there))
    for stranger in (UserFactory, PhysioFactory, AdminFactory):
        assert {answer.status_code for answer in both(signed_in(stranger()), there)} == {404}
    row[name].refresh_from_db()
    assert model_to_dict(row[name]) == before
    assert 404 not in {answer.status_code for answer in both(signed_in(plan.athlete), there)[:1]}


@pytest.mark.parametrize("name", sorted(OWN_POSTED))
def test_promise_7_what_is_posted_of_ones_own_needs_a_sign_in(plan, name):
    answer = Client().post(reverse(f"plans:{name}"), {"url": "json://example.org", "label": "x", "subscription": "{}"})
    assert answer.status_code == 401 or "login" in answer.url
    assert not Channel.objects.exists()


def test_promise_7_an_escalation_is_read_only_while_the_care_link_is_open(plan):
    link = CareLinkFactory(athlete=plan.athlete)
    told = EscalationFactory(plan=plan)
    channel = ChannelFactory(user=link.physio, way="inbox")
    message = MessageFactory(
        plan=plan,
        recipient=link.physio,
        channel=channel,
        kind="escalation",
        escalation=told,
        state="sent",
        sent_at=timezone.now(),
    )
    there, physio = reverse("plans:inbox_item", args=[message.pk]), signed_in(link.physio)
    assert physio.get(there).status_code == 200
    link.ended_at = timezone.now()
    link.save(update_fields=["ended_at"])
    assert {answer.status_code for answer in both(physio, there)} == {404}
    assert there not in physio.get(reverse("plans:inbox")).content.decode()
    told.refresh_from_db()
    assert told.acknowledged_at is None


def test_a_plan_that_is_not_there_is_no_page(plan):
    client = signed_in(plan.athlete)
    for name in PLAN:
        there = where(name, plan).replace(f"/{plan.pk}/", "/999999/", 1)
        assert {answer.status_code for answer in both(client, there)} == {404}
