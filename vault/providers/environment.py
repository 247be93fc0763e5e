"""An environment variable with a key file in base64: for tests and development, and warned of."""

from __future__ import annotations

import os
from base64 import b64decode
from pathlib import Path

from vault import texts
from vault.errors import KeyDamaged, KeyPlaceFixed
from vault.providers.shelf import NEXT, NOW, PREVIOUS


class EnvironmentShelf:
    """The key in force in the variable ``name``; predecessors in ``name_ANTERIOR_…``.

    A variable cannot be set from inside, so nothing is written here.
    """

    at_hand = True
    every = 0.0
    path: Path | None = None

    def __init__(self, name: str) -> None:
        self._name = name
        self.place = texts.PLACE_ENVIRONMENT.format(name=name)

    def where(self, slot: str) -> str:
        """Return the variable's name."""
        if slot.startswith(PREVIOUS):
            return f"{self._name}_ANTERIOR_{slot.removeprefix(PREVIOUS + 'kek-').upper()}"
        return {NOW: self._name, NEXT: f"{self._name}_NUEVA"}[slot]

    def get(self, slot: str) -> bytes | None:
        """Return what the variable of ``slot`` holds."""
        value = os.environ.get(self.where(slot), "").strip()
        if not value:
            return None
        try:
            return b64decode(value, validate=True)
        except ValueError:
            raise KeyDamaged(place=self.place) from None

    def put(self, slot: str, body: bytes) -> bool:  # noqa: ARG002 - nothing is written
        """Refuse."""
        raise self._fixed(slot)

    def replace(self, slot: str, body: bytes) -> None:  # noqa: ARG002 - nothing is written
        """Refuse."""
        raise self._fixed(slot)

    def remove(self, slot: str) -> None:
        """Refuse."""
        raise self._fixed(slot)

    def mark(self) -> object:
        """Return nothing that changes: a process's variables do not."""
        return None

    def _fixed(self, slot: str) -> KeyPlaceFixed:
        return KeyPlaceFixed(place=texts.PLACE_ENVIRONMENT.format(name=self.where(slot)))
