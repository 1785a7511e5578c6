"""Round-robin load: every round visits every target, so that ratios come from one run on one machine."""

import json
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass
class Target:
    """A page, the people who ask for it, and what was measured: by connections, a dict each round."""

    name: str
    url: str
    keys: Path
    rounds: dict[int, list[dict[str, float]]] = field(default_factory=dict)

    def visit(self, connections: int, seconds: float) -> dict[str, float]:
        ours = [sys.executable, "-m", "tests.benchmarks.client", self.url, self.keys, connections, seconds]
        whole = max(1, round(seconds))
        wrk = ["wrk", "-t1", f"-c{connections}", f"-d{whole}s", "--latency", "-s", HERE / "wrk.lua", self.url]
        command = [*wrk, "--", self.keys] if shutil.which("wrk") else ours
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=seconds + 60)
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if not lines:
            raise RuntimeError(done.stdout + done.stderr)
        return json.loads(lines[-1])

    def median(self, connections: int, what: str) -> float:
        return statistics.median(one[what] for one in self.rounds[connections])


def compare(targets: list[Target], rounds: int, seconds: float, connections: tuple[int, ...] = (1, 8)) -> None:
    """Measure all targets and print them, each against the first."""
    for number in range(rounds + 1):  # the first warms up and is dropped
        for count in connections:
            for target in targets:
                measured = target.visit(count, seconds if number else 1)
                if number:
                    target.rounds.setdefault(count, []).append(measured)
    print(f"  client: {'wrk' if shutil.which('wrk') else 'Python (install wrk for a lighter one)'}, ", end="")
    print(f"n = {rounds} rounds of {seconds:g} s, medians; ratio (lowest..highest round) to {targets[0].name}")
    print(f"  {'page':24}{'c':>3}{'req/s':>8}{'p50 ms':>8}{'p95 ms':>8}{'bad':>5}  ratio")
    for target in targets:
        for count in connections:
            print(line(target, targets[0], count))


def line(target: Target, base: Target, count: int) -> str:
    mine, floor = target.rounds[count], base.rounds[count]
    ratios = [one["rate"] / other["rate"] for one, other in zip(mine, floor, strict=True)]
    figures = f"{target.median(count, 'rate'):8.1f}{target.median(count, 'p50'):8.2f}{target.median(count, 'p95'):8.2f}"
    bad = sum(one["bad"] for one in mine)
    spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}..{max(ratios):.2f})"
    return f"  {target.name:24}{count:>3}{figures}{bad:5.0f}  {spread}"
