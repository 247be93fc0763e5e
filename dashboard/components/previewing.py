"""The dry run of an import, as any of them shows it: how many, and what becomes of each row."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from dashboard.components import marks, sheet
from dashboard.components.sheet import Tone
from dashboard.texts import importar as texts
from publisher.institution import Preview, PreviewRow
from publisher.institution.sheet import Outcome

SHOWN: Final = 200
TONES: Final[dict[Outcome, Tone]] = {
    "created": "ok",
    "updated": "info",
    "unchanged": "plain",
    "error": "bad",
}


def counts(told: Preview) -> None:
    """Draw how many rows would end how, and the columns that nobody reads."""
    for column, outcome in zip(st.columns(4), TONES, strict=True):
        column.metric(texts.COUNTS[outcome], told.count(outcome), border=True)
    if told.ignored:
        st.info(
            texts.IGNORED.format(names=marks.plain(", ".join(told.ignored))),
            icon=":material/info:",
        )


def shown(told: Preview) -> dict[str, tuple[Outcome, ...]]:
    """Return what the rows can be kept to, what matters most first."""
    groups: dict[str, tuple[Outcome, ...]] = {
        texts.COUNTS["error"]: ("error",),
        texts.SHOW_CHANGES: ("created", "updated"),
        texts.SHOW_ALL: tuple(TONES),
    }
    return {
        label: outcomes
        for label, outcomes in groups.items()
        if label == texts.SHOW_ALL or any(told.count(outcome) for outcome in outcomes)
    }


def rows(told: Preview) -> None:
    """Draw the rows of the group that is chosen."""
    groups = shown(told)
    first = next(iter(groups))
    picked = st.segmented_control(
        texts.SHOW,
        list(groups),
        default=first,
        required=True,
        key=f"mostrar_{told.digest[:12]}",
    )
    kept = [row for row in told.rows if row.outcome in groups[picked or first]]
    st.html(sheet.table(texts.HEADERS, (_row(row) for row in kept[:SHOWN]), caption=texts.CAPTION))
    if len(kept) > SHOWN:
        st.html(marks.faint(texts.SHOWN.format(n=SHOWN, total=len(kept))))


def _row(row: PreviewRow) -> Sequence[str]:
    lines = [
        *(texts.ERROR.format(column=one.column, sentence=one.sentence) for one in row.errors),
        *(
            texts.CHANGE.format(column=one.column, before=one.before, after=one.after)
            for one in row.changes
        ),
        *row.notes,
    ]
    return (
        sheet.head(str(row.number)),
        sheet.cell(escape(row.key)),
        sheet.cell(sheet.chip(texts.OUTCOMES[row.outcome], TONES[row.outcome])),
        sheet.cell("<br>".join(escape(line) for line in lines)),
    )
