"""``pregonero check`` as a person and as a machine call it; no database exists here."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from publisher.cli import run
from publisher.cli.check import limit_of

BAD = "El horario es una m1erda."
OK = "Entrega de fichas en Control Escolar."


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREGONERO_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PREGONERO_DATABASE_URL", "sqlite:////nowhere/none.db")


def test_a_person_reads_verdict_findings_and_manual(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", BAD, "--network", "x"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Bloqueado")
    assert "Regla 3.1: «m1erda»" in said
    assert "versión 1.0" in said
    assert f"{len(BAD)} de 280" in said


def test_one_text_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", OK, "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    assert (out["verdict"], out["findings"], out["weighted_length"]) == ("ok", [], len(OK))


def test_a_file_gives_a_line_for_each_line_and_a_block_is_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text(
        "".join(json.dumps({"id": n, "text": t}) + "\n" for n, t in enumerate((OK, BAD)))
    )
    assert run(["check", "--jsonl", str(file), "--json"]) == 0
    rows = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert [(row["id"], row["verdict"]) for row in rows] == [(0, "ok"), (1, "block")]


def test_a_line_separator_inside_a_text_does_not_split_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text(json.dumps({"text": f"{OK}\u2028{OK}"}, ensure_ascii=False), "utf-8")
    assert run(["check", "--jsonl", str(file)]) == 0
    assert len(capsys.readouterr().out.split("\n")) == 2


def test_half_a_surrogate_pair_comes_out_escaped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text('{"id": "\\ud800", "text": "mierda \\ud83d"}\n')
    assert run(["check", "--jsonl", str(file)]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "\ud800"


def test_malformed_lines_end_in_status_1_after_all_were_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text("no es json\n" + json.dumps({"text": OK}) + "\n")
    assert run(["check", "--jsonl", str(file)]) == 1
    said = capsys.readouterr()
    first, second = map(json.loads, said.out.splitlines())
    assert first["error"] == "La línea 1 no es un objeto JSON válido."
    assert second["verdict"] == "ok"
    assert "1" in said.err


def test_standard_input_is_a_file_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps({"text": OK}).encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert run(["check", "--jsonl", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "ok"


@pytest.mark.parametrize("name", ["no-existe.jsonl", "."])
def test_a_file_that_cannot_be_read_is_status_1(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "--jsonl", name]) == 1
    assert "No se puede leer" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["hola", "--jsonl", "x"], ["hola", "--network", "myspace"], ["--nada"]]
)
def test_misuse_is_status_2_and_a_spanish_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", *arguments]) == 2
    said = capsys.readouterr()
    assert not said.out
    assert said.err.strip().endswith((".", ")"))


def test_limits_are_the_networks_own() -> None:
    assert limit_of("x") == 280
    assert limit_of("facebook") == 63_206
    assert limit_of("instagram") == 2_200
    assert limit_of("otra") is None
