"""``python -m tests.upgrade``."""

from __future__ import annotations

import argparse
import json
import sys

from tests.upgrade import maker, release


def main() -> int:
    """Run one of the two commands; 0 only if nothing was lost or repeated."""
    parser = argparse.ArgumentParser(prog="python -m tests.upgrade")
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="make the previous release's databases again")
    make.add_argument("revision", nargs="?", default=release.PREVIOUS)
    arguments = parser.parse_args()
    for path in maker.make(arguments.revision):
        sys.stdout.write(json.dumps({"file": path.name, "bytes": path.stat().st_size}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
