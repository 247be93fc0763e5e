"""``python -m tests.manual_report [FILE …] [--json]``; without files, the sets of the project.

``python -m tests.manual_report cross`` judges each author's posts by what was learned without
them (``cross``), a minute an author; ``cross --folds 5`` by random parts; ``cross --weights``
prints the weights of the judgement that follow.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.manual_report import cross, texts
from tests.manual_report.scoring import Judged, judge, read, score

DATA = Path(__file__).parent.parent / "data" / "manual"
CASES = DATA.parent.parent / "publisher" / "manual" / "cases.jsonl"
# The frozen set lies apart: the model of likeness learns from every file of DATA itself.
SETS = (DATA / "tune.jsonl", DATA / "frozen" / "frozen.jsonl")


def main() -> int:
    """Print a report for each file; 1 if one cannot be read. A bad figure is no failure."""
    parser = argparse.ArgumentParser(prog="python -m tests.manual_report")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--weights", action="store_true")
    arguments = parser.parse_args()
    if arguments.files == [Path("cross")]:
        return _cross(arguments.folds, weights=arguments.weights)
    for path in arguments.files or [path for path in SETS if path.exists()]:
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


def _cross(folds: int, *, weights: bool) -> int:
    rows = cross.labelled(CASES, DATA)
    if weights:
        sys.stdout.write(json.dumps(cross.weights(rows), indent=1) + "\n")
        return 0
    parts = cross.folds(rows, folds) if folds else cross.held_out(rows)
    together: list[Judged] = []
    for name, judged in cross.judged(rows, parts):
        together.extend(judged)
        sys.stdout.write(texts.line(name, score(judged)) + "\n")
        sys.stdout.flush()
    sys.stdout.write("\n" + texts.report(texts.TOGETHER, score(together)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
