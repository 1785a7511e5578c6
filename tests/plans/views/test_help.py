import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from plans.catalogue import catalogue
from plans.catalogue.types import Group
from plans.models import Escalation
from tests.factories import CareLinkFactory, PlanFactory, UserFactory

from .walk import Page

pytestmark = pytest.mark.django_db
PRESSING = [q.short for q in catalogue().questions.values() if q.group in (Group.EMERGENCY, Group.URGENT)]


def test_help_needs_no_account_and_names_every_sign(client: Client) -> None:
    """G-3."""
    page = Page(client.get(reverse("plans:help"), headers={"accept-language": "en-GB"}))
    assert "tel:999" in page.links()
    assert [sign for sign in PRESSING if sign not in page.text] == []


def test_every_country_s_number_is_on_the_page(client: Client) -> None:
    links = Page(client.get(reverse("plans:help"))).links()
    numbers = {f"tel:{country.emergency_number}".replace(" ", "") for country in catalogue().countries.values()}
    assert numbers <= set(links)


def test_a_country_can_be_looked_up_without_choosing_it(client: Client) -> None:
    page = Page(client.get(reverse("plans:help"), {"country": "AU"}))
    assert next(link for link in page.links() if link.startswith("tel:")) == "tel:000"
    assert "country" not in client.session


def test_an_unknown_country_gives_the_usual_one(client: Client) -> None:
    page = Page(client.get(reverse("plans:help"), {"country": "<b>"}, headers={"accept-language": "en-GB"}))
    assert "tel:999" in page.links()


def test_anybody_with_a_plan_may_ask_to_be_looked_at(client: Client) -> None:
    """AT-6."""
    plan = PlanFactory()
    client.force_login(plan.athlete)
    assert "I want somebody to look at this" in Page(client.get(reverse("plans:help"))).text
    for _press in range(2):
        response = client.post(reverse("plans:ask", args=[plan.pk]), {f"plan-{plan.pk}-note": "It feels wrong."})
        assert response.url == reverse("plans:help")
    asked = Escalation.objects.get()
    assert (asked.rule, asked.kind, asked.note) == ("AT-6", "asked", "It feels wrong.")
    assert AuditEvent.objects.filter(action="escalation.ask").count() == 1


def test_asking_needs_no_words(client: Client) -> None:
    plan = PlanFactory()
    client.force_login(plan.athlete)
    client.post(reverse("plans:ask", args=[plan.pk]))
    assert Escalation.objects.get().plan == plan


def test_too_long_a_note_is_given_back(client: Client) -> None:
    plan = PlanFactory()
    client.force_login(plan.athlete)
    note = "x" * 1001
    response = client.post(reverse("plans:ask", args=[plan.pk]), {f"plan-{plan.pk}-note": note})
    assert response.status_code == 400
    assert note in Page(response).text
    assert Escalation.objects.count() == 0


def test_who_is_looked_after_hears_that_their_physio_gets_a_message(client: Client) -> None:
    plan = PlanFactory()
    client.force_login(plan.athlete)
    there = reverse("plans:ask", args=[plan.pk])
    assert "kept with your plan" in Page(client.post(there, follow=True)).text
    link = CareLinkFactory(athlete=plan.athlete)
    assert "Your physio gets a message." in Page(client.post(there, follow=True)).text
    link.ended_at = timezone.now()
    link.save(update_fields=["ended_at"])
    assert "Your physio gets a message." not in Page(client.post(there, follow=True)).text


def test_strangers_cannot_ask_for_another(client: Client) -> None:
    """Promise 7."""
    plan = PlanFactory()
    there = reverse("plans:ask", args=[plan.pk])
    assert client.post(there).url.startswith(reverse("account_login"))
    client.force_login(UserFactory())
    assert client.post(there).status_code == 404
    assert Escalation.objects.count() == 0


def test_asking_is_a_post(client: Client) -> None:
    plan = PlanFactory()
    client.force_login(plan.athlete)
    assert client.get(reverse("plans:ask", args=[plan.pk])).status_code == 405
