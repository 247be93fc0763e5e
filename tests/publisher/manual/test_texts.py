from __future__ import annotations

import string

from publisher.manual import texts
from publisher.manual.findings import Hit
from tests.publisher.manual.reviews import CASES, findings, posts

VALUES = [
    "medio",
    "de_medio",
    "minimo",
    "maximo",
    "cuantas",
    "cuantos",
    "dominio",
    "fecha",
    "propuesta",
    "nombre",
    "periodo",
    "largo",
    "limite",
    "palabra",
    "palabras",
    "signo",
    "tema",
]


def test_every_reason_has_an_explanation_and_a_suggestion_that_can_be_said() -> None:
    values = tuple((name, "x") for name in VALUES)
    for reason in texts.reasons():
        hit = Hit(rule="3.1", reason=reason, severity="bloqueo", values=values)
        explanation, suggestion = texts.explanation(hit, "fragmento"), texts.suggestion(hit)
        assert explanation.startswith("Regla 3.1: ")
        assert explanation.endswith(".")
        assert suggestion.endswith(".")
        assert not list(filter(None, (f for _, f, _, _ in string.Formatter().parse(suggestion))))


def test_a_long_fragment_is_cut_in_the_explanation() -> None:
    hit = Hit(rule="3.1", reason="groseria", severity="bloqueo")
    assert len(texts.explanation(hit, "palabra " * 60)) < 160


def test_every_finding_cites_its_rule() -> None:
    for row in posts(CASES)[-100:]:
        for found in findings(row["text"]):
            assert found.explanation.startswith(f"Regla {found.rule}: ")
            assert found.suggestion
