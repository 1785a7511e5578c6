"""`make bench-scale`: the clock and the outbox among 10,000 and more plans, each figure beside its floor.

    make bench-scale ARGS="10000 100000 1000000 --days 30"     # the last takes some minutes and 10 GB
    make bench-scale POSTGRES_FSYNC=1                           # as a server in use: commits wait for the disk

P14: an idle tick, at most twice that among 1,000 plans. P15: claiming 10,000 due messages, within twice of plain SQL on
a bare table of as many rows. P16: making one day's rows, at least 0.40 of a plain INSERT ... SELECT: a look works out
each plan's course, which no statement can do, so its writing is also shown apart.
"""

import argparse
import os
from statistics import median
from typing import Any

from .servers import new_database, tell

FEW, TURNS = 1000, 7


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-scale", description=__doc__.splitlines()[0])
    parser.add_argument("plans", nargs="*", type=int, default=[10_000, 100_000], help="how many; 10000 100000")
    parser.add_argument("--days", type=int, default=30, help="logged by each")
    args = parser.parse_args()
    print(f"{os.cpu_count()} cores, load before: {os.getloadavg()[0]:.1f}; each plan with {args.days} logged days")
    few = new_database("few")
    tell("crowd", FEW, 1, url=few)
    for number in args.plans:
        many = new_database(f"scale{number}")
        show(number, tell("crowd", number, args.days, url=many))
        show_ticks([(tell("crowd", url=few)["tick_ms"], tell("crowd", url=many)["tick_ms"]) for _ in range(TURNS)])


def show_ticks(turns: list[tuple[float, float]]) -> None:
    """Turn by turn in both databases, so that what else runs on the machine weighs on both."""
    ratios = sorted(many / few for few, many in turns)
    many = median(many for _, many in turns)
    print(
        f"  idle tick            {many:9.2f} ms         {median(ratios):6.2f} of that among {FEW:,} (P14: 2), ", end=""
    )
    print(f"from {ratios[0]:.2f} to {ratios[-1]:.2f} in {len(turns)} turns")


def show(number: int, found: dict[str, Any]) -> None:
    durable = "on" if found["durable"] else "off"
    print(f"\n{number:,} plans, filled in {found['filled_s']:.0f} s; fsync {durable}; load {os.getloadavg()[0]:.1f}")
    claims = {name: median(values) for name, values in found["claims"].items()}
    for name, what in (("bare", "on a bare table"), ("rows", "on the outbox itself")):
        first, rest = claims["ours_first"] / claims[f"{name}_first"], claims[name] / claims["ours"]
        print(
            f"  claim, first batch   {claims['ours_first']:9.1f} ms         {first:6.2f} of plain SQL {what} (P15: 2)"
        )
        print(f"  claim, until none    {claims['ours']:9.0f} rows/s     {rest:6.2f} times slower than it")
    show_looks(found["looks"], {"a bare table": claims["insert"], "the outbox itself": found["outbox"]})


def show_looks(looks: dict[str, Any], floors: dict[str, float]) -> None:
    spent, rows = looks["spent"], looks["rows"]
    parts = ", ".join(f"{name} {100 * spent[name] / spent['all']:.0f} %" for name in spent if name != "all")
    rate = looks["looks"] / spent["all"]
    print(f"  looks, one process   {rate:9.0f} looks/s    {rows / looks['looks']:6.1f} rows each: {parts}")
    print(
        f"  by its own processor {looks['looks'] / looks['cpu']:9.0f} looks/s     without PostgreSQL's and others' time"
    )
    for name, rate in (("rows of a day", rows / spent["all"]), ("of it the inserting", rows / spent["insert"])):
        ratios = ", ".join(f"{rate / floor:.3f} of INSERT ... SELECT into {name}" for name, floor in floors.items())
        print(f"  {name:20} {rate:9.0f} rows/s     {ratios} (P16: 0.40)")
    print(f"  the same once more   {looks['again']:9.0f} looks      ", end="")
    print(", ".join(f"{name}: {floor:,.0f} rows/s" for name, floor in floors.items()))


if __name__ == "__main__":
    main()
