"""Section 7.3: the electoral windows, as data of the manual."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from publisher.manual.findings import Hit
from publisher.manual.scene import Scene


def window(scene: Scene) -> Mapping[str, Any] | None:
    """Return the window that holds the date of publication; None if none does or it is unknown."""
    on = scene.facts.date
    if on is None:
        return None
    for row in scene.manual.parameter("7.3", "periodos", ()):
        if _date(row["inicio"]) <= on <= _date(row["fin"]):
            found: Mapping[str, Any] = row
            return found
    return None


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Warn about every post inside a window; ``wording`` raises what praises deeds."""
    found = window(scene)
    if found is not None:
        yield Hit(
            rule="7.3",
            reason="veda",
            severity="advertencia",
            values=(("periodo", str(found["nombre"])),),
        )


def _date(value: object) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
