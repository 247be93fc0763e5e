from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from publisher.manual.check import BadLine, check_line, check_stream
from publisher.manual.document import shipped
from tests.publisher.manual.reviews import line

OK = "Entrega de fichas en Control Escolar."


def stream(lines: Iterable[str | bytes], **more: Any) -> list[dict[str, Any]]:
    return list(check_stream(lines, shipped(), weigh=len, **more))


def test_a_line_out_has_the_contracts_fields() -> None:
    text = "El horario es una m1erda."
    out = line({"id": "A1", "text": text})
    assert list(out) == ["id", "verdict", "findings", "weighted_length"]
    assert (out["id"], out["verdict"], out["weighted_length"]) == ("A1", "block", len(text))
    (found,) = out["findings"]
    assert list(found) == [
        "rule", "section", "severity", "category", "fragment", "span", "explanation", "suggestion",
    ]  # fmt: skip
    start, end = found["span"]
    assert text[start:end] == found["fragment"] == "m1erda"
    assert (found["rule"], found["section"]) == ("3.1", "3")


def test_facts_that_are_absent_or_null_are_unknown() -> None:
    names = ("network", "alt_texts", "topic", "date", "plantel", "media")
    assert line({"text": OK})["verdict"] == "ok"
    assert line({"text": OK} | dict.fromkeys(names))["verdict"] == "ok"


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"topic": ""}, "1.2"),
        ({"date": "2026-05-20"}, "7.3"),
        ({"date": "2026-05-20T23:30:00-06:00"}, "7.3"),
        ({"alt_texts": [None]}, "12.1"),
        ({"media": [{"person": True, "consent": ""}]}, "6.1"),
        ({"media": [{"kind": "video", "captions": False}]}, "12.4"),
    ],
)
def test_each_fact_supplied_is_judged(facts: dict[str, Any], rule: str) -> None:
    assert rule in {found["rule"] for found in line({"text": OK, **facts})["findings"]}


def test_a_plantels_comunicado_is_stopped() -> None:
    text = "Comunicado de prensa: nueva carrera."
    assert line({"text": text, "plantel": "P27"})["verdict"] == "block"
    assert line({"text": text})["verdict"] == "ok"


def test_alt_texts_are_judged_as_texts_too() -> None:
    out = line({"text": OK, "alt_texts": ["Letrero que dice pinche escuela en la pared"]})
    assert out["verdict"] == "block"
    (found,) = [found for found in out["findings"] if "alt_text" in found]
    assert found["alt_text"] == 1
    assert "texto alternativo de la imagen 1" in found["explanation"]


def test_each_medium_is_called_what_it_is() -> None:
    facts = {"media": [{"kind": "video", "captions": False}], "alt_texts": ["Un robot"]}
    said = " ".join(found["explanation"] for found in line({"text": OK, **facts})["findings"])
    assert "texto alternativo del video 1 tiene menos" in said
    assert "el video 1 no declara subtítulos" in said


def test_length_is_judged_by_the_networks_own_limit() -> None:
    def limit(network: str) -> int | None:
        return {"x": 10}.get(network)

    def judge(network: str, weight: int) -> str:
        out = check_line(
            {"text": OK, "network": network}, shipped(), weigh=lambda _: weight, limit_of=limit
        )
        return str(out["verdict"])

    assert judge("x", 11) == "block"
    assert judge("x", 10) == "ok"
    assert judge("facebook", 11) == "ok"


@pytest.mark.parametrize(
    "obj",
    [
        {},
        {"text": 3},
        {"text": None},
        {"text": OK, "date": "ayer"},
        {"text": OK, "topic": 1},
        {"text": OK, "alt_texts": "foto"},
        {"text": OK, "alt_texts": [1]},
        {"text": OK, "media": {}},
        {"text": OK, "media": ["x"]},
        {"text": OK, "media": [{"person": "sí"}]},
        {"text": OK, "id": []},
        {"text": OK, "network": 1},
    ],
)
def test_a_wrong_fact_is_refused_in_spanish(obj: dict[str, Any]) -> None:
    with pytest.raises(BadLine, match=r"\.$"):
        line(obj)


def test_a_malformed_line_gives_its_error_and_the_next_is_judged() -> None:
    good = json.dumps({"id": 7, "text": OK})
    out = stream(["{", "[1]", "", b"\xff\xfe", "[" * 100_000, json.dumps({"id": "B"}), good])
    assert [row.get("error") is not None for row in out] == [True] * 5 + [False]
    assert [row["line"] for row in out[:-1]] == [1, 2, 4, 5, 6]
    assert out[4]["id"] == "B"
    assert (out[5]["id"], out[5]["verdict"]) == (7, "ok")
    assert all(row["error"].endswith(".") for row in out[:-1])


def test_a_mark_at_the_start_of_the_file_is_read_over() -> None:
    assert stream([b"\xef\xbb\xbf" + json.dumps({"text": OK}).encode()])[0]["verdict"] == "ok"


def test_the_network_of_the_call_is_for_lines_that_name_none() -> None:
    rows = [json.dumps({"text": OK}), json.dumps({"text": OK, "network": "facebook"})]
    out = stream(rows, network="x", limit_of=lambda name: 5 if name == "x" else None)
    assert [row["verdict"] for row in out] == ["block", "ok"]


def test_lines_come_out_while_they_come_in() -> None:
    def endless() -> Iterable[str]:
        while True:
            yield json.dumps({"text": OK})

    assert next(iter(check_stream(endless(), shipped(), weigh=len)))["verdict"] == "ok"
