"""The report on the manual counts rightly, and the posts it was tuned on keep their floor."""

from __future__ import annotations

import pytest

from tests.manual_report import texts
from tests.manual_report.__main__ import DATA
from tests.manual_report.scoring import Judged, Scores, Share, judge, read, score


def said(expected: str, verdict: str, main: str = "", found: tuple[str, ...] = ()) -> Judged:
    return Judged(
        id="N001",
        text="Cada quien su texto.",
        expected=expected,
        verdict=verdict,
        main=main,
        found=found,
        rules=("3.1",) if found else (),
        note="de ejemplo",
    )


ROWS = (
    said("ok", "ok"),
    said("ok", "flag", found=("personal",)),
    said("ok", "block", found=("comercial",)),
    said("flag", "ok", main="personal"),
    said("flag", "flag", main="personal", found=("personal",)),
    said("block", "block", main="comercial", found=("personal", "comercial")),
    said("block", "flag", main="comercial", found=("personal",)),
    said("block", "ok", main="comercial"),
)


def test_what_passes_and_what_is_stopped_is_counted_by_its_label() -> None:
    counts = score(ROWS)

    assert (counts.exact.hits, counts.exact.of) == (3, 8)
    assert (counts.false_alarms.hits, counts.false_alarms.of) == (2, 3)
    assert counts.harmless_blocked.hits == 1
    assert (counts.block_as_ok.hits, counts.block_as_flag.hits) == (1, 1)
    assert (counts.block_stopped.hits, counts.block_stopped.of) == (2, 3)
    assert (counts.flag_as_ok.hits, counts.flag_as_ok.of) == (1, 2)
    assert len(counts.errors) == 5


def test_a_category_is_named_only_by_a_finding_of_its_own() -> None:
    (trade, private) = score(ROWS).categories

    assert (trade.name, trade.stopped.hits, trade.exact.hits, trade.named.hits) == (
        "comercial",
        2,
        1,
        1,
    )
    assert (private.name, private.named.hits, private.named.of) == ("personal", 1, 2)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 81, 0.0, 0.0453), (59, 59, 0.9389, 1.0), (8, 97, 0.0424, 0.1543)],
)
def test_the_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits=hits, of=of).interval == pytest.approx((low, high), abs=0.0001)


def test_each_error_is_told_word_for_word() -> None:
    told = texts.report("ejemplo", score(ROWS))

    assert told.count("Cada quien su texto.") == 5
    assert "| veredicto exacto | 3 de 8: 37.5 % (13.7 a 69.4) |" in told


def floor(scores: Scores) -> dict[str, int]:
    return {
        "exact": scores.exact.hits,
        "stopped": scores.block_stopped.hits,
        "false alarms": -scores.false_alarms.hits,
    }


def test_the_posts_that_the_rules_were_tuned_on_are_judged_no_worse_than_when_measured() -> None:
    scores = score(judge(read(DATA / "tune.jsonl")))

    measured = {"exact": 437, "stopped": 153, "false alarms": 0}
    now = floor(scores)
    assert {name: now[name] for name in measured if now[name] < measured[name]} == {}
