"""Seeing what the vault holds of an account: the second factor first, then the values, once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard.components import asking, factor, marks, opening
from dashboard.texts import requerimientos as texts
from publisher.app import Actor, App
from publisher.custody import disclosures
from publisher.custody.opening import Opened
from publisher.queries.custody_sheet import CustodySheet
from publisher.queries.disclosures import Askable
from vault.custody import FIELDS
from vault.disclosure import REASON_LENGTH


def once(app: App, actor: Actor, verb: Callable[[], Opened], *, key: str, label: str) -> None:
    """Ask for the second factor where it was not proven lately, then offer to open once."""
    if factor.ask(app, actor, key=key):
        opening.once(app, verb, key=key, label=label)


def own(app: App, actor: Actor, found: CustodySheet) -> None:
    """Let the custodian or the director see what is kept of their own account."""
    line = found.line
    account = Askable(
        id=line.id,
        plantel_id=line.plantel_id,
        plantel=line.plantel,
        network=line.network,
        handle=line.handle,
        fields=tuple(name for name in FIELDS if name in line.holds),
    )
    # what was filled in serves for one reading: the next begins with an empty form
    key = f"propia_{line.id}_{found.readings[0].id if found.readings else 0}"
    with st.expander(texts.OWN, icon=":material/visibility:"):
        st.html(marks.faint(texts.OWN_INTRO))
        filled = asking.fill([account], kind="own", key=key)
        if not filled.complete:
            st.html(marks.faint(texts.OWN_NEEDS.format(length=REASON_LENGTH)))
            return
        verb = partial(
            disclosures.read_own,
            app,
            actor,
            line.id,
            filled.fields,
            filled.reason,
            reason_code=filled.code,
        )
        once(app, actor, verb, key=key, label=texts.OWN_DO)
