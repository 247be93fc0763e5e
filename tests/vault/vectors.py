"""The public vectors beside a checkout, and those that our envelope refuses by design."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "wycheproof"
OURS = (256, 96, 128)
"""Bits of key, nonce and tag of the one shape of AES-GCM that the vault has."""


def vectors(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield (group, case) of a file; skips, with a line, where the files are not at hand."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the public vectors {name} do not stand beside this checkout")
    for group in json.loads(path.read_text())["testGroups"]:
        for case in group["tests"]:
            yield group, case


def shape(group: dict[str, Any]) -> tuple[int, int, int]:
    """Return a group's bits of key, nonce and tag."""
    return group["keySize"], group["ivSize"], group["tagSize"]


def refused() -> dict[tuple[int, int, int], int]:
    """Return how many vectors of each other shape there are."""
    counted = Counter(shape(group) for group, _ in vectors("aes_gcm_test.json"))
    return {bits: n for bits, n in sorted(counted.items()) if bits != OURS}
