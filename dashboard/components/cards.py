"""The card of one account in a list: what it is, how it stands, one button that opens it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from dashboard.components import marks
from dashboard.texts import common


def account(
    *,
    account_id: int,
    network: str,
    handle: str,
    plantel: str,
    chips: str,
    line: str,
    hint: str,
    on_open: Callable[[], None],
    pictured: bool = False,
) -> None:
    """Draw it; ``chips`` is HTML of ours, all else is escaped; ``hint`` names the button."""
    row = st.container(
        border=True, key=f"cuenta_{account_id}", horizontal=True, vertical_alignment="center"
    )
    with row:
        st.html(
            f"<div class='pg-cuenta'>{portrait(account_id) if pictured else ''}<div>"
            f"<div>{marks.network(network)} <b>{escape(handle)}</b> {chips}</div>"
            f"<div class='pg-texto' style='-webkit-line-clamp:1'>{escape(plantel)}</div>"
            f"<div class='pg-tenue' style='font-size:.88rem'>{escape(line)}</div></div></div>",
            width="stretch",
        )
        st.button(
            common.OPEN,
            key=f"abrir_{account_id}",
            help=hint.format(handle=handle, network=common.NETWORKS[network]),
            on_click=on_open,
        )


def portrait(account_id: int) -> str:
    """Return what an account shows of itself, as HTML; what it says stands beside it."""
    return f'<img class="pg-retrato" src="/retrato/{account_id}" alt="" width="40" height="40">'
