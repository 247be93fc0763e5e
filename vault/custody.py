"""The life of a credential in custody: stages of a change, duties, quarters, fingerprints.

What decides is pure; what writes takes the caller's Session and commits nothing. It knows accounts
and persons by their numbers only. Source: RS-5.1.3 and the life cycle «Cambio de credencial».
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from vault.custody_tables import CredentialChange, CustodyEnvelope, Disclosure, RotationDuty
from vault.db import is_postgres
from vault.keys import Keyring
from vault.store import HELD
from vault.tables import VaultSecret, VaultSecretVersion

USER: Final = HELD + "user"
PASSWORD: Final = HELD + "password"
SEED: Final = HELD + "totp_seed"
CODES: Final = HELD + "recovery_codes"
MAIL: Final = HELD + "recovery_mail"
FIELDS: Final = (USER, PASSWORD, SEED, CODES, MAIL)
"""What people hold of an account, in the order of screens and sheets."""

ROTATING: Final = frozenset({PASSWORD, SEED, CODES})
"""What is worth nothing once it was replaced; a name or an address is no secret of that kind."""

Stage = Literal[
    "registrada",
    "verificada",
    "director_enterado",
    "vinculacion_enterada",
    "resguardo_confirmado",
    "vigente",
    "sustituida",
]
STAGES: Final[tuple[Stage, ...]] = (
    "registrada",
    "verificada",
    "director_enterado",
    "vinculacion_enterada",
    "resguardo_confirmado",
    "vigente",
)
WITHIN: Final = timedelta(hours=24)
REMIND_EVERY: Final = timedelta(hours=24)
PERSONAL_DUTIES: Final = frozenset({"disclosure", "break_glass", "envelope"})
"""Causes whose own row says which fields were seen."""

_DUTY: Any = RotationDuty.__table__  # type: ignore[attr-defined]
_CHANGE: Any = CredentialChange.__table__  # type: ignore[attr-defined]
_OPEN_DUTY: Final = _DUTY.c.fulfilled_at.is_(None)


@dataclass(frozen=True, kw_only=True)
class Fulfilled:
    """A duty that a change just closed."""

    duty_id: int
    cause: str
    cause_id: int


def needs_paper(fields: Collection[str]) -> bool:
    """Tell whether a change of these fields makes the sealed envelope's contents stale."""
    return any(name.startswith(HELD) for name in fields)


def stage(change: CredentialChange, *, owed: bool = False) -> Stage:
    """Return how far a change has come: the first step that is missing holds it back.

    ``owed`` says that its account has an open duty or incident: with all else done the change is
    ``resguardo_confirmado``, not yet ``vigente``. A connector's token needs no envelope.
    """
    if change.superseded_at is not None:
        return "sustituida"
    reached: Stage = "registrada"
    paper = change.envelope_id is not None or not needs_paper(change.versions)
    steps = (
        change.verified_at is not None,
        change.director_at is not None,
        change.vinculacion_at is not None,
        paper,
        not owed,
    )
    for done, following in zip(steps, STAGES[1:], strict=True):
        if not done:
            return reached
        reached = following
    return reached


def supersedes(newer: Collection[str], older: Collection[str]) -> bool:
    """Tell whether a change of ``newer`` fields leaves nothing in force of one of ``older``."""
    return set(older) <= set(newer)


def needed(cause: str, seen: Collection[str] = ()) -> frozenset[str]:
    """Return the fields that must change to fulfil a duty; empty says that any change does.

    ``seen`` are the fields that a person saw, where the cause is a reading or an opened envelope.
    """
    if cause == "incident":
        return frozenset()
    if cause in PERSONAL_DUTIES:
        return (ROTATING & set(seen)) or frozenset({PASSWORD})
    return frozenset({PASSWORD})


def fulfils(needs: Collection[str], changed: Collection[str]) -> bool:
    """Tell whether what changed since a duty was opened is all that it asked for."""
    return set(needs) <= set(changed) if needs else bool(changed)


def reminder(duty: RotationDuty, *, now: datetime) -> Literal["soon", "overdue"] | None:
    """Return what must now be said of an open duty: once when half its time is gone, then daily."""
    if now >= duty.due_at:
        fresh = duty.warned_at is None or duty.warned_at < duty.due_at
        waited = duty.warned_at is not None and now - duty.warned_at >= REMIND_EVERY
        return "overdue" if fresh or waited else None
    half = duty.opened_at + (duty.due_at - duty.opened_at) / 2
    return "soon" if duty.warned_at is None and now >= half else None


def quarter(day: date) -> str:
    """Return the calendar quarter of a local day: ``2026-T4``."""
    return f"{day.year}-T{(day.month + 2) // 3}"


def quarter_ends(name: str) -> date:
    """Return the first day after a quarter of ``quarter``."""
    year, _, number = name.partition("-T")
    month = 3 * int(number) + 1
    return date(int(year) + month // 13, (month - 1) % 12 + 1, 1)


def oblige(
    session: Session,
    *,
    account_id: int,
    cause: str,
    cause_id: int,
    now: datetime,
    due_at: datetime,
) -> tuple[int, bool]:
    """Open a duty unless the same is open; return its id and whether it is new."""
    connection = session.connection()
    insert = postgresql.insert if is_postgres(connection) else sqlite.insert
    made = connection.execute(
        insert(_DUTY)
        .values(account_id=account_id, cause=cause, cause_id=cause_id, opened_at=now, due_at=due_at)
        .on_conflict_do_nothing(
            index_elements=["account_id", "cause", "cause_id"], index_where=_OPEN_DUTY
        )
        .returning(_DUTY.c.id)
    ).scalar()
    if made is not None:
        return int(made), True
    found = connection.execute(
        select(_DUTY.c.id).where(
            _DUTY.c.account_id == account_id,
            _DUTY.c.cause == cause,
            _DUTY.c.cause_id == cause_id,
            _OPEN_DUTY,
        )
    ).scalar_one()
    return int(found), False


def open_duties(session: Session, account_ids: Collection[int]) -> Sequence[RotationDuty]:
    """Return the duties of these accounts that nobody fulfilled, the most urgent first."""
    return session.scalars(
        select(RotationDuty)
        .where(col(RotationDuty.account_id).in_(sorted(account_ids)), _OPEN_DUTY)
        .order_by(col(RotationDuty.due_at), col(RotationDuty.id))
    ).all()


def fulfil(
    session: Session, *, account_id: int, change_id: int, now: datetime
) -> tuple[Fulfilled, ...]:
    """Close the duties of an account that its changes since then have fulfilled."""
    done = []
    for duty in open_duties(session, [account_id]):
        changed = {
            name
            for versions in session.scalars(
                select(col(CredentialChange.versions)).where(
                    col(CredentialChange.account_id) == account_id,
                    col(CredentialChange.changed_at) >= duty.opened_at,
                )
            )
            for name in versions
        }
        if not fulfils(needed(duty.cause, _seen(session, duty)), changed):
            continue
        if close_duty(session, duty.id or 0, change_id=change_id, now=now):
            done.append(Fulfilled(duty_id=duty.id or 0, cause=duty.cause, cause_id=duty.cause_id))
    return tuple(done)


def close_duty(session: Session, duty_id: int, *, change_id: int | None, now: datetime) -> bool:
    """Close one duty; ``change_id`` None where a person discharged it. False if it was closed."""
    closed = session.execute(
        update(RotationDuty)
        .where(col(RotationDuty.id) == duty_id, _OPEN_DUTY)
        .values(fulfilled_at=now, change_id=change_id)
        .returning(col(RotationDuty.id))
    ).first()
    return closed is not None


def open_change(
    session: Session,
    *,
    account_id: int,
    versions: Mapping[str, int],
    cause: str,
    reason: str,
    changed_by: int,
    now: datetime,
    verified: bool = False,
    director_id: int | None = None,
) -> int:
    """Insert a change and mark those that it leaves nothing in force of; return its id.

    ``director_id`` is given where the plantel's director made the change: that one knows of it.
    """
    earlier = session.execute(
        select(col(CredentialChange.id), col(CredentialChange.versions)).where(
            col(CredentialChange.account_id) == account_id,
            col(CredentialChange.superseded_at).is_(None),
        )
    ).all()
    stale = [id_ for id_, fields in earlier if supersedes(versions, fields)]
    if stale:
        session.execute(
            update(CredentialChange)
            .where(col(CredentialChange.id).in_(stale))
            .values(superseded_at=now)
        )
    made = session.execute(
        _CHANGE.insert()
        .values(
            account_id=account_id,
            versions=dict(versions),
            cause=cause,
            reason=reason,
            changed_by=changed_by,
            changed_at=now,
            verified_at=now if verified else None,
            director_id=director_id,
            director_at=None if director_id is None else now,
        )
        .returning(_CHANGE.c.id)
    ).scalar_one()
    return int(made)


def prove_tokens(session: Session, account_id: int, *, now: datetime) -> None:
    """Mark the account's tokens as verified: its network has just accepted them."""
    session.execute(
        update(CredentialChange)
        .where(
            col(CredentialChange.account_id) == account_id,
            col(CredentialChange.cause) == "token",
            col(CredentialChange.verified_at).is_(None),
            col(CredentialChange.superseded_at).is_(None),
        )
        .values(verified_at=now)
    )


def has_unproven_token(session: Session, account_id: int) -> bool:
    """Tell whether a token of the account was never accepted by its network since it came."""
    found = session.execute(
        select(col(CredentialChange.id)).where(
            col(CredentialChange.account_id) == account_id,
            col(CredentialChange.cause) == "token",
            col(CredentialChange.verified_at).is_(None),
            col(CredentialChange.superseded_at).is_(None),
        )
    )
    return found.first() is not None


def attach_envelope(session: Session, envelope: CustodyEnvelope) -> tuple[int, ...]:
    """Tie the changes whose versions a sealed envelope holds to it; return their ids.

    To be called by whoever seals the envelope, in that transaction.
    """
    changes = session.scalars(
        select(CredentialChange).where(
            col(CredentialChange.account_id) == envelope.account_id,
            col(CredentialChange.superseded_at).is_(None),
        )
    ).all()
    tied = []
    for change in changes:
        held = {name: number for name, number in change.versions.items() if name in FIELDS}
        if held and held.items() <= envelope.contents.items():
            change.envelope_id = envelope.id
            tied.append(change.id or 0)
    session.flush()
    return tuple(tied)


def held_versions(session: Session, account_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return the version in force of each field that people hold, by account."""
    found: dict[int, dict[str, int]] = {account_id: {} for account_id in account_ids}
    rows = session.execute(
        select(
            col(VaultSecret.account_id), col(VaultSecret.field), col(VaultSecret.current_version)
        ).where(
            col(VaultSecret.account_id).in_(sorted(found)),
            col(VaultSecret.field).in_(FIELDS),
        )
    )
    for account_id, name, version in rows:
        found[account_id][name] = version
    return found


def fingerprint(session: Session, keyring: Keyring, account_id: int) -> str:
    """Return six characters that stand for all that people hold of an account; ``——————`` if none.

    They are made of the stored digests under a key of their own: whoever reads them on paper can
    compare, and learns nothing. Any new value gives others.
    """
    rows = session.execute(
        select(col(VaultSecret.field), col(VaultSecretVersion.digest))
        .join(
            VaultSecretVersion,
            (col(VaultSecretVersion.account_id) == col(VaultSecret.account_id))
            & (col(VaultSecretVersion.field) == col(VaultSecret.field))
            & (col(VaultSecretVersion.version) == col(VaultSecret.current_version)),
        )
        .where(col(VaultSecret.account_id) == account_id, col(VaultSecret.field).in_(FIELDS))
        .order_by(col(VaultSecret.field))
    ).all()
    if not rows:
        return "—" * 6
    message = "\0".join([str(account_id), *(f"{name}={digest}" for name, digest in rows)])
    tag = hmac.digest(keyring.subkey("fingerprint"), message.encode(), hashlib.sha256)
    return base64.b32encode(tag).decode()[:6]


def _seen(session: Session, duty: RotationDuty) -> Collection[str]:
    if duty.cause in {"disclosure", "break_glass"}:
        reading = session.get(Disclosure, duty.cause_id)
        return reading.fields if reading else ()
    if duty.cause == "envelope":
        envelope = session.get(CustodyEnvelope, duty.cause_id)
        return tuple(envelope.contents) if envelope else ()
    return ()
