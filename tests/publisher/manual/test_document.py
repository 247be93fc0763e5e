from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from publisher.manual.document import InvalidManual, dump, from_data, load, shipped, to_data


def test_the_shipped_manual_has_its_sixteen_sections() -> None:
    assert [section.id for section in shipped().sections] == [str(n) for n in range(1, 17)]


def test_a_manual_survives_writing_and_reading_with_its_hash() -> None:
    again = load(dump(shipped()))
    assert again == shipped()
    assert again.hash == shipped().hash


def test_a_changed_word_changes_the_hash() -> None:
    first, *rest = shipped().rules
    changed = dataclasses.replace(
        shipped(), rules=(dataclasses.replace(first, text=first.text + "."), *rest)
    )
    assert changed.hash != shipped().hash


def test_a_human_rule_is_not_evaluated() -> None:
    assert shipped().rule("5.3") is None
    assert shipped().rule("3.1") is not None
    assert shipped().rule("99.9") is None


def test_validity_includes_its_last_day() -> None:
    manual = dataclasses.replace(shipped(), valid_until=dt.date(2026, 12, 31))
    assert manual.in_force(dt.date(2026, 12, 31))
    assert not manual.in_force(dt.date(2027, 1, 1))
    assert not manual.in_force(dt.date(2025, 12, 31))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", "3-1", "no es válido"),
        ("id", "77.1", "sección que no existe"),
        ("kind", "automatic", "mechanical, mixed o human"),
        ("severity", "grave", "severidad"),
        ("category", "otra", "categoría"),
        ("text", "", "título o texto"),
        ("parameters", 3, "parámetros"),
        ("examples", [{"text": "hola"}], "ejemplos"),
    ],
)
def test_a_wrong_rule_is_refused_with_a_sentence(field: str, value: object, said: str) -> None:
    data = to_data(shipped())
    data["rules"][0][field] = value
    with pytest.raises(InvalidManual, match=said):
        from_data(data)


def test_a_repeated_rule_is_refused() -> None:
    data = to_data(shipped())
    data["rules"].append(dict(data["rules"][0]))
    with pytest.raises(InvalidManual, match="repetida"):
        from_data(data)


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(InvalidManual, match="no se puede leer"):
        load("esto = [")


def test_an_end_before_the_start_is_refused() -> None:
    data = to_data(shipped()) | {"valid_until": dt.date(2020, 1, 1)}
    with pytest.raises(InvalidManual, match="vigencia"):
        from_data(data)
