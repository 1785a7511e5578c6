"""Every screen that an athlete can see: axe, light and dark, targets, letters of any size.

The walk goes through the names of all addresses, so that a page that is added is looked at without being listed here.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from plans.intake import KEY, Intake
from plans.models import Plan
from plans.models.care import Kind, end, intervene
from plans.models.reminder import Kind as Reminder
from plans.models.reminder import Preferences
from plans.reminders.compose import compose, examples
from plans.reminders.links import token
from plans.rules.words import Answer, Condition, Onset
from plans.screens import BACK, ELBOW
from plans.views.setup import SLUGS
from tests.factories import (
    CareLinkFactory,
    ChannelFactory,
    EscalationFactory,
    MessageFactory,
    PhysioFactory,
    UserFactory,
)

from .look import CUT_OFF, faults
from .people import day, living
from .phone import Phone

# No screens: what the browser itself fetches, what only takes a form, and what only leads on.
NO_SCREEN = {"manifest", "worker", "ask", "message", "channel", "device", "service"}
DAYS = [day(3, 4, 3, 2, 100)] * 7 + [day(2, 2, 2, 2, 100), day(2, 2, 7, 5, 100)]
CLEAR = Intake(
    region="back",
    condition="lumbar-strain",
    age=34,
    answers={question: "no" for screen in BACK for question in screen.questions},
    token="t",
)
SET_UP = replace(
    CLEAR,
    pain=5,
    activities=[["Tie my shoes", 4], ["Run 5 km", 3]],
    sport="running",
    onset="gradual",
    side="right",
    drivers=[],
    start_date="2031-03-03",
    time_zone="Europe/London",
    agreed=True,
)
INJURED = Intake(region="elbow", condition="tennis-elbow", age=34, answers={"QE1": "yes"}, token="t")
UNSURE = replace(CLEAR, condition="", place="low-back")


def names() -> dict[str, list[str]]:
    """Every name of the site's own pages, with the parameters of its address."""
    found = {}
    for space in ("plans", "accounts"):
        routes = get_resolver().namespace_dict[space][1].reverse_dict
        found |= {f"{space}:{name}": routes[name][0][0][1] for name in routes if isinstance(name, str)}
    return {name: given for name, given in found.items() if name.partition(":")[2] not in NO_SCREEN}


NAMES = names()
# By a signed link, without signing in.
OF_MESSAGE = {name for name, given in NAMES.items() if "token" in given}
# By the number of a message in the inbox.
IN_INBOX = {"plans:inbox_item"}
OF_PLAN = {name for name, given in NAMES.items() if "pk" in given} - IN_INBOX | {
    "plans:today",
    "plans:plan",
    "plans:progress",
    "plans:reminders",
    "plans:ways",
    "plans:inbox",
    "accounts:me",
}
VALUES: dict[tuple[str, str], list[Any]] = {
    ("plans:screen", "slug"): [screen.slug for screen in BACK],
    ("plans:setup_step", "slug"): SLUGS,
    ("plans:exercise", "slug"): ["glute-bridge"],
    ("plans:checkin", "part"): ["morning", "session", "later"],
    ("plans:checkin_on", "part"): ["morning", "session", "later"],
    ("plans:review", "week"): [1],
}


def arguments(name: str, known: dict[str, Any]) -> Iterator[list[Any]]:
    """All that the address is to be tried with."""
    found: list[list[Any]] = [[]]
    for parameter in NAMES[name]:
        values = VALUES.get((name, parameter), [known[parameter]] if parameter in known else None)
        assert values, f"{name} has an address of a new kind: say in VALUES what {parameter} may be"
        found = [[*before, value] for before in found for value in values]
    yield from found


class Looker:
    """Goes from screen to screen and says what is wrong with each."""

    def __init__(self, phone: Phone, client: Client, axe: Callable[[Page], None], subtests: Any) -> None:
        self.phone, self.client, self.axe, self.subtests = phone, client, axe, subtests
        self.seen = 0

    def be(self, user: User | None = None, intake: Intake | None = None) -> None:
        self.client.logout()
        if user:
            self.client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = self.client.session
        if intake:
            session[KEY] = asdict(intake)
        session.save()
        value = session.session_key
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.phone.url}
        self.phone.page.context.clear_cookies()
        self.phone.page.context.add_cookies([cookie])

    def look(self, screen: str, *, at: str = "") -> None:
        """at: where the visit has to end; nothing hides behind a redirect."""
        self.seen += 1
        with self.subtests.test(screen=screen):
            if at:
                assert self.phone.page.url.removeprefix(self.phone.url).partition("?")[0] == at
            wrong = list(faults(self.phone.page, self.axe))
            assert not wrong, "\n".join(wrong)

    def open(self, name: str, *args: Any, state: str = "") -> None:
        self.phone.open(name, *args)
        self.look(" ".join(map(str, (name, *args, state))))


@pytest.fixture
def looker(phone: Phone, client: Client, axe: Callable, subtests: Any, complaints: list[str]) -> Iterator[Looker]:
    yield Looker(phone, client, axe, subtests)
    # Forms that were sent with something missing answer 400, which the browser reports.
    complaints[:] = [each for each in complaints if "status of 400" not in each]


def test_every_screen_of_the_way_in(looker: Looker) -> None:
    looker.be(intake=SET_UP)
    for name in sorted(NAMES.keys() - OF_PLAN - OF_MESSAGE - IN_INBOX):
        if name == "plans:finish":
            looker.be(UserFactory(), SET_UP)
        for given in arguments(name, {}):
            looker.open(name, *given)
        if name == "plans:finish":
            looker.be(intake=SET_UP)


def test_every_screen_of_a_plan(looker: Looker) -> None:
    plan = living(Condition.LUMBAR_STRAIN, DAYS)
    note = plan.course().notes[-1]
    known = {"pk": plan.pk, "date": plan.date_of(9), "day": note.day, "rule": note.rule}
    looker.be(plan.athlete)
    for name in sorted(OF_PLAN):
        for given in arguments(name, known):
            looker.open(name, *given)


def test_every_screen_of_a_message(looker: Looker, complaints: list[str]) -> None:
    """Before and after the button, where there is one, and where there is none."""
    plan = living(Condition.LUMBAR_STRAIN, DAYS)
    session = MessageFactory(plan=plan)
    urgent = MessageFactory(plan=plan, recipient=PhysioFactory(), kind=Reminder.ESCALATION.value)
    looker.be()
    for name in sorted(OF_MESSAGE):
        looker.open(name, token(urgent), state="urgent")
        looker.open(name, token(session), state="before")
        looker.phone.page.locator("main button").first.click()
        looker.look(f"{name}, after")
        looker.open(name, token(session), state="again")
    looker.phone.open("plans:snooze", "forged")
    looker.look("a forged link", at="/m/forged/snooze/")
    complaints[:] = [each for each in complaints if "/m/forged/snooze/" not in each]  # it answers 404


def test_the_screens_of_reminders(looker: Looker) -> None:
    """In every state: a way that fails, one not yet tested, snoozed, a zone that is no more, what was typed wrong."""
    plan = living(Condition.LUMBAR_STRAIN, DAYS, given={"QB19": "yes"})
    now, athlete = timezone.now(), plan.athlete
    inbox = ChannelFactory(user=athlete, way="inbox", last_sent_at=now)
    ChannelFactory(
        user=athlete, way="push", address="https://push.example.org/x", failing_since=now - timedelta(days=3)
    )
    ChannelFactory(user=athlete, way="service", address="ntfys://example.org/x", label="My ntfy")
    kinds = {"session": {}, "catch_up": {"parts": [[plan.pk, "review"]], "plan": None, "recipient": athlete}}
    for kind, more in kinds.items():
        MessageFactory(**{"plan": plan, "channel": inbox, "kind": kind, "state": "sent", "sent_at": now, **more})
    looker.be(athlete)
    for name in ("ways", "inbox", "reminders", "today"):
        looker.open(f"plans:{name}", state="with some")
    looker.open("plans:booking", plan.pk, state="a review to book")
    Preferences.objects.create(user=athlete, quiet_from=time(19), snoozed_until=now + timedelta(hours=5))
    User.objects.filter(pk=athlete.pk).update(time_zone="Mars/Base")
    looker.open("accounts:me", state="a lost zone")
    looker.phone.open("plans:reminders")
    for folded in looker.phone.page.locator("main summary").all():
        folded.click()
    looker.phone.page.locator("#id_budget").fill("99")
    looker.phone.page.locator("#id_holiday_from").fill("2031-05-05")
    looker.phone.go("Save")
    looker.look("reminders, typed wrong")
    looker.phone.open("plans:ways")
    looker.phone.page.locator("summary").click()
    looker.phone.go("Add and test")
    looker.look("a service, empty")


def test_the_screens_of_an_escalation(looker: Looker) -> None:
    plan = living(Condition.LUMBAR_STRAIN, DAYS)
    physio = CareLinkFactory(athlete=plan.athlete).physio
    inbox = ChannelFactory(user=physio, way="inbox")
    told = EscalationFactory(plan=plan)
    row = {"plan": plan, "recipient": physio, "channel": inbox, "state": "sent", "sent_at": timezone.now()}
    message = MessageFactory(kind="escalation", escalation=told, **row)
    digest = MessageFactory(kind="digest", parts=[2], **row | {"plan": None})
    looker.be(physio)
    looker.open("plans:inbox", state="of a physio")
    looker.open("plans:inbox_item", digest.pk, state="digest")
    looker.open("plans:inbox_item", message.pk, state="not yet seen")
    looker.phone.go("I have seen it")
    looker.look("an escalation that is seen")


def test_every_mail(page: Page, scheme: str, axe: Callable) -> None:
    """As a mail program shows it, on a phone; nothing is cut off, all can be read."""
    for message in examples():
        page.set_content(compose(message).html)
        assert page.evaluate(CUT_OFF) == []
        axe(page, ["color-contrast", "link-in-text-block", "link-name", "list", "document-title", "html-has-lang"])


def test_every_outcome(looker: Looker) -> None:
    for question in ("QB4", "QG3", "QG6", "QB19", ""):
        given = {question: "yes"} if question else {}
        looker.be(intake=replace(CLEAR, answers=CLEAR.answers | given))
        looker.open("plans:outcome", state=question or "clear")
    looker.be(intake=replace(CLEAR, answers=CLEAR.answers | {"QB4": "not_sure"}))
    looker.open("plans:outcome", state="not sure of an emergency")
    looker.be(UserFactory(), replace(CLEAR, answers=CLEAR.answers | {"QG6": "yes"}))
    looker.open("plans:cleared")
    looker.be(intake=UNSURE)
    looker.open("plans:fit", state="unsure")
    looker.be(intake=replace(UNSURE, asked={"PQ-1": "back", "PQ-2": "eases", "PQ-3": "yes"}))
    looker.open("plans:fit", state="suggested")


def test_the_screens_of_an_elbow(looker: Looker) -> None:
    looker.be(intake=replace(INJURED, age=None, answers={}))
    looker.open("plans:about", state="elbow")
    looker.be(intake=INJURED)
    for screen in ELBOW:
        looker.open("plans:screen", screen.slug)


def test_screens_with_something_missing(looker: Looker) -> None:
    """Errors stand where they are, and above; nothing typed is lost."""
    looker.be(intake=replace(CLEAR, age=None))
    looker.phone.open("plans:about")
    looker.phone.go("Continue")
    looker.look("about, empty")
    looker.be(intake=CLEAR)
    looker.phone.open("plans:screen", "nerves")
    looker.phone.page.locator("#id_none").uncheck()
    looker.phone.go("Continue")
    looker.look("screen, empty")
    for slug in ("pain", "activities", "sport", "history"):
        looker.phone.open("plans:setup_step", slug)
        looker.phone.go("Continue")
        looker.look(f"set-up {slug}, empty")
        looker.be(intake=SET_UP if slug != "pain" else replace(SET_UP, activities=[]))
    plan = living(Condition.LUMBAR_STRAIN, DAYS[:7])
    looker.be(plan.athlete)
    for name, button in [("review", "Send the review"), ("rescreen", "Send my answers"), ("reviewed", "Save")]:
        looker.phone.open(f"plans:{name}", plan.pk, *([1] if name == "review" else []))
        looker.phone.go(button)
        looker.look(f"{name}, empty")
    looker.phone.open("plans:checkin", plan.pk, "session")
    looker.phone.score("during the session", 3)
    looker.phone.tap("Other")
    looker.look("session, another amount")


def test_today_in_every_state(looker: Looker) -> None:
    def today(plan: Plan, state: str) -> None:
        looker.be(plan.athlete)
        looker.open("plans:today", state=state)

    def fresh(**fields: Any) -> Plan:
        return living(Condition.LUMBAR_STRAIN, DAYS, **fields)

    today(living(Condition.LUMBAR_STRAIN), "day 1")
    today(living(Condition.TENNIS_ELBOW, DAYS[:3], site="outer", sport="racket", onset=Onset.INJURY), "elbow")
    today(living(Condition.SCIATICA_LIKE, DAYS[:8], given={"QB19": "yes"}), "review alongside")
    for answer, state in [("QB4", "emergency"), ("QG3", "urgent"), ("QG6", "review first")]:
        plan = fresh()
        plan.record(plan.local_today(), {"answers": {answer: Answer.YES.value}}, plan.athlete)
        today(plan, state)
    looker.open("plans:clearance", plan.pk, state="review first")
    paused = fresh()
    intervene(paused, Kind.PAUSE, by=paused.athlete, reason="holiday")
    today(paused, "paused")
    looker.open("plans:resume", paused.pk, state="paused")
    over = fresh()
    end(over, by=over.athlete, reason="better")
    looker.be(over.athlete)
    looker.open("plans:today_of", over.pk, state="ended")
    two = living(Condition.LUMBAR_STRAIN)
    living(Condition.TENNIS_ELBOW, athlete=two.athlete, site="outer")
    today(two, "two plans")
    reds = living(Condition.LUMBAR_STRAIN, [*DAYS, DAYS[-1], DAYS[-1]])
    reds.record(reds.local_today(), {"morning": 2}, reds.athlete)
    today(reds, "questions again")
    waiting = living(Condition.LUMBAR_STRAIN)
    Plan.objects.filter(pk=waiting.pk).update(start_date=waiting.start_date + timedelta(days=3))
    today(waiting, "not begun")


def test_every_screen_of_signing_in(looker: Looker) -> None:
    looker.be()
    for name in ("account_login", "account_signup", "account_request_login_code"):
        looker.open(name)
    UserFactory(email="robin@example.org")
    looker.phone.open("account_login")
    looker.phone.page.get_by_label("Email").first.fill("robin@example.org")
    looker.phone.go(looker.phone.page.locator("main form button[type=submit]").first)
    looker.look("the code of a sign-in")
    looker.phone.page.locator("input[name=code]").fill("AAAA-AAAA")
    looker.phone.go("Continue")
    looker.look("a wrong code")
    looker.phone.open("account_signup")
    looker.phone.page.get_by_label("Email").first.fill("new@example.org")
    looker.phone.go("Send me a code")
    looker.look("the code of a new account")
    looker.be(UserFactory())
    for name in ("account_logout", "account_email"):
        looker.open(name)


def test_screens_for_what_went_wrong(looker: Looker, complaints: list[str]) -> None:
    looker.be(UserFactory())
    looker.phone.page.goto(f"{looker.phone.url}/nowhere/")
    looker.look("404")
    complaints[:] = [each for each in complaints if "status of 404" not in each]
