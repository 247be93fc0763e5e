"""Labelled posts in, counts out: what was stopped, what passed, what was a false alarm."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from connectors.weight import weigh
from publisher.cli.check import limit_of
from publisher.manual.check import check_stream
from publisher.manual.document import shipped

OK, FLAG, BLOCK = VERDICTS = ("ok", "flag", "block")
_NORMAL_95 = 1.959964


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One labelled post and what the checker said of it."""

    id: str
    text: str
    expected: str
    verdict: str
    main: str
    """The first of its categories by the label; empty for a harmless post."""
    found: tuple[str, ...]
    """The categories of the findings that warn or block."""
    rules: tuple[str, ...]
    note: str

    @property
    def exact(self) -> bool:
        """Whether the verdict is the label's."""
        return self.verdict == self.expected

    @property
    def stopped(self) -> bool:
        """Whether a person must at least look before it goes on."""
        return self.verdict != OK


@dataclass(frozen=True, kw_only=True)
class Share:
    """``hits`` of ``of``, with Wilson's 95 % interval as fractions of one."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The fraction; 0 of none is 0."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval; of none nothing is known, so it is all from 0 to 1."""
        if not self.of:
            return (0.0, 1.0)
        square = _NORMAL_95**2
        middle = (self.hits + square / 2) / (self.of + square)
        spread = sqrt(self.hits * (self.of - self.hits) / self.of + square / 4)
        half = _NORMAL_95 * spread / (self.of + square)
        return (max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True, kw_only=True)
class Category:
    """The posts whose main category this is."""

    name: str
    stopped: Share
    exact: Share
    named: Share
    """A finding that warns or blocks bears this very category."""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The figures of one set of posts."""

    posts: int
    table: dict[tuple[str, str], int]
    """How many posts of each pair (expected, verdict)."""
    exact: Share
    false_alarms: Share
    harmless_blocked: Share
    block_as_ok: Share
    block_as_flag: Share
    block_stopped: Share
    flag_as_ok: Share
    categories: tuple[Category, ...]
    errors: tuple[Judged, ...]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the labelled posts of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def judge(posts: list[dict[str, Any]]) -> list[Judged]:
    """Check each post by the shipped manual, as ``pregonero check --jsonl``; no label goes in."""
    lines = [
        json.dumps({key: post[key] for key in ("id", "text", "network")}).encode() + b"\n"
        for post in posts
    ]
    results = check_stream(iter(lines), shipped(), network=None, weigh=weigh, limit_of=limit_of)
    return [_judged(post, result) for post, result in zip(posts, results, strict=True)]


def _judged(post: dict[str, Any], result: dict[str, Any]) -> Judged:
    weighty = [one for one in result["findings"] if one["severity"] != "informativa"]
    return Judged(
        id=post["id"],
        text=post["text"],
        expected=post["expected"],
        verdict=result["verdict"],
        main=next(iter(post["categories"]), ""),
        found=tuple(dict.fromkeys(one["category"] for one in weighty if one["category"])),
        rules=tuple(dict.fromkeys(one["rule"] for one in weighty)),
        note=post["note"],
    )


def score(judged: Iterable[Judged]) -> Scores:
    """Count."""
    rows = list(judged)
    table = {
        (expected, verdict): sum((one.expected, one.verdict) == (expected, verdict) for one in rows)
        for expected in VERDICTS
        for verdict in VERDICTS
    }
    harmless, flags, blocks = (
        sum(table[expected, verdict] for verdict in VERDICTS) for expected in VERDICTS
    )
    return Scores(
        posts=len(rows),
        table=table,
        exact=Share(hits=sum(one.exact for one in rows), of=len(rows)),
        false_alarms=Share(hits=table[OK, FLAG] + table[OK, BLOCK], of=harmless),
        harmless_blocked=Share(hits=table[OK, BLOCK], of=harmless),
        block_as_ok=Share(hits=table[BLOCK, OK], of=blocks),
        block_as_flag=Share(hits=table[BLOCK, FLAG], of=blocks),
        block_stopped=Share(hits=table[BLOCK, FLAG] + table[BLOCK, BLOCK], of=blocks),
        flag_as_ok=Share(hits=table[FLAG, OK], of=flags),
        categories=tuple(
            _category(name, [one for one in rows if one.main == name])
            for name in sorted({one.main for one in rows} - {""})
        ),
        errors=tuple(one for one in rows if not one.exact),
    )


def _category(name: str, rows: list[Judged]) -> Category:
    return Category(
        name=name,
        stopped=Share(hits=sum(one.stopped for one in rows), of=len(rows)),
        exact=Share(hits=sum(one.exact for one in rows), of=len(rows)),
        named=Share(hits=sum(name in one.found for one in rows), of=len(rows)),
    )
