import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from plans.catalogue import catalogue
from plans.country import guessed
from plans.models import Plan
from plans.rules.words import Condition
from tests.factories import PlanFactory, ScreeningFactory, UserFactory

from .walk import Page, Walker

pytestmark = pytest.mark.django_db


def test_the_front_page_needs_no_account_and_says_what_it_is_not(walker: Walker) -> None:
    page = Page(walker.get("front"))
    assert "This is information, not a diagnosis" in page.text
    assert {reverse("plans:choose"), reverse("plans:help"), reverse("account_login")} <= set(page.links())


def test_the_front_page_leads_back_to_where_one_stopped(walker: Walker) -> None:
    walker.begin()
    assert reverse("plans:screening") in Page(walker.get("front")).links()


def test_the_front_page_remembers_that_a_review_comes_first(walker: Walker) -> None:
    walker.begin()
    walker.answer(QB7a="yes")
    links = Page(walker.get("front")).links()
    assert reverse("plans:outcome") in links
    assert reverse("plans:cleared") in links


def test_the_front_page_never_offers_to_clear_an_emergency(walker: Walker) -> None:
    walker.begin()
    walker.answer(QB4="yes")
    links = Page(walker.get("front")).links()
    assert reverse("plans:outcome") in links
    assert reverse("plans:cleared") not in links


def test_an_athlete_with_a_plan_goes_to_today(client: Client) -> None:
    client.force_login(PlanFactory().athlete)
    assert client.get("/").url == reverse("plans:today")


def test_another_person_s_plan_is_not_mine(client: Client) -> None:
    PlanFactory()
    client.force_login(UserFactory())
    assert client.get("/").status_code == 200


def test_answers_that_were_kept_come_back_on_another_device(client: Client) -> None:
    row = ScreeningFactory(given={"QB7a": "yes"}, condition="lumbar-strain")
    client.force_login(row.athlete)
    assert reverse("plans:outcome") in Page(client.get("/")).links()
    assert client.session["intake"]["answers"]["QB7a"] == "yes"


@pytest.mark.parametrize("condition", list(Condition))
def test_a_tap_on_a_condition_begins_the_screening(walker: Walker, condition: Condition) -> None:
    assert walker.post("choose", condition=condition).url == reverse("plans:screening")
    assert walker.intake["condition"] == condition
    assert walker.intake["region"] == condition.region


def test_beginning_again_keeps_no_old_answer(walker: Walker) -> None:
    walker.begin()
    walker.answer(QB4="yes")
    walker.post("choose", condition="lumbar-strain")
    assert walker.intake["answers"] == {}


def test_an_unknown_condition_is_refused_with_a_message(walker: Walker) -> None:
    response = walker.post("choose", condition="sore-thumb")
    assert response.status_code == 400
    assert "Choose what fits best" in Page(response).text


def test_a_second_plan_of_the_same_condition_is_refused_at_the_door(client: Client) -> None:
    plan = PlanFactory()
    client.force_login(plan.athlete)
    response = client.post(reverse("plans:choose"), {"condition": plan.condition}, follow=True)
    assert "You already follow a plan for this" in Page(response).text
    assert "intake" not in client.session
    assert Plan.objects.count() == 1


@pytest.mark.parametrize("place", [place for place in catalogue().places if place.region])
def test_a_place_chooses_the_questions(walker: Walker, place) -> None:
    assert walker.post("where", place=place.id).url == reverse("plans:screening")
    assert walker.intake["region"] == place.region
    assert walker.intake["condition"] == ""


def test_no_plan_is_made_up_for_another_place(walker: Walker) -> None:
    elsewhere = next(place for place in catalogue().places if place.region is None)
    response = walker.post("where", place=elsewhere.id)
    assert "There is no plan here" in Page(response).text
    assert "intake" not in walker.client.session


def test_an_unknown_place_is_refused_with_a_message(walker: Walker) -> None:
    response = walker.post("where", place="../etc")
    assert response.status_code == 400
    assert "Choose the place" in Page(response).text


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("en-IE,en;q=0.9", "IE"),
        ("de-AT,de;q=0.8", "EU"),
        ("en,en-NZ;q=0.5", "NZ"),
        ("en-US,en-GB;q=0.9", "US"),
        ("pt-BR", "other"),
        ("en", "other"),
        ("", "other"),
        ("gibberish;;;-,--", "other"),
    ],
)
def test_the_country_is_guessed_from_the_browser(header: str, code: str) -> None:
    assert guessed(header) == code


def test_the_guess_is_shown_and_can_be_changed(walker: Walker) -> None:
    shown = Page(walker.get("country", headers={"accept-language": "en-IE"}))
    assert shown.checked() == {("country", "IE")}
    walker.post("country", country="AU")
    assert Page(walker.get("country", headers={"accept-language": "en-IE"})).checked() == {("country", "AU")}


def test_the_choice_is_kept_with_the_account(client: Client) -> None:
    user = UserFactory(country="GB")
    client.force_login(user)
    client.post(reverse("plans:country"), {"country": "NZ"})
    assert User.objects.get(pk=user.pk).country == "NZ"


def test_an_unknown_country_is_refused_with_a_message(walker: Walker) -> None:
    response = walker.post("country", country="Atlantis")
    assert response.status_code == 400
    assert "Choose a country" in Page(response).text


def test_the_way_back_leads_to_no_other_site(walker: Walker) -> None:
    assert walker.post("country", country="GB", next="/outcome/").url == "/outcome/"
    assert walker.post("country", country="GB", next="https://evil.example/").url == "/"
