"""Today's page under load, against the bare floor; with many plans, and with a long diary."""

import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .load import Target, compare
from .servers import gunicorn, new_database, tell

SITE, FLOOR = "rehab.wsgi", "tests.benchmarks.floor:application"
PLANS = 1000


class Bench:
    """Sites and targets of one comparison, and what is to be stopped after it."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.folder = Path(stack.enter_context(TemporaryDirectory()))
        self.targets: list[Target] = []

    def add(self, name: str, url: str, keys: list[str]) -> None:
        file = self.folder / f"{len(self.targets)}.txt"
        file.write_text("".join(f"{key}\n" for key in keys))
        self.targets.append(Target(name, url, file))

    def floor(self) -> None:
        url = new_database("floor")
        keys = tell("floor", PLANS, url=url)
        site = self.stack.enter_context(gunicorn(FLOOR, url, "/noop/"))
        self.add("floor: html5", f"{site.url}/html5/", keys)

    def ours(self, database: str, *kinds: str) -> dict[str, Any]:
        """Today's page for each kind of person (logged days : plans); what it asks of the database."""
        url = new_database(database)
        made = tell("people", *kinds, url=url)
        site = self.stack.enter_context(gunicorn(SITE, url))
        for kind in kinds:
            days, _, plans = kind.partition(":")
            found = made[days]
            self.add(f"{int(plans):,} plans, {days} days", f"{site.url}/today/", found["keys"])
            print(f"  {plans} plans, {days} days logged: {found['queries']} queries, {found['bytes']} bytes of HTML")
        return made


def against_floor(rounds: int, seconds: float) -> None:
    print("Today's page against the bare floor (P1: at least 0.70 at c=1 and c=8, at most 6 queries)")
    with ExitStack() as stack:
        bench = Bench(stack)
        bench.floor()
        bench.ours("today", f"30:{PLANS}")
        compare(bench.targets, rounds, seconds)


def growth(rounds: int, seconds: float) -> None:
    """BENCH_PLANS=1000000 for a million; each has 30 entries, so that takes some minutes and 10 GB."""
    many = int(os.environ.get("BENCH_PLANS", "100000"))
    print(f"Growth (P13: {many:,} plans at least 0.95 of {PLANS:,}; 366 logged days at least 0.95 of none)")
    with ExitStack() as stack:
        bench = Bench(stack)
        bench.ours("few", f"30:{PLANS}")
        bench.ours("many", f"30:{many}")
        compare(bench.targets, rounds, seconds)
    with ExitStack() as stack:
        bench = Bench(stack)
        bench.ours("long", "0:200", "30:200", "366:200")
        compare(bench.targets, rounds, seconds)
