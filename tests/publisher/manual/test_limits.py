"""No input makes the review raise, hang or lose its place; its time grows with the text."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.manual.document import shipped
from publisher.manual.findings import Facts
from publisher.manual.review import review
from tests.publisher.manual.reviews import CASES, posts

POSTS = [row["text"] for row in posts(CASES)]
ODD = [
    *[
        "p u t o",
        "m13rd@",
        "#",
        "@",
        "…",
        "«",
        "\u200b",
        "https://",
        "bit.ly/a",
        "\n",
        "8445550101",
    ],
    *["PEGA080315MCLRRNA4", "😂", "𝓹", "а", "\ud83d", "¿", "😀\u200d😀", "ñ", "n\u0303"],
]
REPEATED = [
    *["a", "a ", "1", "1.", "!", "#a", "@a", "p.", "p u t o ", "de la ", "no ", "a.b.", "(", "«"],
    *["😀", "\u200d", "https://a.mx ", "844 ", "me ", "\n", "Ana Ruiz ", "lista de ", "a*", "a1"],
    *["a.1.", "el alumno de "],
]
PIECES = st.sampled_from([*POSTS[::9], *ODD])


def judge(text: str) -> None:
    for found in review(text, Facts(), shipped()).findings:
        assert found.fragment == text[found.start : found.end]
        assert 0 <= found.start <= found.end <= len(text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400))
def test_any_text_is_judged_and_spans_are_exact(text: str) -> None:
    judge(text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join))
def test_posts_cut_and_mixed_are_judged_and_spans_are_exact(text: str) -> None:
    judge(text)


@pytest.mark.parametrize("piece", REPEATED)
def test_a_long_repetition_takes_no_longer_than_any_text(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    assert seconds(lambda: review(text, Facts(), shipped())) < 2.0


def seconds(work: Callable[[], object]) -> float:
    """Return the least processor time of three runs."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def texts_of(size: int) -> list[str]:
    """Return texts of ``size`` characters in the proportion of harmless and harmful of a day."""
    harmless = [row["text"] for row in posts(CASES) if row["expected"] == "ok"]
    harmful = [row["text"] for row in posts(CASES) if row["expected"] != "ok"]
    out: list[str] = []
    for first in range(0, 200, 2):
        mixed = [*harmless[first:], harmful[first % len(harmful)], *harmless[:first]]
        if first % 5 == 0:
            mixed.insert(0, harmful[first % len(harmful)])
        out.append(" ".join(mixed)[:size])
    return out


def test_a_text_of_500_characters_takes_milliseconds() -> None:
    # the goal is 5 ms on a quiet machine; the bound leaves room for what else runs beside the tests
    review(POSTS[0], Facts(), shipped())
    times = sorted(
        seconds(functools.partial(review, text, Facts(), shipped())) for text in texts_of(500)
    )
    assert times[98] <= 0.015, [round(value * 1000, 2) for value in times[-5:]]


def test_time_grows_with_the_length_and_no_faster() -> None:
    text = texts_of(10_000)[0]
    short = seconds(lambda: review(text[:2_000], Facts(), shipped()))
    long = seconds(lambda: review(text, Facts(), shipped()))
    assert long <= short * 5 * 2
