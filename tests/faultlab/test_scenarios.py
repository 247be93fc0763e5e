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
def reports() -> dict[tuple[str, str], Any]:
    """The report of every run by (scenario, database), and what was said on stderr."""
    done = subprocess.run(
        COMMAND,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
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
        (["kill9", "--rapido"], "No se entiende la orden"),
    ],
)
def test_bad_arguments_are_told_in_a_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(arguments) == 2
    assert said in capsys.readouterr().err
