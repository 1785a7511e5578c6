"""What today's page weighs on a phone: requests and bytes on the wire, in a real Chromium.

Mobile network and CPU as Lighthouse's mobile preset has them. The browser counts what the page itself asks
of the network; what goes through the service worker is not seen there, so the server's log is shown as well.
"""

import os
import shutil
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .servers import gunicorn, new_database, tell
from .today import SITE

SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SETTLED_S = 2.0  # for the service worker, which starts after the page
PHONE = {"width": 412, "height": 823}


@dataclass
class Load:
    """One loading of the page. wire: bytes by kind of resource. fcp: first contentful paint, ms."""

    wire: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    fcp: float = 0
    server: list[str] = field(default_factory=list)

    @property
    def kib(self) -> float:
        return sum(self.wire.values()) / 1024

    def of(self, kind: str) -> float:
        return self.wire.get(kind, 0) / 1024


class Phone:
    """A fresh browser context with its own cache, signed in."""

    def __init__(self, browser: Any, site: str, key: str, log: Path) -> None:
        self.log, self.url = log, f"{site}/today/"
        self.context = browser.new_context(
            viewport=PHONE, device_scale_factor=1.75, is_mobile=True, has_touch=True, locale="en-GB"
        )
        self.context.add_cookies([{"name": "sessionid", "value": key, "url": site}])
        self.page = self.context.new_page()
        self.tools = self.context.new_cdp_session(self.page)
        self.tools.send("Network.enable")
        self.tools.send("Network.emulateNetworkConditions", SLOW)
        self.tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        self.kinds: dict[str, str] = {}
        self.bytes: dict[str, int] = {}
        self.tools.on("Network.responseReceived", lambda e: self.kinds.update({e["requestId"]: e["type"]}))
        self.tools.on("Network.loadingFinished", lambda e: self.bytes.update({e["requestId"]: e["encodedDataLength"]}))

    def load(self) -> Load:
        self.kinds.clear()
        self.bytes.clear()
        before = len(self.log.read_text().splitlines()) if self.log.exists() else 0
        self.page.goto(self.url, wait_until="load")
        self.page.wait_for_load_state("networkidle")
        found = Load()
        for id, count in self.bytes.items():
            if count and id in self.kinds:  # nothing on the wire: it came from the cache
                found.wire[self.kinds[id]] = found.wire.get(self.kinds[id], 0) + int(count)
                found.requests += 1
        script = "(performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime || 0"
        found.fcp = self.page.evaluate(script)
        time.sleep(SETTLED_S)
        found.server = [told(line) for line in self.log.read_text().splitlines()[before:]]
        return found


def told(line: str) -> str:
    """One line of the server's log: the path, and its KiB without headers. Files it hands to the system: no figure."""
    path, _status, size = line.split()
    return f"{path} ({int(size) / 1024:.1f})" if size.isdigit() and int(size) else path


def run(rounds: int) -> None:
    print("Page weight of today's page on a phone (P6: at most 40 KiB, 6 requests, 10 KiB of JavaScript; P7: 6 KiB, 1)")
    program = os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        print("  not measured: no Chromium here; CHROME_PATH= names one")
        return
    from playwright.sync_api import sync_playwright

    url = new_database("weight")
    keys = tell("people", "30:100", url=url)["30"]["keys"]
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        log = Path(folder, "access.log")
        args = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=args)
        with gunicorn(SITE, url, log=log) as site:
            phones = [Phone(browser, site.url, key, log) for key in keys[:rounds]]
            first = [phone.load() for phone in phones]
            second = [phone.load() for phone in phones]
        browser.close()
    tell_of("first load", first)
    tell_of("second visit", second)


def tell_of(name: str, loads: list[Load]) -> None:
    def median(values: list[float]) -> float:
        return statistics.median(values)

    requests, kib = median([load.requests for load in loads]), median([load.kib for load in loads])
    kinds = sorted({kind for load in loads for kind in load.wire})
    parts = ", ".join(f"{kind} {median([load.of(kind) for load in loads]):.1f}" for kind in kinds)
    fcp = median([load.fcp for load in loads])
    print(f"  {name}: {requests:.0f} requests, {kib:.1f} KiB ({parts}); first paint {fcp:.0f} ms; n = {len(loads)}")
    asked = loads[0].server
    print(f"    at the server, with the service worker's own: {len(asked)} requests: {', '.join(asked)}")
