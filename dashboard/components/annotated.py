"""A post as it will look, with what the manual found and people remarked beside each fragment."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from dashboard import context
from dashboard.components import dates, findings, preview
from dashboard.components.frontend import source
from dashboard.components.preview import Mark
from dashboard.texts import anotada as texts
from publisher.app import Actor, App
from publisher.editorial import dismissals, remarks
from publisher.editorial.remarks import Remark, anchor
from publisher.queries.findings import FindingRow
from publisher.queries.post import Story

_mount = st.components.v2.component(
    "pregonero_annotated",
    css=source("annotated.css"),
    js=source("annotated.js"),
    isolate_styles=False,  # a selection inside a shadow root is not told alike by all browsers
)


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What is said of a post: ``numbered`` has the number that stands in the text, else 0."""

    findings: tuple[tuple[int, FindingRow], ...] = ()
    remarks: tuple[tuple[int, Remark], ...] = ()
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What the person on the screen may do beside reading."""

    dismiss: bool = False
    comment: bool = False
    resolve: bool = False


def rights(story: Story) -> Rights:
    """Return what may be done with a post's notes in its present state; the verbs decide again."""
    waiting = story.state in {"in_review", "reviewed"}
    allowed = story.allowed
    comment = waiting and (allowed.judge or allowed.withdraw)
    return Rights(dismiss=allowed.judge, comment=comment, resolve=comment or allowed.edit)


def gather(
    said: Mapping[str, str], found: Sequence[FindingRow], told: Sequence[Remark], revision: int
) -> Notes:
    """Give a number to what stands on a fragment of ``said`` (texts by place), as it is read.

    Remarks on earlier revisions are looked for in the present text; what was dealt with long ago
    is left out.
    """
    kept = [row for row in told if row.resolved_at is None or row.revision >= revision - 1]
    located: list[tuple[str, int, int, FindingRow | Remark]] = []
    for finding in found:
        span = anchor(said.get(finding.network, ""), finding.fragment, finding.start)
        if span:
            located.append((finding.network, *span, finding))
    for remark in kept:
        span = anchor(said.get(remark.place, ""), remark.fragment, remark.start)
        if span:
            located.append((remark.place, *span, remark))
    order = {place: number for number, place in enumerate(said)}
    located.sort(key=lambda one: (order[one[0]], one[1], -one[2]))
    numbers: dict[int, int] = {}
    drawn: dict[str, list[Mark]] = {}
    for number, (place, start, end, row) in enumerate(located, 1):
        numbers[id(row)] = number
        if isinstance(row, FindingRow):
            kind = "info" if row.dismissed else row.severity
            title = row.explanation
        else:
            kind, title = "remark", row.text
        drawn.setdefault(place, []).append(
            Mark(start=start, end=end, number=number, kind=kind, title=title)
        )
    return Notes(
        findings=tuple((numbers.get(id(row), 0), row) for row in found),
        remarks=tuple((numbers.get(id(row), 0), row) for row in kept),
        marks={place: tuple(ones) for place, ones in drawn.items()},
    )


def places(story: Story) -> dict[str, str]:
    """Return the texts of a post by place, in the order in which they are drawn."""
    found = {name: text for name, text in story.texts.items() if text}
    for network, extras in story.extras.items():
        found |= {f"{network}:{n}": part.text for n, part in enumerate(extras.following, 2)}
    found |= {
        f"alt:{n}": picture.alt_text
        for n, picture in enumerate(story.pictures, 1)
        if picture.alt_text
    }
    return found


def draw(app: App, actor: Actor, story: Story, *, when: str = "", merged: bool = False) -> None:
    """Draw the post with its notes, and obey what is asked of them."""
    notes = gather(places(story), story.findings, story.remarks, story.revision)
    may = rights(story)
    html = (
        preview.cards(story, when=when, merged=merged, marked=notes.marks)
        + _alternatives(story, notes)
        + _notes(app, story, notes, may)
    )
    version = hashlib.sha256(html.encode()).hexdigest()[:16]
    told = _mount(
        key=f"anotada_{story.post_id}",
        data={
            "version": version,
            "html": html,
            "comment": may.comment,
            "label": texts.COMMENT_THIS,
        },
        on_accion_change=lambda: None,
    )
    if isinstance(told.accion, Mapping):
        _obey(app, actor, story, notes, may, told.accion)


def _obey(
    app: App,
    actor: Actor,
    story: Story,
    notes: Notes,
    may: Rights,
    action: Mapping[str, Any],
) -> None:
    kind, number = action.get("kind"), action.get("n")
    row = next((row for n, (_, row) in enumerate(notes.findings) if n == number), None)
    if kind == "comment" and may.comment:
        start = action.get("start")
        _comment(
            app,
            actor,
            story.post_id,
            str(action.get("place", "base")),
            str(action.get("fragment", "")),
            start if isinstance(start, int) else None,
        )
    elif kind == "dismiss" and row is not None and may.dismiss:
        _dismiss(app, actor, story.post_id, row)
    elif kind == "reinstate" and row is not None and may.dismiss:
        verb = partial(dismissals.reinstate, app, actor, story.post_id, **_named(row))
        if context.done(verb, texts.REINSTATED):
            st.rerun()
    elif kind == "resolve" and may.resolve and isinstance(number, int):
        verb = partial(remarks.resolve, app, actor, number)
        if context.done(verb, texts.RESOLVED):
            st.rerun()


@st.dialog(texts.COMMENT_TITLE)
def _comment(
    app: App, actor: Actor, post_id: int, place: str, fragment: str, start: int | None
) -> None:
    if fragment:
        st.html(f"<blockquote class='pg-cita'>{escape(fragment)}</blockquote>")
    else:
        place, start = "base", None
        fragment = st.text_input(
            texts.COMMENT_FRAGMENT, help=texts.COMMENT_FRAGMENT_HELP, key="comentario_fragmento"
        )
    text = st.text_area(texts.COMMENT_TEXT, key="comentario_texto")
    verb = partial(
        remarks.add,
        app,
        actor,
        post_id,
        text=text,
        place=place,
        fragment=fragment.strip() if start is None else fragment,
        start=start,
    )
    context.button(texts.COMMENT_DO, verb, texts.COMMENTED, type="primary", key="si_comentar")


@st.dialog(texts.DISMISS_TITLE)
def _dismiss(app: App, actor: Actor, post_id: int, row: FindingRow) -> None:
    st.markdown(texts.DISMISS_INTRO)
    quoted = f" «{row.fragment}»" if row.fragment else ""
    st.html(f"<blockquote class='pg-cita'>{escape(row.explanation + quoted)}</blockquote>")
    reason = st.text_input(texts.DISMISS_WHY, key="falsa_alarma_motivo")
    verb = partial(dismissals.dismiss, app, actor, post_id, reason=reason, **_named(row))
    context.button(texts.DISMISS_DO, verb, texts.DISMISSED, type="primary", key="si_falsa_alarma")


def _named(row: FindingRow) -> dict[str, str]:
    return {"rule": row.rule, "place": row.network, "fragment": row.fragment}


def _alternatives(story: Story, notes: Notes) -> str:
    """Return the alternative texts below the cards, where nobody sees them otherwise."""
    rows = [
        f'<li><span data-place="alt:{n}">'
        f"{preview.words(picture.alt_text, notes.marks.get(f'alt:{n}', ()))}</span></li>"
        for n, picture in enumerate(story.pictures, 1)
        if picture.alt_text
    ]
    if not rows:
        return ""
    return f"<div class='alternos'><b>{texts.ALTERNATIVES}</b><ol>{''.join(rows)}</ol></div>"


def _notes(app: App, story: Story, notes: Notes, may: Rights) -> str:
    found = [
        _finding(place, number, row, may) for place, (number, row) in enumerate(notes.findings)
    ]
    told = [_remark(app, story, number, row, may) for number, row in notes.remarks]
    # what stands in the text in its order, then what is said of the whole post
    every = sorted([*found, *told], key=lambda one: one[0] or 10_000)
    rows = "".join(html for _, html in every)
    listed = f"<ul class='notas' aria-label='{texts.NOTES}'>{rows}</ul>" if rows else ""
    ask = (
        f"<button type='button' class='accion' data-act='comment'>{texts.COMMENT}</button>"
        f"<span class='pg-tenue'>{texts.COMMENT_HOW}</span>"
    )
    return listed + (f"<div class='pide'>{ask}</div>" if may.comment else "")


def _finding(place: int, number: int, row: FindingRow, may: Rights) -> tuple[int, str]:
    body = findings.said(row)
    action = ""
    if row.dismissed:
        said = texts.DISMISSED_BY.format(name=row.dismissed_by, reason=row.dismissed)
        body += f"<div class='descartada'>{escape(said)}</div>"
        action = _action("reinstate", place, texts.REINSTATE)
    elif row.source == "manual":
        action = _action("dismiss", place, texts.DISMISS)
    kind = "info" if row.dismissed else row.severity
    return number, _note(number, kind, body, action if may.dismiss else "")


def _remark(app: App, story: Story, number: int, row: Remark, may: Rights) -> tuple[int, str]:
    at = dates.instant(row.at, app.institution.timezone)
    head = f"<b>{escape(row.author)}</b> <span class='pg-tenue'>{escape(at)}</span>"
    if row.revision != story.revision:
        head += f" <span class='pg-tenue'>{texts.OF_REVISION.format(n=row.revision)}</span>"
    quoted = ""
    if row.fragment and not number:
        quoted = f"<div class='pg-tenue'>{texts.GONE.format(fragment=escape(row.fragment))}</div>"
    body = f"{head}{quoted}<div class='dicho'>{escape(row.text)}</div>"
    if row.resolved_at is not None:
        said = texts.RESOLVED_BY.format(name=row.resolved_by)
        body += f"<div class='descartada'>{escape(said)}</div>"
    open_ = may.resolve and row.resolved_at is None
    return number, _note(
        number, "remark", body, _action("resolve", row.id, texts.RESOLVE) if open_ else ""
    )


def _note(number: int, kind: str, body: str, action: str) -> str:
    badge = f"<span class='num {kind}'>{number or '·'}</span>"
    return f"<li data-nota='{number}'>{badge}<div>{body}</div>{action}</li>"


def _action(kind: str, number: int, label: str) -> str:
    return (
        f"<button type='button' class='accion' data-act='{kind}' data-n='{number}'>{label}</button>"
    )
