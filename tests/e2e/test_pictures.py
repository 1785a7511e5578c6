"""The pictures of the README, from real pages: `make e2e PICTURES=1` renews them."""

import re
from collections.abc import Callable

import pytest

from accounts.models import User
from plans import demo

from .conftest import Clock
from .phone import Phone

Picture = Callable[[str], None]


@pytest.fixture
def robin(phone: Phone, clock: Clock, sign_in: Callable) -> User:
    """The demo's athlete a day later, on a morning with a session to come, early in the second stage."""
    clock.set(9)
    demo.make()
    athlete = User.objects.get(email=demo.BACK.email)
    plan = athlete.plans.get()
    plan.record(plan.date_of(9), {"morning": 3, "pain": 3}, athlete)
    clock.set(10)
    plan.record(plan.date_of(10), {"morning": 3}, athlete)
    sign_in(athlete)
    return athlete


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_today(phone: Phone, robin: User, picture: Picture, scheme: str) -> None:
    phone.page.emulate_media(color_scheme=scheme)
    phone.open("plans:today")
    phone.heading(re.compile("^Rebuild"))
    picture(f"today-{scheme}")


def test_morning(phone: Phone, robin: User, picture: Picture) -> None:
    phone.open("plans:today")
    phone.go(phone.page.get_by_role("link", name=re.compile("^Morning")))
    phone.heading("This morning")
    picture("morning")


def test_plan(phone: Phone, robin: User, picture: Picture) -> None:
    phone.open("plans:plan")
    phone.sees("Rebuild")
    picture("plan")


def test_screening(phone: Phone, picture: Picture) -> None:
    phone.page.goto(phone.url)
    phone.begin("Low back strain")
    phone.heading("Bladder, bowel and feeling")
    picture("screening")


def test_emergency(phone: Phone, picture: Picture) -> None:
    phone.page.goto(phone.url)
    phone.begin("Low back strain")
    phone.tick("QB4")
    phone.go("Continue")
    phone.heading(re.compile("999"))
    picture("emergency")
