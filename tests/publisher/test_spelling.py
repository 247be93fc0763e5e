"""Spelling on request, with a small dictionary of the test's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from publisher import spelling
from publisher.cli import run
from publisher.editorial import spelled
from publisher.errors import Unready
from tests.support.house import SmallHouse, make_small

AFF = "SET UTF-8\nTRY aeiou\nSFX S Y 1\nSFX S 0 s .\n"
WORDS = """
el/S la/S los las día/S es en de con y plantel/S biblioteca/S abre inscríbanse tecnología mañana
excelente habrá club lectura su que se jueves técnico/S
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "dic"
    folder.mkdir()
    (folder / "es_MX.aff").write_text(AFF, "utf-8")
    (folder / "es_MX.dic").write_text("40\n" + "\n".join(WORDS.split()) + "\n", "utf-8")
    return folder / "es_MX"


def doubts(text: str, base: Path, **options: object) -> list[tuple[str, tuple[str, ...]]]:
    found = spelling.review(text, base, **options)  # type: ignore[arg-type]
    assert all(text[one.start : one.end] == one.word for one in found)
    return [(one.word, one.suggestions) for one in found]


def test_a_missing_accent_is_what_was_probably_meant(base: Path) -> None:
    assert doubts("Inscribanse mañana.", base) == [("Inscribanse", ("Inscríbanse",))]
    assert doubts("El club de tecnologia", base) == [("tecnologia", ("tecnología",))]


@pytest.mark.parametrize(
    "text",
    [
        "El plantel abre la biblioteca los jueves.",
        "El CECyTE y la SEP: informes con Ximena Garza en https://cecytec.edu.mx/xyzw",
        "Escriba a difucion@cecytec.edu.mx o @cecytecoah #SemanaDeLaCyencia",
        "reinscripción y taekwondo en el plantel",
        "es el 3er día",
    ],
)
def test_addresses_tags_acronyms_names_and_our_own_words_are_left_out(
    text: str, base: Path
) -> None:
    assert "difucion" not in dict(doubts(text, base))
    assert not {"xyzw", "Ximena", "CECyTE", "taekwondo", "reinscripción", "er"} & set(
        dict(doubts(text, base))
    )


def test_known_names_are_known_at_the_start_of_a_sentence_too(base: Path) -> None:
    assert [word for word, _ in doubts("Parras abre.", base)] == ["Parras"]
    assert doubts("Parras abre.", base, known={"Parras"}) == []


def test_suggestions_stop_at_their_budget(base: Path) -> None:
    ticks = iter(range(1000))
    found = doubts("exelente bibliotaca", base, budget=0, clock=lambda: float(next(ticks)))
    assert found == [("exelente", ()), ("bibliotaca", ())]


def test_without_a_dictionary_it_says_what_to_install(base: Path, tmp_path: Path) -> None:
    assert spelling.find(None, [tmp_path / "nada", base.parent]) == base
    assert spelling.find(base.with_suffix(".dic")) == base
    with pytest.raises(Unready, match="hunspell-es"):
        spelling.find(None, [tmp_path / "nada"])
    with pytest.raises(Unready, match="PREGONERO_SPELLING"):
        spelling.find(tmp_path / "otro.dic")


def test_the_command_adds_it_and_never_changes_the_verdict(
    base: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PREGONERO_SPELLING", str(base))
    text = "La bibliotaca abre mañana."
    assert run(["check", text, "--spelling", "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    (found,) = [one for one in out["findings"] if one["rule"] == "11.5"]
    assert (out["verdict"], found["severity"], found["fragment"]) == (
        "ok",
        "informativa",
        "bibliotaca",
    )
    file = tmp_path / "posts.jsonl"
    file.write_text(json.dumps({"text": text}))
    assert run(["check", "--jsonl", str(file), "--spelling"]) == 0
    assert "bibliotaca" in capsys.readouterr().out
    assert run(["check", text, "--json"]) == 0
    assert "11.5" not in capsys.readouterr().out
    monkeypatch.setenv("PREGONERO_SPELLING", str(tmp_path / "no"))
    assert run(["check", text, "--spelling"]) == 1
    assert "diccionario" in capsys.readouterr().err


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path, base: Path) -> SmallHouse:
    from publisher.db import make_engine

    return make_small(make_engine(sqlite_url), tmp_path, spelling=base)


def test_the_composer_s_texts_are_looked_at_by_place(small: SmallHouse) -> None:
    content = small.content(
        "CECyTE Saltillo abre su bibliotaca.",
        texts={"base": "Saltillo abre su bibliotaca.", "x": "Habra club de lectura."},
    )
    found = spelled.look(small.app, small.operador(), small.planteles["SAL"], content)
    assert [(one.network, one.fragment, one.severity) for one in found] == [
        ("base", "bibliotaca", "info"),
        ("x", "Habra", "info"),
    ]
