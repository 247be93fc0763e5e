"""The list of what waits for a decision, as a component that keeps focus and scroll."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import theme
from dashboard.components import dates
from dashboard.components.frontend import source
from dashboard.texts import aprobaciones as texts
from dashboard.texts import common
from dashboard.texts import nueva as composer_texts
from publisher import localtime
from publisher.queries.queue import URGENT_HOURS, QueueRow

SOON = timedelta(hours=48)

_ACTIONS = {"approve", "return", "reject", "undo"}
_mount = st.components.v2.component("pregonero_tray", css=source("tray.css"), js=source("tray.js"))


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the list says: the row under the cursor, the marked ones, an action if one was asked.

    ``outdated`` says that an action was asked of rows that changed meanwhile, and is not carried
    out: nobody decides on what was not on their screen.
    """

    cursor: int | None
    marked: tuple[int, ...]
    action: str = ""
    outdated: bool = False


def draw(
    rows: Sequence[QueueRow],
    *,
    key: str,
    version: str,
    favour: bool,
    now: datetime,
    cursor: int | None = None,
) -> Told:
    """Draw the list; ``version`` changes when the rows do.

    ``favour`` says that the key A gives a favourable dictamen here, and does not approve.
    """
    lanes = [_lane(row, now) for row in rows]
    data = {
        "version": version,
        "cursor": cursor,
        "rows": [
            _item(row, now) | {"lane": lane if number == 0 or lanes[number - 1] != lane else ""}
            for number, (row, lane) in enumerate(zip(rows, lanes, strict=True))
        ],
        "labels": {**texts.TRAY, "keys": _keys(favour=favour)},
    }
    result = _mount(
        key=key,
        data=data,
        default={"estado": None},
        on_estado_change=lambda: None,
        on_accion_change=lambda: None,
    )
    return understand(
        result.estado,
        result.accion,
        [row.post_id for row in rows],
        version=version,
        cursor=cursor,
    )


def understand(
    state: Any, action: Any, ids: Sequence[int], *, version: str, cursor: int | None = None
) -> Told:
    """Return what the browser told, as far as it speaks of rows that are there."""
    told = action if isinstance(action, Mapping) else state if isinstance(state, Mapping) else {}
    at = told.get("cursor")
    at = at if at in ids else cursor if cursor in ids else (ids[0] if ids else None)
    raw = told.get("marked")
    marked = tuple(id_ for id_ in ids if isinstance(raw, Sequence) and id_ in raw)
    asked = isinstance(action, Mapping) and action.get("kind") in _ACTIONS
    fresh = asked and action.get("version") == version
    return Told(
        cursor=at,
        marked=marked,
        action=str(action["kind"]) if fresh else "",
        outdated=asked and not fresh,
    )


def _keys(*, favour: bool) -> list[Any]:
    return [
        [keys, texts.KEY_FAVOUR if favour and keys == ["A"] else word]
        for keys, word in texts.TRAY["keys"]
    ]


def _lane(row: QueueRow, now: datetime) -> str:
    """Return the heading under which a row stands: hours, or its day."""
    if row.urgent:
        return texts.LANE_URGENT.format(n=URGENT_HOURS)
    if not row.local_at:
        return texts.LANE_NO_TIME
    due = localtime.parse_wall(row.local_at).date()
    days = (due - now.astimezone(ZoneInfo(row.timezone)).date()).days
    near = {0: texts.LANE_TODAY, 1: texts.LANE_TOMORROW}.get(days, "")
    return f"{near} · {dates.day(due)}" if near else dates.day(due).capitalize()


def _item(row: QueueRow, now: datetime) -> dict[str, Any]:
    chips = []
    for count, severity in ((row.blocks, "block"), (row.warnings, "warn")):
        if count:
            word = composer_texts.SEVERITY[severity].lower() + ("s" if count > 1 else "")
            chips.append({"kind": severity, "text": f"{count} {word}"})
    if row.excepted:
        chips.append({"kind": "warn", "text": texts.CHIP_EXCEPTED})
    elif row.risk != "none" and not chips:
        chips.append({"kind": "warn", "text": texts.CHIP_PERSONS})
    if row.mine:
        chips.append({"kind": "mine", "text": texts.MINE})
    return {
        "id": row.post_id,
        "plantel": row.plantel,
        "text": row.text or common.NO_TEXT,
        "when": dates.wall(row.local_at),
        "soon": row.due_at is not None and row.due_at - now < SOON,
        "author": row.author,
        "mine": row.mine,
        "clean": row.risk == "none" and not row.mine,
        "networks": [
            {
                "name": common.NETWORKS[name],
                "letter": theme.NETWORK_LETTERS[name],
                "color": theme.NETWORK_COLORS[name],
            }
            for name in row.networks
        ],
        "chips": chips,
    }
