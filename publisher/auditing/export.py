"""A signed copy of the audit for whoever audits, verifiable with the printed public key alone."""

from __future__ import annotations

import errno
import json
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from publisher.access import authorize
from publisher.app import SYSTEM, Actor, App
from publisher.errors import Invalid, NotFound
from publisher.models import Plantel
from publisher.sealing import seal
from publisher.texts import auditing as texts
from publisher.texts import cli as cli_texts
from vault import checkpoints, export
from vault.checkpoints import Signer
from vault.errors import ExportExists
from vault.export import Export

EXPORTED = "audit.exported"


def write(
    app: App, actor: Actor, folder: Path, *, first: int = 1, plantel: str | None = None
) -> Export:
    """Write the entries linked from ``first`` on, of one plantel where its code is given.

    The export holds the entry that tells of it. Raises ``Forbidden``, ``NotFound`` for an unknown
    code, ``Invalid`` where there is nothing from ``first`` on or the folder cannot be written, and
    ``ExportExists``.
    """
    plantel_id = None
    with app.read() as session:
        if plantel is not None:
            plantel_id = _plantel_id(session, plantel)
        action = "audit.verify" if actor.person_id == SYSTEM.person_id else "audit.read"
        authorize(actor, action, plantel_id=plantel_id)
        last = checkpoints.last_link(session)
    if first > max(last, 1):
        sentence = texts.FROM_BEYOND.format(last=last, first=first)
        raise Invalid(sentence, field="first")
    if export.is_taken(folder):
        raise ExportExists(path=folder)
    detail = json.dumps({"from": first, "plantel": plantel})
    with app.write() as session:
        app.note(
            session,
            app.entry(actor, EXPORTED, "audit", first, plantel_id=plantel_id, detail=detail),
        )
    seal(app, wait=True)
    try:
        with app.read() as session:
            return export.write(
                session,
                Signer.from_keyring(app.keyring),
                folder,
                now=app.clock(),
                first=first,
                plantel_id=plantel_id,
                plantel=plantel or "",
            )
    except OSError as error:
        reason = cli_texts.OS_ERRORS.get(
            errno.errorcode.get(error.errno or 0, ""), cli_texts.OS_ERROR
        )
        sentence = texts.EXPORT_UNWRITABLE.format(path=folder, error=reason)
        raise Invalid(sentence, field="folder") from None


def public_key(app: App) -> str:
    """Return the public key of checkpoints, anchors and exports: 64 hex digits, no secret."""
    return app.audit_key.public.hex()


def _plantel_id(session: Session, code: str) -> int:
    found = session.scalar(select(col(Plantel.id)).where(col(Plantel.code) == code))
    if found is None:
        raise NotFound(texts.NO_SUCH_PLANTEL.format(code=code))
    return found
