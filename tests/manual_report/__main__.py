"""``python -m tests.manual_report [FILE …] [--json]``; without files, the sets of the project."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.manual_report import texts
from tests.manual_report.scoring import judge, read, score

DATA = Path(__file__).parent.parent / "data" / "manual"
# Apart: the model of likeness learns from every file of DATA itself.
SETS = (DATA / "tune.jsonl", DATA / "frozen" / "frozen.jsonl")


def main() -> int:
    """Print a report for each file; 1 if one cannot be read. A bad figure is no failure."""
    parser = argparse.ArgumentParser(prog="python -m tests.manual_report")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for path in arguments.files or SETS:
        try:
            scores = score(judge(read(path)))
        except OSError:
            sys.stderr.write(texts.NO_FILE.format(path=path) + "\n")
            return 1
        except (ValueError, KeyError, TypeError):
            sys.stderr.write(texts.NO_LABELS.format(path=path) + "\n")
            return 1
        if arguments.json:
            sys.stdout.write(json.dumps(texts.body(path.stem, scores)) + "\n")
        else:
            sys.stdout.write(texts.report(path.name, scores) + "\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
