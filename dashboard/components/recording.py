"""Recording a change of credential, and the words of those who must know of it.

What was typed into a secret's field leaves Streamlit's state with the run that used it, whatever
became of it; cause and reason stay until the change is recorded.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import custody as parts
from dashboard.components import marks
from dashboard.texts import custodia as texts
from publisher.app import Actor, App
from publisher.custody import changes
from publisher.queries.custody import SETTLED
from publisher.queries.custody_history import ChangeRow
from publisher.queries.custody_sheet import CustodySheet
from vault.custody import CODES, FIELDS, MAIL, SEED, USER
from vault.secret import Secret

_PLAIN = frozenset({USER, MAIL})
"""Fields that are typed in sight: a name misspelt unseen helps nobody."""


def standing(app: App, actor: Actor, found: CustodySheet) -> None:
    """Draw the changes that somebody still has to do something about, else the last one.

    Each with its way, and the buttons of whoever has the next step.
    """
    zone = app.institution.timezone
    rows = [row for row in found.changes if not row.superseded]
    behind = [row for row in rows if row.stage not in SETTLED]
    if not rows:
        st.html(marks.empty(texts.CHANGE_NONE))
    for change in behind or rows[:1]:
        with st.container(border=True, key=f"cambio_{change.id}"):
            st.html(parts.steps(change, zone))
            _buttons(app, actor, found, change)


def form(app: App, actor: Actor, found: CustodySheet) -> None:
    """Draw the form that seals what is new, for whoever may change the credential."""
    account_id = found.line.id
    nonce = st.session_state.setdefault(_nonce(account_id), 0)
    times = st.session_state.setdefault(_times(account_id), 0)
    owed = any(duty.fulfilled_at is None for duty in found.duties)
    with st.expander(texts.RECORD, icon=":material/lock_reset:", expanded=owed):
        st.html(marks.faint(texts.RECORD_INTRO))
        _refused(account_id)
        with st.form(f"cambio_nuevo_{account_id}_{nonce}", border=False, enter_to_submit=False):
            typed = {name: _field(found, name, nonce) for name in FIELDS}
            cause = st.selectbox(
                texts.CAUSE,
                texts.CHOSEN_CAUSES,
                format_func=lambda one: texts.CAUSES[one],
                key=f"causa_{account_id}_{times}",
            )
            reason = st.text_input(
                texts.REASON, placeholder=texts.REASON_HINT, key=f"motivo_{account_id}_{times}"
            )
            pressed = st.form_submit_button(texts.RECORD_DO, type="primary")
    if pressed:
        fields = {name: Secret(value or "") for name, value in typed.items()}
        # new keys from here on: the browser forgets what was typed, and so does Streamlit
        st.session_state[_nonce(account_id)] = nonce + 1
        for name in FIELDS:
            st.session_state.pop(_key(account_id, name, nonce), None)
        typed.clear()
        verb = partial(
            changes.record, app, actor, account_id, fields, cause=cause, reason=reason or ""
        )
        sentence = context.refusal(verb)
        if sentence is None:
            context.tell(texts.RECORDED)
            st.session_state[_times(account_id)] = times + 1
        else:
            st.session_state[f"rechazo_{account_id}"] = sentence
        st.rerun()


def _field(found: CustodySheet, name: str, nonce: int) -> str | None:
    """Ask for one field, only written here; what is left empty stays as it is."""
    stored = name in found.line.holds
    key = _key(found.line.id, name, nonce)
    hint = texts.KEEP if stored else texts.HINTS.get(name, "")
    if name == CODES:
        return st.text_area(texts.FIELDS[name], placeholder=hint, height=90, key=key)
    return st.text_input(
        texts.FIELDS[name],
        placeholder=hint,
        type="default" if name in _PLAIN else "password",
        autocomplete="off" if name in _PLAIN or name == SEED else "new-password",
        key=key,
    )


def _buttons(app: App, actor: Actor, found: CustodySheet, change: ChangeRow) -> None:
    ways = []
    if found.may_keep and change.verified_at is None:
        verb = partial(changes.mark_verified, app, actor, change.id)
        label = texts.VERIFY if change.of_people else texts.PROVE
        ways.append(("comprobado", label, texts.VERIFIED, verb))
    if found.may_direct and not change.director:
        verb = partial(changes.confirm_as_director, app, actor, change.id)
        ways.append(("direccion", texts.DIRECT, texts.DIRECTED, verb))
    if found.may_acknowledge and not change.vinculacion:
        if change.made.person_id == actor.person_id:
            st.html(marks.faint(texts.OWN_CHANGE))
        else:
            verb = partial(changes.acknowledge, app, actor, change.id)
            ways.append(("enterado", texts.ACKNOWLEDGE, texts.ACKNOWLEDGED, verb))
    if not ways:
        return
    with st.container(horizontal=True):
        for name, label, sentence, verb in ways:
            pressed = st.button(
                label, icon=":material/check:", type="primary", key=f"{name}_{change.id}"
            )
            if pressed and context.done(verb, sentence):
                st.rerun()


def _refused(account_id: int) -> None:
    sentence = st.session_state.pop(f"rechazo_{account_id}", None)
    if sentence:
        st.error(sentence, icon=":material/error:")


def _nonce(account_id: int) -> str:
    return f"cambio_{account_id}"


def _times(account_id: int) -> str:
    return f"registrados_{account_id}"


def _key(account_id: int, name: str, nonce: int) -> str:
    return f"secreto_{account_id}_{name}_{nonce}"
