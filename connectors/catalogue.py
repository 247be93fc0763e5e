"""The page that lists connectors and limits, drawn from the data (docs/conectores.md)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from connectors import catalogue_texts as texts
from connectors import limits
from connectors.endpoints import Endpoints
from connectors.registry import CONNECTORS, NETWORKS, load
from connectors.texts import NAMES

_BYTES = 1024 * 1024


def draw() -> str:
    """Return the page as Markdown; it loads every connector, SDKs and all."""
    networks = sorted(set(NETWORKS.values()))
    lines = [
        f"# {texts.TITLE}",
        "",
        texts.INTRO,
        "",
        f"## {texts.CONNECTORS}",
        "",
        texts.CONNECTORS_HEAD,
        "|---|---|---|---|---|---|",
        *map(_connector, CONNECTORS),
        "",
        f"## {texts.SUMMARY}",
        "",
        texts.SUMMARY_INTRO,
        "",
        f"| {texts.KIND_HEAD} | {' | '.join(NAMES[name] for name in networks)} |",
        "|---" * (len(networks) + 1) + "|",
        *_summary(networks),
        "",
        f"## {texts.ALL}",
        "",
        texts.ALL_HEAD,
        "|---|---|---|---|---|---|",
        *(
            f"| {NAMES.get(row.network, row.network)} | `{row.item}` | {_value(row.value)}"
            f" | {row.unit} | {row.source} | {row.date.isoformat()} |"
            for row in limits.rows()
        ),
    ]
    return "\n".join(lines) + "\n"


def _connector(key: str) -> str:
    found = load(key, Endpoints(loopback_only=True))
    can = [words for name, words in texts.CAPABILITIES.items() if name in found.capabilities]
    public = texts.NEEDED if found.needs_public_media else texts.NOT_NEEDED
    fields = ", ".join(f"`{name}`" for name in found.credential_fields)
    return (
        f"| `{key}` | {NAMES[key]} | {texts.LABELS[key]} | {', '.join(can) or texts.NOTHING}"
        f" | {public} | {fields} |"
    )


def _summary(networks: list[str]) -> Iterator[str]:
    for item, words in texts.KINDS.items():
        values = [limits.value(network, item) for network in networks]
        if any(value is not None for value in values):
            shown = (_sized(item, value) for value in values)
            yield f"| {words} | {' | '.join(shown)} |"


def _sized(item: str, value: Any) -> str:
    if value is None:
        return texts.NOTHING
    if item.endswith("_bytes_max"):
        return f"{value / _BYTES:,.0f} MB"
    if item.endswith("_seconds"):
        low, high = value if isinstance(value, list) else (None, value)
        return f"{low}–{high} s" if low is not None else f"{high} s"
    return _value(value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return texts.NEEDED if value else texts.NOT_NEEDED
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    return f"{value:,}" if isinstance(value, int | float) else str(value)


if __name__ == "__main__":
    sys.stdout.write(draw())
