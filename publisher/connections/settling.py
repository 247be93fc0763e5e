"""What follows from looks: the proof written down, the account's state, whoever must hear of it.

All of it in one transaction. A look at a credential that was replaced meanwhile says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from connectors.registry import SHORT_LIVED
from publisher import notices
from publisher.access import persons_with
from publisher.app import SYSTEM, App
from publisher.connections import standing
from publisher.connections.looks import Looked, Subject
from publisher.connections.standing import Outcome
from publisher.custody import incidents
from publisher.delivery.aftermath import ACCOUNT_LINK, bar
from publisher.institution.holding import release
from publisher.models import Account, AccountProof
from publisher.texts import connections as texts
from vault import custody
from vault.store import HELD
from vault.tables import VaultSecret

CENTRE = ("DIRV", "ADM")
_PROOF: Any = AccountProof.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What is said of one account after a look; ``state`` is the account's own by then."""

    account: int
    plantel: str
    network: str
    handle: str
    outcome: Outcome
    sentence: str
    state: str
    expires_at: datetime | None


def settle(
    app: App, session: Session, looked: Sequence[Looked], *, now: datetime
) -> list[Verified]:
    """Write down what looks showed and act on it; return what to tell of each."""
    current = _versions(session, [one.subject.account_id for one in looked])
    told = []
    for one in looked:
        if current.get(one.subject.account_id, {}) == dict(one.subject.versions):
            _settle(app, session, one, now=now)
        told.append(_told(session, one))
    return told


def write_proof(session: Session, account_id: int, **values: Any) -> None:
    """Write columns of an account's proof, with a row of its own if it has none."""
    connection = session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    fresh = {"outcome": "unproven", "code": "", "sentence": "", "handle": "", "scopes": []}
    connection.execute(
        insert(_PROOF)
        .values(account_id=account_id, **(fresh | values))
        .on_conflict_do_update(index_elements=["account_id"], set_=values)
    )


def hearers(session: Session, plantel_id: int, *, now: datetime) -> frozenset[int]:
    """Return who must hear that an account needs a person: its custodians and the centre."""
    centre = {person for role in CENTRE for person in persons_with(session, role, now=now)}
    return notices.custodians(session, plantel_id, now=now) | centre


def _settle(app: App, session: Session, one: Looked, *, now: datetime) -> None:
    subject, identity = one.subject, one.identity
    values: dict[str, Any] = {
        "outcome": one.outcome,
        "code": one.code,
        "sentence": one.sentence,
        "looked_at": now,
        "next_at": standing.next_look(one.outcome, one.renewal_at, now=now),
    }
    if identity is not None:
        values |= {
            "proven_at": now,
            "handle": identity.handle,
            "name": identity.name,
            "scopes": list(identity.scopes),
            "expires_at": identity.expires_at,
            "warned": standing.still_warned(
                _warned(session, subject.account_id),
                before=subject.expires_at,
                after=identity.expires_at,
            ),
        }
    if one.picture is not None:
        values["picture"] = one.picture
    outside = _changed_outside(session, one, now=now)
    write_proof(session, subject.account_id, **values)
    if outside:
        incidents.open_incident(session, app, subject.account_id, one.sentence, now)
    if one.outcome == "ok":
        custody.prove_tokens(session, subject.account_id, now=now)
        _welcome(app, session, subject, now=now)
    if one.outcome in standing.BARRING and not subject.by_hand:
        bar(app, session, subject.account_id, subject.plantel_id, subject.name, why=one.sentence)
    elif subject.state == "active" and not _renews(one):
        _warn(app, session, subject, now=now)


def _renews(one: Looked) -> bool:
    """Tell whether the end of the credential is seen to without anybody."""
    return one.renewal_at is not None and (not one.stuck or one.subject.connector in SHORT_LIVED)


def _changed_outside(session: Session, one: Looked, *, now: datetime) -> bool:
    """Tell whether a credential that its network had accepted ended in no way that we know of."""
    ends = one.subject.expires_at
    early = one.outcome == "expired" and ends is not None and ends > now and not one.stuck
    if one.outcome not in standing.OUTSIDE and not early:
        return False
    proven = session.execute(
        select(_PROOF.c.proven_at).where(_PROOF.c.account_id == one.subject.account_id)
    ).scalar()
    return proven is not None and not custody.has_unproven_token(session, one.subject.account_id)


def _welcome(app: App, session: Session, subject: Subject, *, now: datetime) -> None:
    """Let an account publish again whose credential its network accepts once more."""
    back = session.execute(
        update(Account)
        .where(col(Account.id) == subject.account_id, col(Account.state) == "reauth")
        .values(state="active", state_reason="")
        .returning(col(Account.id))
    ).all()
    if not back:
        return
    resumed = release(session, [subject.account_id], now, reason="credential")
    app.note(
        session,
        app.entry(
            SYSTEM,
            "account.recovered",
            "account",
            subject.account_id,
            plantel_id=subject.plantel_id,
            detail=json.dumps({"resumed": resumed}),
        ),
    )
    notices.notify(
        session,
        app,
        person_ids=hearers(session, subject.plantel_id, now=now),
        kind="account.recovered",
        subject=texts.NOTICE_RECOVERED.format(account=subject.name),
        body=texts.NOTICE_RECOVERED_BODY.format(n=resumed),
        link=ACCOUNT_LINK.format(account=subject.account_id),
    )


def _warn(app: App, session: Session, subject: Subject, *, now: datetime) -> None:
    """Tell people in time that a credential ends: 14, 7 and 1 days before, once each."""
    row = session.execute(
        select(_PROOF.c.expires_at, _PROOF.c.warned).where(
            _PROOF.c.account_id == subject.account_id
        )
    ).one()
    days = standing.warning(row.expires_at, row.warned, now=now)
    if days is None:
        return
    session.execute(
        update(_PROOF).where(_PROOF.c.account_id == subject.account_id).values(warned=days)
    )
    left = max(0, (row.expires_at - now).days)
    notices.notify(
        session,
        app,
        person_ids=hearers(session, subject.plantel_id, now=now),
        kind="account.expiring",
        subject=texts.expiring(subject.name, left),
        body=texts.NOTICE_EXPIRING_BODY.format(when=notices.when(session, row.expires_at)),
        link=ACCOUNT_LINK.format(account=subject.account_id),
    )


def _warned(session: Session, account_id: int) -> int | None:
    found: int | None = session.execute(
        select(_PROOF.c.warned).where(_PROOF.c.account_id == account_id)
    ).scalar_one_or_none()
    return found


def _versions(session: Session, account_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    rows = session.execute(
        select(
            col(VaultSecret.account_id), col(VaultSecret.field), col(VaultSecret.current_version)
        ).where(
            col(VaultSecret.account_id).in_(sorted(set(account_ids))),
            ~col(VaultSecret.field).startswith(HELD, autoescape=True),
        )
    )
    found: dict[int, dict[str, int]] = {}
    for account_id, name, version in rows:
        found.setdefault(account_id, {})[name] = version
    return found


def _told(session: Session, one: Looked) -> Verified:
    subject = one.subject
    state = session.execute(
        select(col(Account.state)).where(col(Account.id) == subject.account_id)
    ).scalar_one()
    return Verified(
        account=subject.account_id,
        plantel=subject.plantel,
        network=subject.network,
        handle=subject.handle,
        outcome=one.outcome,
        sentence=one.sentence,
        state=state,
        expires_at=one.identity.expires_at if one.identity else None,
    )
