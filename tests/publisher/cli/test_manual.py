"""``pregonero manual``: out to a file, compared, shown, and in as a project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from publisher import rulebook
from publisher.cli import manual as command
from publisher.errors import Invalid, NotFound
from publisher.manual import document
from tests.support.house import SmallHouse

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Versions are tried on both databases where they are made: here they are only told."""


@pytest.fixture
def shelf(small: SmallHouse, monkeypatch: pytest.MonkeyPatch) -> SmallHouse:
    """A house whose commands work on it."""

    class Installation:
        def __enter__(self) -> object:
            return small.app

        def __exit__(self, *_: object) -> None:
            return None

    monkeypatch.setattr(command, "installation", Installation)
    return small


def test_a_version_goes_out_to_a_file_and_comes_in_as_a_project(
    shelf: SmallHouse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "manual.toml"
    assert command.export(file) == 0
    assert document.load(file.read_text("utf-8")).hash == rulebook.in_force(shelf.app).hash
    text = file.read_text("utf-8").replace("Tono institucional", "Tono de la casa")
    file.write_text(text.replace('version = "1.0"', 'version = "2.0"'), "utf-8")
    command.import_(file, as_=shelf.coordinador.email)
    said = capsys.readouterr().out
    assert "proyecto de la versión 2.0" in said
    assert "3.4 Tono de la casa: cambia" in said
    assert "    - Tono institucional" in said
    held = rulebook.draft(shelf.app, shelf.coordinador)
    assert held is not None
    assert held.manual.version == "2.0"
    assert rulebook.in_force(shelf.app).version == "1.0"
    command.compare("vigente", str(file), json=True)
    told = json.loads(capsys.readouterr().out)
    assert [rule["id"] for rule in told["rules"]] == ["3.4"]


def test_what_cannot_be_read_or_found_is_a_sentence(shelf: SmallHouse, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="No se puede leer"):
        command.import_(tmp_path / "no.toml", as_=shelf.coordinador.email)
    binary = tmp_path / "manual.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid, match="UTF-8"):
        command.import_(binary, as_=shelf.coordinador.email)
    with pytest.raises(NotFound, match=r"Las que hay: 1\.0"):
        command.show(version="9.9")
    assert command.show("99.1") == 1
    assert command.export(tmp_path / "no" / "manual.toml") == 1


def test_the_index_and_a_rule_are_shown(
    shelf: SmallHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.show() == 0
    index = capsys.readouterr().out
    assert "7. Neutralidad política y periodo electoral" in index
    assert "  7.3 Periodo electoral (bloqueo)" in index
    command.show("7.3")
    rule = capsys.readouterr().out
    assert "Jornada electoral 2027" in rule
    assert "Se señala: «Entrega de fichas en Control Escolar.» (fecha: 20/05/2026)" in rule
    command.show("11.2")
    assert "  dia → día" in capsys.readouterr().out
    command.versions()
    assert capsys.readouterr().out.startswith("1.0 · vigente · en vigor desde")
