"""The rules against labelled posts.

The posts of a ``round`` were written and measured before the rules were tuned on them, so these
are floors against regressions, not estimates. First measure of each round (exact; blocks let
through; false alarms): 2: 92 %, 11 of 77, 3 of 101; 3: 90 %, 4 of 34, 3 of 62; 4, written to be
hard: 72 %, 24 of 79, 6 of 60; 5: 83 %, 10 of 30, 0 of 50.
"""

from __future__ import annotations

import pytest

from publisher.manual.findings import CATEGORIES
from tests.publisher.manual.reviews import CASES, DEV, findings, posts, score


def test_our_labelled_posts_are_told_apart() -> None:
    found = score(posts(CASES))
    assert found.total >= 800
    assert found.exact / found.total >= 0.97, str(found)
    assert found.blocks_passed / found.blocks <= 0.01, str(found)
    assert found.alarms / found.harmless <= 0.01, str(found)


def test_the_reference_posts_are_told_apart() -> None:
    if not DEV.exists():
        pytest.skip(f"reference posts not found beside the checkout: {DEV}")
    found = score(posts(DEV))
    assert found.exact / found.total >= 0.95, str(found)
    assert found.blocks_passed == 0, str(found)
    assert found.alarms == 0, str(found)


def test_a_stopped_post_is_told_one_of_its_categories_nearly_always() -> None:
    rows = [row for row in posts(CASES) if row["categories"]]
    told = sum(
        bool(set(row["categories"]) & {found.category for found in findings(row["text"])})
        for row in rows
    )
    assert told / len(rows) >= 0.97


def test_every_category_has_posts_that_it_stops() -> None:
    stopped = {
        found.category
        for row in posts(CASES)
        if row["expected"] == "block"
        for found in findings(row["text"])
        if found.severity == "bloqueo"
    }
    assert stopped >= set(CATEGORIES) - {"personal"}
