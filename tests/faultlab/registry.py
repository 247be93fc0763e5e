"""The scenarios by name; a new one is one module and one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from tests.faultlab.lab import Lab

SCENARIOS: dict[str, str] = {
    "kill9": "R01",
    "steps": "R02",
    "ambiguous": "R03",
    "pause": "R04",
    "listing": "R05",
    "lag": "R05",
    "contend": "R06",
    "downtime": "R07",
    "clock": "R09",
    "storage": "R10",
    "shutdown": "R12",
    "rto": "R13",
    "punctual": "R16",
    "sender": "R17",
    "auth": "R11",
    "mutants": "R15",
}
"""Name of the module in ``scenarios`` → the goal of the reliability plan that it measures."""

BOTH = ("sqlite", "postgres")


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much is run: ``full`` by ``all``, ``small`` by ``make test``; what ``n`` counts is the
    scenario's to say. ``databases`` are those that ``all`` uses, ``small_databases`` those of
    ``--small``. ``alone`` is what measures time and shares the machine with no other run at its
    full size; ``minutes`` is about how long the full size takes on two quiet cores, by which
    ``all`` begins with the longest.
    """

    full: int
    small: int
    workers: int = 4
    databases: tuple[str, ...] = BOTH
    small_databases: tuple[str, ...] = BOTH
    alone: bool = False
    minutes: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One scenario: its sizes and what it does."""

    name: str
    sizes: Sizes
    run: Callable[[Lab], None]


def scenario(name: str) -> Scenario:
    """Return a registered scenario."""
    module = import_module(f"tests.faultlab.scenarios.{name}")
    return Scenario(name=name, sizes=module.SIZES, run=module.run)
