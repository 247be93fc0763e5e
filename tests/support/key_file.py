"""The master key of a test's house, in a file."""

from __future__ import annotations

from pathlib import Path

from vault.keys import MasterKey
from vault.providers import Provider, provider


def key_place(path: Path) -> Provider:
    """Return the place that is the file ``path``."""
    return provider(str(path), folder=path.parent)


def key_file(path: Path, key: MasterKey | None = None) -> MasterKey:
    """Return the key in the file ``path``: ``key``, the one that is there, or a new one."""
    place = key_place(path)
    if key is not None:
        place.keep(key)
        return key
    return place.read() or place.create()
