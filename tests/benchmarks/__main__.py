"""`make bench`, or `make bench ARGS="today --rounds 6"` for some of it.

Figures are for reading: they hang on the machine and on what else runs on it, so nothing fails by them. Ratios are
taken within one run.
"""

import argparse
import os
import platform

from . import course, reminders, start, today, weight

PARTS = {
    "course": lambda args: course.run(),
    "today": lambda args: today.against_floor(args.rounds, args.seconds),
    "weight": lambda args: weight.run(3),
    "growth": lambda args: today.growth(args.rounds, args.seconds),
    "start": lambda args: start.run(3),
    "reminders": lambda args: reminders.run(args.rounds),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"some of {', '.join(PARTS)}; all without any")
    parser.add_argument("--rounds", type=int, default=4, help="of load, each round visiting every page in turn")
    parser.add_argument("--seconds", type=float, default=4.0, help="of load in each visit")
    args = parser.parse_args()
    if unknown := set(args.parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, ", end="")
    print(f"{platform.system()} {platform.machine()}, load before: {os.getloadavg()[0]:.1f}\n")
    for name in args.parts or PARTS:
        PARTS[name](args)
        print(flush=True)


if __name__ == "__main__":
    main()
