"""What every page is framed in, and what is kept for no network."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from plans.catalogue import catalogue
from plans.templatetags.figures import figure, known

from .walk import Page

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
OURS = [path for path in TEMPLATES if "admin" not in path.parts]
MAILS = Path(settings.BASE_DIR, "templates", "messages")


def wire(name: str) -> int:
    found = finders.find(name)
    assert found
    return len(gzip.compress(Path(str(found)).read_bytes()))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_template_has_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\son[a-z]+=\"|javascript:", text)
    if path.parent != MAILS:  # a mail has no style sheet to link to
        assert not re.search(r"\sstyle=|<style", text)
    assert not re.search(r"<script(?![^>]*(?:src=|type=\"application/json\"))", text)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_templates_stay_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 150


def test_every_exercise_has_its_drawing() -> None:
    drawn = {exercise.figure for exercise in catalogue().exercises.values()}
    assert drawn - known() == set()


def test_an_unknown_drawing_falls_back() -> None:
    assert "#exercise" in figure("juggling")


def test_the_look_is_light() -> None:
    assert wire("plans/app.css") <= 8 * 1024
    assert wire("plans/figures.svg") <= 4 * 1024
    assert wire("plans/app.js") <= 2 * 1024


@pytest.mark.django_db
def test_every_page_has_a_skip_link_a_main_part_and_help(client: Client) -> None:
    for name in ("front", "choose", "where", "country"):
        page = Page(client.get(reverse(f"plans:{name}")))
        assert page.links()[0] == "#main"
        assert "main" in page.ids()
        assert reverse("plans:help") in page.links()


@pytest.mark.django_db
def test_the_manifest_names_icons_that_exist(client: Client) -> None:
    manifest = json.loads(client.get(reverse("plans:manifest")).content)
    assert manifest["start_url"] == "/"
    for icon in manifest["icons"]:
        stem = icon["src"].split("/")[-1].split(".")[0]
        assert finders.find(f"plans/{stem}.png")


@pytest.mark.django_db
def test_the_worker_keeps_help_and_is_the_same_in_every_country(client: Client) -> None:
    """It is told the country by the page: a worker replaced while somebody taps on holds up the next page."""
    answer = client.get(reverse("plans:worker"), headers={"accept-language": "en-GB"})
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer.headers["Cache-Control"]
    kept = json.loads(re.search(r"const KEPT = (\{.*\});", text)[1])
    assert kept["pages"] == ["/help/", "/offline/"]
    client.post(reverse("plans:country"), {"country": "NZ"})
    assert client.get(reverse("plans:worker")).content.decode() == text
    assert 'data-country="NZ"' in client.get(reverse("plans:front")).content.decode()


@pytest.mark.django_db
def test_the_page_for_no_network_holds_signs_and_numbers(client: Client) -> None:
    page = Page(client.get(reverse("plans:offline"), {"country": "US"}))
    assert "tel:911" in page.links()
    assert "There is no network" in page.text
    assert catalogue().questions["QB4"].short in page.text


@pytest.mark.django_db
def test_an_unknown_address_says_so_and_leads_back(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert reverse("plans:front") in Page(response).links()


def test_a_form_without_its_token_is_answered_in_words(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("plans:choose"), {"condition": "lumbar-strain"})
    assert response.status_code == 403
    assert "too old to be sent" in Page(response).text


def test_the_page_for_our_own_fault_needs_nothing() -> None:
    assert "/help/" in render_to_string("500.html")
