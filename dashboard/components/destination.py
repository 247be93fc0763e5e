"""Where a new post goes: its planteles and networks, in which form, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.components import dates, hours, marks
from dashboard.editing import Editor
from dashboard.texts import common
from dashboard.texts import nueva as texts
from publisher.app import Actor, App
from publisher.editorial.content import forms_offered
from publisher.editorial.snapshot import STORY
from publisher.queries import places
from publisher.queries.places import AccountRow, PlantelRow

STEP = timedelta(minutes=5)


def choose(
    app: App, actor: Actor, editor: Editor
) -> tuple[list[PlantelRow], tuple[AccountRow, ...], list[str]]:
    """Draw where it goes; returns (planteles, their accounts, chosen networks)."""
    options = {row.id: row for row in places.planteles(app, actor, action="post.draft")}
    if not options:
        st.html(marks.empty(texts.NO_PLANTELES))
        return [], (), []
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    key = editor.key("planteles")
    if len(options) == 1:
        only = next(iter(options.values()))
        left.markdown(f"{texts.PLANTEL}: **{marks.plain(only.name)}**")
        chosen = [only]
    else:
        st.session_state[key] = [id_ for id_ in st.session_state.get(key, []) if id_ in options]
        picked = left.multiselect(
            texts.DESTINATIONS,
            list(options),
            format_func=lambda id_: options[id_].name,
            help=texts.DESTINATIONS_HELP,
            placeholder=texts.PLANTEL,
            key=key,
        )
        chosen = [options[id_] for id_ in picked]
    with right:
        networks = st.pills(
            texts.NETWORKS,
            list(common.NETWORKS),
            selection_mode="multi",
            format_func=lambda name: common.NETWORKS[name],
            key=editor.key("redes"),
        )
    if not chosen:
        return [], (), []
    if editor.post_id is None:
        editor.plantel_id = chosen[0].id
    accounts = places.accounts(app, actor, [row.id for row in chosen], action="post.draft")
    useless = [row for row in accounts if not row.usable and row.network in networks]
    if useless:
        names = ", ".join(f"{common.NETWORKS[row.network]} {row.handle}" for row in useless)
        st.html(marks.faint(texts.UNUSABLE.format(accounts=names)))
    if not any(row.usable for row in accounts):
        st.warning(texts.NO_ACCOUNTS.format(plantel=chosen[0].name))
    return chosen, accounts, list(networks)


def forms(editor: Editor, networks: Sequence[str]) -> dict[str, str]:
    """Draw the choice of form for each network that has several; returns those chosen."""
    chosen: dict[str, str] = {}
    for network in networks:
        offered = forms_offered(network)
        if len(offered) < 2:
            continue
        key = editor.key("forma", network)
        if st.session_state.get(key) not in offered:
            st.session_state[key] = offered[0]
        st.segmented_control(
            texts.FORM.format(network=common.NETWORKS[network]),
            list(offered),
            format_func=lambda form: common.FORMS[form],
            help=texts.FORM_HELP.get(network),
            required=True,
            key=key,
        )
        chosen[network] = st.session_state.get(key) or offered[0]
    if STORY in chosen.values():
        st.html(marks.faint(texts.STORY_NO_TEXT))
    return chosen


def when(
    app: App, editor: Editor, planteles: Sequence[PlantelRow]
) -> tuple[datetime | None, str, int]:
    """Draw the proposed time; returns (wall time of the first plantel, mode, fold)."""
    zone = planteles[0].timezone
    now = app.clock().astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    when = st.datetime_input(
        texts.WHEN.format(zone=dates.zone_name(zone)),
        min_value=min(now, st.session_state.get(editor.key("cuando")) or now),
        step=STEP,
        format="DD/MM/YYYY",
        help=texts.WHEN_HELP,
        key=editor.key("cuando"),
        width=320,
    )
    mode, fold = hours.choose(
        when, [row.timezone for row in planteles], home=zone, key=editor.key("modo")
    )
    return when, mode, fold
