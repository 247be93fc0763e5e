"""Bitácora: who did what, when and why; and the proof that nobody changed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context
from dashboard.components import chain, dates, entry, marks, sheet
from dashboard.texts import bitacora as texts
from dashboard.texts import common
from publisher import access
from publisher.app import SYSTEM, Actor, App
from publisher.queries import audit
from publisher.queries.audit import Options, Page
from publisher.queries.audit_lines import Line
from publisher.queries.audit_search import Cursor, Filters
from publisher.texts import bitacora as words

PAGE = 25
FILTERS = ("desde", "hasta", "persona", "hecho", "plantel", "resultado", "motivo")
_CURSORS = "paginas_bitacora"


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    sheet.style()
    st.title(texts.TITLE, anchor=False)
    st.markdown(_intro(actor))
    offered = context.load(partial(audit.options, app, actor))
    filters = _filters(offered)
    cursors = _cursors(filters)
    left, right = st.columns([2, 1], gap="large")
    with left:
        _listed(app, actor, filters, cursors)
    with right:
        if access.allows(actor, "audit.verify"):
            chain.show(app, actor)
        if access.allows(actor, "audit.read") or access.scope(actor, "audit.read"):
            chain.copy(app, actor, dict(offered.codes))
    _deep_link(app, actor)


_WRAP = 'style="overflow-wrap:anywhere"'


def _intro(actor: Actor) -> str:
    reached = access.reach(actor, "audit.read")
    if "all" in reached:
        return texts.INTRO
    if "own" in reached:
        return texts.INTRO_OWN
    return texts.INTRO_TECHNICAL if "technical" in reached else texts.INTRO_SELF


def _filters(offered: Options) -> Filters:
    people = {**_unique(offered.people), texts.SYSTEM: SYSTEM.person_id} if offered.people else {}
    planteles = _unique(offered.planteles)
    groups = {words.GROUPS[key]: key for key in offered.groups}
    results = {name: key for key, name in words.RESULTS.items()}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        since = _day(texts.SINCE, "desde")
        until = _day(texts.UNTIL, "hasta")
        group = _one_of(texts.GROUP, "hecho", [texts.ALL, *groups], 210)
        person = _one_of(texts.PERSON, "persona", [texts.EVERYBODY, *people], 220)
        place = _one_of(texts.PLANTEL, "plantel", [common.ALL_PLANTELES, *planteles], 230)
        result = _one_of(texts.RESULT, "resultado", [texts.ALL, *results], 130)
        reason = st.text_input(
            texts.WORDS,
            placeholder=texts.WORDS_HINT,
            icon=":material/search:",
            key="motivo",
            bind="query-params",
            width=220,
        )
    kind, _, name = st.query_params.get("objeto", "").partition("/")
    if since and until and since > until:
        st.warning(texts.WRONG_DAYS, icon=":material/date_range:")
    return Filters(
        since=since,
        until=until,
        actor_id=people.get(person),
        group=groups.get(group, ""),
        object_type=kind if name else "",
        object_id=name,
        plantel_id=planteles.get(place),
        result=results.get(result, ""),
        words=reason or "",
    )


def _day(label: str, key: str) -> date | None:
    found = st.date_input(
        label, value=None, key=key, format="DD/MM/YYYY", bind="query-params", width=140
    )
    return found if isinstance(found, date) else None


def _one_of(label: str, key: str, options: Sequence[str], width: int) -> str:
    if len(options) < 3:
        return options[0]
    return str(st.selectbox(label, options, key=key, bind="query-params", width=width))


def _unique(names: Mapping[int, str]) -> dict[str, int]:
    """Return the ids by name; of two with one name each is told by its number too."""
    seen = Counter(names.values())
    return {name if seen[name] == 1 else f"{name} ({id_})": id_ for id_, name in names.items()}


def _cursors(filters: Filters) -> list[Cursor | None]:
    cursors: list[Cursor | None] = st.session_state.setdefault(_CURSORS, [None])
    if st.session_state.get("filtros_bitacora") != filters:
        st.session_state["filtros_bitacora"] = filters
        cursors[:] = [None]
    return cursors


def _listed(app: App, actor: Actor, filters: Filters, cursors: list[Cursor | None]) -> None:
    if filters.object_id:
        kind = words.OBJECTS.get(filters.object_type, filters.object_type)
        said = texts.OBJECT.format(name=f"{kind} {filters.object_id}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{marks.plain(said)}**")
            st.button(texts.CLEAR_OBJECT, key="ver_todo", type="tertiary", on_click=_clear_object)
    verb = partial(audit.page, app, actor, filters, after=cursors[-1], limit=PAGE)
    page = context.load(verb)
    if not page.lines and not page.looked_to:
        filtered = filters != Filters()
        st.html(marks.empty(texts.EMPTY_FILTERED if filtered else texts.EMPTY))
        if filtered:
            st.button(texts.CLEAR, key="quitar_filtros", on_click=_clear)
    _rows(app, page.lines)
    if page.looked_to:
        when = dates.instant(page.looked_to, app.institution.timezone)
        st.html(marks.faint(texts.LOOKED.format(when=when)))
    _pager(page, cursors)


def _rows(app: App, lines: Sequence[Line]) -> None:
    zone = ZoneInfo(app.institution.timezone)
    today = None
    for line in lines:
        local = line.at.astimezone(zone)
        if local.date() != today:
            today = local.date()
            st.html(f"<div class='pg-tenue'><b>{escape(dates.day(today))} {today.year}</b></div>")
        with st.container(border=True, key=f"asiento_{line.id}"):
            said, action = st.columns([6, 1], vertical_alignment="center")
            said.html(_row(line, f"{local:%H:%M:%S}"))
            action.button(
                texts.DETAIL,
                key=f"detalle_{line.id}",
                type="tertiary",
                help=texts.DETAIL_OF.format(what=line.words),
                on_click=partial(st.session_state.__setitem__, "asiento_abierto", line.id),
            )


def _row(line: Line, hour: str) -> str:
    tone: Mapping[str, sheet.Tone] = {"refused": "warn", "failed": "bad"}
    chip = ""
    if line.result in tone:
        chip = sheet.chip(words.RESULTS[line.result], tone[line.result])
    # of one's own sign-in nobody needs to read one's name twice
    of = "" if line.object.endswith(line.actor) and line.actor else line.object
    facts = "".join(f" · {one}" for one in (of, line.plantel) if one)
    reason = f"<div class='pg-texto'>{escape(line.reason)}</div>" if line.reason else ""
    return (
        f"<div {_WRAP}><span class='pg-num pg-tenue'>{hour}</span> <b>{escape(line.words)}</b> "
        f"{chip}</div><div {_WRAP}>{escape(entry.who(line))}"
        f"<span class='pg-tenue'>{escape(facts)}</span></div>{reason}"
    )


def _pager(page: Page, cursors: list[Cursor | None]) -> None:
    if len(cursors) == 1 and page.next is None:
        return
    with st.container(horizontal=True):
        if st.button(common.PREVIOUS, disabled=len(cursors) == 1, key="anteriores"):
            cursors.pop()
            st.rerun()
        label = texts.LOOK_ON if page.looked_to else common.NEXT
        if st.button(label, disabled=page.next is None, key="siguientes"):
            cursors.append(page.next)
            st.rerun()


def _deep_link(app: App, actor: Actor) -> None:
    """Open the entry that was asked for: by its button, or once by the address."""
    wanted = st.session_state.pop("asiento_abierto", "")
    if not wanted and "asiento" in st.query_params:
        wanted = st.query_params["asiento"]
        del st.query_params["asiento"]
    if not wanted:
        return
    found = context.attempt(partial(audit.sheet, app, actor, wanted[:64]))
    if found is not None:
        entry.dialog(app, found, only=_only)


def _only(line: Line) -> None:
    _clear()
    st.query_params["objeto"] = f"{line.object_type}/{line.object_id}"


def _clear() -> None:
    _clear_object()
    for key in FILTERS:
        # set, not popped: a parameter of the address that is bound to a widget cannot be taken off
        if key in st.session_state:
            st.session_state[key] = _DEFAULTS.get(key)


def _clear_object() -> None:
    if "objeto" in st.query_params:
        del st.query_params["objeto"]


_DEFAULTS: Mapping[str, str | None] = {
    "persona": texts.EVERYBODY,
    "hecho": texts.ALL,
    "plantel": common.ALL_PLANTELES,
    "resultado": texts.ALL,
    "motivo": "",
}

show(context.house(), context.person())
