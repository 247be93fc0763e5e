"""``python -m tests.upgrade``."""

from __future__ import annotations

import argparse
import json
import sys

from tests.upgrade import maker, release, side_by_side


def main() -> int:
    """Run one of the two commands; 0 only if nothing was lost or repeated."""
    parser = argparse.ArgumentParser(prog="python -m tests.upgrade")
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="make the previous release's databases again")
    make.add_argument("revision", nargs="?", default=release.PREVIOUS)
    beside = commands.add_parser("side-by-side", help="both releases on one database")
    beside.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    beside.add_argument("--posts", type=int, default=40)
    beside.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.command == "make":
        for path in maker.make(arguments.revision):
            tell(file=path.name, bytes=path.stat().st_size)
        return 0
    try:
        outcome = side_by_side.run(arguments.db, arguments.posts)
    except release.NoHistoryError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    tell(**side_by_side.body(outcome))
    return 0 if outcome.ok else 1


def tell(**facts: object) -> None:
    """Print one JSON object."""
    sys.stdout.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    sys.exit(main())
