"""Every scenario at its small size, through the command that anybody would type.

All of them run once, side by side, from one process that has imported everything; each test then
looks at the report of its own run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.faultlab import command
from tests.faultlab.registry import SCENARIOS, scenario

RUNS = [(name, db) for name in SCENARIOS for db in scenario(name).sizes.small_databases]
COMMAND = [sys.executable, "-m", "tests.faultlab", "all", "--small", "--json", "--jobs", "4"]
PATIENCE = 400


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Any]:
    """The report of every run by (scenario, database), and what was said on stderr."""
    kept = tmp_path_factory.mktemp("laboratorio") / "informe.jsonl"
    done = subprocess.run(
        [*COMMAND, "--report", str(kept)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert kept.read_text() == done.stdout
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {(each["scenario"], each["db"]): {**each, "stderr": done.stderr} for each in found}


@pytest.mark.processes
@pytest.mark.laboratory
@pytest.mark.timeout(PATIENCE + 20)
@pytest.mark.parametrize(("name", "db"), RUNS)
def test_nothing_is_broken(
    reports: dict[tuple[str, str], dict[str, Any]], name: str, db: str
) -> None:
    report = reports[name, db]
    assert report["ok"], f"{report['violations']}\n{report['stderr']}"
    assert (report["duplicates"], report["lost"], report["stuck"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["kil9"], "No existe el escenario «kil9»"),
        (["kill9", "--n", "0"], "--n debe ser un número entero mayor que cero"),
        (["kill9", "--db", "oracle"], "--db debe ser «sqlite» o «postgres»"),
        (["kill9", "--seed", "azar"], "--seed debe ser un número entero"),
        (["all", "--n", "5"], "no admite --n"),
        (["kill9", "--report", "/no/existe/informe"], "No se puede escribir en"),
        (["kill9", "--rapido"], "No se entiende la orden"),
    ],
)
def test_bad_arguments_are_told_in_a_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(arguments) == 2
    assert said in capsys.readouterr().err


def test_all_begins_with_what_needs_the_machine_for_itself_then_with_the_longest() -> None:
    orders = command._orders(command._read(["all"]))
    alone = [order.scenario for order in orders if command.is_alone(order)]
    assert sorted(alone) == ["contend", *2 * ["punctual"], *2 * ["rto"], *2 * ["sender"]]
    assert [order.scenario for order in orders[: len(alone)]] == alone
    assert [(order.scenario, order.n) for order in orders[len(alone) :]][:4] == [
        *[("steps", 200)] * 2,
        *[("kill9", 10_000)] * 2,
    ]


def test_what_measures_time_waits_for_the_others_and_they_for_it() -> None:
    orders = {order.scenario: order for order in command._orders(command._read(["all"]))}
    busy = {7: command._Running(orders["steps"], 1, 7)}
    measured = {7: command._Running(orders["rto"], 1, 7)}
    assert command._has_room(orders["rto"], {}, 2)
    assert command._has_room(orders["kill9"], busy, 2)
    assert not command._has_room(orders["rto"], busy, 2)
    assert not command._has_room(orders["kill9"], measured, 2)
