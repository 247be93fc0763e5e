"""Requests to read what people hold of an account, and the readings made: never a value.

Source: RS-5.1.3 (Vinculación may ask for a password; with reason, in time, and on the record).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from publisher import access
from publisher.app import Actor, App
from publisher.errors import NotFound
from publisher.institution.holding import ENDED
from publisher.models import Account, Person, Plantel
from publisher.people.delegations import delegation_in_force
from publisher.queries.rows import require, within
from publisher.texts import queries as texts
from vault.custody import FIELDS
from vault.custody_tables import Disclosure, RotationDuty
from vault.tables import VaultSecret

ACTION: Final = "custody.read"
LATEST: Final = 60

_DUTY: Final = aliased(RotationDuty)
"""The duty to change what a request or an emergency showed."""

Step = Literal["decide", "open", "review", "waiting", "done"]


@dataclass(frozen=True, kw_only=True)
class DisclosureRow:
    """One request or reading.

    ``due_at`` is until when the credential must be changed because of it, ``changed_at`` when it
    was. ``step`` is what the person who looks may do about it now; ``waiting`` says that somebody
    else owes something, the change of what was seen included.
    """

    id: int
    account_id: int
    plantel_id: int
    plantel: str
    network: str
    handle: str
    fields: tuple[str, ...]
    kind: str
    state: str
    reason_code: str
    reason: str
    asked_by: int
    asker: str
    asked_at: datetime
    expires_at: datetime
    decider: str
    decided_at: datetime | None
    decision_reason: str
    shown_at: datetime | None
    break_glass: bool
    review_due: datetime | None
    reviewer: str
    reviewed_at: datetime | None
    review_note: str
    due_at: datetime | None
    changed_at: datetime | None
    step: Step
    own: bool


@dataclass(frozen=True, kw_only=True)
class Askable:
    """An account of which something may be asked: the ``fields`` that people hold."""

    id: int
    plantel_id: int
    plantel: str
    network: str
    handle: str
    fields: tuple[str, ...]


def listed(app: App, actor: Actor) -> tuple[DisclosureRow, ...]:
    """Return the latest requests and readings of the actor's planteles, newest first.

    Raises ``Forbidden``.
    """
    where = require(actor, ACTION)
    with app.read() as session:
        rows = session.execute(
            _rows()
            .where(within(Account.plantel_id, where))
            .order_by(_pressing(), col(Disclosure.asked_at).desc(), col(Disclosure.id).desc())
            .limit(LATEST)
        ).mappings()
        return tuple(_row(actor, row, app.clock()) for row in rows)


def one(app: App, actor: Actor, disclosure_id: int) -> DisclosureRow:
    """Return one request. Raises ``Forbidden``, ``NotFound``."""
    where = require(actor, ACTION)
    with app.read() as session:
        row = (
            session.execute(
                _rows().where(
                    within(Account.plantel_id, where), col(Disclosure.id) == disclosure_id
                )
            )
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound(texts.NO_SUCH_DISCLOSURE)
        return _row(actor, row, app.clock())


def waiting(app: App, actor: Actor) -> int:
    """Return how many requests wait for this person."""
    return sum(row.step in {"decide", "open", "review"} for row in listed(app, actor))


def may_ask(app: App, actor: Actor) -> bool:
    """Tell whether the actor may ask now; a delegation opens it to its coordinador."""
    with app.read() as session:
        lent = delegation_in_force(session, actor.person_id, app.clock()) is not None
    return access.anywhere(actor, "disclosure.request", delegated=lent)


def askable(app: App, actor: Actor) -> tuple[Askable, ...]:
    """Return the accounts of which people hold something, by plantel. Raises ``Forbidden``."""
    where = require(actor, ACTION)
    with app.read() as session:
        rows = session.execute(
            select(
                col(Account.id),
                col(Account.plantel_id),
                col(Plantel.name).label("plantel"),
                col(Account.network),
                col(Account.handle),
                col(VaultSecret.field),
            )
            .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
            .join(VaultSecret, col(VaultSecret.account_id) == col(Account.id))
            .where(
                within(Account.plantel_id, where),
                col(Account.state).not_in(ENDED),
                col(VaultSecret.field).in_(FIELDS),
            )
            .order_by(col(Plantel.name), col(Account.network))
        ).all()
    fields: dict[int, list[str]] = {}
    for row in rows:
        fields.setdefault(row.id, []).append(row.field)
    first = {row.id: row for row in reversed(rows)}
    return tuple(
        Askable(
            id=id_,
            plantel_id=first[id_].plantel_id,
            plantel=first[id_].plantel,
            network=first[id_].network,
            handle=first[id_].handle,
            fields=tuple(name for name in FIELDS if name in names),
        )
        for id_, names in fields.items()
    )


def _rows() -> Select[*tuple[Any, ...]]:
    asker, decider, reviewer = (aliased(Person) for _ in range(3))
    return (
        select(
            *(column for column in Disclosure.__table__.c),  # type: ignore[attr-defined]
            col(Account.plantel_id),
            col(Plantel.name).label("plantel"),
            col(Account.network),
            col(Account.handle),
            func.coalesce(col(asker.name), "").label("asker"),
            func.coalesce(col(decider.name), "").label("decider"),
            func.coalesce(col(reviewer.name), "").label("reviewer"),
            col(_DUTY.due_at).label("due_at"),
            col(_DUTY.fulfilled_at).label("changed_at"),
        )
        .join(Account, col(Account.id) == col(Disclosure.account_id))
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .outerjoin(asker, col(asker.id) == col(Disclosure.asked_by))
        .outerjoin(decider, col(decider.id) == col(Disclosure.decided_by))
        .outerjoin(reviewer, col(reviewer.id) == col(Disclosure.reviewed_by))
        .outerjoin(
            _DUTY,
            and_(
                col(_DUTY.cause_id) == col(Disclosure.id),
                col(_DUTY.cause).in_(("disclosure", "break_glass")),
            ),
        )
    )


def _pressing() -> Any:
    """Return what puts the requests that wait for somebody before the others."""
    waits = or_(
        col(Disclosure.state).in_(("pending", "approved")),
        and_(col(Disclosure.break_glass).is_(True), col(Disclosure.reviewed_at).is_(None)),
        and_(col(_DUTY.due_at).is_not(None), col(_DUTY.fulfilled_at).is_(None)),
    )
    return case((waits, 0), else_=1)


def _row(actor: Actor, row: Any, now: datetime) -> DisclosureRow:
    facts = {name: row[name] for name in DisclosureRow.__annotations__ if name in row}
    facts["fields"] = tuple(row["fields"])
    own = row["asked_by"] == actor.person_id
    return DisclosureRow(**facts, own=own, step=_step(actor, row, own, now))


def _step(actor: Actor, row: Any, own: bool, now: datetime) -> Step:
    live = row["expires_at"] > now
    place = row["plantel_id"]
    if row["state"] == "pending" and live:
        decides = access.allows(actor, "disclosure.decide", plantel_id=place) and not own
        return "decide" if decides else "waiting"
    if row["state"] == "approved" and live:
        return "open" if own else "waiting"
    if row["break_glass"] and row["reviewed_at"] is None:
        reviews = access.allows(actor, "disclosure.review", plantel_id=place) and not own
        return "review" if reviews else "waiting"
    owed = row["due_at"] is not None and row["changed_at"] is None
    return "waiting" if owed else "done"
