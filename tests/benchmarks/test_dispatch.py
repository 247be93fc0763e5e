"""The dispatch benchmark runs, and says so when something was lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks import dispatch, figures, texts
from benchmarks.figures import Run, Tally

EXPECTED = ["uno", "dos", "tres"]
WHOLE: dict[str, Any] = {
    "calls": ["dos", "uno", "tres"],
    "published": 3,
    "receipts": 3,
    "attempts": 3,
    "open_attempts": 0,
}


def run(kind: str, seconds: float, *, lag: float = 1.0) -> Run:
    return Run(
        kind=kind,
        workers=1,
        n=100,
        seconds=seconds,
        lags=(lag,),
        cpu_s=0.1,
        server_cpu_s=0.0,
        peak_mb=30.0,
        load=0.5,
    )


def test_a_drain_that_left_everything_in_order_has_no_problem() -> None:
    assert figures.problems(EXPECTED, Tally(**WHOLE)) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"calls": ["uno", "tres"]}, texts.LOST.format(n=1)),
        ({"calls": ["uno", "dos", "dos", "tres"]}, texts.REPEATED.format(n=1)),
        ({"published": 2}, texts.NOT_PUBLISHED.format(n=1)),
        ({"receipts": 1}, texts.NO_RECEIPT.format(n=2)),
        ({"attempts": 4}, texts.ATTEMPTS.format(n=4, expected=3)),
        ({"open_attempts": 2}, texts.OPEN.format(n=2)),
        ({"audit": ("la cadena no cuadra",)}, "la cadena no cuadra"),
        ({"settled": False}, texts.UNSETTLED),
    ],
)
def test_whatever_is_amiss_is_a_problem(change: dict[str, Any], sentence: str) -> None:
    assert figures.problems(EXPECTED, Tally(**WHOLE | change)) == [sentence]


def test_the_ratio_is_the_median_over_each_run_and_its_neighbours() -> None:
    runs = [
        run("bare", 1.0),
        run("engine", 2.0, lag=1.5),
        run("bare", 1.0),
        run("engine", 1.25, lag=1.2),
        run("bare", 1.0),
        run("engine", 1.0),
        run("bare", 1.0),
    ]
    found = figures.compare(runs)
    assert (found["pairs"], found["ratio"]) == (3, pytest.approx(0.8))
    assert found["lag_p99_ratio"] == pytest.approx(1.2)
    assert found["inconclusive"] is False


def test_a_bare_loop_that_varies_decides_nothing() -> None:
    found = figures.compare([run("bare", 1.0), run("engine", 1.0), run("bare", 1.3)])
    assert found["inconclusive"] is True


@pytest.mark.processes
def test_a_small_measurement_finds_everything_in_order(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "LEAD", 0.5)
    status = dispatch.main(["--n", "40", "--pairs", "1", "--delay", "5", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (status, told["problems"]) == (0, [])
    assert told["engine"]["per_second"]["median"] > 0


def test_a_problem_is_told_and_is_exit_status_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(options: Any) -> dict[str, Any]:
        problems = figures.problems(EXPECTED, Tally(**WHOLE | {"calls": ["uno"]}))
        return {"ok": not problems, "problems": problems, "options": vars(options)}

    monkeypatch.setattr(dispatch, "measure", lose)
    assert dispatch.main(["--n", "3"]) == 1
    assert texts.LOST.format(n=2) in capsys.readouterr().out
