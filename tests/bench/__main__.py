"""`make bench`, or `make bench ARGS="startup --rounds 5"`."""

import argparse
import importlib
import sys
from pathlib import Path

APART = {"__init__", "__main__", "floor"}
HERE = Path(__file__).parent


def main() -> None:
    names = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in APART)
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"which: {', '.join(names)}; all when none is named")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if unknown := set(options.names) - set(names):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    passed = [importlib.import_module(f"tests.bench.{name}").run(options.rounds) for name in options.names or names]
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
