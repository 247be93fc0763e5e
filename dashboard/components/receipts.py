"""The sends of a post: state, proof, attempts, and the way to decide on those that wait."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

import streamlit as st

from dashboard import theme
from dashboard.components import corrections, dates, figures, marks, removals
from dashboard.texts import common, hilos
from dashboard.texts import publicacion as texts
from publisher.queries.post import Story
from publisher.queries.sending import AttemptRow, DeliveryRow, ReceiptRow

_EXCERPT = 160


def show(story: Story) -> None:
    """Draw every delivery of the current revision, and the older ones folded away."""
    now = [row for row in story.deliveries if row.revision == story.revision]
    old = [row for row in story.deliveries if row.revision != story.revision]
    for row in now:
        _delivery(story, row)
    if old:
        with st.expander(texts.OLD_REVISIONS):
            for row in old:
                _delivery(story, row)


def _delivery(story: Story, row: DeliveryRow) -> None:
    with st.container(border=True):
        proof = next(iter(row.receipts), None)
        state = marks.phase(row.group, texts.BY_HAND if row.by_hand else "")
        st.html(
            "<div style='display:flex;gap:10px;align-items:center;flex-wrap:wrap'>"
            f"{marks.network(row.network)} <b>{escape(row.plantel)}</b>"
            f"<span class='pg-tenue'>{escape(row.handle)}</span>"
            f"<span style='margin-left:auto'>{state}"
            f"{marks.corrected() if row.corrected else ''}</span></div>"
            f"<div class='pg-tenue' style='font-size:.9rem;margin-top:4px'>"
            f"{escape(_line(row))}</div>"
        )
        reason = row.reason or texts.HOLDS.get(row.hold_reason, "")
        if reason and row.group in {"waiting", "failed", "retrying", "cancelled"}:
            st.markdown(marks.plain(reason))
        figures.show(row)
        removals.show(row)
        corrections.show(row)
        if proof is not None and row.is_public and _web(proof.permalink):
            st.link_button(
                texts.SEE_POST.format(network=common.NETWORKS[row.network]),
                proof.permalink,
                icon=":material/open_in_new:",
            )
        if row.following:
            st.html(_parts(row))
        if row.attempts or proof is not None:
            with st.expander(texts.RECEIPT, icon=":material/receipt_long:"):
                st.html(_receipt(row, story))
        if proof is not None:
            st.html(_printed(row))
        if row.by_hand:
            st.page_link(
                "views/amano.py",
                label=common.PAGE_AMANO,
                icon=":material/back_hand:",
                query_params={"envio": str(row.id)},
            )
        elif row.group == "waiting" and story.allowed.decide:
            st.page_link(
                "views/decisiones.py",
                label=texts.DECIDE_HERE,
                icon=":material/gavel:",
                query_params={"envio": str(row.id)},
            )


def _parts(row: DeliveryRow) -> str:
    """Return what follows the post, each with its link once it is public."""
    proofs = {receipt.part: receipt for receipt in row.receipts}
    total = len(row.following) + 1
    lines = []
    for part in row.following:
        proof = proofs.get(part.position)
        label = escape(hilos.LINE[part.kind].format(n=part.position + 1))
        state = escape(hilos.STATES[proof is not None])
        if proof is not None and _web(proof.permalink):
            address = escape(proof.permalink, quote=True)
            name = escape(f"{hilos.SEE}: {hilos.LINE[part.kind].format(n=part.position + 1)}")
            state += f' · <a href="{address}" target="_blank" aria-label="{name}">{hilos.SEE}</a>'
        text = escape(" ".join(part.text.split())[:_EXCERPT])
        lines.append(f"<li><b>{label}</b> · {state}<br>{text}</li>")
    done = escape(hilos.DONE.format(done=len(proofs), total=total))
    return (
        f"<div style='font-size:.9rem'><b>{done}</b>"
        f"<ul style='margin:4px 0;padding-left:18px'>{''.join(lines)}</ul></div>"
    )


def _line(row: DeliveryRow) -> str:
    due = texts.DUE.format(when=dates.wall(row.local_at), zone=dates.zone_name(row.timezone))
    if row.published_at is None:
        return due
    late = round((row.published_at - row.due_at).total_seconds())
    said = texts.PUBLISHED.format(when=dates.instant(row.published_at, row.timezone, seconds=True))
    return said + (texts.LATENESS.format(n=late) if late >= 0 else "")


def _receipt(row: DeliveryRow, story: Story) -> str:
    lines = []
    for proof in row.receipts:
        of = f" ({hilos.ATTEMPT_OF.format(n=proof.part + 1)})" if row.following else ""
        lines.append(_pair(texts.REMOTE_ID + of, proof.remote_id))
        lines.append(f"<p>{escape(_told(proof))}: {escape(proof.permalink)}</p>")
    approval = story.approval
    if approval is not None and row.revision == story.revision:
        lines.append(_pair(texts.DIGEST, approval.digest))
    sent = next((attempt.digest for attempt in row.attempts if attempt.digest), "")
    if sent:
        lines.append(_pair(texts.DIGEST_SENT, sent))
    if row.attempts:
        tries = "".join(f"<li>{_attempt(attempt, row.timezone)}</li>" for attempt in row.attempts)
        lines.append(f"<b>{escape(texts.ATTEMPTS)}</b><ol>{tries}</ol>")
    return f"<div style='font-size:.9rem;overflow-wrap:anywhere'>{''.join(lines)}</div>"


def _printed(row: DeliveryRow) -> str:
    """Return the link to the comprobante as PDF: a page of its own, not one of Streamlit's."""
    name = texts.PRINT_OF.format(network=common.NETWORKS[row.network], handle=row.handle)
    return (
        f'<a href="/comprobante/{row.id}" target="_blank" style="color:{theme.PRIMARY}"'
        f' aria-label="{escape(name, quote=True)}">{escape(texts.PRINT)}</a>'
    )


def _pair(name: str, value: str) -> str:
    return f"<p><b>{escape(name)}</b><br><code>{escape(value)}</code></p>"


def _told(proof: ReceiptRow) -> str:
    """Return how the proof came, by name where a person gave it."""
    if proof.person and proof.found_by in texts.FOUND_BY_NAME:
        return texts.FOUND_BY_NAME[proof.found_by].format(name=proof.person)
    return texts.FOUND_BY.get(proof.found_by, proof.found_by)


def _attempt(attempt: AttemptRow, zone: str) -> str:
    closed = (
        dates.instant(attempt.closed_at, zone, seconds=True)
        if attempt.closed_at
        else texts.ATTEMPT_OPEN
    )
    opened = dates.instant(attempt.opened_at, zone, seconds=True)
    status = f" · HTTP {attempt.http_status}" if attempt.http_status else ""
    detail = f"<br>{escape(attempt.detail)}" if attempt.detail else ""
    said = texts.ATTEMPT.format(opened=opened, closed=closed)
    outcome = texts.OUTCOMES.get(attempt.outcome, attempt.outcome)
    of = f" · {hilos.ATTEMPT_OF.format(n=attempt.part + 1)}" if attempt.part else ""
    return f"{escape(said)}: {escape(outcome)}{escape(status)}{escape(of)}{detail}"


def _web(address: str) -> bool:
    return urlsplit(address).scheme in {"http", "https"}
