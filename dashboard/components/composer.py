"""The editor's component: Python hands over what is known and receives the texts after a pause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.components import frontend
from dashboard.texts import common
from dashboard.texts import nueva as texts

_mount = st.components.v2.component(
    "pregonero_composer", css=frontend.source("composer.css"), js=frontend.composer()
)


@dataclass(frozen=True, kw_only=True)
class Face:
    """Who a preview speaks as: the plantel's name, the account's handle."""

    name: str
    handle: str

    @property
    def initials(self) -> str:
        """The first letters of the name's first two words."""
        words = [word for word in self.name.split() if word[0].isalpha()]
        return "".join(word[0] for word in words[:2]).upper()


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A medium in a preview: its name, what it shows, its kind, and how long it lasts."""

    sha256: str
    alt: str
    kind: str
    length: str = ""


def compose(
    *,
    key: str,
    version: str,
    initial: Mapping[str, str],
    networks: Sequence[str],
    limits: Mapping[str, int | None],
    lengths: Mapping[str, tuple[str, int]],
    faces: Mapping[str, Face],
    pictures: Sequence[Shot],
    when: str,
    forms: Mapping[str, str] | None = None,
    following: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> dict[str, str]:
    """Draw the editor and return its texts (``base`` and each network with its own).

    ``version`` starts it anew from ``initial``; ``lengths`` holds the server's count of a text by
    network; ``forms`` the form of the post on each that has several; ``following`` is drawn below
    a network's card.
    """
    # A page that grew or shrank above may mount it again: it must come back with what was written.
    written = clean(st.session_state.get(key, {}).get("textos"), initial)
    data = {
        "version": version,
        "texts": written,
        "networks": list(networks),
        "limits": dict(limits),
        "lengths": {name: {"text": text, "used": used} for name, (text, used) in lengths.items()},
        "accounts": {
            name: {"name": face.name, "handle": face.handle, "initials": face.initials}
            for name, face in faces.items()
        },
        "pictures": [
            {"sha": shot.sha256, "alt": shot.alt, "kind": shot.kind, "length": shot.length}
            for shot in pictures
        ],
        "forms": dict(forms or {}),
        "when": when,
        "following": {name: list(rows) for name, rows in (following or {}).items()},
        "labels": {
            **texts.COMPOSER,
            "networks": dict(common.NETWORKS),
            "forms": dict(common.FORMS),
            "kinds": dict(common.KINDS),
        },
    }
    result = _mount(
        key=key, data=data, default={"textos": dict(initial)}, on_textos_change=lambda: None
    )
    return clean(result.textos, initial)


def clean(told: Any, initial: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that the browser told, as far as they are texts of known networks."""
    if not isinstance(told, Mapping):
        return dict(initial)
    known = {"base", *common.NETWORKS}
    return {name: text for name, text in told.items() if name in known and isinstance(text, str)}
