"""Ways to a new version of the manual, by the product's own verbs."""

from __future__ import annotations

from datetime import date
from typing import Any

from publisher import rulebook
from publisher.manual import editing
from publisher.manual.document import Manual, to_data
from publisher.rulebook import adopting
from tests.support.house import SmallHouse

TODAY = date(2026, 11, 23)
SUMMARY = "Se prohíbe vender rifas en las cuentas."


def row(manual: Manual, rule_id: str, **changes: Any) -> dict[str, Any]:
    """Return a rule of the manual as data, with changes."""
    found: dict[str, Any] = next(one for one in to_data(manual)["rules"] if one["id"] == rule_id)
    return found | changes


def drafted(small: SmallHouse, rule_id: str = "3.4", **changes: Any) -> int:
    """Let the coordinador open a draft and change one rule; returns the lock."""
    lock = rulebook.open_draft(small.app, small.coordinador)
    held = rulebook.draft(small.app, small.coordinador)
    assert held is not None
    changed = editing.with_rule(
        held.manual, row(held.manual, rule_id, **(changes or {"title": "Tono del plantel"}))
    )
    return rulebook.save_draft(small.app, small.coordinador, changed, lock=lock)


def proposed(small: SmallHouse, on: date = TODAY, **changes: Any) -> int:
    """Let the coordinador propose a draft with one rule changed; returns the lock."""
    lock = drafted(small, **changes)
    return rulebook.propose(
        small.app, small.coordinador, lock=lock, in_force_from=on, summary=SUMMARY
    )


def adopted(small: SmallHouse, on: date = TODAY, **changes: Any) -> int:
    """Let the Directora approve a version with one rule changed; returns its id."""
    lock = proposed(small, on, **changes)
    return adopting.approve(small.app, small.directora, lock=lock)
