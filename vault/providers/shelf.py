"""A shelf: up to three kinds of slot with a written key in each, whatever the shelf is made of.

The key in force, its successor while a rotation lasts, and each predecessor by its id.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

NOW: Final = ""
NEXT: Final = ".nueva"
PREVIOUS: Final = ".anterior-"


class Shelf(Protocol):
    """Where written keys lie. Each method may raise a ``KeyProblem``."""

    @property
    def place(self) -> str:
        """Say where it is, in Spanish, for a sentence."""
        ...

    @property
    def path(self) -> Path | None:
        """The file of the key in force, where the shelf is a folder: no backup goes beside it."""
        ...

    @property
    def at_hand(self) -> bool:
        """Whether reading costs nothing and asks nobody: then it may happen in a transaction."""
        ...

    @property
    def every(self) -> float:
        """Seconds between two looks of a process that runs."""
        ...

    def where(self, slot: str) -> str:
        """Name a slot, for a sentence."""
        ...

    def get(self, slot: str) -> bytes | None:
        """Return what lies in ``slot``, or None."""
        ...

    def put(self, slot: str, body: bytes) -> bool:
        """Lay ``body`` into ``slot``, whole and durable; False where something lies there."""
        ...

    def replace(self, slot: str, body: bytes) -> None:
        """Lay ``body`` into ``slot`` whatever lies there, at once."""
        ...

    def remove(self, slot: str) -> None:
        """Empty ``slot``; it may be empty already."""
        ...

    def mark(self) -> object:
        """Return something cheap that changes when the key in force or its successor does."""
        ...
