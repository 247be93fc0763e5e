"""The table of states as a page for people: a Mermaid diagram, the guards and every row.

``python -m publisher.delivery.picture > docs/estados.md`` writes it again; a test compares.
"""

from __future__ import annotations

import sys

from publisher.delivery.states import INITIAL, STATES, TABLE, TERMINAL
from publisher.texts import delivery, states


def draw() -> str:
    """Return ``docs/estados.md``: rows that leave a state where it is are only in the tables."""
    edges: dict[tuple[str, str], list[str]] = {}
    for row in TABLE:
        if row.state != row.next:
            edges.setdefault((row.state, row.next), []).append(row.event)
    lines = [
        "# " + states.TITLE,
        "",
        states.INTRO,
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {INITIAL}",
        *(f"    {old} --> {new}: {', '.join(names)}" for (old, new), names in edges.items()),
        *(f"    {state} --> [*]" for state in STATES if state in TERMINAL),
        "```",
        "",
        states.STATES,
        "",
        *(f"- `{state}`: {delivery.STATES[state]}" for state in STATES),
        "",
        states.ROWS,
        "",
        states.COLUMNS,
        "|---|---|---|---|",
        *(f"| `{row.state}` | `{row.event}` | `{row.guard}` | `{row.next}` |" for row in TABLE),
        "",
        states.CONDITIONS,
        "",
        *(f"- `{name}`: {meaning}" for name, meaning in states.GUARDS.items()),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(draw())
