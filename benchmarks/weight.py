"""How fast X's weighted length is counted: texts of 280 characters a second, and the worst texts.

    python -m benchmarks.weight [--json]

The texts are ours: plain ones, ones with a link, a mention and an emoji as offices write them, and
pieces that make slow counters slow, 100,000 characters of each. Exit status 1 below the promise.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from statistics import median
from typing import Final

from benchmarks import texts
from connectors.weight import weigh

LENGTH: Final = 280
TEXTS: Final = 2_000
ROUNDS: Final = 5
LONG: Final = 100_000
LEAST: Final = 10_000
MOST: Final = 0.05
_SENTENCE: Final = (
    "El plantel abre el registro de su taller de robótica en la biblioteca a las diez; lleve su"
    " credencial y una libreta. ¡Inscríbete! Cupo limitado, año escolar y participación gratuita"
)
_WORDS: Final = tuple(_SENTENCE.split(" "))
_MARKS: Final = ("https://www.cecytec.edu.mx/convocatoria?a=1", "@cecytecoahuila", "🎓", "👩🏽‍🔬")
SLOW: Final = (
    "a.",
    "a.co/(",
    "a.co/((",
    "http://",
    "あ.",
    "a_",
    "x.co?",
    "https://a.b.c.d.",
    "xn--a.",
    "😀",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "El plantel abre hoy. ",
)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(description=texts.WEIGHT)
    parser.add_argument("--json", action="store_true", help=texts.JSON)
    asked = parser.parse_args(arguments)
    rates = {name: _rate(sample(name)) for name in ("plain", "usual")}
    worst = {piece: _slowest(piece) for piece in SLOW}
    slowest = max(worst, key=lambda piece: worst[piece])
    told = {
        "characters": LENGTH,
        "texts_per_second": {name: round(rate) for name, rate in rates.items()},
        "long_characters": LONG,
        "long_worst_ms": round(worst[slowest] * 1000, 1),
        "long_worst_piece": slowest,
    }
    if asked.json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(
            texts.WEIGHED.format(
                plain=rates["plain"],
                usual=rates["usual"],
                ms=worst[slowest] * 1000,
                piece=slowest,
            )
            + "\n"
        )
    return 0 if min(rates.values()) >= LEAST and worst[slowest] < MOST else 1


def sample(kind: str, *, seed: int = 1, n: int = TEXTS) -> list[str]:
    """Return ``n`` invented texts of 280 characters; ``usual`` ones carry links and emoji."""
    draw = random.Random(seed)
    made = []
    for _ in range(n):
        words = [draw.choice(_WORDS) for _ in range(60)]
        if kind == "usual":
            for mark in _MARKS:
                words.insert(draw.randrange(20), mark)
        made.append(" ".join(words)[:LENGTH])
    return made


def _rate(made: list[str]) -> float:
    """Return texts a second of processor time, the median of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for text in made:
            weigh(text)
        rounds.append(len(made) / (time.process_time() - began))
    return median(rounds)


def _slowest(piece: str) -> float:
    text = (piece * (LONG // len(piece) + 1))[:LONG]
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        weigh(text)
        taken.append(time.process_time() - began)
    return median(taken)


if __name__ == "__main__":
    sys.exit(main())
