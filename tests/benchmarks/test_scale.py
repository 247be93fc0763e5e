"""The measurements of an idle worker and of planning run small and return their figures."""

from __future__ import annotations

import json

import pytest

from benchmarks import idle, planning

pytestmark = pytest.mark.processes


def test_an_idle_worker_is_measured_with_what_waits_and_what_is_lone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = "--pending 300 --quiet 0.2 --posts 1 --settle 0.5 --ahead 0.5 --json"
    assert idle.main(small.split()) == 0
    told = json.loads(capsys.readouterr().out)
    (row,) = told["sizes"]
    assert row["pending"] == 300
    assert row["pss_mb"] > 10
    assert row["ready_s"] > 0
    assert len(row["lag_planned_s"]) == len(row["lag_inserted_s"]) == 1
    assert min(*row["lag_planned_s"], *row["lag_inserted_s"]) >= 0
    assert set(row["meets"]) == set(told["goals"])


def test_planning_is_measured_in_whole_campaigns(capsys: pytest.CaptureFixture[str]) -> None:
    assert planning.main(["--n", "300", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["campaigns"], told["deliveries"]) == (2, 462)
    assert told["deliveries_per_second"] > 0
    assert set(told["one_campaign_s"]) == {"draft", "submit", "approve"}
