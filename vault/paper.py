"""Custody on paper: sealed envelopes and handings over, their states and what each step asks.

What decides is pure; what writes takes the caller's Session and commits nothing. A step is an
UPDATE guarded by the state before it: of two at once, one is True. Source: RS-5.1.3.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, func, select, update
from sqlmodel import Session, col

from vault.custody import PASSWORD, ROTATING
from vault.custody_tables import CredentialChange, CustodyEnvelope, CustodyTransfer
from vault.db import Db, connection
from vault.tables import VaultSecret, VaultSecretVersion

NEXT_ROTATION: Final = timedelta(days=180)
"""How long what an envelope holds may stay in force, unless something asks for it sooner."""

LOOSE_AFTER: Final = timedelta(hours=24)
"""How long a printed sheet may lie about before people are told, and told again."""

EnvelopeState = Literal["printed", "sealed", "opened", "voided"]
TransferState = Literal["open", "delivered", "received", "complete", "cancelled"]

_ENVELOPE: Any = CustodyEnvelope.__table__  # type: ignore[attr-defined]
_TRANSFER: Any = CustodyTransfer.__table__  # type: ignore[attr-defined]
_ENVELOPE_IS: Final[Mapping[str, tuple[ColumnElement[bool], ...]]] = {
    "printed": (_ENVELOPE.c.voided_at.is_(None), _ENVELOPE.c.sealed_at.is_(None)),
    "sealed": (
        _ENVELOPE.c.voided_at.is_(None),
        _ENVELOPE.c.sealed_at.is_not(None),
        _ENVELOPE.c.opened_at.is_(None),
    ),
    "kept": (_ENVELOPE.c.voided_at.is_(None), _ENVELOPE.c.opened_at.is_(None)),
}
_LIVE: Final = (_TRANSFER.c.completed_at.is_(None), _TRANSFER.c.cancelled_at.is_(None))
_TRANSFER_IS: Final[Mapping[str, tuple[ColumnElement[bool], ...]]] = {
    "open": (*_LIVE, _TRANSFER.c.delivered_at.is_(None)),
    "delivered": (
        *_LIVE,
        _TRANSFER.c.delivered_at.is_not(None),
        _TRANSFER.c.received_at.is_(None),
    ),
    "received": (*_LIVE, _TRANSFER.c.received_at.is_not(None)),
    "live": _LIVE,
}


def envelope_state(row: CustodyEnvelope) -> EnvelopeState:
    """Return where an envelope stands."""
    if row.voided_at is not None:
        return "voided"
    if row.opened_at is not None:
        return "opened"
    return "printed" if row.sealed_at is None else "sealed"


def transfer_state(row: CustodyTransfer) -> TransferState:
    """Return where a handing over stands."""
    if row.cancelled_at is not None:
        return "cancelled"
    if row.completed_at is not None:
        return "complete"
    if row.received_at is not None:
        return "received"
    return "open" if row.delivered_at is None else "delivered"


def folio(kind: str, year: int, number: int) -> str:
    """Return the number that a sheet is known by: ``SOB-2026-000012``."""
    return f"{kind}-{year}-{number:06d}"


def in_force(contents: Mapping[str, int], held: Mapping[str, int]) -> frozenset[str]:
    """Return the fields of an envelope whose version is still the one in force."""
    return frozenset(name for name, version in contents.items() if held.get(name) == version)


def whole(contents: Mapping[str, int], held: Mapping[str, int]) -> bool:
    """Tell whether all that an envelope holds is still in force."""
    return in_force(contents, held) == set(contents)


def known(contents: Mapping[str, int], held: Mapping[str, int]) -> bool:
    """Tell whether whoever reads an envelope knows something that is of use."""
    return bool(in_force(contents, held) & ROTATING)


def contents_digest(
    sheet_folio: str, account_id: int, digests: Mapping[str, tuple[int, str]]
) -> str:
    """Return what ties a sheet to its contents: SHA-256 of folio, account, versions and digests.

    ``digests`` maps a field to its version and its keyed digest, so this tells nothing of a value.
    """
    held = {name: list(digests[name]) for name in sorted(digests)}
    text = json.dumps([sheet_folio, account_id, held], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def accounts_digest(sheet_folio: str, accounts: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of the accounts of an acta as they stand."""
    text = json.dumps([sheet_folio, list(accounts)], separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def stored(
    db: Db, account_id: int, fields: Collection[str]
) -> dict[str, tuple[int, str, datetime]]:
    """Return version, keyed digest and time of sealing of fields in force."""
    rows = connection(db).execute(
        select(
            col(VaultSecretVersion.field),
            col(VaultSecretVersion.version),
            col(VaultSecretVersion.digest),
            col(VaultSecretVersion.created_at),
        )
        .join(
            VaultSecret,
            (col(VaultSecret.account_id) == col(VaultSecretVersion.account_id))
            & (col(VaultSecret.field) == col(VaultSecretVersion.field))
            & (col(VaultSecret.current_version) == col(VaultSecretVersion.version)),
        )
        .where(col(VaultSecret.account_id) == account_id, col(VaultSecret.field).in_(list(fields)))
    )
    return {name: (version, digest, at) for name, version, digest, at in rows}


def move_envelope(session: Session, envelope_id: int, *, when: str, **values: object) -> bool:
    """Set columns of an envelope that is ``printed``, ``sealed`` or ``kept`` (either of them)."""
    session.flush()
    done = session.execute(
        update(_ENVELOPE).where(_ENVELOPE.c.id == envelope_id, *_ENVELOPE_IS[when]).values(**values)
    )
    session.expire_all()
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def move_transfer(session: Session, transfer_id: int, *, when: str, **values: object) -> bool:
    """Set columns of a transfer that is ``open``, ``delivered``, ``received`` or ``live``."""
    session.flush()
    done = session.execute(
        update(_TRANSFER).where(_TRANSFER.c.id == transfer_id, *_TRANSFER_IS[when]).values(**values)
    )
    session.expire_all()
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def detach(session: Session, envelope_id: int) -> None:
    """Untie the changes that an envelope confirmed: their paper is no longer in safe keeping."""
    session.execute(
        update(CredentialChange)
        .where(col(CredentialChange.envelope_id) == envelope_id)
        .values(envelope_id=None)
    )


def loose(session: Session, *, now: datetime) -> Sequence[CustodyEnvelope]:
    """Return the sheets printed a day ago or more, neither sealed nor voided, not told of today."""
    return session.scalars(
        select(CustodyEnvelope)
        .where(
            *_ENVELOPE_IS["printed"],
            # nobody is warned before: said for the index
            _ENVELOPE.c.printed_at <= now - LOOSE_AFTER,
            func.coalesce(_ENVELOPE.c.warned_at, _ENVELOPE.c.printed_at) <= now - LOOSE_AFTER,
        )
        .order_by(col(CustodyEnvelope.printed_at), col(CustodyEnvelope.id))
    ).all()


def seal_taken(session: Session, seal_number: str, *, but: int) -> bool:
    """Tell whether another envelope, closed still or opened, has the number of this seal."""
    found = session.execute(
        select(_ENVELOPE.c.id)
        .where(
            _ENVELOPE.c.seal_number == seal_number,
            _ENVELOPE.c.sealed_at.is_not(None),
            _ENVELOPE.c.id != but,
        )
        .limit(1)
    ).first()
    return found is not None


def open_transfers(session: Session, plantel_id: int) -> Sequence[CustodyTransfer]:
    """Return the transfers of a plantel that are neither complete nor cancelled."""
    return session.scalars(
        select(CustodyTransfer).where(col(CustodyTransfer.plantel_id) == plantel_id, *_LIVE)
    ).all()


def new_password(
    session: Session, account_id: int, *, since: datetime, not_by: Collection[int]
) -> CredentialChange | None:
    """Return the last change of an account's password since then by somebody else than ``not_by``.

    Whoever hands an account over would know a password that they set themselves.
    """
    changes = session.scalars(
        select(CredentialChange)
        .where(
            col(CredentialChange.account_id) == account_id,
            col(CredentialChange.changed_at) >= since,
        )
        .order_by(col(CredentialChange.changed_at).desc(), col(CredentialChange.id).desc())
    )
    last = next((change for change in changes if PASSWORD in change.versions), None)
    return last if last is not None and last.changed_by not in not_by else None
