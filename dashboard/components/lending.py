"""The Directora's delegations: what is in force, a new one, and the way to end it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks, sheet
from dashboard.components.people import done
from dashboard.components.sheet import Tone
from dashboard.texts import common
from dashboard.texts import personas as texts
from publisher import localtime, people
from publisher.app import Actor, App
from publisher.queries import staff
from publisher.queries.staff import DelegationRow

STEP = timedelta(minutes=15)
WALL = "%Y-%m-%dT%H:%M"
TONES: dict[str, Tone] = {"future": "info", "active": "ok", "used_up": "warn"}


def show(app: App, actor: Actor) -> None:
    """Draw the section."""
    st.header(texts.DELEGATIONS_TITLE, anchor=False)
    st.markdown(texts.DELEGATIONS_INTRO)
    rows = context.load(partial(staff.delegations, app, actor))
    left, right = st.columns(2, gap="large")
    with left:
        if not rows:
            st.html(marks.empty(texts.DELEGATIONS_EMPTY))
        for row in rows:
            with st.container(border=True):
                _one(app, actor, row)
    with right, st.container(border=True):
        _new(app, actor)


def _one(app: App, actor: Actor, row: DelegationRow) -> None:
    zone = app.institution.timezone
    limit = texts.USED if row.max_posts is None else texts.USED_OF
    used = limit.format(used=row.used, limit=row.max_posts)
    clean = texts.CLEAN_ONLY if row.only_clean else ""
    topics = ", ".join(common.TOPICS[name].lower() for name in row.topics)
    about = texts.TOPICS_ONLY.format(topics=topics) if topics else ""
    span = texts.FROM_TO.format(
        start=dates.instant(row.starts_at, zone), end=dates.instant(row.ends_at, zone)
    )
    chip = sheet.chip(texts.STATES[row.state], TONES.get(row.state, "plain"))
    st.html(
        f"<div><b>{escape(row.name)}</b> {chip}</div>"
        f"{marks.faint(' · '.join(filter(None, (span, used, clean, about))))}"
        f"<div class='pg-texto'>{escape(row.reason)}</div>"
    )
    verb = partial(people.revoke_delegation, app, actor, row.id)
    if (
        row.state in {"future", "active", "used_up"}
        and st.button(texts.REVOKE, key=f"retirar_{row.id}")
        and done(verb, texts.REVOKED)
    ):
        st.rerun()


def _new(app: App, actor: Actor) -> None:
    st.header(texts.DELEGATE_TITLE, anchor=False)
    candidates = context.load(partial(staff.coordinators, app, actor))
    if not candidates:
        st.html(marks.empty(texts.NO_COORDINATOR))
        return
    zone = app.institution.timezone
    today = (
        app.clock()
        .astimezone(ZoneInfo(zone))
        .replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    )
    names = {one.id: one.name for one in candidates}
    to = st.selectbox(texts.TO, list(names), format_func=lambda id_: names[id_], key="delegar_en")
    starts = _when(texts.STARTS, "delegar_desde", today)
    ends = _when(texts.ENDS, "delegar_hasta", today)
    st.html(marks.faint(texts.ZONE.format(zone=dates.zone_name(zone))))
    reason = st.text_input(texts.REASON, key="delegar_motivo")
    limit = st.number_input(
        texts.MAX_POSTS, min_value=1, value=None, step=1, key="delegar_maximo", placeholder="–"
    )
    only_clean = st.toggle(texts.ONLY_CLEAN, key="delegar_limpias")
    topics = st.pills(
        texts.TOPICS,
        list(common.TOPICS),
        selection_mode="multi",
        format_func=lambda name: common.TOPICS[name],
        key="delegar_temas",
    )

    def delegate() -> int:
        return people.delegate(
            app,
            actor,
            to,
            starts_at=_instant(starts, zone) if starts else None,
            ends_at=_instant(ends, zone) if ends else app.clock(),
            reason=reason,
            max_posts=int(limit) if limit else None,
            only_clean=only_clean,
            topics=topics,
        )

    if st.button(texts.DELEGATE, type="primary", key="delegar"):
        if ends is None:
            st.error(texts.END_NEEDED, icon=":material/error:")
        elif done(delegate, texts.DELEGATED):
            for key in ("desde", "hasta", "motivo", "maximo", "limpias", "temas"):
                st.session_state.pop(f"delegar_{key}", None)
            st.rerun()


def _when(label: str, key: str, today: datetime) -> datetime | None:
    return st.datetime_input(
        label, value=None, min_value=today, step=STEP, format="DD/MM/YYYY", key=key
    )


def _instant(wall: datetime, zone: str) -> datetime:
    return localtime.resolve(wall.strftime(WALL), zone, 0)
