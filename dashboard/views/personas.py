"""Personas: access and roles for the administration, operators for a director, delegations."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import clearing, lending, marks, sheet
from dashboard.components import people as parts
from dashboard.texts import common
from dashboard.texts import personas as texts
from publisher import access, people
from publisher.app import Actor, App
from publisher.people import PersonRow
from publisher.queries import places, staff
from publisher.queries.staff import DesignationRow

PAGE = 10


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    sheet.style()
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        st.title(texts.TITLE, anchor=False)
        for action, sentence in texts.INTRO.items():
            if access.anywhere(actor, action):
                st.markdown(sentence)
    if access.allows(actor, "people.manage"):
        found = places.planteles(app, actor, action="institution.read", active_only=False)
        short = marks.short_names(row.name for row in found)
        every = {row.id: short[row.name] for row in found}
        active = {row.id: row.name for row in found if row.state == "active"}
        with right, st.container(horizontal=True, horizontal_alignment="right"):
            new = st.button(texts.NEW, type="primary", icon=":material/person_add:", key="nueva")
        if new:
            parts.create_dialog(app, actor, active)
        _people(app, actor, every, active)
    if access.anywhere(actor, "designation.make"):
        _operators(app, actor)
    if access.allows(actor, "delegation.make"):
        lending.show(app, actor)
    if access.allows(actor, "clearance.switch"):
        clearing.option(app, actor)


def _people(app: App, actor: Actor, every: Mapping[int, str], active: Mapping[int, str]) -> None:
    rows = context.load(partial(people.list_people, app, actor))
    kept = _filtered(rows)
    left, right = st.columns([3, 2], gap="large")
    with left:
        many = texts.COUNT.format(n=len(kept))
        st.html(marks.faint(texts.COUNT_ONE if len(kept) == 1 else many))
        if not kept:
            st.html(marks.empty(texts.EMPTY))
            st.button(texts.CLEAR, key="quitar_filtros", on_click=_clear)
        _list(kept, every)
    with right, st.container(border=True, key="detalle_persona"):
        chosen = st.session_state.get("persona")
        person = next((row for row in rows if row.id == chosen), None)
        if person is None:
            st.html(marks.empty(texts.PICK))
        else:
            _detail(app, actor, person, active)


def _filtered(rows: Sequence[PersonRow]) -> list[PersonRow]:
    options = [texts.EVERY_ROLE, *common.ROLES.values(), texts.NO_ROLE, texts.DISABLED]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        wanted = st.text_input(
            texts.SEARCH,
            placeholder=texts.SEARCH_HINT,
            icon=":material/search:",
            key="buscar_persona",
            live=True,
            width=280,
        )
        role = st.selectbox(texts.ROLE, options, key="funcion", bind="query-params", width=280)
    seen = (wanted, role)
    if st.session_state.get("personas_vistas") != seen:
        st.session_state.personas_vistas = seen
        st.session_state.pop("pagina_personas", None)
    return [
        row
        for row in rows
        if _bare(wanted) in _bare(f"{row.name} {row.email}") and is_one(row, role)
    ]


def is_one(row: PersonRow, wanted: str) -> bool:
    """Tell whether a person is one of those that the filter of roles names."""
    if wanted == texts.DISABLED:
        return row.state == "disabled"
    if wanted == texts.NO_ROLE:
        return not row.grants
    return wanted == texts.EVERY_ROLE or wanted in {common.ROLES[role] for role, _ in row.grants}


def _clear() -> None:
    # Set, not popped: a parameter of the address that is bound to a widget cannot be taken off.
    st.session_state.buscar_persona = ""
    st.session_state.funcion = texts.EVERY_ROLE


def _list(rows: Sequence[PersonRow], planteles: Mapping[int, str]) -> None:
    pages = max(1, -(-len(rows) // PAGE))
    number = min(st.session_state.get("pagina_personas", 1), pages)
    for row in rows[(number - 1) * PAGE : number * PAGE]:
        with st.container(border=True, key=f"persona_{row.id}"):
            words, action = st.columns([5, 1], vertical_alignment="center")
            words.html(
                f"<div><b>{escape(row.name)}</b> {_chips(row)}</div>"
                f"<div class='pg-tenue' style='font-size:.9rem;overflow-wrap:anywhere'>"
                f"{escape(row.email)}</div><div class='pg-texto' style='-webkit-line-clamp:1'>"
                f"{parts.roles_html(row.grants, planteles)}</div>"
            )
            action.button(
                common.OPEN,
                key=f"abrir_{row.id}",
                help=texts.OPEN_ONE.format(name=row.name),
                on_click=partial(_open, row.id),
            )
    if pages > 1:
        st.pagination(pages, key="pagina_personas")


def _open(person_id: int) -> None:
    st.session_state.persona = person_id


def _chips(row: PersonRow) -> str:
    found = []
    if row.state == "disabled":
        found.append(sheet.chip(texts.DISABLED, "bad"))
    elif not row.has_password:
        found.append(sheet.chip(texts.NO_PASSWORD, "plain"))
    elif row.must_change_password:
        found.append(sheet.chip(texts.MUST_CHANGE, "warn"))
    return " ".join(found)


def _detail(app: App, actor: Actor, person: PersonRow, planteles: Mapping[int, str]) -> None:
    st.header(marks.plain(person.name), anchor=False)
    st.html(f"{marks.faint(person.email)}{_chips(person)}")
    st.header(texts.ROLES_TITLE, anchor=False)
    _designations(app, actor, person)
    if person.state == "active":
        with st.expander(texts.DESIGNATE_TITLE, icon=":material/badge:"):
            _designate(app, actor, person, planteles)
    st.header(texts.ACCESS_TITLE, anchor=False)
    with st.container(horizontal=True):
        if person.state == "disabled":
            verb = partial(people.enable_person, app, actor, person.id)
            if st.button(texts.ENABLE, key="habilitar") and parts.done(verb, texts.ENABLED_DONE):
                st.rerun()
            return
        label = texts.RESET if person.has_password else texts.ISSUE
        if st.button(label, icon=":material/key:", key="restablecer"):
            parts.reset_dialog(app, actor, person)
        if (
            person.has_factor
            and person.id != actor.person_id
            and st.button(texts.FACTOR, icon=":material/phonelink_erase:", key="quitar_factor")
        ):
            parts.factor_dialog(app, actor, person)
        if person.is_linked and st.button(texts.UNLINK, icon=":material/link_off:", key="desligar"):
            parts.unlink_dialog(app, actor, person)
        if person.id != actor.person_id and st.button(
            texts.DISABLE, icon=":material/block:", key="inhabilitar"
        ):
            parts.disable_dialog(app, actor, person)


def _designations(app: App, actor: Actor, person: PersonRow) -> None:
    rows = context.load(partial(staff.designations, app, actor, person_id=person.id))
    if not rows:
        st.html(marks.faint(texts.ROLES_EMPTY))
    for row in rows:
        _designation(app, actor, row, title=common.ROLES[row.role])


def _designation(app: App, actor: Actor, row: DesignationRow, *, title: str) -> None:
    """Draw one designation, with the way to end it where the actor may."""
    action = "designation.make" if row.role == "OPER" else "people.manage"
    place = row.plantel_id if row.role == "OPER" else None
    with st.container(horizontal=True, vertical_alignment="center"):
        line = " · ".join(filter(None, (row.plantel, row.position, _span(app, row))))
        st.html(f"<div><b>{escape(title)}</b></div>{marks.faint(line)}")
        if access.allows(actor, action, plantel_id=place) and st.button(
            texts.END, key=f"terminar_{row.id}"
        ):
            parts.end_dialog(app, actor, row)


def _span(app: App, row: DesignationRow) -> str:
    zone = app.institution.timezone
    start = parts.day_of(row.starts_at, zone)
    if row.ends_at is None:
        return texts.SINCE.format(start=start)
    return texts.FROM_TO.format(start=start, end=parts.day_of(row.ends_at, zone))


def _designate(app: App, actor: Actor, person: PersonRow, planteles: Mapping[int, str]) -> None:
    role, plantel_id, position = parts.role_fields(actor, planteles, key=f"p{person.id}")
    verb = partial(
        people.designate, app, actor, person.id, role, plantel_id=plantel_id, position=position
    )
    if st.button(texts.DESIGNATE, key="designar", disabled=not role) and parts.done(
        verb, texts.DESIGNATED
    ):
        for name in ("funcion", "plantel", "cargo"):
            st.session_state.pop(f"{name}_p{person.id}", None)
        st.rerun()


def _operators(app: App, actor: Actor) -> None:
    """Draw, for each plantel that the actor directs, who operates it and how to name another."""
    where = access.scope(actor, "designation.make") or frozenset()
    found = context.load(partial(places.planteles, app, actor, action="institution.read"))
    rows = context.load(partial(staff.designations, app, actor))
    for plantel in (row for row in found if row.id in where):
        st.header(f"{texts.OPERATORS_TITLE} · {marks.plain(plantel.name)}", anchor=False)
        left, right = st.columns(2, gap="large")
        with left:
            own = [row for row in rows if row.plantel_id == plantel.id and row.role == "OPER"]
            if not own:
                st.html(marks.empty(texts.OPERATORS_EMPTY))
            for row in own:
                with st.container(border=True):
                    _designation(app, actor, row, title=row.name)
        with right, st.container(border=True):
            _name_operator(app, actor, plantel.id)


def _name_operator(app: App, actor: Actor, plantel_id: int) -> None:
    email = st.text_input(
        texts.OPERATOR_EMAIL,
        key=f"correo_{plantel_id}",
        type="email",
        help=texts.OPERATOR_HINT,
        placeholder=texts.EMAIL_HINT,
    )
    position = st.text_input(texts.POSITION, key=f"cargo_{plantel_id}")

    def designate() -> int:
        person = staff.person_by_email(app, actor, email)
        return people.designate(
            app, actor, person.id, "OPER", plantel_id=plantel_id, position=position
        )

    if st.button(
        texts.DESIGNATE, type="primary", key=f"designar_{plantel_id}", disabled=not email.strip()
    ) and parts.done(designate, texts.DESIGNATED):
        st.session_state.pop(f"correo_{plantel_id}", None)
        st.session_state.pop(f"cargo_{plantel_id}", None)
        st.rerun()


def _bare(words: str | None) -> str:
    spread = unicodedata.normalize("NFD", (words or "").casefold())
    return "".join(mark for mark in spread if not unicodedata.combining(mark))


show(context.house(), context.person())
