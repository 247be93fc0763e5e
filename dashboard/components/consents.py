"""The composer's list of consents: what a medium that shows minors may cite."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.components import dates, marks
from dashboard.texts import consentimientos as texts
from publisher.consents.covers import reference
from publisher.queries.consent_choices import Choice


def pick(offered: Sequence[Choice], *, thing: str, key: str, home: str = "") -> None:
    """Draw the list; ``key`` holds the folios chosen. ``home`` is the plantel that needs no name.

    A folio that is cited and no longer holds stays in it, with the reason.
    """
    named = {one.folio: one for one in offered}
    chosen: list[str] = st.session_state.get(key) or []
    st.session_state[key] = [folio for folio in chosen if folio in named]
    if not named:
        st.info(texts.PICK_NONE, icon=":material/info:")
        st.page_link("views/consentimientos.py", label=texts.TITLE, icon=":material/how_to_reg:")
        return
    st.multiselect(
        texts.PICK.format(thing=thing),
        list(named),
        format_func=lambda folio: label(named[folio], home=home),
        placeholder=texts.PICK_HINT,
        help=texts.PICK_HELP,
        key=key,
    )


def label(one: Choice, *, home: str = "") -> str:
    """Return a consent in one line: whose, of what, until when; or why it no longer holds."""
    if one.valid_until is None or one.standing in {"expired", "revoked"}:
        return texts.PICK_BAD.format(folio=one.folio, standing=texts.STANDING[one.standing].lower())
    words = texts.PICK_ROW if one.plantel == home or not home else texts.PICK_ROW_OTHER
    return words.format(
        folio=one.folio,
        subject=one.subject,
        plantel=marks.tight(one.plantel),
        scopes=", ".join(texts.SCOPE[scope].lower() for scope in one.scopes),
        day=f"{dates.short(one.valid_until)} {one.valid_until.year}",
    )


def cited(chosen: object) -> str:
    """Return what a widget holds as the citation that a medium keeps."""
    return reference(chosen) if isinstance(chosen, list) else ""
