"""The calendar grid as a component: months and weeks of wall-clock days, a chip a post."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from dashboard import theme
from dashboard.components import dates, marks
from dashboard.components.frontend import source
from dashboard.texts import calendario as texts
from dashboard.texts import common
from publisher.queries.calendar import CalendarRow

CAP = 4

_mount = st.components.v2.component(
    "pregonero_month", css=source("month.css"), js=source("month.js")
)


def draw(
    rows: Sequence[CalendarRow], *, first: date, last: date, today: date, month: date, week: bool
) -> int | None:
    """Draw the days ``first`` to ``last``; returns the post whose chip was pressed just now."""
    by_day: dict[str, list[CalendarRow]] = defaultdict(list)
    for row in rows:
        by_day[row.local_at[:10]].append(row)
    days = [
        _day(first + timedelta(days=number), by_day, today=today, month=month)
        for number in range((last - first).days + 1)
    ]
    data: dict[str, Any] = {
        "days": days,
        "names": [name.capitalize() for name in common.WEEKDAYS],
        "cap": CAP,
        "week": week,
        "labels": {"more": texts.MORE},
    }
    data["version"] = hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16]
    result = _mount(key="calendario", data=data, on_abrir_change=lambda: None)
    return understand(result.abrir, rows)


def understand(told: Any, rows: Sequence[CalendarRow]) -> int | None:
    """Return the post that the browser names, if it is one of the rows."""
    return told if any(row.post_id == told for row in rows) else None


def _day(
    day: date,
    by_day: dict[str, list[CalendarRow]],
    *,
    today: date,
    month: date,
) -> dict[str, Any]:
    return {
        "date": day.isoformat(),
        "number": day.day,
        "long": dates.day(day),
        "inside": day.month == month.month,
        "today": day == today,
        "items": [_item(row) for row in by_day[day.isoformat()]],
    }


def _item(row: CalendarRow) -> dict[str, Any]:
    ink, ground = theme.PHASE_COLORS[row.phase]
    names = ", ".join(common.NETWORKS[name] for name in row.networks)
    count = f" · {marks.accounts(row.accounts)}" if row.accounts > len(row.networks) else ""
    return {
        "id": row.post_id,
        "time": row.local_at[11:16],
        "name": marks.tight(row.plantel) + count,
        "title": texts.CHIP.format(
            time=row.local_at[11:16],
            plantel=row.plantel,
            phase=common.PHASES[row.phase],
            networks=names,
        ),
        "ink": ink,
        "ground": ground,
        "networks": [
            {"letter": theme.NETWORK_LETTERS[name], "color": theme.NETWORK_COLORS[name]}
            for name in row.networks
        ],
    }
