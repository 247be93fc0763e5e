"""One plantel of Actividad: its figures, what people did with its posts, and its latest sends."""

from __future__ import annotations

from datetime import date
from functools import partial
from html import escape
from typing import Final

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks, sheet
from dashboard.texts import actividad as texts
from dashboard.texts import common
from publisher import access
from publisher.app import Actor, App
from publisher.queries import activity, reach
from publisher.queries.activity import Activity, NetworkActivity, PlantelActivity, RecentRow

LATEST: Final = 8
COUNTS: Final = ("published", "scheduled", "waiting", "failed", "returned")


def forget_week() -> None:
    """Drop the marked week, and with a new key of the map its marked cell."""
    st.session_state.semana = None
    st.session_state.mapas = st.session_state.get("mapas", 0) + 1


def show(
    app: App,
    actor: Actor,
    found: Activity,
    chosen: PlantelActivity,
    week: date | None,
    *,
    wide: bool = False,
) -> None:
    """Draw the plantel ``chosen``; its sends are those of ``week``, a Monday, or the latest.

    ``wide`` says that nothing stands beside it.
    """
    if wide:
        st.header(marks.plain(chosen.plantel), anchor=False)
    st.html(marks.faint(_line(app, found, chosen)))
    if not wide:
        _figures(found, chosen)
        _reach(chosen)
        _latest(app, actor, chosen, week)
        _elsewhere(app, actor, chosen)
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        _figures(found, chosen)
        _reach(chosen)
    with right:
        _latest(app, actor, chosen, week)
        _elsewhere(app, actor, chosen)


def _line(app: App, found: Activity, chosen: PlantelActivity) -> str:
    if chosen.last_published_at is None:
        sentence, last = texts.DETAIL_NONE, ""
    else:
        sentence = texts.DETAIL_ONE if chosen.published == 1 else texts.DETAIL_LINE
        last = dates.instant(chosen.last_published_at, app.institution.timezone)
    return sentence.format(
        region=chosen.region, n=chosen.published, weeks=len(found.weeks), last=last
    ).removeprefix(" · ")


def _figures(found: Activity, chosen: PlantelActivity) -> None:
    if not chosen.by_network and not chosen.returned:
        st.html(marks.empty(texts.NETWORKS_EMPTY))
        return
    values = ", ".join(str(value) for value in chosen.weeks)
    span = texts.BARS_FROM.format(first=dates.short(found.weeks[0]))
    st.html(
        sheet.bars(chosen.weeks, label=texts.BARS.format(values=values))
        + marks.faint(span)
        + "<div style='height:10px'></div>"
        + sheet.table(
            ("", *(marks.network(name) for name in common.NETWORKS), escape(texts.TOTAL)),
            (_figure(name, chosen) for name in COUNTS),
            caption=texts.NETWORKS_CAPTION,
            numbers=len(common.NETWORKS) + 1,
            narrow=True,
        )
    )


def _reach(chosen: PlantelActivity) -> None:
    """Draw what people did, per network; what a network does not tell stays blank."""
    if not chosen.reach:
        return
    st.html(
        sheet.table(
            ("", *(marks.network(name) for name in common.NETWORKS)),
            (
                (
                    sheet.head(escape(words)),
                    *(
                        _told(getattr(chosen.reach.get(network), name, None))
                        for network in common.NETWORKS
                    ),
                )
                for name, words in texts.REACH.items()
            ),
            caption=texts.REACH_CAPTION,
            numbers=len(common.NETWORKS),
            narrow=True,
        )
    )


def _post(text: str, network: str, permalink: str) -> str:
    """Return what a post says, with the link to it on its network where there is one."""
    said = f"<div class='pg-texto'>{escape(text or common.NO_TEXT)}</div>"
    if not permalink:
        return said
    label = texts.IN_NETWORK.format(network=common.NETWORKS.get(network, network))
    return (
        f'{said}<a class="pg-ir" href="{escape(permalink, quote=True)}" target="_blank"'
        f' rel="noopener noreferrer">{escape(label)} ↗</a>'
    )


def _told(value: int | None) -> str:
    return "<td></td>" if value is None else sheet.number(value)


def _elsewhere(app: App, actor: Actor, chosen: PlantelActivity) -> None:
    rows = context.load(partial(reach.elsewhere, app, actor, chosen.plantel_id, limit=LATEST))
    if not rows:
        return
    st.header(texts.ELSEWHERE, anchor=False)
    st.html(marks.faint(texts.ELSEWHERE_INTRO))
    for row in rows:
        # this address is the network's own word; only one of the web becomes a link
        told = row.permalink if row.permalink.startswith(("https://", "http://")) else ""
        with st.container(border=True):
            st.html(
                f"<div>{marks.network(row.network)} "
                f"<b>{escape(dates.instant(row.at, row.timezone))}</b> {escape(row.handle)}</div>"
                + _post(row.text, row.network, told)
            )


def _figure(name: str, chosen: PlantelActivity) -> tuple[str, ...]:
    by_network = [chosen.by_network.get(network, NetworkActivity()) for network in common.NETWORKS]
    return (
        sheet.head(escape(texts.COLUMNS[name])),
        *(sheet.number(getattr(counts, name)) for counts in by_network),
        sheet.number(getattr(chosen, name)),
    )


def _latest(app: App, actor: Actor, chosen: PlantelActivity, week: date | None) -> None:
    title = texts.RECENT_WEEK.format(day=dates.short(week)) if week else texts.RECENT
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(title, anchor=False)
        if week:
            st.button(texts.WHOLE, key="todas_semanas", type="tertiary", on_click=forget_week)
    group = st.segmented_control(
        texts.GROUP,
        list(texts.GROUPS),
        default=next(iter(texts.GROUPS)),
        required=True,
        key="estado",
        label_visibility="collapsed",
    )
    groups = texts.GROUPS[group or next(iter(texts.GROUPS))]
    kept = st.session_state.setdefault("recientes", {})
    limit = kept.get(chosen.plantel_id, LATEST)
    rows = context.load(
        partial(
            activity.recent,
            app,
            actor,
            chosen.plantel_id,
            week=week,
            groups=groups,
            limit=limit + 1,
        )
    )
    if not rows:
        filtered = bool(groups) or week is not None
        st.html(marks.empty(texts.RECENT_EMPTY_FILTERED if filtered else texts.RECENT_EMPTY))
        if access.allows(actor, "post.draft", plantel_id=chosen.plantel_id) and not filtered:
            st.page_link("views/nueva.py", label=common.NEW_POST, icon=":material/add:")
    for number, row in enumerate(rows[:limit]):
        _one(row, number)
    if len(rows) > limit and st.button(texts.MORE, key="mas_recientes"):
        kept[chosen.plantel_id] = limit + LATEST
        st.rerun()


def _one(row: RecentRow, number: int) -> None:
    with st.container(border=True, key=f"envio_{number}"):
        words, link = st.columns([5, 1], vertical_alignment="center")
        words.html(
            f"<div>{marks.network(row.network)} "
            f"<b>{escape(dates.instant(row.at, row.timezone))}</b> {marks.phase(row.group)}</div>"
            + _post(row.text, row.network, row.permalink)
        )
        link.page_link(
            "views/publicacion.py", label=common.SEE, query_params={"id": str(row.post_id)}
        )
