"""Rules and likeness together: what eases a finding, what adds one, and what nothing eases."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

from publisher.manual import judgement, learning
from publisher.manual.document import shipped
from publisher.manual.findings import SEVERITIES, Facts, Finding, Hit, Severity
from publisher.manual.judgement import INPUTS, Judgement, inputs, outlook
from publisher.manual.likeness import Likeness
from publisher.manual.review import review

TEXT = "En el huerto la babosa come hoja tierna de noche y usamos trampas de cartón."


def always(level: Severity, most: Severity = "bloqueo") -> Judgement:
    return Judgement(
        tuple(
            tuple(9.0 * (name == level and given == "always") for given in INPUTS)
            for name in SEVERITIES
        ),
        most=most,
    )


def judged(text: str, weights: Judgement) -> Sequence[Finding]:
    return review(text, Facts(), shipped(), weights=weights).findings


def test_a_finding_of_words_is_eased_where_the_text_around_is_harmless_and_says_so() -> None:
    (stopped,) = (
        found for found in judged(TEXT, always("bloqueo")) if found.fragment == "la babosa"
    )
    (eased,) = judged(TEXT, always("informativa"))

    assert stopped.severity == "bloqueo"
    assert (eased.rule, eased.fragment, eased.severity) == (
        stopped.rule,
        "la babosa",
        "informativa",
    )
    assert eased.explanation == (
        f"{stopped.explanation} Por lo que dice alrededor no parece ofensa ni falta: no detiene el "
        "texto."
    )


def test_a_swear_word_and_a_persons_data_are_never_eased() -> None:
    harmless = always("informativa")
    for text in (
        "En el huerto la puta babosa come hoja tierna de noche y usamos trampas de cartón.",
        "Al huerto va el grupo de la tarde; dudas con su mamá al 844 555 0101, hay trampas.",
    ):
        assert review(text, Facts(), shipped(), weights=harmless).verdict == "block", text


def test_a_likeness_is_added_where_no_rule_stops_as_gravely() -> None:
    text = "Mañana llega el camión de la feria y cada grupo lleva su cartel de colores."
    (found,) = judged(text, always("advertencia"))

    assert found.severity == "advertencia"
    assert "se parece" in found.explanation
    assert found.fragment == text.rstrip(".")


def test_an_office_may_let_a_likeness_only_warn() -> None:
    text = "Mañana llega el camión de la feria y cada grupo lleva su cartel de colores."

    assert [found.severity for found in judged(text, always("bloqueo", "advertencia"))] == [
        "advertencia"
    ]


def test_a_rules_words_count_by_section_and_severity() -> None:
    like = Likeness(harm=0.5, grave=0.5, category="comercial")
    told = [
        Hit(rule="8.1", reason="venta", severity="bloqueo", end=3, category="comercial"),
        Hit(rule="3.4", reason="coloquial", severity="advertencia", end=3),
        Hit(rule="9.4", reason="dominio", severity="advertencia", end=3),
        Hit(rule="12.3", reason="emoji", severity="advertencia", end=3),
    ]
    given = dict(zip(INPUTS[1:], inputs(like, told)[len(SEVERITIES) :], strict=True))

    assert {name for name, value in given.items() if value} == {
        "always",
        "blocked",
        "same_category",
        "8_bloqueo",
        "3_advertencia",
    }


def test_the_shipped_weights_name_every_input_and_severity() -> None:
    source = Path(judgement.__file__).with_name("data") / "judgement.json"
    told = json.loads(source.read_text("utf-8"))

    assert set(told) == {"lean", "most", *SEVERITIES}
    assert all(tuple(told[name]) == INPUTS for name in SEVERITIES)


def test_judging_is_learned_from_what_persons_decided() -> None:
    sure, safe = Likeness(0.95, 0.9, "comercial"), Likeness(0.05, 0.5, "comercial")
    samples: list[tuple[Sequence[float], Severity]] = [
        (inputs(sure, []), "bloqueo"),
        (inputs(safe, []), "informativa"),
    ] * 30
    found = learning.judge(samples)

    assert max(outlook(found, inputs(sure, []))) == outlook(found, inputs(sure, []))[2]
    assert outlook(found, inputs(safe, []))[0] > 0.9
    assert dataclasses.replace(found) == learning.judge(samples)
