from __future__ import annotations

import pytest

from publisher.manual import lexicon
from publisher.manual.symbols import PatternError, forms


def hits(patterns: str, text: str, **contexts: str) -> list[str]:
    document = {
        "classes": {"animal": "perro/o, gato/o, oso polar"},
        "entry": [
            {"rule": "3.1", "reason": "insulto", "severity": "bloqueo", "patterns": patterns}
            | contexts
        ],
    }
    built = lexicon.build([document])
    read = built.read(text)
    return [
        text[read.tokens[found.first].start : read.tokens[found.last - 1].end]
        for found in built.matches(read, built.words(read))
    ]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("casa", "La casa y la CASA", ["casa", "CASA"]),
        ("casa", "casas casero", []),
        ("vend*", "vendía", ["vendía"]),
        ("tonto/o", "tontita", ["tontita"]),
        ("examen/n", "exámenes", ["exámenes"]),
        ("vender/v", "véndeselos", ["véndeselos"]),
        ("pagar/v", "paguemos", ["paguemos"]),
        ("uno dos|tres", "uno dos y tres", ["uno dos", "tres"]),
        ("uno ~2 cuatro", "uno dos tres cuatro", ["uno dos tres cuatro"]),
        ("uno ~1 cuatro", "uno dos tres cuatro", []),
        ("uno ~2 dos", "uno. dos", []),
        ("uno ~~2 dos", "uno. dos", ["uno. dos"]),
        ("uno dos? tres", "uno tres", ["uno tres"]),
        ("uno !dos", "uno dos, uno tres", ["uno"]),
        ("dos <!uno", "dos", ["dos"]),
        ("^ hola", "hola amigos, hola", ["hola"]),
        ("un {animal}", "un perrito y un oso polar", ["un perrito", "un oso polar"]),
        ("<num> pesos", "50 pesos", ["50 pesos"]),
        ("PAN", "pan PAN", ["PAN"]),
    ],
)
def test_the_language_of_patterns(pattern: str, text: str, found: list[str]) -> None:
    assert hits(pattern, text) == found


@pytest.mark.parametrize(
    "source", ["(", "a)", "{nadie}", "~2 a", "", "a|", "uno !(dos tres)", "casar/z {"]
)
def test_what_cannot_be_read_is_refused(source: str) -> None:
    if not source:
        assert hits(source, "nada") == []
        return
    with pytest.raises(PatternError):
        hits(source, "nada")


def test_contexts_excuse_demand_and_reach_as_far_as_they_say() -> None:
    assert hits("perro", "un perro en la granja", unless="granja") == []
    assert hits("perro", "un perro. La granja", unless="granja") == ["perro"]
    assert hits("perro", "un perro. La granja", unless_post="granja") == []
    assert hits("perro", "un perro", **{"with": "granja"}) == []
    assert hits("perro", "un perro. La granja", with_post="granja") == ["perro"]


def test_verbs_keep_their_sound_before_e() -> None:
    assert {"busque", "busquen"} <= forms("buscar/v")
    assert {"rece", "recemos"} <= forms("rezar/v")
    assert {"loquito", "locas"} <= forms("loco/o")
    assert "veces" in forms("vez/n")
