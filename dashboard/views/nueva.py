"""Nueva publicación: one text for all, one a network where wanted, checked while it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

import streamlit as st

from dashboard import context, editing
from dashboard.components import (
    attachments,
    composer,
    costs,
    dates,
    destination,
    finishing,
    following,
    marks,
    player,
    returned,
    spelling,
    topics,
)
from dashboard.editing import Editor
from dashboard.texts import common
from dashboard.texts import nueva as texts
from publisher import localtime
from publisher.app import Actor, App
from publisher.consents.covers import folios
from publisher.editorial.checking import Checked
from publisher.editorial.content import MediaUse
from publisher.editorial.extras import Extras
from publisher.queries import inbox, pictures, places
from publisher.queries.places import AccountRow


def show(app: App, actor: Actor) -> None:
    """Draw the page."""
    editor = _editor(app, actor)
    st.title(texts.TITLE_EDIT if editor.post_id else texts.TITLE, anchor=False)
    st.markdown(texts.INTRO)
    if editor.state not in editing.EDITABLE:
        _elsewhere(editor)
        return
    # One container for all that comes and goes, so that the editor below keeps its place.
    with st.container():
        if not editor.post_id:
            _drafts(app, actor)
        returned.show(app, actor, editor)
        chosen, accounts, networks = destination.choose(app, actor, editor)
    if not chosen:
        return
    left, right = st.columns([2, 1], gap="large")
    with left:
        topics.choose(app, actor, editor)
        area, below = st.container(), st.container()
        uses = attachments.show(app, actor, editor, chosen)
        forms = destination.forms(editor, [name for name in common.NETWORKS if name in networks])
        when, mode, fold = destination.when(app, editor, chosen)
    with below:
        extras = _following(app, editor, networks)
    with area:
        written = _compose(app, actor, editor, accounts, networks, uses, forms, extras, when)
    content = editing.collect(
        texts=written,
        topic=st.session_state.get(editor.key("tema")),
        media=uses,
        accounts=accounts,
        networks=networks,
        forms=forms,
        extras=extras,
        when=when,
        mode=mode,
        fold=fold,
    )
    context.attempt(partial(editing.save, app, actor, editor, content))
    if editor.post_id and st.query_params.get("id") != str(editor.post_id):
        st.query_params["id"] = str(editor.post_id)
    with right, st.container(key="revision"):
        finishing.stale(app, actor, editor, content)
        checked = finishing.check(app, actor, editor, content)
        if checked is not None and not editing.is_empty(content):
            usable = (row for row in accounts if row.usable and row.network in networks)
            spelling.show(app, actor, editor, content)
            costs.draft(app, content, [row.network for row in usable])
        finishing.finish(app, actor, editor, checked)


def _editor(app: App, actor: Actor) -> Editor:
    """Return this tab's composer; a fresh one when the address names another draft."""
    raw = st.query_params.get("id", "")
    asked = int(raw) if raw.isdecimal() and len(raw) < 12 else None
    editor: Editor | None = st.session_state.get("editor")
    if editor is None or editor.post_id != asked or editor.key("redes") not in st.session_state:
        editor = context.load(partial(editing.open_editor, app, actor, asked))
        _fill(app, actor, editor)
        st.session_state.editor = editor
    return editor


def _fill(app: App, actor: Actor, editor: Editor) -> None:
    """Put a stored draft into the widgets' keys, before any of them is drawn."""
    state, saved = st.session_state, editor.saved
    options = places.planteles(app, actor, action="post.draft")
    if editor.plantel_id is None and len(options) == 1:
        editor.plantel_id = options[0].id
    chosen = [editor.plantel_id] if editor.plantel_id else []
    networks = list(common.NETWORKS)
    if editor.post_id:
        every = places.accounts(app, actor, [row.id for row in options], action="post.draft")
        targets = [row for row in every if row.id in saved.account_ids]
        networks = [name for name in common.NETWORKS if any(r.network == name for r in targets)]
        chosen += [row.plantel_id for row in targets if row.plantel_id not in chosen]
        chosen = list(dict.fromkeys(chosen))
    state[editor.key("planteles")] = chosen
    state[editor.key("redes")] = networks
    state[editor.key("tema")] = saved.topic or None
    state[editor.key("cuando")] = localtime.parse_wall(saved.local_at) if saved.local_at else None
    state[editor.key("modo", "vez")] = saved.fold or 0
    state[editor.key("modo")] = saved.time_mode
    for use in saved.media:
        state[editor.key("alt", use.media_id)] = use.alt_text
        state[editor.key("credito", use.media_id)] = use.credit
        state[editor.key("personas", use.media_id)] = use.persons_in_image
        state[editor.key("folio", use.media_id)] = list(folios(use.consent_ref))
        state[editor.key("subtitulos", use.media_id)] = bool(use.captions)
    for network, form in saved.forms.items():
        state[editor.key("forma", network)] = form


def _elsewhere(editor: Editor) -> None:
    st.info(texts.NOT_EDITABLE.format(state=common.PHASES.get(editor.state, editor.state)))
    st.page_link("views/publicacion.py", label=common.SEE, query_params={"id": str(editor.post_id)})


def _drafts(app: App, actor: Actor) -> None:
    rows = context.load(partial(inbox.drafts, app, actor))
    if not rows:
        return
    with st.expander(texts.DRAFTS_TITLE.format(n=len(rows)), icon=":material/edit_note:"):
        for row in rows:
            words = " ".join(row.text.split())[:90] or common.NO_TEXT
            mine = "" if row.mine else f" ({texts.DRAFT_OTHER})"
            st.page_link(
                "views/nueva.py",
                label=f"{common.PHASES[row.state]} · {row.plantel}{mine} — {marks.plain(words)}",
                query_params={"id": str(row.post_id)},
            )


def _compose(
    app: App,
    actor: Actor,
    editor: Editor,
    accounts: Sequence[AccountRow],
    networks: Sequence[str],
    uses: Sequence[MediaUse],
    forms: Mapping[str, str],
    extras: Mapping[str, Extras],
    when: datetime | None,
) -> dict[str, str]:
    shown = [name for name in common.NETWORKS if name in networks]
    first = {row.network: row for row in reversed(accounts) if row.usable}
    known = pictures.pictures(app, actor, [use.media_id for use in uses])
    counted: Checked | None = st.session_state.get(editor.key("conteo"))
    told = st.session_state.get(editor.key("contado"), {})
    lengths = counted.lengths if counted else {}
    return composer.compose(
        key=editor.key("texto", editor.mounts),
        version=f"{editor.nonce}_{editor.mounts}",
        initial=st.session_state.get(editor.key("partido")) or editor.saved.texts,
        networks=shown,
        limits={name: lengths[name][1] for name in shown if name in lengths},
        lengths={name: (told.get(name, ""), used) for name, (used, _) in lengths.items()},
        faces={
            name: composer.Face(name=row.plantel, handle=row.handle) for name, row in first.items()
        },
        pictures=[
            composer.Shot(
                sha256=known[use.media_id].sha256,
                alt=use.alt_text,
                kind=known[use.media_id].kind,
                length=player.clock(known[use.media_id].duration),
            )
            for use in uses
            if use.media_id in known
        ],
        forms=forms,
        when=_when_words(when),
        following=following.drawn(extras),
    )


def _following(app: App, editor: Editor, networks: Sequence[str]) -> dict[str, Extras]:
    """Draw what goes with the texts; cutting the text of X starts the editor anew with it."""
    key = editor.key("texto", editor.mounts)
    told = composer.clean(st.session_state.get(key, {}).get("textos"), editor.saved.texts)
    text = told.get("x") or told.get("base", "")

    def shorten(first: str) -> None:
        st.session_state[editor.key("partido")] = {**told, "x": first}
        editor.mounts += 1

    return following.show(editor, networks, text, app.connector("x").weigh, shorten)


def _when_words(when: datetime | None) -> str:
    return f"{dates.day(when)}, {when:%H:%M}" if when else ""


show(context.house(), context.person())
