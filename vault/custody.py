"""The life of a credential in custody: stages of a change, quarters, fingerprints.

What decides is pure; what writes takes the caller's Session and commits nothing. It knows accounts
and persons by their numbers only. Source: RS-5.1.3 and the life cycle «Cambio de credencial».
What obliges somebody to change one is in ``rotation_duties``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import select, update
from sqlmodel import Session, col

from vault.custody_tables import CredentialChange, CustodyEnvelope
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

_CHANGE: Any = CredentialChange.__table__  # type: ignore[attr-defined]


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


def quarter(day: date) -> str:
    """Return the calendar quarter of a local day: ``2026-T4``."""
    return f"{day.year}-T{(day.month + 2) // 3}"


def quarter_ends(name: str) -> date:
    """Return the first day after a quarter of ``quarter``."""
    year, _, number = name.partition("-T")
    month = 3 * int(number) + 1
    return date(int(year) + month // 13, (month - 1) % 12 + 1, 1)


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
