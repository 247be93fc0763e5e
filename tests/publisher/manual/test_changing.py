"""A manual changed: what is refused, what is compared, and whether it does what it says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from publisher.manual import editing
from publisher.manual.comparison import compare
from publisher.manual.document import InvalidManual, Manual, dump, load, shipped, to_data
from publisher.manual.findings import Facts
from publisher.manual.parameters import KNOWN, parameters_of
from publisher.manual.proving import failures
from publisher.manual.review import review


def changed(rule_id: str, **fields: Any) -> Manual:
    row = next(one for one in to_data(shipped())["rules"] if one["id"] == rule_id)
    return editing.with_rule(shipped(), row | fields)


def test_the_same_manual_has_no_difference() -> None:
    found = compare(shipped(), load(dump(shipped())))
    assert found.equal
    assert found.head == ()


def test_a_comparison_tells_field_by_field() -> None:
    newer = changed(
        "7.3",
        severity="advertencia",
        parameters={
            "periodos": [
                *shipped().parameter("7.3", "periodos"),
                {
                    "nombre": "Campañas 2027",
                    "inicio": dt.date(2027, 4, 5),
                    "fin": dt.date(2027, 6, 6),
                    "fuente": "INE",
                },
            ]
        },
    )
    newer = editing.without_rule(newer, "16.3")
    newer = editing.with_rule(
        newer,
        {"id": "16.4", "title": "Nueva", "text": "Texto.", "kind": "human",
         "severity": "informativa"},
    )  # fmt: skip
    found = compare(shipped(), newer)
    assert [(rule.id, rule.kind) for rule in found.rules] == [
        ("7.3", "changed"), ("16.3", "removed"), ("16.4", "added"),
    ]  # fmt: skip
    severity, windows = found.rules[0].changes
    assert (severity.name, severity.before, severity.after) == (
        "severity", ("bloqueo",), ("advertencia",),
    )  # fmt: skip
    assert windows.before == ()
    assert windows.after == ("Campañas 2027 · 05/04/2027 · 06/06/2027 · INE",)


def test_rules_stay_in_the_order_that_a_reader_counts() -> None:
    newer = editing.without_rule(shipped(), "9.4")
    row = next(one for one in to_data(shipped())["rules"] if one["id"] == "9.4")
    again = editing.with_rule(newer, row)
    assert [rule.id for rule in again.rules] == [rule.id for rule in shipped().rules]
    assert again.hash == shipped().hash


@pytest.mark.parametrize(
    ("rule_id", "parameters", "said"),
    [
        ("12.3", {"maximo": "tres"}, "«maximo» de la regla 12.3"),
        ("11.1", {"proporcion": True}, "proporcion"),
        ("9.4", {"acortadores": "bit.ly"}, "acortadores"),
        ("2.2", {"conmemoraciones": [{"dia": "02-31", "nombre": "x", "busca": "x"}]}, "renglón 1"),
        ("7.3", {"periodos": [{"nombre": "x", "inicio": dt.date(2027, 1, 1)}]}, "renglón 1"),
        (
            "7.3",
            {"periodos": [{"nombre": "x", "fuente": "y", "inicio": dt.date(2027, 2, 1),
                           "fin": dt.date(2027, 1, 1)}]},
            "inicio no sea posterior",
        ),
        ("3.1", {"palabras": [3]}, "palabras"),
    ],
)  # fmt: skip
def test_a_parameter_that_its_rule_could_not_read_is_refused(
    rule_id: str, parameters: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidManual, match=said):
        changed(rule_id, parameters=parameters)


def test_every_parameter_of_the_shipped_manual_is_known() -> None:
    for rule in shipped().rules:
        known = {one.name for one in KNOWN.get(rule.id, ())}
        assert set(rule.parameters) <= known, rule.id
        assert len(parameters_of(rule.id, rule.parameters)) == len(known) + 2


def test_the_shipped_manual_does_what_it_says() -> None:
    assert failures(shipped()) == ()


def test_an_added_word_is_found_and_an_allowed_phrase_is_not() -> None:
    newer = changed(
        "3.4",
        parameters={
            "palabras": ["Robótica"],
            "frases_permitidas": ["equipo de robótica", "chido"],
        },
    )

    def rules(text: str) -> list[str]:
        return [one.rule for one in review(text, Facts(), newer).findings]

    assert rules("La ROBÓTICA nos gusta") == ["3.4"]
    assert rules("las robóticas") == ["3.4"]
    assert rules("El equipo de robótica entrena") == []
    assert rules("La robótica del equipo de robótica") == ["3.4"]
    assert "3.4" not in rules("Un torneo chido")


def test_a_word_that_cannot_be_read_is_told() -> None:
    (failure,) = failures(changed("3.4", parameters={"palabras": ["((("]}))
    assert failure.rule == "3.4"
    assert "no puede leer" in failure.sentence


def test_the_last_rule_cannot_go() -> None:
    manual = shipped()
    for rule in manual.rules[1:]:
        manual = editing.without_rule(manual, rule.id)
    with pytest.raises(InvalidManual):
        editing.without_rule(manual, manual.rules[0].id)


def test_the_next_number_follows_the_last() -> None:
    assert [editing.next_version(one) for one in ("1.0", "2.9", "v3", "inicial")] == [
        "1.1", "2.10", "v4", "inicial.1",
    ]  # fmt: skip
