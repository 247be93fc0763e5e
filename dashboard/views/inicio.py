"""Inicio: what does this person have to do today? The page that later ones are modelled on.

A page reads with ``context.load``, draws with ``components`` and says only what ``texts`` holds;
what a person does goes through ``context.attempt`` to one verb of publisher.
"""

from __future__ import annotations

from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks
from dashboard.texts import comentarios as comment_texts
from dashboard.texts import common
from dashboard.texts import inicio as texts
from publisher import access, notices
from publisher.app import Actor, App
from publisher.queries import comments, health, inbox, obstacles

SHOWN = 8
_TOLD = frozenset({"exception", "correction", "failed", "decide"})
COUNTERS = 4
BY_ROLE = {
    "DIRV": ("reviewed", "today", "published_today", "waiting"),
    "COOR": ("in_review", "reviewed", "today", "waiting"),
    "DIRP": ("clearing", "today", "in_review", "returned", "published_today"),
    "OPER": ("drafts", "returned", "clearing", "in_review", "today"),
    "AUD": ("in_review", "reviewed", "today", "published_today"),
    "ADM": ("today", "published_today", "waiting", "failed"),
}


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    home = context.load(lambda: inbox.home(app, actor))
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    today = app.clock().astimezone(ZoneInfo(app.institution.timezone))
    with left:
        st.title(texts.TITLE, anchor=False)
        st.markdown(texts.GREETING.format(day=dates.day(today)))
    if access.anywhere(actor, "post.draft"):
        with right, st.container(horizontal=True, horizontal_alignment="right"):
            st.page_link("views/nueva.py", label=common.NEW_POST, icon=":material/add:")
    _alarms(app)
    _comments(app, actor)
    _counters(actor, home)
    attention, coming = st.columns(2, gap="large")
    with attention:
        st.header(texts.ATTENTION_TITLE, anchor=False)
        _attention(home)
    with coming:
        if access.anywhere(actor, "calendar.read"):
            st.header(texts.NEXT_TITLE, anchor=False)
            _next(home)
        _notices(app, actor)


def _alarms(app: App) -> None:
    if not health.readiness(app).worker_alive:
        st.warning(texts.WORKER_DOWN, icon=":material/cloud_off:")
    for obstacle in obstacles.standing(app):
        icon = ":material/speed:" if obstacle.kind == "slow" else ":material/pause:"
        st.warning(obstacle.sentence, icon=icon)


def _comments(app: App, actor: Actor) -> None:
    """Say how many comments are past their working day (rule 16.1)."""
    late = comments.late(app, actor)
    if late:
        said = comment_texts.ALARM_ONE if late == 1 else comment_texts.ALARM.format(n=late)
        st.warning(said, icon=":material/forum:")
        st.page_link("views/comentarios.py", label=common.PAGE_COMENTARIOS)


def _counters(actor: Actor, home: inbox.Home) -> None:
    role = next(role for role in BY_ROLE if role in actor.roles)
    names = [name for name in BY_ROLE[role] if name in home.counters][:COUNTERS]
    for column, name in zip(st.columns(len(names)), names, strict=True):
        column.metric(texts.COUNTERS[name], home.counters[name], help=texts.HELP[name], border=True)
        if name == "waiting" and home.counters[name] and access.anywhere(actor, "delivery.decide"):
            column.page_link("views/decisiones.py", label=texts.DECIDE, icon=":material/gavel:")


def _attention(home: inbox.Home) -> None:
    if not home.attention:
        st.html(marks.empty(texts.ATTENTION_EMPTY))
        return
    for item in home.attention[:SHOWN]:
        with st.container(border=True):
            words, link = st.columns([4, 1], vertical_alignment="center")
            when = f" · {dates.wall(item.local_at)}" if item.local_at else ""
            told = item.reason if item.kind in _TOLD else ""
            words.html(
                f"<div><b>{escape(texts.KINDS[item.kind])}</b>{escape(when)}</div>"
                f"<div>{escape(item.plantel)}</div>"
                f"<div class='pg-texto'>{escape(told or item.text or common.NO_TEXT)}</div>"
            )
            where, query = "publicacion", {"id": str(item.post_id)}
            if item.kind == "returned":
                where = "nueva"
            elif item.kind == "by_hand":
                where, query = "amano", {"envio": str(item.delivery_id)}
            elif item.kind == "decide":
                where, query = "decisiones", {"envio": str(item.delivery_id)}
            link.page_link(f"views/{where}.py", label=common.OPEN, query_params=query)


def _next(home: inbox.Home) -> None:
    if not home.next:
        st.html(marks.empty(texts.NEXT_EMPTY))
        return
    st.html(
        marks.rows(
            marks.row(
                lead=marks.networks(item.networks),
                title=f"<b>{escape(item.plantel)}</b>",
                text=item.text or common.NO_TEXT,
                side=f"<b>{escape(dates.wall(item.local_at))}</b><br>"
                f"{escape(marks.accounts(item.accounts))}",
            )
            for item in home.next
        )
    )


def _notices(app: App, actor: Actor) -> None:
    unread = notices.list_for(app, actor, unread_only=True, limit=6)
    st.header(texts.NOTICES_TITLE, anchor=False)
    if not unread:
        st.html(marks.empty(texts.NOTICES_EMPTY))
        return
    zone = app.institution.timezone
    st.html(
        marks.rows(
            marks.row(
                title=f"<b>{escape(notice.subject)}</b>",
                text=notice.body,
                side=escape(dates.instant(notice.at, zone)),
            )
            for notice in unread
        )
    )
    if st.button(texts.NOTICES_READ, key="avisos_leidos"):
        context.attempt(lambda: notices.mark_read(app, actor))
        st.rerun()


show(context.house(), context.person())
