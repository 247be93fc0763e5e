"""The files of docs/operacion hold what the program needs, and systemd understands them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.cli.processes import STOP_GRACE, STOP_MARGIN
from publisher.settings import Settings
from publisher.timing import PRODUCTION

DOCS = Path(__file__).parents[1] / "docs"
UNITS = sorted((DOCS / "operacion" / "systemd").glob("*.service"))
PROGRAM = "/opt/pregonero/.venv/bin/pregonero"


def lines_of(unit: Path) -> list[str]:
    return unit.read_text().splitlines()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_service_is_killed_only_after_everything_had_its_time(unit: Path) -> None:
    (seconds,) = [int(line.split("=")[1]) for line in lines_of(unit) if "TimeoutStop" in line]
    assert seconds > PRODUCTION.shutdown_grace + STOP_MARGIN + STOP_GRACE


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_service_is_confined_and_gets_its_key_from_systemd(unit: Path) -> None:
    wanted = {
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "LoadCredential=kek.key:/etc/pregonero/kek.key",
        "Environment=PREGONERO_KEK_FILE=%d/kek.key",
        "Restart=on-failure",
        "LimitCORE=0",
    }
    assert wanted <= set(lines_of(unit))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong(unit: Path, tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("NO SYSTEMD: the units were not verified; apt-get install systemd")
    copy = tmp_path / unit.name
    text = unit.read_text()
    assert PROGRAM in text
    copy.write_text(text.replace(PROGRAM, sys.executable))
    done = subprocess.run([tool, "verify", str(copy)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_there_is_a_service_for_the_dashboard_and_one_for_more_workers() -> None:
    assert [unit.name for unit in UNITS] == ["pregonero-serve.service", "pregonero-worker@.service"]


def test_every_setting_is_explained_with_its_default() -> None:
    table = (DOCS / "operacion.md").read_text().partition("## Variables")[2]
    told = dict(re.findall(r"^\| `(PREGONERO_\w+)` \| ([^|]*) \|", table, flags=re.MULTILINE))
    fields = {f"PREGONERO_{name}".upper(): field for name, field in Settings.model_fields.items()}
    assert sorted(told) == sorted(fields)
    for name, field in fields.items():
        value = field.default
        plain = getattr(value, "get_secret_value", lambda value=value: value)()
        shown = "" if plain in {"", None} else f"`{plain}`"
        assert told[name].strip() == shown, name
