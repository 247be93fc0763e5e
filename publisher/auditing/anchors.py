"""The chain's signed end, once a day in every place that nobody here can undo.

Each sending is a row: written as failed before anything leaves, and told apart afterwards, so that
one that was cut short is no success. What fails is tried again each hour, and said once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import select, update
from sqlmodel import Session, col

from publisher import notices, sealing
from publisher.access import authorize, persons_with
from publisher.app import SYSTEM, Actor, App
from publisher.auditing import places
from publisher.auditing.places import NotKept, Parcel
from publisher.auditing.targets import FileTarget, Target
from publisher.errors import Unready
from publisher.texts import auditing as texts
from vault import audit
from vault.checkpoints import Checkpoint
from vault.custody_tables import AuditAnchor

EVERY: Final = timedelta(hours=24)
AGAIN: Final = timedelta(hours=1)
STALE: Final = timedelta(hours=36)
HEARERS: Final = ("ADM", "AUD")
ALARMED: Final = ("ADM", "AUD", "DIRV")

KEPT: Final = "audit.anchored"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Anchored:
    """One sending: where to, when, which link, and what was said where it did not arrive."""

    target: str
    at: datetime
    seq: int
    head: str
    ok: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One target: what it last kept, and the failure since then, if any."""

    target: str
    kept: Anchored | None
    failure: Anchored | None

    def is_stale(self, now: datetime) -> bool:
        """Tell whether nothing arrived for a day and a half."""
        return self.kept is None or now - self.kept.at > STALE


def anchor_due(app: App) -> tuple[Anchored, ...]:
    """Anchor wherever a day has passed since the last one, or an hour since a failure."""
    targets, now = app.settings.anchor_targets, app.clock()
    if not targets:
        return ()
    with app.read() as session:
        due = [target for target in targets if _is_due(session, target, now)]
    return _send(app, SYSTEM, due, once=True) if due else ()


def send(app: App, actor: Actor) -> tuple[Anchored, ...]:
    """Anchor now in every place. Raises ``Forbidden``, and ``Unready`` where there is none."""
    authorize(actor, "audit.verify")
    if not app.settings.anchor_targets:
        raise Unready(texts.NO_TARGETS)
    return _send(app, actor, app.settings.anchor_targets, once=False)


def begin(app: App, actor: Actor, path: Path) -> Anchored:
    """Anchor now in the file at ``path``; one that is not there is made, also where one was.

    The way to a new file after a restored backup, or for a disk that is carried away. Raises
    ``Forbidden``, and ``Unready`` while there is nothing to anchor.
    """
    authorize(actor, "audit.verify")
    target = FileTarget(name=str(path.absolute()), path=path.absolute())
    done = _send(app, actor, (target,), once=False, anew=True)
    if not done:
        raise Unready(texts.NOTHING_TO_ANCHOR)
    return done[0]


def standings(app: App, actor: Actor) -> tuple[Standing, ...]:
    """Return how each place stands. Raises ``Forbidden``."""
    authorize(actor, "audit.verify")
    with app.read() as session:
        return tuple(_standing(session, target) for target in app.settings.anchor_targets)


def history(app: App, actor: Actor, *, limit: int = 50) -> tuple[Anchored, ...]:
    """Return the last sendings, newest first. Raises ``Forbidden``."""
    authorize(actor, "audit.verify")
    newest = select(AuditAnchor).order_by(col(AuditAnchor.id).desc()).limit(limit)
    with app.read() as session:
        return tuple(_anchored(row) for row in session.scalars(newest))


def _send(
    app: App, actor: Actor, targets: Iterable[Target], *, once: bool, anew: bool = False
) -> tuple[Anchored, ...]:
    signed, done = sealing.sign(app), []
    if not signed:
        return ()  # an empty chain has no end to keep
    for target in targets:
        claimed = _claim(app, target, signed[-1], once=once)
        if claimed is None:
            continue
        row_id, known = claimed
        parcel = Parcel(
            signed=signed, public=app.audit_key.public, now=app.clock(), known=known and not anew
        )
        try:
            where, failure = places.keep(app, target, parcel), None
        except NotKept as error:
            where, failure = "", error
        except Exception:
            log.exception("anchor.failed", target=target.name)
            where, failure = "", NotKept(texts.FAILED)
        done.append(_settle(app, actor, row_id, target, where, failure))
    return tuple(done)


def _claim(app: App, target: Target, newest: Checkpoint, *, once: bool) -> tuple[int, bool] | None:
    """Write the sending as failed; return its row and whether the target kept one before.

    None where another process was first and ``once`` is wanted.
    """
    now = app.clock()
    with app.write() as session:
        # the sealers' lock: of two processes the second sees the first one's row
        audit.lock(session)
        if once and not _is_due(session, target, now):
            return None
        known = _last(session, target, ok=True) is not None
        row = AuditAnchor(
            target=target.name,
            at=now,
            seq=newest.seq,
            head=newest.head,
            ok=False,
            sentence=texts.INTERRUPTED,
        )
        session.add(row)
        session.flush()
        return row.id or 0, known


def _settle(
    app: App, actor: Actor, row_id: int, target: Target, where: str, failure: NotKept | None
) -> Anchored:
    sentence = "" if failure is None else str(failure)
    with app.write() as session:
        row = session.get_one(AuditAnchor, row_id)
        before = _last(session, target, before=row_id)
        session.execute(
            update(AuditAnchor)
            .where(col(AuditAnchor.id) == row_id)
            .values(ok=failure is None, sentence=sentence)
        )
        app.note(
            session,
            app.entry(
                actor,
                KEPT,
                "anchor",
                target.name,
                reason=sentence,
                after=row.head,
                result="ok" if failure is None else "failed",
                detail=json.dumps({"seq": row.seq, "kept": where}),
            ),
        )
        if failure is not None and (before is None or before.sentence != sentence):
            _tell(session, app, target, failure)
        return Anchored(
            target=target.name,
            at=row.at,
            seq=row.seq,
            head=row.head,
            ok=failure is None,
            sentence=sentence,
        )


def _tell(session: Session, app: App, target: Target, failure: NotKept) -> None:
    roles = ALARMED if failure.alarming else HEARERS
    subject, body = (
        (texts.NOTICE_CONTRADICTS, texts.NOTICE_CONTRADICTS_BODY)
        if failure.alarming
        else (texts.NOTICE_FAILED, texts.NOTICE_FAILED_BODY)
    )
    now = app.clock()
    notices.notify(
        session,
        app,
        person_ids={person for role in roles for person in persons_with(session, role, now=now)},
        kind="anchor",
        subject=subject,
        body=body.format(target=target.name, sentence=failure),
    )


def _is_due(session: Session, target: Target, now: datetime) -> bool:
    last = _last(session, target)
    return last is None or now - last.at >= (EVERY if last.ok else AGAIN)


def _standing(session: Session, target: Target) -> Standing:
    kept, last = _last(session, target, ok=True), _last(session, target)
    return Standing(
        target=target.name,
        kept=None if kept is None else _anchored(kept),
        failure=None if last is None or last.ok else _anchored(last),
    )


def _last(
    session: Session, target: Target, *, ok: bool | None = None, before: int | None = None
) -> AuditAnchor | None:
    conditions = [col(AuditAnchor.target) == target.name]
    if ok is not None:
        conditions.append(col(AuditAnchor.ok) == ok)
    if before is not None:
        conditions.append(col(AuditAnchor.id) < before)
    newest = select(AuditAnchor).where(*conditions).order_by(col(AuditAnchor.id).desc()).limit(1)
    return session.scalar(newest)


def _anchored(row: AuditAnchor) -> Anchored:
    return Anchored(
        target=row.target, at=row.at, seq=row.seq, head=row.head, ok=row.ok, sentence=row.sentence
    )
