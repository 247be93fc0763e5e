"""What goes with a network's text, as it is written: a thread, a first comment, a link.

The widgets' values are also kept beside them: a network that is taken out and put back again finds
what was written for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from itertools import count
from typing import Any

import streamlit as st

from connectors.limits import limits_for
from dashboard.components import marks
from dashboard.editing import Editor
from dashboard.texts import common
from dashboard.texts import hilos as texts
from publisher.editorial.extras import EVERYONE, FOLLOWING_MAX, REPLIES, Extras, Following
from publisher.editorial.threads import split

X = "x"
LINKED = "facebook"
COMMENTED = ("facebook", "instagram")
_NUMBERS = count(1)


@dataclass
class Written:
    """What a composer holds beside the texts; ``items`` of the thread are (widget, text)."""

    items: list[tuple[int, str]] = field(default_factory=list)
    replies: str = EVERYONE
    comments: dict[str, str] = field(default_factory=dict)
    link: str = ""

    def extras(self, network: str) -> Extras:
        """Return what goes with the text of ``network``."""
        if network == X:
            items = tuple(Following(kind="reply", text=text) for _, text in self.items)
            return Extras(following=items, replies=self.replies)  # type: ignore[arg-type]
        comment = self.comments.get(network, "")
        return Extras(
            following=(Following(kind="comment", text=comment),) if comment.strip() else (),
            link=self.link.strip() if network == LINKED else "",
        )


def of(extras: Mapping[str, Extras]) -> Written:
    """Return what stored ``extras`` are in the composer."""
    thread = extras.get(X, Extras())
    return Written(
        items=[(next(_NUMBERS), part.text) for part in thread.following],
        replies=thread.replies,
        comments={
            name: extras[name].following[0].text
            for name in COMMENTED
            if name in extras and extras[name].following
        },
        link=extras[LINKED].link if LINKED in extras else "",
    )


def show(
    editor: Editor,
    networks: Sequence[str],
    text: str,
    weigh: Callable[[str], int],
    shorten: Callable[[str], None],
) -> dict[str, Extras]:
    """Draw what the chosen networks offer; returns what goes with each one's text.

    ``text`` is what X shows, counted by ``weigh``; ``shorten`` makes it another one.
    """
    offered = [name for name in networks if name == X or name in COMMENTED]
    if not offered:
        return {}
    key = editor.key("acompana")
    if key not in st.session_state:
        st.session_state[key] = of(editor.saved.extras)
    written: Written = st.session_state[key]
    used = any(written.extras(name) != Extras() for name in offered)
    with st.expander(texts.MORE, icon=":material/format_list_numbered:", expanded=used):
        if X in offered:
            _thread(editor, written, text, weigh, shorten)
        for name in offered:
            if name in COMMENTED:
                _comment(editor, written, name)
    return {name: written.extras(name) for name in offered}


def drawn(extras: Mapping[str, Extras]) -> dict[str, list[dict[str, Any]]]:
    """Return what the composer's previews draw below each network's card."""
    found: dict[str, list[dict[str, Any]]] = {}
    for network, one in extras.items():
        name, total = common.NETWORKS[network], len(one.following) + 1
        rows = [
            {
                "title": (texts.PART if part.kind == "reply" else texts.COMMENT_CARD).format(
                    network=name, n=number, total=total
                ),
                "text": part.text,
            }
            for number, part in enumerate(one.following, 2)
        ]
        if one.replies != EVERYONE:
            said = texts.LIMITED.format(who=texts.REPLIES_OF[one.replies])
            rows.insert(0, {"title": "", "text": said})
        if one.link:
            rows.insert(0, {"title": "", "text": one.link})
        if rows:
            found[network] = rows
    return found


def _thread(
    editor: Editor,
    written: Written,
    text: str,
    weigh: Callable[[str], int],
    shorten: Callable[[str], None],
) -> None:
    most = limits_for(X).text_max or 0
    st.markdown(f"**{texts.THREAD}**")
    st.html(marks.faint(texts.THREAD_HELP))
    for place, (id_, said) in enumerate(list(written.items)):
        field_, side = st.columns([8, 1], vertical_alignment="bottom")
        with field_:
            now = _kept(
                st.text_area,
                texts.ITEM.format(n=place + 2),
                said,
                editor.key("hilo", id_),
                placeholder=texts.ITEM_HINT,
                height=90,
            )
            st.html(_left(most - weigh(now)))
        side.button(
            "",
            key=editor.key("quitar_hilo", id_),
            icon=":material/delete:",
            help=texts.REMOVE.format(n=place + 2),
            on_click=partial(_remove, written, id_),
        )
        written.items[place] = (id_, now)
    with st.container(horizontal=True):
        if len(written.items) < FOLLOWING_MAX:
            st.button(
                texts.ADD,
                key=editor.key("agregar_hilo"),
                icon=":material/add:",
                on_click=partial(_add, written),
            )
        _offer_split(editor, written, text, weigh, most, shorten)
    written.replies = _choice(editor, written.replies)


def _offer_split(
    editor: Editor,
    written: Written,
    text: str,
    weigh: Callable[[str], int],
    most: int,
    shorten: Callable[[str], None],
) -> None:
    if written.items or weigh(text) <= most:
        return
    first, *rest = split(text, weigh, most)
    if len(rest) > FOLLOWING_MAX:
        st.html(marks.faint(texts.SPLIT_TOO_LONG.format(n=FOLLOWING_MAX + 1)))
        return

    def cut() -> None:
        written.items[:] = [(next(_NUMBERS), piece) for piece in rest]
        shorten(first)

    st.button(
        texts.SPLIT.format(n=len(rest) + 1),
        key=editor.key("dividir"),
        icon=":material/content_cut:",
        help=texts.SPLIT_HELP,
        on_click=cut,
    )


def _choice(editor: Editor, chosen: str) -> str:
    key = editor.key("responden")
    st.session_state.setdefault(key, chosen)
    picked: str = st.selectbox(
        texts.REPLIES,
        REPLIES,
        format_func=lambda name: texts.REPLIES_OF[name],
        key=key,
        width=320,
    )
    return picked


def _comment(editor: Editor, written: Written, network: str) -> None:
    most = limits_for(network).comment_max or 0
    written.comments[network] = _kept(
        st.text_area,
        texts.COMMENT.format(network=common.NETWORKS[network]),
        written.comments.get(network, ""),
        editor.key("comentario", network),
        placeholder=texts.COMMENT_HINT,
        height=90,
    )
    if written.comments[network]:
        st.html(_left(most - len(written.comments[network])))
    if network == LINKED:
        written.link = _kept(
            st.text_input,
            texts.LINK,
            written.link,
            editor.key("enlace"),
            placeholder=texts.LINK_HINT,
        )


def _kept(widget: Callable[..., Any], label: str, value: str, key: str, **options: Any) -> str:
    """Draw a field that finds its text again when it was gone for a while."""
    st.session_state.setdefault(key, value)
    return str(widget(label, key=key, **options) or "")


def _left(left: int) -> str:
    said = texts.OVER.format(n=f"{-left:,}") if left < 0 else texts.LEFT.format(n=f"{left:,}")
    color = "#B42318" if left < 0 else "#526072"
    weight = "600" if left < 0 else "400"
    return (
        f"<div style='font-size:.82rem;color:{color};font-weight:{weight};text-align:right'>"
        f"{escape(said)}</div>"
    )


def _add(written: Written) -> None:
    written.items.append((next(_NUMBERS), ""))


def _remove(written: Written, id_: int) -> None:
    written.items[:] = [item for item in written.items if item[0] != id_]
