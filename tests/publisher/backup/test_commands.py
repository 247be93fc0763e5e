"""``pregonero backup``, ``restore``, ``purge`` and ``audit anchor`` as a person types them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from publisher.cli import run
from tests.support.house import SmallHouse

Say = Any


@pytest.fixture
def say(
    stamped: SmallHouse,
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Say:
    """Run a command in this process on the small house; return (status, out, err)."""
    for name in list(os.environ):
        if name.startswith("PREGONERO_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PREGONERO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PREGONERO_DATABASE_URL", database_url)
    monkeypatch.setattr("publisher.logs.configure_logs", lambda *_: None)

    def said(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run(list(arguments))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return said


def test_a_backup_is_made_drilled_and_told(say: Say, tmp_path: Path) -> None:
    status, out, err = say("backup")
    assert status == 0
    assert "NO va aquí" in out
    assert "--to" in err
    copies = str(tmp_path / "copias")
    status, out, _ = say("backup", "--to", copies, "--json")
    assert status == 0
    assert Path(json.loads(out)["path"]).parent == tmp_path / "copias"
    status, out, _ = say("restore", "--from", copies, "--drill")
    assert status == 0
    assert "Se borró todo lo restaurado" in out
    assert "9 de 9 secretos" in out
    status, out, _ = say("restore", "--from", copies, "--drill", "--json")
    assert json.loads(out)["ok"] is True
    status, _, err = say("restore", "--from", copies, "--into", str(tmp_path))
    assert (status, "no está vacía" in err) == (1, True)


def test_the_anchor_grows_and_is_verified(say: Say, tmp_path: Path) -> None:
    anchor = str(tmp_path / "ancla.json")
    first = say("audit", "anchor", "--to", anchor, "--json")
    assert first[0] == 0
    assert "otra máquina" in first[2]
    assert say("backup")[0] == 0
    second = say("audit", "anchor", "--to", anchor, "--json")
    assert json.loads(second[1])["seq"] > json.loads(first[1])["seq"]
    assert say("audit", "verify", "--anchor", anchor)[0] == 0


def test_a_purge_is_counted_before_it_is_made(say: Say) -> None:
    status, out, _ = say("purge", "--dry-run", "--json")
    assert (status, json.loads(out)["dry_run"]) == (0, True)
    status, out, _ = say("purge")
    assert (status, out.strip()) == (0, "Nada ha cumplido su plazo.")
