"""What the administration does to one person's access: create, issue a password, shut out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks, sheet
from dashboard.texts import common
from dashboard.texts import personas as texts
from publisher import access, people
from publisher.app import Actor, App
from publisher.people import Issued, PersonRow
from publisher.people.designations import authorize_role
from publisher.queries.staff import DesignationRow


def done(verb: Callable[[], object], sentence: str) -> bool:
    """Run a verb of publisher; on success keep ``sentence`` for the next run."""

    def run() -> bool:
        verb()
        return True

    if not context.attempt(run):
        return False
    context.tell(sentence)
    return True


def appointable(actor: Actor) -> list[str]:
    """Return the roles that the actor may give from the administration's page."""
    operators = access.anywhere(actor, "designation.make")
    return [role for role in common.ROLES if role != "OPER" or operators]


def show_password(issued: Issued) -> None:
    """Show a password this once; nothing keeps it."""
    label = texts.FOR.format(name=issued.name, email=issued.email)
    st.html(f"{marks.faint(label)}{sheet.secret(issued.password)}")
    st.warning(texts.SHOWN_ONCE, icon=":material/visibility:")


def reset_form(app: App, actor: Actor, person: PersonRow) -> None:
    """Ask once more, then issue a password and show it."""
    asking = st.empty()
    with asking.container():
        st.markdown(texts.RESET_BODY.format(name=marks.plain(person.name)))
        pressed = st.button(texts.RESET_CONFIRM, type="primary", key="si_restablecer")
    if not pressed:
        return
    issued = context.attempt(partial(people.reset_password, app, actor, person.id))
    if issued:
        asking.empty()
        show_password(issued)


def factor_form(app: App, actor: Actor, person: PersonRow) -> None:
    """Ask why and take off the second factor of somebody who lost it."""
    st.markdown(texts.FACTOR_BODY.format(name=marks.plain(person.name)))
    reason = st.text_input(texts.REASON, key="motivo_factor")
    verb = partial(people.reset_factor, app, actor, person.id, reason=reason)
    context.button(texts.FACTOR_CONFIRM, verb, texts.FACTOR_DONE, type="primary", key="si_factor")


def unlink_form(app: App, actor: Actor, person: PersonRow) -> None:
    """Ask once more, then forget the account of somebody who got another at the institution."""
    st.markdown(texts.UNLINK_BODY.format(name=marks.plain(person.name)))
    verb = partial(people.unlink, app, actor, person.id)
    context.button(texts.UNLINK_CONFIRM, verb, texts.UNLINK_DONE, type="primary", key="si_desligar")


def disable_form(app: App, actor: Actor, person: PersonRow) -> None:
    """Ask why and shut a person out."""
    st.markdown(texts.DISABLE_BODY.format(name=marks.plain(person.name)))
    reason = st.text_input(texts.REASON, key="motivo_inhabilitar")
    verb = partial(people.disable_person, app, actor, person.id, reason=reason)
    context.button(texts.DISABLE, verb, texts.DISABLED_DONE, type="primary", key="si_inhabilitar")


def end_form(app: App, actor: Actor, row: DesignationRow) -> None:
    """Ask why and end a designation."""
    role = common.ROLES[row.role]
    st.markdown(texts.END_BODY.format(name=marks.plain(row.name), role=marks.plain(role)))
    reason = st.text_input(texts.REASON, key="motivo_terminar")
    verb = partial(people.end_designation, app, actor, row.id, reason=reason)
    context.button(texts.END, verb, texts.ENDED, type="primary", key="si_terminar")


def create_form(app: App, actor: Actor, planteles: Mapping[int, str]) -> None:
    """Ask for a person and a first role, create both, and show the password."""
    asking = st.empty()
    with asking.container():
        name = st.text_input(texts.NAME, key="nombre_nueva")
        email = st.text_input(
            texts.EMAIL, key="correo_nueva", type="email", placeholder=texts.EMAIL_HINT
        )
        role, plantel_id, position = role_fields(actor, planteles, key="nueva", optional=True)
        pressed = st.button(texts.CREATE, type="primary", key="si_crear")
    if not pressed:
        return
    if role in access.PLANTEL_ROLES and plantel_id is None:
        # said before anything is written: the person would exist without the role
        context.attempt(partial(authorize_role, actor, role, plantel_id))
        return
    issued = context.attempt(partial(people.create_person, app, actor, email=email, name=name))
    if not issued:
        return
    asking.empty()
    st.success(texts.CREATED.format(name=marks.plain(issued.name)), icon=":material/check:")
    if role:
        verb = partial(
            people.designate,
            app,
            actor,
            issued.person_id,
            role,
            plantel_id=plantel_id,
            position=position,
        )
        context.attempt(verb)
    show_password(issued)


def role_fields(
    actor: Actor, planteles: Mapping[int, str], *, key: str, optional: bool = False
) -> tuple[str, int | None, str]:
    """Draw the fields of a designation; returns role (empty for none), plantel and position."""
    role = st.selectbox(
        texts.ROLE,
        appointable(actor),
        index=None,
        format_func=lambda name: common.ROLES[name],
        placeholder=texts.NO_ROLE_YET if optional else texts.CHOOSE,
        key=f"funcion_{key}",
    )
    plantel_id = None
    if role in access.PLANTEL_ROLES:
        plantel_id = st.selectbox(
            texts.PLANTEL,
            list(planteles),
            index=None,
            format_func=lambda id_: planteles[id_],
            placeholder=texts.CHOOSE,
            key=f"plantel_{key}",
        )
    position = ""
    if role:
        position = st.text_input(texts.POSITION, key=f"cargo_{key}")
    if "OPER" not in appointable(actor):
        st.html(marks.faint(texts.OPERATOR_NOTE))
    return role or "", plantel_id, position


def day_of(instant: datetime, zone: str) -> str:
    """Return ``27 nov 2026``."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{dates.short(local)} {local.year}"


def roles_html(grants: Sequence[tuple[str, int | None]], planteles: Mapping[int, str]) -> str:
    """Return the roles of a person in one line of HTML."""
    if not grants:
        return escape(texts.NO_ROLE)
    return escape(" · ".join(_grant(role, plantel, planteles) for role, plantel in grants))


def _grant(role: str, plantel: int | None, planteles: Mapping[int, str]) -> str:
    name = planteles.get(plantel or 0)
    return f"{common.ROLES[role]} ({name})" if name else common.ROLES[role]


# The bodies stand alone, so that a test runs them as a page.
reset_dialog = st.dialog(texts.RESET, on_dismiss="rerun")(reset_form)
factor_dialog = st.dialog(texts.FACTOR_TITLE)(factor_form)
unlink_dialog = st.dialog(texts.UNLINK_TITLE)(unlink_form)
disable_dialog = st.dialog(texts.DISABLE_TITLE)(disable_form)
end_dialog = st.dialog(texts.END_TITLE)(end_form)
create_dialog = st.dialog(texts.NEW_TITLE, on_dismiss="rerun")(create_form)
