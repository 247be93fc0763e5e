"""The browser counts for X what Python counts: one table, the same cases, and public ones."""

from __future__ import annotations

import pytest

from connectors import weight
from dashboard.components import frontend
from tests.browser.pages import chromium
from tests.connectors.test_weight import SHARED, _cases
from tests.connectors.weight_cases import CASES

COUNT = "(texts) => {{\n{counter}\nreturn texts.map(weighX);\n}}"


@pytest.mark.browser
def test_both_counters_say_the_same_of_our_cases_and_of_the_public_ones(chromium_path: str) -> None:
    texts = [text for text, _ in CASES]
    if SHARED.is_dir():
        for section in (
            "WeightedTweetsCounterTest",
            "WeightedTweetsWithDiscountedEmojiCounterTest",
        ):
            texts += [case["text"] for case in _cases(section)]
    texts += ["".join(pair) for pair in zip(texts, reversed(texts), strict=True)]
    with chromium(chromium_path) as browser:
        counted = browser.new_page().evaluate(COUNT.format(counter=frontend.counter()), texts)
    wrong = {
        text[:80]: (told, weight.weigh(text))
        for text, told in zip(texts, counted, strict=True)
        if told != weight.weigh(text)
    }
    assert wrong == {}


def test_the_composer_s_script_holds_the_table_and_exports_one_function() -> None:
    script = frontend.composer()
    assert "__TABLE__;" not in script
    assert script.count("export default") == 1
