"""How long the manual's review of one text takes: 500 characters at a time, and 10,000 at once.

    python -m benchmarks.review [FILE] [--json]

The texts are labelled posts of the project, joined until they are 500 characters long: denser in
what the rules look for than a real post. Wall time of one thread, on a machine that should be
quiet. Exit status 1 above the promise.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks import texts
from benchmarks.figures import percentile
from publisher.manual import document
from publisher.manual.findings import Facts
from publisher.manual.review import review

POSTS: Final = Path(__file__).parents[1] / "tests" / "data" / "manual" / "tune.jsonl"
LENGTH: Final = 500
LONG: Final = 10_000
ROUNDS: Final = 20
MOST: Final = 0.005


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return 1 where the promise is not kept."""
    parser = argparse.ArgumentParser(description=texts.REVIEW)
    parser.add_argument("file", nargs="?", type=Path, default=POSTS, metavar="FILE")
    parser.add_argument("--json", action="store_true", help=texts.JSON)
    asked = parser.parse_args(arguments)
    posts = [json.loads(line)["text"] for line in asked.file.read_text("utf-8").splitlines()]
    pieces = list(joined(posts, LENGTH))
    taken = [_seconds(piece) for _ in range(ROUNDS + 1) for piece in pieces][len(pieces) :]
    told = {
        "texts": len(pieces),
        "characters": LENGTH,
        "p50_ms": round(percentile(taken, 0.5) * 1000, 2),
        "p99_ms": round(percentile(taken, 0.99) * 1000, 2),
        "long_characters": LONG,
        "long_ms": round(min(_seconds(next(joined(posts, LONG))) for _ in range(3)) * 1000, 1),
    }
    said = json.dumps(told) if asked.json else texts.REVIEWED.format(**told)
    sys.stdout.write(said + "\n")
    return 0 if percentile(taken, 0.99) <= MOST else 1


def joined(posts: list[str], length: int) -> Iterator[str]:
    """Yield texts of ``length`` characters made of ``posts`` in their order."""
    text = ""
    for post in posts:
        text = f"{text} {post}".strip()
        if len(text) >= length:
            yield text[:length]
            text = ""


def _seconds(text: str) -> float:
    began = time.perf_counter()
    review(text, Facts(), document.shipped())
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
