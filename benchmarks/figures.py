"""What the runs say: pure functions from measurements to figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from benchmarks import texts

STEADY = 0.10
"""The bare loop may lie this far from its median; beyond it the machine was not quiet."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One drain. ``lags`` are seconds from the due instant to the platform."""

    kind: str
    workers: int
    n: int
    seconds: float
    lags: tuple[float, ...] = field(repr=False)
    cpu_s: float
    server_cpu_s: float
    peak_mb: float
    load: float

    @property
    def rate(self) -> float:
        return self.n / self.seconds

    def told(self) -> dict[str, Any]:
        """Return the run as JSON values."""
        row = asdict(self)
        del row["lags"]
        return row | {
            "per_second": self.rate,
            "lag_p50": percentile(self.lags, 0.5),
            "lag_p99": percentile(self.lags, 0.99),
            "lag_max": max(self.lags, default=0.0),
            "cpu_ms_each": 1000 * self.cpu_s / self.n,
        }


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a drain left behind: the platform's calls and the rows."""

    calls: Sequence[str]
    published: int
    receipts: int
    attempts: int
    open_attempts: int
    audit: Sequence[str] = ()
    settled: bool = True


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of the values lie; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def problems(expected: Sequence[str], tally: Tally) -> list[str]:
    """Return what was lost, repeated or left open, as sentences; none if all is well."""
    made = Counter(tally.calls)
    n = len(expected)
    lost = sum(text not in made for text in expected)
    repeated = sum(times - 1 for times in made.values())
    found = [
        (lost, texts.LOST.format(n=lost)),
        (repeated, texts.REPEATED.format(n=repeated)),
        (n - tally.published, texts.NOT_PUBLISHED.format(n=n - tally.published)),
        (n - tally.receipts, texts.NO_RECEIPT.format(n=n - tally.receipts)),
        (n - tally.attempts, texts.ATTEMPTS.format(n=tally.attempts, expected=n)),
        (tally.open_attempts, texts.OPEN.format(n=tally.open_attempts)),
        (not tally.settled, texts.UNSETTLED),
    ]
    return [sentence for wrong, sentence in found if wrong] + list(tally.audit)


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, smallest and largest."""
    return {"median": median(values), "min": min(values), "max": max(values)}


def variation(values: Sequence[float]) -> float:
    """Return how far the farthest value lies from the median, as a share of it."""
    middle = median(values)
    return max(abs(value - middle) for value in values) / middle


def compare(runs: Sequence[Run], *, workers: int = 1) -> dict[str, Any]:
    """Return engine against bare loop: each engine run against the bare runs before and after."""
    mine = [run for run in runs if run.workers == workers]
    rates, lags = [], []
    for at, run in enumerate(mine):
        if run.kind == "engine":
            beside = [one for one in mine[max(0, at - 1) : at + 2] if one.kind == "bare"]
            rates.append(run.rate / _mean([one.rate for one in beside]))
            lags.append(
                percentile(run.lags, 0.99) / _mean([percentile(one.lags, 0.99) for one in beside])
            )
    bare = [run.rate for run in mine if run.kind == "bare"]
    varies = variation(bare)
    return {
        "pairs": len(rates),
        "ratio": median(rates),
        "ratio_spread": spread(rates),
        "lag_p99_ratio": median(lags),
        "lag_p99_ratio_spread": spread(lags),
        "bare_variation": varies,
        "inconclusive": varies > STEADY,
        "bare": summary([run for run in mine if run.kind == "bare"]),
        "engine": summary([run for run in mine if run.kind == "engine"]),
    }


def summary(runs: Sequence[Run]) -> dict[str, Any]:
    """Return the median, smallest and largest of each figure of ``runs``."""
    rows = [run.told() for run in runs]
    names = (
        "per_second",
        "lag_p50",
        "lag_p99",
        "lag_max",
        "cpu_s",
        "cpu_ms_each",
        "server_cpu_s",
        "peak_mb",
        "load",
    )
    return {name: spread([row[name] for row in rows]) for name in names}


def gain(runs: Sequence[Run], kind: str) -> float:
    """Return what a second process brings: the rate of two over the rate of one."""
    rates = {
        workers: [run.rate for run in runs if run.kind == kind and run.workers == workers]
        for workers in (1, 2)
    }
    return median(rates[2]) / median(rates[1])


def rounded(value: Any) -> Any:
    """Return JSON values with floats to four places."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
