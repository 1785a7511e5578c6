import pytest
from django.urls import reverse

from plans.rules.pattern_questions import QUESTIONS
from plans.rules.words import Region

from .walk import Page, Walker

PAIN = reverse("plans:setup_step", args=["pain"])


def not_sure(walker: Walker, place: str = "low-back", **given: str) -> None:
    walker.post("where", place=place)
    walker.post("about", age=34, country="GB", injury=given.pop("injury", "no"))
    walker.answer(**given)


def test_a_choice_that_fits_goes_straight_on(walker: Walker) -> None:
    walker.begin()
    walker.answer()
    assert walker.client.get(walker.get("fit").url).url == PAIN


def test_a_choice_that_does_not_fit_is_said_and_left_to_the_person(walker: Walker) -> None:
    walker.begin()
    walker.answer(QB19="yes", QB21="yes")
    page = Page(walker.get("fit"))
    assert "You picked Low back strain, but your answers look more like" in page.text
    assert page.tags.index(next(tag for tag in page.tags if tag[1].get("value") == "sciatica-like")) < page.tags.index(
        next(tag for tag in page.tags if tag[1].get("value") == "lumbar-strain")
    )
    assert "{" not in page.text
    walker.post("fit", condition="lumbar-strain")
    assert walker.intake["condition"] == "lumbar-strain"
    assert walker.client.get(walker.get("fit").url).url == PAIN


def test_who_was_not_sure_is_asked_and_offered_a_plan(walker: Walker) -> None:
    not_sure(walker)
    form = walker.get("fit").context["form"]
    assert set(form.fields) == {id for id, asked in QUESTIONS.items() if asked.region is Region.BACK}
    assert walker.post("fit", **{"PQ-1": "back", "PQ-2": "eases"}).url == reverse("plans:fit")
    page = Page(walker.get("fit"))
    assert "Low back strain" in page.text
    assert "{" not in page.text
    assert walker.post("fit", condition="lumbar-strain").url == reverse("plans:setup")


def test_the_leading_question_is_needed(walker: Walker) -> None:
    not_sure(walker)
    response = walker.post("fit", **{"PQ-2": "eases"})
    assert response.status_code == 400
    assert ("PQ-2", "eases") in Page(response).checked()


def test_a_danger_sign_that_comes_out_late_is_asked_again(walker: Walker) -> None:
    not_sure(walker)
    walker.post("fit", **{"PQ-1": "both-legs"})
    assert walker.get("fit").url == reverse("plans:screen", args=["legs"])
    walker.screen("legs", QB6="yes")
    assert "tel:999" in Page(walker.get("outcome")).links()


def test_answers_can_be_changed(walker: Walker) -> None:
    not_sure(walker)
    walker.post("fit", **{"PQ-1": "back"})
    assert "form" in walker.post("fit", again="1").context
    assert walker.intake["asked"] == {}


def test_a_plan_of_the_other_region_is_not_taken(walker: Walker) -> None:
    not_sure(walker)
    walker.post("fit", **{"PQ-1": "back"})
    walker.post("fit", condition="tennis-elbow")
    assert walker.intake["condition"] == ""


@pytest.mark.parametrize("place", ["elbow-front", "elbow-back"])
def test_places_without_a_plan_are_seen_first(walker: Walker, place: str) -> None:
    """RF-E18."""
    walker.post("where", place=place)
    walker.post("about", age=34, country="GB", injury="no")
    assert walker.intake["site"] == place.removeprefix("elbow-")
    while (url := walker.get("screening").url) != reverse("plans:outcome"):
        slug = url.rstrip("/").split("/")[-1]
        walker.post("screen", slug, none="on", site=walker.intake["site"])
    assert reverse("plans:cleared") in Page(walker.get("outcome")).links()
