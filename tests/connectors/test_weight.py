from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.weight import SCAN_MAX, links, weigh
from tests.connectors.weight_cases import CASES, FAMILY

SHARED = Path(__file__).parents[3] / "shared" / "data" / "twitter-text"


@pytest.mark.parametrize(
    ("text", "length"),
    CASES,
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
