"""What a look at the installation gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing looked at: ``sentence`` says what was found, ``step`` what mends it."""

    name: str
    state: State
    sentence: str
    step: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that was looked at; ``ok`` unless something fails."""

    ok: bool
    checks: tuple[Check, ...]
