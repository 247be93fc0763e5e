"""The browser counts for X what Python counts: one table, the same cases, and public ones."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from connectors import weight
from dashboard.components import frontend
from tests.connectors.test_weight import SHARED, _cases
from tests.connectors.weight_cases import CASES

NODE = shutil.which("node")


def counted(texts: list[str], folder: Path) -> list[int]:
    """Return what the browser's counter says of each text."""
    if NODE is None:
        pytest.skip("node runs the browser's counter here; it is not installed")
    script = folder / "counter.mjs"
    asked = json.dumps(texts)
    script.write_text(
        f"{frontend.counter()}\nconsole.log(JSON.stringify({asked}.map(weighX)));", "utf-8"
    )
    done = subprocess.run([NODE, script], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def test_both_counters_say_the_same_of_our_cases_and_of_the_public_ones(tmp_path: Path) -> None:
    texts = [text for text, _ in CASES]
    if SHARED.is_dir():
        for section in (
            "WeightedTweetsCounterTest",
            "WeightedTweetsWithDiscountedEmojiCounterTest",
        ):
            texts += [case["text"] for case in _cases(section)]
    texts += ["".join(pair) for pair in zip(texts, reversed(texts), strict=True)]
    wrong = {
        text[:80]: (told, weight.weigh(text))
        for text, told in zip(texts, counted(texts, tmp_path), strict=True)
        if told != weight.weigh(text)
    }
    assert wrong == {}


def test_the_composer_s_script_holds_the_table_and_exports_one_function() -> None:
    script = frontend.composer()
    assert "__TABLE__;" not in script
    assert script.count("export default") == 1
