from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.weight import SCAN_MAX, links, weigh

SHARED = Path(__file__).parents[3] / "shared" / "data" / "twitter-text"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Hola", 4),
        ("año", 3),
        ("an\u0303o", 3),
        ("¡Inscríbete! — hoy…", 20),
        ("漢字", 4),
        ("«cita»", 6),
        ("“cita”", 6),
        ("€", 2),
        ("https://example.com", 23),
        ("https://example.com/" + "a" * 200, 23),
        ("example.com", 23),
        ("Ver example.com.", 28),
        ("(https://example.com)", 25),
        ("https://example.com/a_(b)", 23),
        ("HTTPS://EXAMPLE.COM", 23),
        ("http://localhost:8000", 21),
        ("correo@example.com", 18),
        ("archivo.invalido", 16),
        ("#example.com", 12),
        ("cobac.edu.mx/convocatoria?a=1#b", 23),
        ("ñandú.mx", 23),
        ("https://example.com:8080/a", 23),
        ("1.5 y 2.5", 9),
        ("Sr.Pérez", 8),
        ("a.com b.com", 47),
        ("😀", 2),
        (FAMILY, 2),
        ("👍🏽", 2),
        ("🇲🇽", 2),
        ("1️⃣", 2),
        ("©", 1),
        ("❤️", 2),
        ("línea\nlínea", 11),
    ],
)
def test_texts_weigh_what_x_says(text: str, length: int) -> None:
    assert weigh(text) == length


def _cases(section: str) -> list[dict[str, Any]]:
    tests = yaml.safe_load((SHARED / "validate.yml").read_text("utf-8"))["tests"]
    return list(tests[section])


@pytest.mark.parametrize(
    ("section", "emoji", "least"),
    [
        ("WeightedTweetsCounterTest", False, 20),
        ("WeightedTweetsWithDiscountedEmojiCounterTest", True, 22),
        ("UnicodeDirectionalMarkerCounterTest", True, 2),
    ],
)
def test_the_public_conformance_cases_pass(section: str, emoji: bool, least: int) -> None:
    if not SHARED.is_dir():
        pytest.skip("the public cases stand beside the checkout in CI; not found here")
    cases = _cases(section)
    wrong = {
        case["description"]: (weigh(case["text"], emoji=emoji), case["expected"]["weightedLength"])
        for case in cases
        if weigh(case["text"], emoji=emoji) != case["expected"]["weightedLength"]
    }
    assert wrong == {}
    assert len(cases) >= least


def test_every_public_top_level_domain_makes_a_link() -> None:
    if not SHARED.is_dir():
        pytest.skip("the public cases stand beside the checkout in CI; not found here")
    sections = yaml.safe_load((SHARED / "tlds.yml").read_text("utf-8"))["tests"].values()
    texts = [case["text"] for section in sections for case in section]
    assert [text for text in texts if weigh(text) != 23] == []
    assert len(texts) > 1_500


@pytest.mark.parametrize(
    "piece",
    [
        "a.",
        "a.co/(",
        "a.co/((",
        "http://",
        "あ.",
        "a_",
        "x.co?",
        "https://a.b.c.d.",
        FAMILY,
        "xn--a.",
    ],
)
def test_no_text_takes_long_to_count(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * size)[:size]
        return min(_timed(text) for _ in range(3))

    assert seconds(SCAN_MAX) < 0.5


def _timed(text: str) -> float:
    began = time.perf_counter()
    weigh(text)
    return time.perf_counter() - began


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_links_are_ordered_and_inside_the_text(text: str) -> None:
    at = 0
    for start, end in links(text):
        assert at <= start < end <= len(text)
        at = end
    assert weigh(text) >= 0


@given(st.text(alphabet="abcñ ", max_size=100), st.text(alphabet="abcñ ", max_size=100))
@settings(max_examples=60, deadline=None)
def test_plain_texts_add_up(left: str, right: str) -> None:
    assert weigh(left + right) == weigh(left) + weigh(right)
