"""Por publicar a mano: what is due on accounts without access, ready to copy, and its link."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from dashboard import context
from dashboard.components import copying, dates, marks, sheet
from dashboard.texts import amano as texts
from publisher.app import Actor, App
from publisher.delivery import by_hand_answer
from publisher.editorial.snapshot import FEED
from publisher.errors import Conflict
from publisher.queries import by_hand
from publisher.queries.by_hand import HandFile, HandRow


def show(app: App, actor: Actor) -> None:
    """Draw the list; the one that the address names comes first."""
    sheet.style()
    st.title(texts.TITLE, anchor=False)
    st.markdown(texts.INTRO)
    rows = context.load(partial(by_hand.due, app, actor))
    wanted = st.query_params.get("envio", "")
    if wanted and all(str(row.id) != wanted for row in rows):
        st.info(texts.GONE, icon=":material/info:")
    if not rows:
        st.html(marks.empty(texts.EMPTY))
        return
    for row in sorted(rows, key=lambda row: str(row.id) != wanted):
        with st.container(border=True, key=f"amano_{row.id}_{row.part}"):
            _one(app, actor, row)


def _one(app: App, actor: Actor, row: HandRow) -> None:
    _head(row)
    for wrong, sentence in ((row.stopped, texts.STOPPED), (row.void, texts.VOID)):
        if wrong:
            st.error(sentence, icon=":material/block:")
    if row.overdue:
        st.warning(texts.LATE, icon=":material/schedule:")
    if row.form != FEED:
        st.info(texts.FORM[row.form], icon=":material/smart_display:")
    if row.parts > 1:
        st.info(texts.PART.format(n=row.part + 1, total=row.parts), icon=":material/list:")
    words, files = st.columns([3, 2], gap="large")
    with words:
        _text(row)
    if row.files:
        with files:
            _files(app, actor, row)
    _answer(app, actor, row)
    _refusal(app, actor, row)


def _head(row: HandRow) -> None:
    told, page = st.columns([4, 1], vertical_alignment="center")
    chip = sheet.chip(texts.OVERDUE, "bad") if row.overdue else sheet.chip(texts.NOW, "warn")
    due = texts.DUE.format(
        when=dates.wall(row.local_at),
        zone=dates.zone_name(row.timezone),
        until=dates.instant(row.not_after, row.timezone),
    )
    told.html(
        "<div style='display:flex;gap:8px;align-items:center;flex-wrap:wrap;font-size:1.05rem'>"
        f"{marks.network(row.network)} <b>{escape(row.plantel)}</b>"
        f"<span class='pg-tenue'>{escape(row.handle)}</span> {chip}</div>{marks.faint(due)}"
    )
    with page, st.container(horizontal_alignment="right"):
        st.link_button(texts.OPEN_ACCOUNT, row.page, icon=":material/open_in_new:")


def _text(row: HandRow) -> None:
    st.html(f"<b>{escape(texts.TEXT)}</b>")
    if not row.text.strip():
        st.html(marks.faint(texts.NO_TEXT))
    else:
        st.html(
            "<div style='white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #DDE3E9;"
            f"border-radius:10px;padding:12px 14px;background:#fff'>{escape(row.text)}</div>"
        )
    items = [(texts.COPY, row.text)] if row.text.strip() else []
    items += [
        (texts.COPY_ALT.format(n=number), item.alt_text)
        for number, item in enumerate(row.files, 1)
        if item.alt_text
    ]
    if items:
        copying.buttons(items, key=f"copiar_{row.id}_{row.part}")


def _files(app: App, actor: Actor, row: HandRow) -> None:
    st.html(f"<b>{escape(texts.FILES)}</b>")
    for number, item in enumerate(row.files, 1):
        said = texts.ALT.format(text=item.alt_text) if item.alt_text else texts.NO_ALT
        picture = (
            f'<img src="/imagen/{item.sha256}?w=240" alt="" width="96" height="96"'
            ' style="object-fit:cover;border-radius:8px;flex:none">'
            if item.kind != "video"
            else ""
        )
        st.html(
            "<div style='display:flex;gap:12px;align-items:flex-start'>"
            f"{picture}<div class='pg-tenue' style='font-size:.88rem'>{escape(said)}</div></div>"
        )
        st.download_button(
            texts.DOWNLOAD.format(n=number),
            data=partial(_load, app, actor, row.id, item),
            file_name=item.name,
            mime=item.mime,
            icon=":material/download:",
            on_click="ignore",
            key=f"bajar_{row.id}_{row.part}_{number}",
        )


def _load(app: App, actor: Actor, delivery_id: int, item: HandFile) -> bytes:
    return by_hand_answer.file_of(app, actor, delivery_id, item.sha256)


def _answer(app: App, actor: Actor, row: HandRow) -> None:
    """Draw the field of the link; where the account does not bear it out, the way to insist."""
    key = f"{row.id}_{row.part}"
    link = st.text_input(
        texts.LINK,
        placeholder=texts.PLACEHOLDERS[row.network],
        help=texts.LINK_HELP,
        key=f"enlace_{key}",
    )
    doubted = bool(st.session_state.get(f"duda_{key}"))
    reason = ""
    insist = False
    if row.overdue or doubted:
        reason = st.text_input(texts.REASON, key=f"motivo_{key}")
    if doubted:
        insist = st.checkbox(texts.INSIST, key=f"insistir_{key}")

    def confirm() -> by_hand_answer.Checked:
        try:
            return by_hand_answer.confirm(
                app, actor, row.id, link=link, reason=reason, insist=insist
            )
        except Conflict:
            st.session_state[f"duda_{key}"] = True
            raise

    if st.button(texts.DONE, type="primary", icon=":material/check:", key=f"hecho_{key}"):
        checked = context.attempt(confirm, quiet=True)
        if checked is not None:
            context.tell(texts.DONE_SEEN if checked.seen else texts.DONE_UNSEEN)
            st.query_params.clear()
        st.rerun()


def _refusal(app: App, actor: Actor, row: HandRow) -> None:
    key = f"{row.id}_{row.part}"
    with st.expander(texts.NOT_DONE_TITLE, icon=":material/do_not_disturb_on:"):
        reason = st.text_input(texts.NOT_DONE_REASON, key=f"no_motivo_{key}")
        if st.button(texts.NOT_DONE, key=f"no_{key}"):

            def end() -> bool:
                by_hand_answer.not_published(app, actor, row.id, reason=reason)
                return True

            if context.attempt(end):
                context.tell(texts.NOT_DONE_SAID)
                st.query_params.clear()
                st.rerun()


show(context.house(), context.person())
