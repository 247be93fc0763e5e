"""The composer's media: uploaded, seen and played, described, put in order, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import context
from dashboard.components import consents, marks, player
from dashboard.editing import Editor
from dashboard.texts import common
from dashboard.texts import nueva as texts
from publisher import media
from publisher.app import Actor, App
from publisher.editorial.content import MediaUse
from publisher.queries import pictures
from publisher.queries.consent_choices import Choice, choices
from publisher.queries.pictures import Picture
from publisher.queries.places import PlantelRow

TYPES = ("jpg", "jpeg", "png", "webp", "gif", "mp4", "mov", "m4v")
_MEGABYTE = 1_000_000


def show(
    app: App, actor: Actor, editor: Editor, planteles: Sequence[PlantelRow] = ()
) -> list[MediaUse]:
    """Draw the upload and every medium; returns how the post uses them, in order.

    ``planteles`` are those that the post is meant for: their consents may be cited.
    """
    st.header(texts.MEDIA_TITLE, anchor=False)
    _upload(app, actor, editor)
    known = pictures.pictures(app, actor, editor.media)
    offered = _offered(app, actor, editor, planteles)
    home = next((row.name for row in planteles if row.id == editor.plantel_id), "")
    for number, media_id in enumerate(editor.media, 1):
        if media_id in known:
            _medium(editor, known[media_id], number, offered, home)
    return [_use(editor, media_id, known.get(media_id)) for media_id in editor.media]


def _offered(
    app: App, actor: Actor, editor: Editor, planteles: Sequence[PlantelRow]
) -> tuple[Choice, ...]:
    """Return the consents to choose from; nobody asks for them while no medium shows a minor."""
    state = st.session_state
    shown = [id_ for id_ in editor.media if state.get(editor.key("personas", id_))]
    if not shown:
        return ()
    ids = {row.id for row in planteles} | {editor.plantel_id or 0}
    cited = [consents.cited(state.get(editor.key("folio", id_))) for id_ in shown]
    return choices(app, actor, ids, cited=cited)


def _upload(app: App, actor: Actor, editor: Editor) -> None:
    files = st.file_uploader(
        texts.UPLOAD,
        type=list(TYPES),
        accept_multiple_files=True,
        help=texts.UPLOAD_HELP.format(limit=app.settings.max_upload_mb),
        key=editor.key("archivos", editor.uploads),
    )
    if not files or editor.plantel_id is None:
        return
    refused = False
    for file in files:
        accept = partial(
            media.accept,
            app,
            actor,
            plantel_id=editor.plantel_id,
            file_name=file.name,
            data=file.getvalue(),
        )
        with st.spinner(texts.READING.format(name=marks.plain(file.name))):
            taken = context.attempt(accept)
        refused = refused or taken is None
        if taken is not None and taken.id not in editor.media:
            editor.media.append(taken.id)
    if not refused:
        editor.uploads += 1
        st.rerun()


def _medium(
    editor: Editor, medium: Picture, number: int, offered: Sequence[Choice], home: str
) -> None:
    id_ = medium.media_id
    thing = texts.THINGS[medium.kind].format(n=number)
    with st.container(border=True):
        side, fields = st.columns([1, 3])
        with side:
            _look(editor, medium, thing)
            with st.container(horizontal=True):
                if number > 1:
                    st.button(
                        "",
                        key=editor.key("subir", id_),
                        icon=":material/arrow_upward:",
                        help=texts.MOVE_UP.format(thing=thing),
                        on_click=partial(_up, editor, number - 1),
                    )
                st.button(
                    "",
                    key=editor.key("quitar", id_),
                    icon=":material/delete:",
                    help=texts.REMOVE.format(thing=thing),
                    on_click=partial(editor.media.remove, id_),
                )
        with fields:
            st.text_input(
                texts.ALT.format(thing=thing),
                placeholder=texts.ALT_HINT,
                max_chars=1000,
                key=editor.key("alt", id_),
            )
            st.text_input(
                texts.CREDIT.format(thing=thing),
                placeholder=texts.CREDIT_HINT,
                key=editor.key("credito", id_),
            )
            if medium.kind == "video":
                st.checkbox(texts.CAPTIONS.format(thing=thing), key=editor.key("subtitulos", id_))
            if st.checkbox(texts.PERSONS.format(thing=thing), key=editor.key("personas", id_)):
                consents.pick(offered, thing=thing, key=editor.key("folio", id_), home=home)


def _look(editor: Editor, medium: Picture, thing: str) -> None:
    """Draw the medium, with its player if it moves, and what was measured of it."""
    length = player.clock(medium.duration)
    described = st.session_state.get(editor.key("alt", medium.media_id)) or thing
    drawn = player.figure(
        medium.sha256, medium.kind, alt=described, length=length, width=player.STILL
    )
    st.html(f'<div class="pg"><div class="medio">{drawn}</div></div>')
    if medium.kind != "image":
        facts = texts.FACTS.format(
            kind=common.KINDS[medium.kind],
            length=length,
            width=medium.width,
            height=medium.height,
            size=f"{max(0.1, medium.size / _MEGABYTE):.1f}",
        )
        st.html(marks.faint(facts))


def _up(editor: Editor, place: int) -> None:
    editor.media.insert(place - 1, editor.media.pop(place))


def _use(editor: Editor, media_id: int, medium: Picture | None) -> MediaUse:
    state = st.session_state
    moving = medium is not None and medium.kind == "video"
    return MediaUse(
        media_id=media_id,
        alt_text=state.get(editor.key("alt", media_id)) or "",
        credit=state.get(editor.key("credito", media_id)) or "",
        persons_in_image=bool(state.get(editor.key("personas", media_id))),
        consent_ref=consents.cited(state.get(editor.key("folio", media_id))),
        captions=bool(state.get(editor.key("subtitulos", media_id))) if moving else None,
    )
