"""What the manual's tests share: one judge, its labelled posts and how well they are told apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher.manual.check import check_line
from publisher.manual.document import shipped
from publisher.manual.findings import Facts, Finding
from publisher.manual.review import review

CASES = Path(__file__).with_name("cases.jsonl")
DEV = Path(__file__).parents[4] / "shared" / "data" / "posts_dev.jsonl"


def findings(text: str, **facts: Any) -> tuple[Finding, ...]:
    return review(text, Facts(**facts), shipped()).findings


def rules(text: str, **facts: Any) -> set[str]:
    return {finding.rule for finding in findings(text, **facts)}


def verdict(text: str, **facts: Any) -> str:
    return review(text, Facts(**facts), shipped()).verdict


def severity(text: str, rule: str, **facts: Any) -> str | None:
    return next((f.severity for f in findings(text, **facts) if f.rule == rule), None)


def fragments(text: str, rule: str, **facts: Any) -> list[str]:
    return [f.fragment for f in findings(text, **facts) if f.rule == rule]


def line(obj: Mapping[str, Any]) -> dict[str, Any]:
    return check_line(obj, shipped(), weigh=len)


def posts(path: Path) -> list[dict[str, Any]]:
    return [json.loads(row) for row in path.read_text("utf-8").splitlines() if row]


@dataclass(frozen=True)
class Score:
    total: int
    exact: int
    blocks: int
    blocks_passed: int
    harmless: int
    alarms: int
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.exact}/{self.total} exactos, {self.blocks_passed}/{self.blocks} bloqueos que "
            f"pasan, {self.alarms}/{self.harmless} falsas alarmas: {' '.join(self.wrong)}"
        )


def score(rows: Iterable[Mapping[str, Any]]) -> Score:
    judged = [(row, verdict(row["text"])) for row in rows]
    return Score(
        total=len(judged),
        exact=sum(row["expected"] == got for row, got in judged),
        blocks=sum(row["expected"] == "block" for row, _ in judged),
        blocks_passed=sum(row["expected"] == "block" and got == "ok" for row, got in judged),
        harmless=sum(row["expected"] == "ok" for row, _ in judged),
        alarms=sum(row["expected"] == "ok" and got != "ok" for row, got in judged),
        wrong=tuple(row["id"] for row, got in judged if row["expected"] != got),
    )
