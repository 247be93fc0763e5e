"""The proof of the audit's chain on screen: verifying it, its anchors, its signed copy."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape
from urllib.parse import urlencode

import streamlit as st

from dashboard import context
from dashboard.components import dates, marks
from dashboard.texts import bitacora as texts
from publisher import access
from publisher.app import Actor, App
from publisher.auditing import anchors, export, proving
from vault.verify import Verification

PAUSE = 0.2
COPY = "/bitacora/copia"
_SHOWN = 20
_KEY = "cadena_verificada"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one verification found, when, and how many seconds it took."""

    found: Verification
    at: datetime
    seconds: float


def show(app: App, actor: Actor) -> None:
    """Draw the panel for whoever may verify: the button, the last result, the anchors."""
    st.header(texts.CHAIN, anchor=False)
    st.markdown(texts.CHAIN_INTRO)
    if st.button(texts.VERIFY, icon=":material/verified_user:", key="verificar_cadena"):
        told = context.attempt(partial(_verify, app, actor))
        if told is not None:
            st.session_state[_KEY] = told
    held = st.session_state.get(_KEY)
    if held is not None:
        _result(app, held)
    _anchors(app, actor)


def copy(app: App, actor: Actor, codes: dict[str, str]) -> None:
    """Draw the link to the signed copy: of everything, or of each plantel of the actor's.

    ``codes`` are the planteles' names by code, for whoever reads only some.
    """
    help_ = texts.COPY_HELP.format(key=export.public_key(app))
    everything = access.scope(actor, "audit.read") is None
    links = [(texts.COPY, COPY)] if everything else []
    links += [
        (texts.COPY_OWN.format(plantel=name), f"{COPY}?{urlencode({'plantel': code})}")
        for code, name in codes.items()
        if not everything
    ]
    for label, address in links:
        st.html(
            f'<a href="{escape(address, quote=True)}" target="_blank" rel="noopener" download>'
            f"{escape(label)}</a>"
        )
    if links:
        st.html(f'<div style="overflow-wrap:anywhere">{marks.faint(help_)}</div>')


def _verify(app: App, actor: Actor) -> Told:
    total = max(1, proving.links(app, actor))
    bar = st.progress(0.0, text=texts.VERIFYING.format(done=0, total=f"{total:,}"))
    done = [0]

    def progress(count: int) -> None:
        done[0] = count

    started = time.monotonic()
    pool = ThreadPoolExecutor(1, thread_name_prefix="cadena")
    try:
        job = pool.submit(proving.prove, app, actor, progress=progress)
        while not job.done():
            words = texts.VERIFYING.format(done=f"{done[0]:,}", total=f"{total:,}")
            bar.progress(min(1.0, done[0] / total), text=words)
            time.sleep(PAUSE)
        found = job.result()
    finally:
        # whoever leaves the page does not wait for what was begun
        pool.shutdown(wait=False)
        bar.empty()
    return Told(found=found, at=app.clock(), seconds=time.monotonic() - started)


def _result(app: App, told: Told) -> None:
    found = told.found
    counts = {
        "entries": f"{found.entries:,}",
        "links": f"{found.links:,}",
        "checkpoints": f"{found.checkpoints:,}",
        "seconds": f"{told.seconds:.1f}",
    }
    when = texts.VERIFIED_AT.format(when=dates.instant(told.at, app.institution.timezone))
    if found.ok:
        st.success(f"{texts.VERIFIED.format(**counts)} {when}", icon=":material/verified:")
    else:
        n = len(found.problems)
        sentence = texts.BROKEN_ONE if n == 1 else texts.BROKEN
        st.error(f"{sentence.format(n=n, **counts)} {when}", icon=":material/gpp_bad:")
        items = "".join(f"<li>{escape(one)}</li>" for one in found.problems[:_SHOWN])
        st.html(f'<ul style="overflow-wrap:anywhere">{items}</ul>')
    if found.pending:
        words = texts.PENDING_ONE if found.pending == 1 else texts.PENDING
        st.html(marks.faint(words.format(n=found.pending)))


def _anchors(app: App, actor: Actor) -> None:
    now, zone = app.clock(), app.institution.timezone
    held = context.attempt(partial(anchors.standings, app, actor)) or ()
    for one in held:
        if one.kept is None:
            st.warning(marks.plain(texts.ANCHOR_NEVER.format(target=one.target)))
            continue
        stale = one.is_stale(now)
        said = (texts.ANCHOR_STALE if stale else texts.ANCHOR).format(
            when=dates.instant(one.kept.at, zone), seq=f"{one.kept.seq:,}", target=one.target
        )
        if stale:
            st.warning(marks.plain(said), icon=":material/anchor:")
        else:
            st.html(marks.faint(said))
    if not held:
        st.html(marks.faint(texts.ANCHOR_NONE))
    st.html(marks.faint(texts.ANCHOR_WHY))
