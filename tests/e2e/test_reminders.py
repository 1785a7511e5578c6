"""Reminders on a phone: one's own terms, a push with its buttons, a snooze from an e-mail, the inbox.

A browser cannot get a subscription here, for there is no push service: that one step is played by the test, with keys
that are real. All else is: the page's script, the server, the composed message, the worker and its notification.
"""

import base64
import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Worker, expect

from plans.models import Channel, Message, Plan, Preferences
from plans.models.reminder import Way
from plans.reminders.channels import Outcome, push, sender
from plans.reminders.compose import compose
from plans.rules.words import Condition
from tests.factories import CareLinkFactory, ChannelFactory, EscalationFactory, MessageFactory

from .conftest import Clock
from .people import living
from .phone import Phone

ENDPOINT = "https://push.example.org/send/one-phone-of-a-test"
# What a browser does when it reaches its maker's push service.
FAKE = """(json) => {
  const made = JSON.parse(json);
  let held = sessionStorage.held ? made : null;
  const subscription = { endpoint: made.endpoint, toJSON: () => made, unsubscribe: async () => {
    delete sessionStorage.held; held = null; return true;
  } };
  PushManager.prototype.getSubscription = async () => held && subscription;
  PushManager.prototype.subscribe = async (options) => {
    if (!options.userVisibleOnly || !options.applicationServerKey) throw new Error("not as a browser wants it");
    sessionStorage.held = "1"; held = made; return subscription;
  };
}"""


def subscription() -> str:
    point = generate_private_key(SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    raw = {"p256dh": point, "auth": os.urandom(16)}
    keys = {name: base64.urlsafe_b64encode(each).rstrip(b"=").decode() for name, each in raw.items()}
    return json.dumps({"endpoint": ENDPOINT, "expirationTime": None, "keys": keys})


@pytest.fixture
def plan(phone: Phone, sign_in: Callable, settings: Any, clock: Clock) -> Plan:
    """On its first morning, a Monday."""
    settings.SITE_URL = phone.url
    plan = living(Condition.LUMBAR_STRAIN)
    sign_in(plan.athlete)
    return plan


class Notified:
    """The worker's notifications: a message pushed to it, what is shown, and which button is tapped."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.registered = page, []
        page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.on(
            "ServiceWorker.workerRegistrationUpdated", lambda event: self.registered.extend(event["registrations"])
        )
        self.devtools.send("ServiceWorker.enable")
        self.origin = url

    @property
    def worker(self) -> Worker:
        return self.page.context.service_workers[0]

    def push(self, data: str) -> None:
        self._wait(lambda: self.registered)
        id = self.registered[-1]["registrationId"]
        self.devtools.send(
            "ServiceWorker.deliverPushMessage", {"origin": self.origin, "registrationId": id, "data": data}
        )

    def shown(self) -> list[dict[str, Any]]:
        return self.page.evaluate(
            """async () => (await (await navigator.serviceWorker.ready).getNotifications())
              .map(({ title, body, actions }) => ({ title, body, actions: actions.map((one) => one.action) }))"""
        )

    def wait_for(self, words: str) -> dict[str, Any]:
        """The notification that says these words."""
        found: list[dict[str, Any]] = self._wait(
            lambda: [one for one in self.shown() if words in f"{one['title']} {one['body']}"]
        )
        return found[0]

    def tap(self, action: str) -> None:
        """A button of the notification, as the phone tells the worker."""
        self.worker.evaluate(
            """async (action) => {
              const [notification] = await registration.getNotifications();
              const event = new NotificationEvent("notificationclick", { notification, action });
              const all = [];
              event.waitUntil = (promise) => all.push(promise);
              dispatchEvent(event);
              await Promise.all(all);
            }""",
            action,
        )

    def renew(self, subscription: str) -> None:
        """The browser gives itself another push address."""
        self.worker.evaluate(
            """async (json) => {
              const event = new ExtendableEvent("pushsubscriptionchange"), all = [];
              event.newSubscription = JSON.parse(json);
              event.waitUntil = (promise) => all.push(promise);
              dispatchEvent(event);
              await Promise.all(all);
            }""",
            subscription,
        )

    def _wait(self, ready: Callable[[], Any]) -> Any:
        for _ in range(300):
            if found := ready():
                return found
            self.page.wait_for_timeout(50)
        raise AssertionError(f"Still not so: {self.shown()}")


@pytest.fixture
def allowed(phone: Phone) -> Iterator[None]:
    phone.page.context.grant_permissions(["notifications"], origin=phone.url)
    yield
    phone.page.context.clear_permissions()


@pytest.fixture
def notified(phone: Phone, plan: Plan, allowed: None) -> Notified:
    phone.open("plans:today")
    return Notified(phone.page, phone.url)


def due(plan: Plan, way: Way, address: str = "", **values: Any) -> Message:
    channel = ChannelFactory(user=plan.athlete, way=way.value, address=address)
    return MessageFactory(**{"plan": plan, "channel": channel, **values})


def pushed(message: Message) -> str:
    """The very bytes that are encrypted for the phone."""
    return push.payload(compose(message), "tag").decode()


# Terms


def test_terms_are_set_and_the_next_three_follow(phone: Phone, plan: Plan) -> None:
    page = phone.page
    phone.open("plans:reminders")
    rows = page.locator("#next li")
    expect(rows).to_have_count(3)
    phone.sees("Times are of your zone, Europe/London.")
    page.get_by_label("For a session").fill("16:05")
    phone.choose("Sun")
    page.get_by_label("At most this many a week").fill("3")
    phone.go("Save")
    phone.sees("Your terms are saved.")
    kept = Preferences.objects.get(user=plan.athlete)
    assert (f"{kept.session:%H:%M}", kept.days, kept.budget) == ("16:05", [0, 1, 2, 3, 4, 5], 3)
    expect(rows.filter(has_text="16:05").first).to_contain_text("Your session is due")


def test_quiet_hours_over_a_reminder_are_told_and_move_it(phone: Phone, plan: Plan) -> None:
    page = phone.page
    phone.open("plans:reminders")
    page.get_by_label("Quiet from").fill("16:00")
    page.get_by_label("Quiet until").fill("18:15")
    phone.go("Save")
    phone.sees("Some of your times lie in quiet hours")
    phone.sees("17:30 for a session")
    expect(page.locator("#next li").filter(has_text="Your session is due").first).to_contain_text("18:15")


def test_what_was_typed_wrong_stays_and_is_told(phone: Phone, plan: Plan, complaints: list[str]) -> None:
    page = phone.page
    phone.open("plans:reminders")
    page.get_by_label("At most this many a week").fill("99")
    page.get_by_label("In the evening").fill("18:45")
    phone.go("Save")
    phone.sees("Give a number from 0 to 21.")
    expect(page.get_by_label("At most this many a week")).to_have_value("99")
    expect(page.get_by_label("In the evening")).to_have_value("18:45")
    complaints.clear()  # a 400


def test_without_a_script_all_but_this_device_works(browser: Any, phone: Phone, plan: Plan) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(phone.page.context.cookies())
    page = context.new_page()
    page.goto(phone.url + reverse("plans:ways"))
    expect(page.locator("main")).to_contain_text("This browser cannot show reminders by itself.")
    page.get_by_role("button", name="Off", exact=True).click()
    expect(page.locator("main")).to_contain_text("E-mail is changed.")
    assert Channel.objects.get(way="email").use == "off"
    context.close()


# This device


def test_a_device_is_added_and_taken_off_with_one_tap_each(phone: Phone, plan: Plan, allowed: None) -> None:
    page = phone.page
    page.add_init_script(f"({FAKE})({json.dumps(subscription())})")
    phone.open("plans:ways")
    phone.go("Remind me on this device")
    phone.sees("Reminders show up on this device.")
    channel = Channel.objects.get(way="push", ended_at=None)
    assert (channel.user, channel.address, set(channel.keys)) == (plan.athlete, ENDPOINT, {"p256dh", "auth"})
    expect(page.get_by_role("heading", name="Chrome on Linux")).to_be_visible()
    phone.go("Stop on this device")
    expect(page.get_by_role("button", name="Remind me on this device")).to_be_visible()
    assert not Channel.objects.filter(way="push", ended_at=None).exists()


def test_a_server_that_refuses_is_told_and_can_be_tried_again(
    phone: Phone, plan: Plan, allowed: None, complaints: list[str]
) -> None:
    page = phone.page
    page.add_init_script(f"({FAKE})({json.dumps(subscription())})")
    page.route("**/reminders/device/", lambda route: route.abort(), times=1)
    phone.open("plans:ways")
    phone.tap("Remind me on this device")
    phone.sees("That did not work.")
    phone.go("Try again")
    phone.sees("Reminders show up on this device.")
    complaints.clear()  # the refused connection


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("delete window.PushManager", "This browser cannot show reminders by itself."),
        (
            "delete window.PushManager; Object.defineProperty(navigator, 'userAgent', { value: 'iPhone Safari' })",
            "first put the app on your home screen",
        ),
        (
            "Object.defineProperty(Notification, 'permission', { value: 'denied' })",
            "You told this browser to block reminders",
        ),
    ],
)
def test_what_a_browser_cannot_do_is_said_with_the_way_out(phone: Phone, plan: Plan, script: str, said: str) -> None:
    phone.page.add_init_script(script)
    phone.open("plans:ways")
    expect(phone.page.get_by_text(said)).to_be_visible()
    expect(phone.page.get_by_role("button", name="Remind me on this device")).to_be_hidden()


# A push, and its buttons


def test_a_push_is_shown_and_done_is_done(phone: Phone, plan: Plan, notified: Notified) -> None:
    message = due(plan, Way.PUSH, ENDPOINT)
    notified.push(pushed(message))
    shown = notified.wait_for("Your session is due")
    assert shown["actions"] == ["done", "snooze"]
    notified.tap("done")
    notified.wait_for("is in your diary")
    entry = plan.entries.get()
    assert entry.dose == 100
    phone.open("plans:today")
    expect(phone.page.get_by_role("link", name=re.compile("^Session"))).to_contain_text("100 %")


def test_not_now_puts_reminders_off_for_an_hour(phone: Phone, plan: Plan, notified: Notified) -> None:
    notified.push(pushed(due(plan, Way.PUSH, ENDPOINT)))
    notified.wait_for("Your session is due")
    notified.tap("snooze")
    notified.wait_for("No reminders until")
    until = Preferences.objects.get(user=plan.athlete).snoozed_until
    assert until
    assert timedelta(minutes=50) < until - timezone.now() <= timedelta(hours=1)
    phone.open("plans:reminders")
    phone.go("Wake up now")
    phone.sees("Your reminders are awake again.")


@pytest.mark.parametrize("broken", ["", "not what was agreed", "{", "null", "[]"])
def test_a_message_that_cannot_be_read_still_says_that_there_is_one(notified: Notified, broken: str) -> None:
    notified.push(broken)
    notified.wait_for("There is something for you in the app.")


def test_a_button_without_a_network_says_so(
    phone: Phone, plan: Plan, notified: Notified, complaints: list[str]
) -> None:
    said = json.loads(pushed(due(plan, Way.PUSH, ENDPOINT)))
    for action in said["actions"]:
        action["url"] = "http://127.0.0.1:9/m/nobody/"
    notified.push(json.dumps(said))
    notified.wait_for("Your session is due")
    notified.tap("done")
    notified.wait_for("That did not get through")
    assert not plan.entries.exists()
    complaints.clear()


def test_a_tap_on_the_message_itself_opens_what_it_is_about(phone: Phone, plan: Plan, notified: Notified) -> None:
    message = due(plan, Way.PUSH, ENDPOINT)
    notified.push(pushed(message))
    notified.wait_for("Your session is due")
    notified.worker.evaluate(
        "Object.defineProperty(clients, 'openWindow', { value: async (url) => { self.opened = url; } })"
    )
    notified.tap("")
    assert notified.shown() == []
    phone.page.goto(notified.worker.evaluate("self.opened"))
    expect(phone.page).to_have_url(re.compile(reverse("plans:session", args=[plan.pk])))


def test_a_browser_that_changes_its_address_says_so_by_itself(plan: Plan, notified: Notified) -> None:
    notified.renew(subscription())
    assert Channel.objects.get(way="push", ended_at=None).address == ENDPOINT


# From an e-mail


def test_a_snooze_from_an_e_mail_needs_no_sign_in(phone: Phone, plan: Plan) -> None:
    message = due(plan, Way.EMAIL)
    with sender(Way.EMAIL) as open_:
        assert open_.send(message).outcome is Outcome.SENT
    sent = next(one for one in mail.outbox if plan.athlete.email in one.to)
    link = re.search(r"https?://\S+/snooze/", sent.body)
    assert link, sent.body
    page = phone.page
    page.context.clear_cookies()
    page.goto(link[0])
    phone.go(page.get_by_role("button", name=re.compile("^Until tomorrow")))
    phone.sees("No reminders until")
    until = Preferences.objects.get(user=plan.athlete).snoozed_until
    assert until
    assert until > timezone.now() + timedelta(minutes=1)
    assert "sessionid" not in {each["name"] for each in page.context.cookies()}


# The inbox


def test_the_inbox_marks_what_is_new_and_leads_to_it(phone: Phone, plan: Plan) -> None:
    message = due(plan, Way.INBOX, state="sent", sent_at=timezone.now())
    phone.open("accounts:me")
    phone.go(phone.page.get_by_role("link", name=re.compile("^Inbox.*1 new")))
    phone.go(phone.page.get_by_role("link", name=re.compile("Your session is due")))
    expect(phone.page).to_have_url(re.compile(reverse("plans:session", args=[plan.pk])))
    message.refresh_from_db()
    assert message.seen_at
    phone.open("plans:today")
    phone.go("Inbox")
    expect(phone.page.get_by_text("new", exact=True)).to_have_count(0)


def test_a_physio_says_that_they_have_seen_it(phone: Phone, plan: Plan, sign_in: Callable) -> None:
    physio = CareLinkFactory(athlete=plan.athlete).physio
    told = EscalationFactory(plan=plan)
    row = {"recipient": physio, "channel": ChannelFactory(user=physio, way="inbox"), "kind": "escalation"}
    MessageFactory(plan=plan, escalation=told, state="sent", sent_at=timezone.now(), about=f"{told.pk}:0", **row)
    sign_in(physio)
    phone.open("plans:inbox")
    phone.go(phone.page.get_by_role("link", name=re.compile("Somebody in your care")))
    phone.sees(plan.athlete.name)
    phone.sees("Nobody has looked yet")
    phone.go("I have seen it")
    phone.sees("has seen it")
    told.refresh_from_db()
    assert told.acknowledged_by == physio
