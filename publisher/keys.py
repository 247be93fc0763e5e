"""The master key seen from the installation: where it stands, its rotation, proof that it opens.

Nothing here shows a value. A rotation wraps the data keys anew, in batches, while everything runs;
one that was cut short is taken up where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from publisher.app import Actor, App
from vault import proof, ring, rotation
from vault.audit import By, Trail
from vault.keys import check_or_register, in_force
from vault.proof import Proof
from vault.tables import VaultKey

BATCH = 200
"""Secrets wrapped anew in one transaction: some 10 ms in which others wait."""

BEGUN = "vault.key.created"
RETIRED = "vault.key.retired"


@dataclass(frozen=True, kw_only=True)
class Key:
    """One registered key. ``secrets`` counts what it seals; ``at_hand`` if its file is here."""

    key_id: str
    state: str
    created_at: datetime
    secrets: int
    at_hand: bool
    in_force: bool


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """What a rotation did; ``kept`` is where the old key's file lies now."""

    old: str
    new: str
    secrets: int
    kept: Path


def list_keys(app: App) -> tuple[Key, ...]:
    """Return every key that has sealed something here, newest first."""
    with app.read() as session:
        current = in_force(session, app.keyring).key_id
        sealed = rotation.sealed_by(session)
        rows = session.execute(select(_KEY).order_by(_KEY.c.created_at.desc(), _KEY.c.key_id)).all()
    return tuple(
        Key(
            key_id=row.key_id,
            state=row.state,
            created_at=row.created_at,
            secrets=sealed.get(row.key_id, 0),
            at_hand=app.keyring.holds(row.key_id),
            in_force=row.key_id == current,
        )
        for row in rows
    )


def prove(app: App) -> Proof:
    """Open every sealed version with the keys at hand and compare its keyed digest."""
    with app.read() as session:
        return proof.open_all(session, app.keyring)


def prepare(app: App) -> Path:
    """Make the successor's file, which seals nothing yet, and return where it is.

    Where several machines share a database it is copied to each before ``rotate``.
    """
    ring.open_next(app.settings.kek_path)
    return ring.named(app.settings.kek_path, ring.NEXT)


def rotate(app: App, actor: Actor, *, progress: Callable[[int, int], None]) -> Rotated:
    """Wrap everything under a new key, retire the old one and put the new file in its place.

    ``progress`` hears (done, in all). Raises ``KeyProblem``; what was done stays done.
    """
    path, now = app.settings.kek_path, app.clock
    new = ring.open_next(path)
    app.keyring.adopt(new)
    by, trail = _by(actor), Trail(key=app.audit_key, new_id=app.new_id)
    with app.write() as session:
        sealed = rotation.sealed_by(session)
        known = session.scalar(select(_KEY.c.key_id).where(_KEY.c.key_id == new.key_id))
        check_or_register(session, app.keyring, now())
        if known is None:
            trail.write(
                session, by, at=now(), action=BEGUN, object_type="key", object_id=new.key_id
            )
    waiting = sum(n for key_id, n in sealed.items() if key_id != new.key_id)
    done = changed = 0
    while True:
        with app.write() as session:
            changed = rotation.rewrap(
                session, app.keyring, by=by, now=now(), trail=trail, batch=BATCH
            )
        if not changed:
            break
        done += changed
        progress(done, max(done, waiting))
    with app.write() as session:
        olds = session.scalars(
            select(_KEY.c.key_id).where(_KEY.c.state == "active", _KEY.c.key_id != new.key_id)
        ).all()
        for key_id in olds:
            rotation.retire(session, key_id)
            trail.write(session, by, at=now(), action=RETIRED, object_type="key", object_id=key_id)
    return Rotated(old=", ".join(olds), new=new.key_id, secrets=done, kept=ring.succeed(path))


def erase_old(app: App, actor: Actor, *, before: datetime) -> int:
    """Erase the versions superseded before ``before``; return how many."""
    trail = Trail(key=app.audit_key, new_id=app.new_id)
    with app.write() as session:
        return rotation.erase_old(
            session, before=before, by=_by(actor), now=app.clock(), trail=trail
        )


def _by(actor: Actor) -> By:
    return By(
        actor_id=actor.person_id,
        actor=actor.name,
        role="+".join(sorted(actor.roles)),
        session_ref=actor.session_ref,
    )


_KEY = VaultKey.__table__  # type: ignore[attr-defined]
