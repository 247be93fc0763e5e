from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import review


def test_texts_are_joined_to_one_length() -> None:
    assert list(review.joined(["uno", "dos", "tres"], 7)) == ["uno dos"]
    assert list(review.joined(["corto"], 7)) == []


def test_a_small_measurement_tells_its_figures_and_fails_above_the_promise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = tmp_path / "posts.jsonl"
    row = json.dumps({"text": "El taller de lectura abre el lunes en la biblioteca. " * 10})
    posts.write_text((row + "\n") * 25)
    monkeypatch.setattr(review, "ROUNDS", 1)
    monkeypatch.setattr(review, "MOST", 0)
    assert review.main([str(posts), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["texts"], told["characters"]) == (25, 500)
    assert 0 < told["p50_ms"] <= told["p99_ms"]
    assert told["long_ms"] > 0
    monkeypatch.setattr(review, "MOST", 60)
    assert review.main([str(posts)]) == 0
    assert "p99" in capsys.readouterr().out
