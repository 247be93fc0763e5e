"""Handings over of custody as their screen shows them: who gives, who receives, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select, true
from sqlmodel import Session, col

from publisher import access
from publisher.access import in_force
from publisher.app import Actor, App
from publisher.custody.subjects import Subject, subjects
from publisher.custody.terms import KEEPERS, is_keeper
from publisher.errors import NotFound
from publisher.models import Designation, Person, Plantel
from publisher.queries.rows import require, within
from publisher.texts import queries as texts
from vault.custody_tables import CustodyTransfer
from vault.paper import new_password, transfer_state

ACTION: Final = "custody.read"
LATEST: Final = 40

Step = Literal["deliver", "receive", "close", ""]


@dataclass(frozen=True, kw_only=True)
class HandedAccount:
    """One account of an acta: its fingerprints, and whether its password changed since."""

    id: int
    network: str
    handle: str
    before: str
    after: str
    changed: bool


@dataclass(frozen=True, kw_only=True)
class TransferRow:
    """One handing over. ``step`` is what the person who looks may do about it now."""

    id: int
    folio: str
    plantel_id: int
    plantel: str
    state: str
    giver_id: int | None
    giver: str
    receiver_id: int
    receiver: str
    cause: str
    witness: str
    opener: str
    opened_at: datetime
    delivered_at: datetime | None
    received_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    accounts: tuple[HandedAccount, ...]
    step: Step
    may_cancel: bool

    @property
    def live(self) -> bool:
        """Tell whether it goes on."""
        return self.completed_at is None and self.cancelled_at is None


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """Somebody who may hold a plantel's accounts: who operates or directs it today."""

    id: int
    name: str
    role: str


def listed(app: App, actor: Actor, *, plantel_id: int | None = None) -> tuple[TransferRow, ...]:
    """Return the latest of the actor's planteles, or of one, those that go on first.

    Raises ``Forbidden``.
    """
    where = require(actor, ACTION)
    only = true() if plantel_id is None else col(CustodyTransfer.plantel_id) == plantel_id
    with app.read() as session:
        rows = session.scalars(
            select(CustodyTransfer)
            .where(within(CustodyTransfer.plantel_id, where), only)
            .order_by(col(CustodyTransfer.id).desc())
            .limit(LATEST)
        ).all()
        found = _rows(app, session, actor, rows)
    return tuple(sorted(found, key=lambda row: not row.live))


def one(app: App, actor: Actor, transfer_id: int) -> TransferRow:
    """Return one handing over. Raises ``Forbidden``, ``NotFound``."""
    where = require(actor, ACTION)
    with app.read() as session:
        row = session.scalars(
            select(CustodyTransfer).where(
                within(CustodyTransfer.plantel_id, where), col(CustodyTransfer.id) == transfer_id
            )
        ).one_or_none()
        if row is None:
            raise NotFound(texts.NO_SUCH_TRANSFER)
        return _rows(app, session, actor, [row])[0]


def keepers(app: App, actor: Actor, plantel_id: int) -> tuple[Keeper, ...]:
    """Return who may hold the plantel's accounts, operators first. Raises ``Forbidden``."""
    access.authorize(actor, ACTION, plantel_id=plantel_id)
    with app.read() as session:
        rows = session.execute(
            select(col(Person.id), col(Person.name), col(Designation.role))
            .join(Designation, col(Designation.person_id) == col(Person.id))
            .where(
                col(Designation.plantel_id) == plantel_id,
                col(Designation.role).in_(KEEPERS),
                col(Person.state) == "active",
                in_force(app.clock()),
            )
            .order_by(col(Designation.role).desc(), col(Person.name))
        )
        found = {id_: Keeper(id=id_, name=name, role=role) for id_, name, role in rows if id_}
    return tuple(found.values())


def _rows(
    app: App, session: Session, actor: Actor, rows: Iterable[CustodyTransfer]
) -> list[TransferRow]:
    every = list(rows)
    people = {row.from_id for row in every} | {row.to_id for row in every}
    names = _names(session, {*people, *(row.opened_by for row in every)})
    planteles = {
        found.id: found.name
        for found in session.execute(
            select(col(Plantel.id), col(Plantel.name)).where(
                col(Plantel.id).in_(sorted({row.plantel_id for row in every}))
            )
        )
    }
    held = subjects(session, {id_ for row in every for id_ in accounts_of(row)})
    return [
        TransferRow(
            id=row.id or 0,
            folio=row.folio,
            plantel_id=row.plantel_id,
            plantel=planteles[row.plantel_id],
            state=transfer_state(row),
            giver_id=row.from_id,
            giver=names.get(row.from_id or 0, ""),
            receiver_id=row.to_id,
            receiver=names.get(row.to_id, ""),
            cause=row.cause,
            witness=row.witness,
            opener=names.get(row.opened_by, ""),
            opened_at=row.opened_at,
            delivered_at=row.delivered_at,
            received_at=row.received_at,
            completed_at=row.completed_at,
            cancelled_at=row.cancelled_at,
            cancel_reason=row.cancel_reason,
            accounts=tuple(_accounts(session, row, held)),
            step=_step(session, app, actor, row),
            may_cancel=_live(row)
            and access.allows(actor, "custody.transfer", plantel_id=row.plantel_id),
        )
        for row in every
    ]


def accounts_of(row: CustodyTransfer) -> tuple[int, ...]:
    """Return the ids of an acta's accounts."""
    return tuple(int(one["account_id"]) for one in row.accounts)


def _accounts(
    session: Session, row: CustodyTransfer, held: dict[int, Subject]
) -> Iterable[HandedAccount]:
    givers = {row.from_id} if row.from_id is not None else set[int]()
    for told in row.accounts:
        account = held[int(told["account_id"])]
        changed = bool(told["after"])
        if not changed and row.delivered_at is not None:
            found = new_password(session, account.account_id, since=row.delivered_at, not_by=givers)
            changed = found is not None
        yield HandedAccount(
            id=account.account_id,
            network=account.network,
            handle=account.handle,
            before=told["before"],
            after=told["after"],
            changed=changed,
        )


def _live(row: CustodyTransfer) -> bool:
    return row.completed_at is None and row.cancelled_at is None


def _step(session: Session, app: App, actor: Actor, row: CustodyTransfer) -> Step:
    """Return what the actor may sign; for a giver who left the plantel the director signs."""
    directs = access.allows(actor, "custody.transfer", plantel_id=row.plantel_id)
    mine, other = actor.person_id == row.from_id, actor.person_id == row.to_id
    state = transfer_state(row)
    if state == "open":
        absent = row.from_id is None or not is_keeper(
            session, row.plantel_id, row.from_id, now=app.clock()
        )
        return "deliver" if mine or (absent and directs and not other) else ""
    if state == "delivered":
        return "receive" if other else ""
    if state == "received":
        return "close" if directs and not other else ""
    return ""


def _names(session: Session, person_ids: Iterable[int | None]) -> dict[int, str]:
    rows = session.execute(
        select(col(Person.id), col(Person.name)).where(
            col(Person.id).in_(sorted({one for one in person_ids if one}))
        )
    )
    return {id_: name for id_, name in rows if id_ is not None}
