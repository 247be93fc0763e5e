"""One wall time in several zones, in words: which hour each plantel's clock will show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape

import streamlit as st

from dashboard.components import dates
from dashboard.texts import horas as texts
from publisher import localtime
from publisher.errors import Invalid

WALL = "%Y-%m-%dT%H:%M"


def ask_fold(wall: datetime | None, zones: Iterable[str], *, key: str, index: int = 0) -> int:
    """Return which of two equal hours is meant; asks only where some zone has both."""
    if wall is None or not any(localtime.is_fold(wall, zone) for zone in zones):
        return 0
    picked = st.radio(
        texts.FOLD,
        (0, 1),
        index=index,
        format_func=lambda number: (texts.FOLD_FIRST, texts.FOLD_SECOND)[number],
        horizontal=True,
        key=key,
    )
    return int(picked)


def choose(
    wall: datetime | None,
    zones: Iterable[str],
    *,
    home: str,
    key: str,
    mode: str = "local",
    fold: int = 0,
) -> tuple[str, int]:
    """Ask if an hour is each plantel's own or one instant, and which of two; draw what follows.

    Returns (mode, fold). With one zone there is nothing to choose: the mode stays as it was.
    """
    every = sorted({*zones, home})
    if len(every) > 1:
        st.session_state.setdefault(key, mode)
        picked = st.segmented_control(
            texts.MODE,
            list(texts.MODES),
            format_func=lambda name: texts.MODES[name],
            help=texts.MODE_HELP,
            required=True,
            key=key,
        )
        mode = picked or mode
    fold = ask_fold(wall, every if mode == "local" else [home], key=f"{key}_vez", index=fold)
    show(wall, every, home=home, mode=mode, fold=fold)
    return mode, fold


def show(
    wall: datetime | None, zones: Iterable[str], *, home: str, mode: str = "local", fold: int = 0
) -> bool:
    """Draw what the clocks will show, one line a zone; False where the hour exists in none of them.

    ``home`` is the zone that the hour was typed in. In ``local`` mode every zone has its own such
    hour, and the line tells what ``home`` shows then; in ``instant`` mode all are one instant.
    """
    every = sorted(set(zones) | {home})
    if wall is None:
        return True
    typed = wall.strftime(WALL)
    lines, fine = [], True
    for zone in every:
        try:
            instant = localtime.resolve(typed, zone if mode == "local" else home, fold)
        except Invalid:
            lines.append(_line(dates.zone_name(zone), texts.GAP.format(hour=f"{wall:%H:%M}")))
            fine = False
            continue
        there = dates.instant(instant, zone)
        same = there == dates.instant(instant, home)
        beside = "" if same else texts.BESIDE.format(when=dates.instant(instant, home)[-5:])
        lines.append(_line(dates.zone_name(zone), there + beside))
    if len(every) > 1 or not fine:
        st.html(f"<ul style='margin:0;padding-left:1.1rem;font-size:.9rem'>{''.join(lines)}</ul>")
    return fine


def _line(zone: str, words: str) -> str:
    return f"<li><span class='pg-tenue'>{escape(zone)}:</span> {escape(words)}</li>"
