"""The one draft of the manual: opened from the newest version, edited under a lock, or discarded.

Only one is open, so that two persons never prepare two manuals without knowing. Nothing of a draft
judges anything until it is approved and its date has come.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.errors import Conflict, Invalid, NotFound
from publisher.manual import document, editing
from publisher.manual.comparison import compare
from publisher.manual.document import InvalidManual, Manual
from publisher.models import ManualDraft, ManualVersion, Person
from publisher.rulebook.versions import newest
from publisher.texts import rulebook as texts

SUMMARY_MAX = 500


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The open draft; ``lock`` is what a save, proposal or approval must name.

    ``base`` is the version that it would follow, ``reason`` why it was last sent back.
    """

    id: int
    manual: Manual
    base: Manual
    summary: str
    state: str
    lock: int
    edited_by: int
    editor: str
    edited_at: datetime
    proposed_by: int | None
    proposer: str
    proposed_at: datetime | None
    in_force_from: datetime | None
    reason: str


def draft(app: App, actor: Actor) -> Draft | None:
    """Return the open or proposed draft, None where nobody prepares one."""
    access.authorize(actor, "manual.edit")
    editor, proposer = aliased(Person), aliased(Person)
    with app.read() as session:
        found = session.execute(
            select(ManualDraft, col(editor.name), col(proposer.name))
            .join(editor, col(editor.id) == col(ManualDraft.edited_by))
            .outerjoin(proposer, col(proposer.id) == col(ManualDraft.proposed_by))
            .where(col(ManualDraft.slot) == 1)
        ).first()
        if found is None:
            return None
        row, editor_name, proposer_name = found
        base = newest(session).document
    return Draft(
        id=row.id or 0,
        manual=document.load(row.document),
        base=document.load(base),
        summary=row.summary,
        state=row.state,
        lock=row.lock,
        edited_by=row.edited_by,
        editor=editor_name,
        edited_at=row.edited_at,
        proposed_by=row.proposed_by,
        proposer=proposer_name or "",
        proposed_at=row.proposed_at,
        in_force_from=row.in_force_from,
        reason=row.reason,
    )


def open_draft(app: App, actor: Actor) -> int:
    """Begin a draft from the newest version, under its next number; returns its lock.

    Raises ``Conflict`` where one is open already.
    """
    access.authorize(actor, "manual.edit")
    with app.write() as session:
        if find(session, missing=True) is not None:
            raise Conflict(texts.DRAFT_OPEN)
        base = newest(session)
        manual = document.load(base.document)
        fresh = editing.renumbered(manual, _unused(session, manual.version))
        return _begin(app, session, actor, fresh, base, "manual.draft.open")


def save_draft(
    app: App, actor: Actor, manual: Manual, *, lock: int, summary: str | None = None
) -> int:
    """Keep ``manual`` as the draft's text; returns the new lock.

    Raises ``Conflict`` where somebody saved meanwhile, or where it is proposed.
    """
    access.authorize(actor, "manual.edit")
    with app.write() as session:
        row = hold(session, lock)
        if row.state != "open":
            raise Conflict(texts.DRAFT_PROPOSED)
        return _keep(app, session, actor, row, manual, summary, "manual.draft.save")


def import_draft(app: App, actor: Actor, text: str) -> int:
    """Take a file's manual as the draft's text, opening one where there is none; returns the lock.

    What was in the draft is replaced: compare it first. Raises ``Invalid`` with every fault of the
    file, ``Conflict`` where the draft is proposed.
    """
    access.authorize(actor, "manual.edit")
    manual = read(text)
    with app.write() as session:
        row = find(session, missing=True)
        if row is None:
            base = newest(session)
            return _begin(app, session, actor, manual, base, "manual.draft.import")
        if row.state != "open":
            raise Conflict(texts.DRAFT_PROPOSED)
        return _keep(app, session, actor, row, manual, None, "manual.draft.import")


def discard(app: App, actor: Actor, *, lock: int, reason: str = "") -> None:
    """Give the draft up; its rows stay, so that the audit can tell what it said."""
    access.authorize(actor, "manual.edit")
    with app.write() as session:
        row = hold(session, lock)
        row.state, row.slot, row.lock = "discarded", None, row.lock + 1
        row.decided_by, row.decided_at, row.reason = actor.person_id, app.clock(), reason.strip()
        note(app, session, actor, row, "manual.draft.discard", reason=reason.strip())


def read(text: str) -> Manual:
    """Return the manual of a TOML file. Raises ``Invalid`` with every fault in one sentence."""
    try:
        return document.load(text)
    except InvalidManual as error:
        raise Invalid(texts.faults(error.problems), field="file") from error


def text_of(app: App) -> Manual:
    """Return what the draft in hand says. Raises ``NotFound``."""
    with app.read() as session:
        text = session.scalar(select(col(ManualDraft.document)).where(col(ManualDraft.slot) == 1))
    if text is None:
        raise NotFound(texts.NO_DRAFT)
    return document.load(text)


def find(session: Session, *, missing: bool = False) -> ManualDraft | None:
    """Return the draft in hand, locked. Raises ``NotFound`` unless ``missing`` is allowed."""
    row = session.scalars(
        select(ManualDraft)
        .where(col(ManualDraft.slot) == 1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None and not missing:
        raise NotFound(texts.NO_DRAFT)
    return row


def hold(session: Session, lock: int) -> ManualDraft:
    """Return the draft in hand if it is still the one seen. Raises ``NotFound``, ``Conflict``."""
    row = find(session)
    assert row is not None  # noqa: S101 - find raises
    if row.lock != lock:
        raise Conflict(texts.DRAFT_CHANGED)
    return row


def note(
    app: App,
    session: Session,
    actor: Actor,
    row: ManualDraft,
    action: str,
    *,
    reason: str = "",
    detail: str = "",
) -> None:
    """Write down what was done with the draft; before and after are the hashes of the texts."""
    after = document.load(row.document).hash
    app.note(
        session,
        app.entry(
            actor, action, "manual", row.id, reason=reason, before=row.based_on, after=after,
            detail=detail,
        ),
    )  # fmt: skip
    session.flush()


def _begin(
    app: App, session: Session, actor: Actor, manual: Manual, base: ManualVersion, action: str
) -> int:
    now = app.clock()
    row = ManualDraft(
        based_on=base.hash,
        document=document.dump(manual),
        edited_by=actor.person_id,
        edited_at=now,
        created_at=now,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:  # two opened one at the same instant
        raise Conflict(texts.DRAFT_OPEN) from error
    note(app, session, actor, row, action)
    return row.lock


def _keep(
    app: App,
    session: Session,
    actor: Actor,
    row: ManualDraft,
    manual: Manual,
    summary: str | None,
    action: str,
) -> int:
    if summary is not None:
        row.summary = _short(summary)
    before = document.load(row.document)
    changed = compare(before, manual)
    row.document = document.dump(manual)
    row.lock += 1
    row.edited_by, row.edited_at = actor.person_id, app.clock()
    rules = [change.id for change in changed.rules]
    fields = [change.name for change in changed.head]
    note(app, session, actor, row, action, detail=json.dumps({"rules": rules, "fields": fields}))
    return row.lock


def _short(summary: str) -> str:
    told = " ".join(summary.split())
    if len(told) > SUMMARY_MAX:
        raise Invalid(texts.SUMMARY_LONG.format(n=SUMMARY_MAX), field="summary")
    return told


def _unused(session: Session, version: str) -> str:
    taken = set(session.scalars(select(col(ManualVersion.version))))
    while version in taken:
        version = editing.next_version(version)
    return version
