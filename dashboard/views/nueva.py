"""Nueva publicación: one text for all, one a network where wanted, checked while it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import context, editing
from dashboard.components import (
    attachments,
    composer,
    costs,
    dates,
    findings,
    following,
    hours,
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
from publisher.editorial import draft, submit
from publisher.editorial.checking import Checked
from publisher.editorial.content import DraftContent, MediaUse, forms_offered
from publisher.editorial.exception import ask_exception
from publisher.editorial.extras import Extras
from publisher.editorial.posts import is_central
from publisher.editorial.snapshot import STORY
from publisher.queries import inbox, pictures, places
from publisher.queries.places import AccountRow, PlantelRow
from publisher.queries.variants import said

STEP = timedelta(minutes=5)


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
        chosen, accounts, networks = _destination(app, actor, editor)
    if not chosen:
        return
    left, right = st.columns([2, 1], gap="large")
    with left:
        topics.choose(app, actor, editor)
        area, below = st.container(), st.container()
        uses = attachments.show(app, actor, editor, chosen)
        forms = _forms(editor, [name for name in common.NETWORKS if name in networks])
        when, mode, fold = _when(app, editor, chosen)
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
        _stale(app, actor, editor, content)
        checked = _check(app, actor, editor, content)
        if checked is not None and not editing.is_empty(content):
            usable = (row for row in accounts if row.usable and row.network in networks)
            spelling.show(app, actor, editor, content)
            costs.draft(app, content, [row.network for row in usable])
        _finish(app, actor, editor, checked)


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


def _destination(
    app: App, actor: Actor, editor: Editor
) -> tuple[list[PlantelRow], tuple[AccountRow, ...], list[str]]:
    """Draw where it goes; returns (planteles, their accounts, chosen networks)."""
    options = {row.id: row for row in places.planteles(app, actor, action="post.draft")}
    if not options:
        st.html(marks.empty(texts.NO_PLANTELES))
        return [], (), []
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    key = editor.key("planteles")
    if len(options) == 1:
        only = next(iter(options.values()))
        left.markdown(f"{texts.PLANTEL}: **{marks.plain(only.name)}**")
        chosen = [only]
    else:
        st.session_state[key] = [id_ for id_ in st.session_state.get(key, []) if id_ in options]
        picked = left.multiselect(
            texts.DESTINATIONS,
            list(options),
            format_func=lambda id_: options[id_].name,
            help=texts.DESTINATIONS_HELP,
            placeholder=texts.PLANTEL,
            key=key,
        )
        chosen = [options[id_] for id_ in picked]
    with right:
        networks = st.pills(
            texts.NETWORKS,
            list(common.NETWORKS),
            selection_mode="multi",
            format_func=lambda name: common.NETWORKS[name],
            key=editor.key("redes"),
        )
    if not chosen:
        return [], (), []
    if editor.post_id is None:
        editor.plantel_id = chosen[0].id
    accounts = places.accounts(app, actor, [row.id for row in chosen], action="post.draft")
    useless = [row for row in accounts if not row.usable and row.network in networks]
    if useless:
        names = ", ".join(f"{common.NETWORKS[row.network]} {row.handle}" for row in useless)
        st.html(marks.faint(texts.UNUSABLE.format(accounts=names)))
    if not any(row.usable for row in accounts):
        st.warning(texts.NO_ACCOUNTS.format(plantel=chosen[0].name))
    return chosen, accounts, list(networks)


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


def _forms(editor: Editor, networks: Sequence[str]) -> dict[str, str]:
    """Draw the choice of form for each network that has several; returns those chosen."""
    chosen: dict[str, str] = {}
    for network in networks:
        offered = forms_offered(network)
        if len(offered) < 2:
            continue
        key = editor.key("forma", network)
        if st.session_state.get(key) not in offered:
            st.session_state[key] = offered[0]
        st.segmented_control(
            texts.FORM.format(network=common.NETWORKS[network]),
            list(offered),
            format_func=lambda form: common.FORMS[form],
            help=texts.FORM_HELP.get(network),
            required=True,
            key=key,
        )
        chosen[network] = st.session_state.get(key) or offered[0]
    if STORY in chosen.values():
        st.html(marks.faint(texts.STORY_NO_TEXT))
    return chosen


def _when(
    app: App, editor: Editor, planteles: Sequence[PlantelRow]
) -> tuple[datetime | None, str, int]:
    """Draw the proposed time; returns (wall time of the first plantel, mode, fold)."""
    zone = planteles[0].timezone
    now = app.clock().astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    when = st.datetime_input(
        texts.WHEN.format(zone=dates.zone_name(zone)),
        min_value=min(now, st.session_state.get(editor.key("cuando")) or now),
        step=STEP,
        format="DD/MM/YYYY",
        help=texts.WHEN_HELP,
        key=editor.key("cuando"),
        width=320,
    )
    mode, fold = hours.choose(
        when, [row.timezone for row in planteles], home=zone, key=editor.key("modo")
    )
    return when, mode, fold


def _stale(app: App, actor: Actor, editor: Editor, content: DraftContent) -> None:
    if not editor.stale:
        return
    st.error(editor.stale, icon=":material/sync_problem:")
    st.markdown(texts.CONFLICT_HINT)
    with st.container(horizontal=True):
        if st.button(texts.CONFLICT_KEEP, key=editor.key("conservar")):
            context.attempt(partial(editing.insist, app, actor, editor, content))
            st.rerun()
        if st.button(texts.CONFLICT_SEE, key=editor.key("ver_guardado")):
            del st.session_state["editor"]
            st.rerun()


def _check(app: App, actor: Actor, editor: Editor, content: DraftContent) -> Checked | None:
    st.header(texts.FINDINGS_TITLE, anchor=False)
    if editor.plantel_id is None:
        return None
    verb = partial(submit.check, app, actor, editor.plantel_id, content)
    checked = context.attempt(verb)
    if checked is None:
        return None
    known = st.session_state.get(editor.key("conteo"))
    st.session_state[editor.key("conteo")] = checked
    st.session_state[editor.key("contado")] = {
        name: said(content.texts, content.forms, name) for name in checked.lengths
    }
    if known is None or _limits(known) != _limits(checked):
        st.rerun()  # the counters have just learnt the networks' limits
    if editing.is_empty(content):
        st.html(marks.empty(texts.FINDINGS_WAIT))
    elif not checked.findings:
        st.success(
            texts.FINDINGS_OK.format(version=checked.manual_version),
            icon=":material/check_circle:",
        )
    else:
        st.markdown(f"**{texts.VERDICT[checked.verdict]}**")
        findings.show(checked.findings)
    return checked


def _limits(checked: Checked) -> dict[str, int | None]:
    return {name: limit for name, (_, limit) in checked.lengths.items()}


def _finish(app: App, actor: Actor, editor: Editor, checked: Checked | None) -> None:
    zone = ZoneInfo(app.institution.timezone)
    if editor.saved_at:
        at = f"{editor.saved_at.astimezone(zone):%H:%M:%S}"
        st.html(marks.faint(texts.SAVED_AT.format(time=at)))
    else:
        st.html(marks.faint(texts.NOT_YET))
    ready = editor.post_id is not None and not editor.stale
    direct = is_central(actor)
    if st.button(
        texts.SUBMIT_DIRECT if direct else texts.SUBMIT,
        type="primary",
        icon=":material/send:",
        disabled=not ready,
        width="stretch",
        key=editor.key("enviar"),
    ):
        _submit(app, actor, editor)
    if checked and checked.verdict == "block" and ready:
        _exception(app, actor, editor)
    if ready and st.button(
        texts.DISCARD, key=editor.key("descartar"), type="tertiary", icon=":material/delete:"
    ):
        _discard(app, actor, editor)


def _submit(app: App, actor: Actor, editor: Editor) -> None:
    post_id = editor.post_id or 0
    done = context.attempt(partial(submit.submit, app, actor, post_id, version=editor.version))
    if done is None:
        return
    del st.session_state["editor"]
    context.tell(texts.SUBMITTED)
    st.switch_page("views/publicacion.py", query_params={"id": str(post_id)})


def _exception(app: App, actor: Actor, editor: Editor) -> None:
    with st.expander(texts.EXCEPTION_TITLE, icon=":material/gavel:"):
        st.markdown(texts.EXCEPTION_INTRO)
        reason = st.text_area(texts.EXCEPTION_REASON, key=editor.key("motivo_excepcion"))

        def ask() -> bool:
            ask_exception(app, actor, editor.post_id or 0, reason=reason)
            return True

        if st.button(texts.EXCEPTION_ASK, key=editor.key("pedir")) and context.attempt(ask):
            st.success(texts.EXCEPTION_ASKED)


@st.dialog(texts.DISCARD)
def _discard(app: App, actor: Actor, editor: Editor) -> None:
    st.markdown(texts.DISCARD_ASK)

    def discard() -> bool:
        draft.discard(app, actor, editor.post_id or 0)
        return True

    if st.button(texts.DISCARD_YES, type="primary", key="si_descartar") and context.attempt(
        discard
    ):
        del st.session_state["editor"]
        st.query_params.clear()
        context.tell(texts.DISCARDED)
        st.rerun()


show(context.house(), context.person())
