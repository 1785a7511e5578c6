"""A phone with a real Chromium. A browser test that is skipped has failed: it is here to be run."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, expect

from plans.catalogue import catalogue
from plans.models.shipped import publish

from .phone import Phone
from .png import small

# Playwright's own event loop makes Django think that its code runs inside one.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PICTURE_BYTES = 60_000  # each reader of the README loads them all
PHONE = {"width": 390, "height": 844}
SCHEMES = ("light", "dark")
DAY_ONE = date(2031, 3, 3)  # a Monday, four weeks before the clocks change
ZONE = ZoneInfo("Europe/London")
WAIT_MS = 15_000  # a condition is waited for; how long is only a matter of how busy the machine is
expect.set_options(timeout=WAIT_MS)
HELP = "No Chromium here. On Debian: apt-get install chromium chromium-sandbox. Or name one: CHROME_PATH=..."


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report: Any = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"A browser test was skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    program = os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        pytest.fail(HELP)
    args = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"]
    if os.geteuid() == 0:
        args.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
    return {**browser_type_launch_args, "executable_path": program, "args": args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {
        **browser_context_args,
        "viewport": PHONE,
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "reduced_motion": "reduce",
    }


@pytest.fixture
def sign_in(page: Page, live_server: Any, client: Client) -> Callable[[Any], None]:
    """`sign_in(user)` gives the browser a session of that person, without the way through the pages."""

    def enter(user: Any) -> None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return enter


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest, page: Page) -> str:
    """A test that asks for this runs twice, in light and in dark."""
    page.emulate_media(color_scheme=request.param)
    return request.param


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complained about: script errors, refused resources, breaches of the content policy."""
    found: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        url = str(message.location.get("url", ""))
        if message.type == "error" and not url.endswith("/favicon.ico"):  # asked for by itself
            found.append(f"{message.text} ({url})")

    page.on("console", heard)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture(autouse=True)
def _no_complaints(complaints: list[str]) -> Iterator[None]:
    """A test that expects some, e.g. offline, clears `complaints` itself."""
    yield
    assert complaints == []


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """`axe(page)` fails on every accessibility fault that axe-core finds on the page as it stands; or only on some."""
    engine = Axe()

    def check(page: Page, only: Sequence[str] = ()) -> None:
        results = engine.run(page, options={"runOnly": list(only)} if only else None)
        assert results.violations_count == 0, results.generate_report()

    return check


@pytest.fixture
def picture(page: Page) -> Callable[[str], None]:
    """`picture("today")` takes what is in sight, and renews docs/pictures/today.png when PICTURES=1."""

    def take(name: str) -> None:
        image = small(page.screenshot(animations="disabled", scale="css"))
        assert len(image) < PICTURE_BYTES, f"{name}.png has {len(image)} bytes"
        if os.environ.get("PICTURES") == "1":
            PICTURES.mkdir(parents=True, exist_ok=True)
            (PICTURES / f"{name}.png").write_bytes(image)

    return take


class Clock:
    """The server's clock, which a test moves. The browser keeps the real one: nothing here may depend on it."""

    def __init__(self, machine: time_machine.Traveller) -> None:
        self.machine = machine

    def set(self, day: int, hour: int = 8) -> None:
        """To an hour of a plan's day that began on DAY_ONE, in the athlete's zone."""
        self.machine.move_to(datetime.combine(DAY_ONE + timedelta(days=day - 1), time(hour), ZONE))


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(datetime.combine(DAY_ONE, time(8), ZONE), tick=True) as machine:
        yield Clock(machine)


@pytest.fixture
def phone(page: Page, live_server: Any) -> Phone:
    """A phone on a site that has its catalogue."""
    publish(catalogue())
    page.set_default_timeout(WAIT_MS)
    return Phone(page, live_server.url)
