"""The master key seen from the installation: where it stands, its rotation, proof that it opens.

Nothing here shows a value. A rotation wraps the data keys anew, in batches, while everything runs;
one that was cut short is taken up where it was.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlmodel import Session

from publisher import access
from publisher.app import Actor, App
from publisher.delivery import facts
from publisher.keyplace import key_place
from vault import proof, ring, rotation
from vault.audit import Trail
from vault.errors import KeyPlaceFixed
from vault.keys import check_or_register, in_force
from vault.proof import Proof
from vault.providers import Provider
from vault.tables import VaultKey

BATCH = 200
"""Secrets wrapped anew in one transaction: some 10 ms in which others wait."""

MOVE_LAG: Final = 1.0
"""Seconds given to what began before the new place was announced."""

LAST_KIT: Final = "vault.kit"
"""The name of the fact that says which keys the last recovery kit holds, and when it was made."""

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
    """What a rotation did: the new key rests in ``place``, the old one in ``kept``."""

    old: str
    new: str
    secrets: int
    place: str
    moved: bool
    kept: str


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


def last_kit(session: Session) -> tuple[tuple[str, ...], datetime] | None:
    """Return the keys of the recovery kit printed last, and when; None if there never was one."""
    value = facts.read(session, LAST_KIT)
    if value is None:
        return None
    told = json.loads(value)
    return tuple(told["keys"]), datetime.fromisoformat(told["at"])


def prove(app: App) -> Proof:
    """Open every sealed version with the keys at hand and compare its keyed digest."""
    with app.read() as session:
        return proof.open_all(session, app.keyring)


def prepare(app: App, *, to: str = "") -> str:
    """Make the successor, which seals nothing yet, and return where it is.

    Where several machines share a database it is copied to each before ``rotate``.
    """
    source, target = _places(app, to)
    if source.url == target.url:
        source.successor()
        return source.where_next()
    ring.successor(source, target)
    return target.place


def rotate(
    app: App,
    actor: Actor,
    *,
    to: str = "",
    progress: Callable[[int, int], None],
    wait: Callable[[float], None] = time.sleep,
) -> Rotated:
    """Wrap everything under a new key, retire the old one and let the new one take its place.

    ``to`` is where the new key shall rest, if not where the old one does; what looks in the old
    place finds word of it there. Cut short anywhere, the same call takes it up. ``progress`` hears
    (done, in all); ``wait`` lasts until every process that runs can have fetched the new key.
    Raises ``KeyProblem``; what was done stays done. ``Forbidden`` touches nothing.
    """
    access.authorize(actor, "keys.manage")
    now = app.clock
    source, target = _places(app, to)
    moves = source.url != target.url
    new = ring.successor(source, target)
    told = not moves or _announce(source, target)
    app.keyring.adopt(new)
    by, trail = app.by(actor), Trail(key=app.audit_key, new_id=app.new_id)
    with app.write() as session:
        sealed = rotation.sealed_by(session)
        known = session.scalar(select(_KEY.c.key_id).where(_KEY.c.key_id == new.key_id))
        waiting = sum(n for key_id, n in sealed.items() if key_id != new.key_id)
    if waiting and told:
        # what lies at hand is found by who needs it; the rest is fetched at the next look
        wait(source.every + MOVE_LAG if moves or not source.at_hand else 0.0)
    with app.write() as session:
        check_or_register(session, app.keyring, now())
        if known is None:
            detail = json.dumps({"lugar": target.place}, ensure_ascii=False)
            trail.write(
                session,
                by,
                at=now(),
                action=BEGUN,
                object_type="key",
                object_id=new.key_id,
                detail=detail,
            )
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
    return Rotated(
        old=", ".join(olds),
        new=new.key_id,
        secrets=done,
        place=target.place,
        moved=moves,
        kept=source.succeed() if told else source.place,
    )


def _places(app: App, to: str) -> tuple[Provider, Provider]:
    """Return where the key rests and where its successor shall."""
    source = (app.keyring.home or key_place(app.settings)).home()
    target = source.other(to) if to else source
    return (source, source) if target.url == source.url else (source, target)


def _announce(source: Provider, target: Provider) -> bool:
    """Leave word in ``source``; False where nothing can be left (the environment)."""
    try:
        source.announce(target)
    except KeyPlaceFixed:
        return False
    return True


def erase_old(app: App, actor: Actor, *, before: datetime) -> int:
    """Erase the versions superseded before ``before``; return how many. Raises ``Forbidden``."""
    access.authorize(actor, "keys.manage")
    trail = Trail(key=app.audit_key, new_id=app.new_id)
    with app.write() as session:
        return rotation.erase_old(
            session, before=before, by=app.by(actor), now=app.clock(), trail=trail
        )


_KEY = VaultKey.__table__  # type: ignore[attr-defined]
