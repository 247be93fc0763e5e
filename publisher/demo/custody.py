"""The demo's custody: a password of each account, most of them in order, a few things to do.

On a database marked ``sandbox`` and nothing else. The passwords are drawn at random and open
nothing: the sandbox knows only tokens.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlmodel import Session, col

from publisher import people
from publisher.app import SYSTEM, App
from publisher.custody import changes, disclosures, incidents
from publisher.custody.terms import custodians_of
from publisher.demo.cast import Cast, gather_cast
from publisher.demo.persons import SHOWN_PLANTELES
from publisher.errors import Unready
from publisher.models import Account, Designation, Plantel
from publisher.texts import demo as texts
from vault import custody, loading, paper
from vault.audit import By
from vault.custody_tables import CredentialChange, CustodyConfirmation, CustodyEnvelope
from vault.secret import Secret
from vault.tables import VaultSecret

FIELDS: Final = (custody.USER, custody.PASSWORD)
FIRST, SECOND = SHOWN_PLANTELES
UNKEPT: Final = (SECOND, "x")
"""The account whose password nobody has brought to the vault yet."""
REASON_CODE: Final = "ausencia"
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, kw_only=True)
class _Held:
    account_id: int
    plantel_id: int
    code: str
    network: str
    handle: str
    custodian_id: int
    director_id: int


def set_custody(app: App) -> int:
    """Fill an empty custody; return how many accounts it holds. One that has any is left alone."""
    if not app.sandboxed:
        raise Unready(texts.NOT_SANDBOX)
    now = app.clock()
    with app.write() as session:
        held = _accounts(session, now)
        if _kept(session) or not held:
            return len(held)
        cast = gather_cast(app)
        _seal(session, app, held, now)
        _envelopes(session, app, held, now)
        _changes(session, app, cast, held, now)
        _confirm(session, app, cast, held, now)
    _to_do(app, cast, {(one.code, one.network): one for one in held})
    return len(held)


def _accounts(session: Session, now: datetime) -> list[_Held]:
    """Return the accounts that somebody holds and somebody directs, but the one left without."""
    rows = session.execute(
        select(
            col(Account.id),
            col(Account.plantel_id),
            col(Plantel.code),
            col(Account.network),
            col(Account.handle),
        )
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .where(col(Account.state) == "active")
        .order_by(col(Plantel.code), col(Account.network))
    ).all()
    keepers = custodians_of(session, [row.id for row in rows], now=now)
    directors = {
        row.plantel_id: row.person_id
        for row in session.execute(
            select(col(Designation.plantel_id), col(Designation.person_id)).where(
                col(Designation.role) == "DIRP", col(Designation.ends_at).is_(None)
            )
        )
    }
    return [
        _Held(
            account_id=row.id,
            plantel_id=row.plantel_id,
            code=row.code,
            network=row.network,
            handle=row.handle,
            custodian_id=keeper,
            director_id=directors[row.plantel_id],
        )
        for row in rows
        if (keeper := keepers.get(row.id)) is not None
        and row.plantel_id in directors
        and (row.code, row.network) != UNKEPT
    ]


def _kept(session: Session) -> bool:
    found = session.execute(
        select(col(VaultSecret.account_id)).where(col(VaultSecret.field) == custody.PASSWORD)
    )
    return found.first() is not None


def _password() -> Secret:
    return Secret("".join(secrets.choice(_ALPHABET) for _ in range(16)))


def _seal(session: Session, app: App, held: list[_Held], now: datetime) -> None:
    values = {}
    for one in held:
        values[one.account_id, custody.USER] = Secret(one.handle)
        values[one.account_id, custody.PASSWORD] = _password()
    loading.put_first(
        session,
        app.keyring,
        values,
        planteles={one.account_id: one.plantel_id for one in held},
        by=By(actor_id=SYSTEM.person_id, actor=SYSTEM.name, role=""),
        now=now,
        reason=texts.CREDENTIAL_REASON,
        key=app.audit_key,
        ids={place: app.new_id() for place in values},
    )


def _envelopes(session: Session, app: App, held: list[_Held], now: datetime) -> None:
    year = now.astimezone(ZoneInfo(app.institution.timezone)).year
    rows = [
        {
            "folio": paper.folio("SOB", year, number),
            "account_id": one.account_id,
            "contents": dict.fromkeys(FIELDS, 1),
            "printed_by": one.custodian_id,
            "printed_at": now,
            "seal_number": f"{70_000 + number}",
            "place": texts.CUSTODY_PLACE,
            "responsible_id": one.director_id,
            "sealed_at": now,
            "opening_reason": "",
            "witness": "",
        }
        for number, one in enumerate(held, start=1)
    ]
    _insert(session, CustodyEnvelope, rows)


def _changes(session: Session, app: App, cast: Cast, held: list[_Held], now: datetime) -> None:
    """Write each account's first change as it is in force, with the set-up's entry of it."""
    envelopes = {
        row.account_id: row.id
        for row in session.execute(select(col(CustodyEnvelope.account_id), col(CustodyEnvelope.id)))
    }
    rows = [
        {
            "account_id": one.account_id,
            "versions": dict.fromkeys(FIELDS, 1),
            "cause": "rotation",
            "reason": texts.CREDENTIAL_REASON,
            "changed_by": one.custodian_id,
            "changed_at": now,
            "verified_at": now,
            "director_id": one.director_id,
            "director_at": now,
            "vinculacion_id": cast.coordinador.person_id,
            "vinculacion_at": now,
            "envelope_id": envelopes[one.account_id],
        }
        for one in held
    ]
    _insert(session, CredentialChange, rows)
    # the sandbox takes its tokens from the vault: they work from the first day
    session.execute(
        update(CredentialChange)
        .where(col(CredentialChange.cause) == "token")
        .values(
            verified_at=now,
            director_at=now,
            vinculacion_id=cast.coordinador.person_id,
            vinculacion_at=now,
        )
    )
    app.note(
        session,
        *(
            app.entry(
                SYSTEM,
                "credential.change",
                "account",
                one.account_id,
                plantel_id=one.plantel_id,
                reason=texts.CREDENTIAL_REASON,
                detail=json.dumps({"versions": dict.fromkeys(FIELDS, 1)}),
            )
            for one in held
        ),
    )


def _confirm(session: Session, app: App, cast: Cast, held: list[_Held], now: datetime) -> None:
    """Let some have given their word, as in any quarter that is not over."""
    local = now.astimezone(ZoneInfo(app.institution.timezone)).date()
    rows = [
        {
            "account_id": one.account_id,
            "quarter": custody.quarter(local),
            "part": part,
            "person_id": person,
            "at": now,
            "note": "",
        }
        for number, one in enumerate(held)
        if one.code not in SHOWN_PLANTELES
        for part, person in (
            ("custodian", one.custodian_id),
            ("director", one.director_id),
            ("vinculacion", cast.coordinador.person_id),
        )
        if part == "custodian" or number % 4
    ]
    _insert(session, CustodyConfirmation, rows)


def _to_do(app: App, cast: Cast, held: dict[tuple[str, str], _Held]) -> None:
    """Leave something to whoever the demo shows: two changes, an incident, a request."""
    for code, directed in ((FIRST, False), (SECOND, True)):
        one = held.get((code, "instagram"))
        if one is None:
            continue
        change_id = changes.record(
            app,
            people.actor_for(app, one.custodian_id),
            one.account_id,
            {custody.PASSWORD: _password()},
            cause="rotation",
            reason=texts.CUSTODY_CHANGE,
        )
        changes.mark_verified(app, people.actor_for(app, one.custodian_id), change_id)
        if directed:
            director = people.actor_for(app, one.director_id)
            changes.confirm_as_director(app, director, change_id)
    seen = held.get((FIRST, "x"))
    if seen is not None:
        with app.write() as session:
            sentence = texts.CUSTODY_INCIDENT
            incidents.open_incident(session, app, seen.account_id, sentence, app.clock())
    asked = held.get((SECOND, "facebook"))
    if asked is not None:
        disclosures.ask(
            app,
            cast.directora,
            asked.account_id,
            FIELDS,
            reason_code=REASON_CODE,
            reason=texts.CUSTODY_REQUEST,
        )


def _insert(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(model.__table__.insert(), rows)
