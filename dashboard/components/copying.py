"""Buttons that put a text into the clipboard, without a journey to the server."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.components.frontend import source
from dashboard.texts import amano as texts

_mount = st.components.v2.component("pregonero_copy", css=source("copy.css"), js=source("copy.js"))


def buttons(items: Sequence[tuple[str, str]], *, key: str) -> None:
    """Draw a button for each (label, text)."""
    _mount(
        key=key,
        data={
            "items": [{"label": label, "text": text} for label, text in items],
            "labels": {"copied": texts.COPIED, "failed": texts.COPY_BY_HAND},
        },
    )
